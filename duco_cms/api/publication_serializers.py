"""What the routes of publication take and give, for the OpenAPI document too."""

from django.contrib.auth.models import User
from rest_framework import serializers

from duco_cms.api.fields import FiniteField, KeptJsonField, StoredJsonField
from duco_cms.definitions.models import Release
from duco_cms.definitions.models.release import NOTE_CHARACTERS
from duco_cms.publication.models import Review, Rollout, Submission
from duco_cms.publication.models.rollout import FEWEST_VALUES, MOST_BAD_SHARE

MACHINES_MAXIMUM = 10_000
EVIDENCE_CHARACTERS = 100_000


class ReleaseHeadSerializer(serializers.ModelSerializer[Release]):
    """A release without its content. `channel`: where it runs now, empty where nowhere."""

    author = serializers.StringRelatedField[User](allow_null=True)
    channel = serializers.SerializerMethodField()

    class Meta:
        model = Release
        fields = ["number", "content_hash", "published", "note", "author", "channel"]

    def get_channel(self, release: Release) -> str:
        channels: dict[int, str] = self.context["channels"]
        return channels.get(release.number, "")


class ContentChangeSerializer(serializers.Serializer[None]):
    """One thing that was added, removed or changed."""

    kind = serializers.ChoiceField(choices=["added", "removed", "changed"])
    what = serializers.CharField()
    name = serializers.CharField()
    detail = serializers.CharField()


class DiffSerializer(serializers.Serializer[None]):
    """How a content differs from a release's; `to` null: from nothing. The first changes, and how many more."""

    to = serializers.IntegerField(allow_null=True)
    summary = serializers.ListField(child=serializers.CharField())
    breaking = serializers.ListField(child=serializers.CharField())
    changes = ContentChangeSerializer(many=True)
    more_changes = serializers.IntegerField()


class ReviewSerializer(serializers.ModelSerializer[Review]):
    """What one reviewer said."""

    user = serializers.StringRelatedField[User]()

    class Meta:
        model = Review
        fields = ["user", "verdict", "comment", "at"]


class FoundSerializer(serializers.Serializer[None]):
    """What was found in the definitions; `message` is the number of the message that it is about."""

    severity = serializers.ChoiceField(choices=["error", "warning"])
    code = serializers.CharField()
    where = serializers.CharField()
    text = serializers.CharField()
    action = serializers.CharField()
    message = serializers.IntegerField(allow_null=True)
    shown = serializers.CharField(allow_blank=True)


class SubmissionSerializer(serializers.ModelSerializer[Submission]):
    """A submission without its content. `base`: the release that was live then; `release`: what became of it."""

    author = serializers.StringRelatedField[User]()
    reviews = ReviewSerializer(many=True)
    diagnostics = FoundSerializer(many=True)
    summary = serializers.ListField(child=serializers.CharField())
    breaking = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = Submission
        fields = [
            "number", "state", "note", "author", "submitted", "content_hash", "base", "release", "summary", "breaking",
            "diagnostics", "reviews",
        ]  # fmt: skip


class SubmissionDetailSerializer(SubmissionSerializer):
    """With how it differs from its base, and from the release that was live before that."""

    to_base = DiffSerializer()
    to_previous = DiffSerializer()
    missing_approvals = serializers.IntegerField()
    is_draft_changed = serializers.BooleanField()

    class Meta(SubmissionSerializer.Meta):
        fields = [
            *SubmissionSerializer.Meta.fields, "to_base", "to_previous", "missing_approvals", "is_draft_changed",
        ]  # fmt: skip


class NoteSerializer(serializers.Serializer[None]):
    note = serializers.CharField(max_length=NOTE_CHARACTERS)


class CommentSerializer(serializers.Serializer[None]):
    comment = serializers.CharField(max_length=10_000, allow_blank=True, default="")


class ReasonSerializer(serializers.Serializer[None]):
    reason = serializers.CharField(max_length=NOTE_CHARACTERS)


class PublishSerializer(serializers.Serializer[None]):
    """On `canary`: for the machines of these numbers and a percentage of all; the guard's thresholds."""

    submission = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
    channel = serializers.ChoiceField(choices=["stable", "canary"])
    machines = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**31 - 1), max_length=MACHINES_MAXIMUM, default=list
    )
    percentage = FiniteField(min_value=0, max_value=100, default=0.0)
    most_bad_share = FiniteField(min_value=0, max_value=1, default=MOST_BAD_SHARE)
    fewest_values = serializers.IntegerField(min_value=1, max_value=2**31 - 1, default=FEWEST_VALUES)


class PauseSerializer(serializers.Serializer[None]):
    """`evidence`: the figures that speak against the release, as the guard has them."""

    reason = serializers.CharField(max_length=NOTE_CHARACTERS)
    evidence = KeptJsonField(default=None, most_characters=EVIDENCE_CHARACTERS)


class CohortSerializer(serializers.Serializer[Rollout]):
    machines = serializers.ListField(child=serializers.IntegerField())
    percentage = serializers.FloatField()


class RolloutSerializer(serializers.ModelSerializer[Rollout]):
    """A rollout. The fleet directory says which machines are in it."""

    started_by = serializers.StringRelatedField[User]()
    cohort = CohortSerializer(source="*")
    evidence = StoredJsonField(help_text="The figures that the guard saw.")

    class Meta:
        model = Rollout
        fields = [
            "id", "release", "state", "since", "started_by", "cohort", "most_bad_share", "fewest_values", "ended",
            "ended_by", "reason", "evidence",
        ]  # fmt: skip


class CurrentRolloutSerializer(RolloutSerializer):
    """The rollout that runs. `only_tried`: the releases that only canary machines run or ran, its own included."""

    only_tried = serializers.SerializerMethodField()

    class Meta(RolloutSerializer.Meta):
        fields = [*RolloutSerializer.Meta.fields, "only_tried"]

    def get_only_tried(self, rollout: Rollout) -> list[int]:  # noqa: ARG002 - DRF's signature
        return list(Release.objects.only_tried().order_by("number").values_list("number", flat=True))
