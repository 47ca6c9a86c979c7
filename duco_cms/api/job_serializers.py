"""What the routes of jobs take and give, for the OpenAPI document too."""

import base64
from dataclasses import asdict
from typing import Any

from django.contrib.auth.models import User
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from duco_cms.definitions.models.release import NOTE_CHARACTERS
from duco_cms.jobs.asking import MACHINES_MAXIMUM, WARM_UP_MAXIMUM, WARM_UP_MINUTES
from duco_cms.jobs.found import progress_of
from duco_cms.jobs.models import Job
from duco_cms.jobs.models.job import Kind

MEMORY_BYTES_MAXIMUM = 32 * 2**20
ERROR_CHARACTERS = 4_000
NUMBER_MAXIMUM = 2**31 - 1


class ProgressSerializer(serializers.Serializer[None]):
    """`share` is 0 to 1; `envelopes` and `values` were decoded so far."""

    share = serializers.FloatField()
    envelopes = serializers.IntegerField()
    values = serializers.IntegerField()


class JobSerializer(serializers.ModelSerializer[Job]):
    """A job. A backtest has `submission` or `release`, and `against`; a re-decode `release` and `compared`."""

    asked_by = serializers.StringRelatedField[User]()
    progress = serializers.SerializerMethodField()

    class Meta:
        model = Job
        fields = [
            "id", "kind", "state", "submission", "release", "against", "compared", "machines", "begin", "end",
            "warm_up", "note", "asked_by", "asked", "started", "ended", "error", "progress",
        ]  # fmt: skip

    @extend_schema_field(ProgressSerializer)
    def get_progress(self, job: Job) -> dict[str, Any]:
        return asdict(progress_of(job))


class AskedJobSerializer(serializers.Serializer[None]):
    """A backtest wants `submission` or `release`, `machines`, `begin` and `end`; `against` is the live release unless
    given. A re-decode wants `compared`, the backtest whose outcome is to be stored, and a `note`: why.
    """

    kind = serializers.ChoiceField(choices=Kind.choices)
    submission = serializers.IntegerField(min_value=1, max_value=NUMBER_MAXIMUM, required=False)
    release = serializers.IntegerField(min_value=1, max_value=NUMBER_MAXIMUM, required=False)
    against = serializers.IntegerField(min_value=1, max_value=NUMBER_MAXIMUM, required=False)
    compared = serializers.IntegerField(min_value=1, max_value=NUMBER_MAXIMUM, required=False)
    machines = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=NUMBER_MAXIMUM), max_length=MACHINES_MAXIMUM,
        required=False,
    )  # fmt: skip
    begin = serializers.DateTimeField(required=False)
    end = serializers.DateTimeField(required=False)
    warm_up = serializers.IntegerField(min_value=0, max_value=WARM_UP_MAXIMUM, default=WARM_UP_MINUTES)
    note = serializers.CharField(max_length=NOTE_CHARACTERS, required=False, default="", allow_blank=True)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        redecode = given["kind"] == Kind.REDECODE
        wanted = ("compared", "note") if redecode else ("machines", "begin", "end")
        missing = {name: "This is wanted." for name in wanted if not given.get(name)}
        if not redecode and ("submission" in given) == ("release" in given):
            missing["submission"] = "Either this or a release is wanted."
        if missing:
            raise serializers.ValidationError(missing)
        return given


class SignalFoundSerializer(serializers.Serializer[None]):
    """How the values of a signal differ; `both` counts those that both contents gave."""

    group = serializers.IntegerField()
    slot = serializers.IntegerField()
    name = serializers.CharField()
    both = serializers.IntegerField()
    values = serializers.IntegerField()
    qualities = serializers.IntegerField()
    only_before = serializers.IntegerField()
    only_after = serializers.IntegerField()
    greatest = serializers.FloatField()
    machines = serializers.ListField(child=serializers.IntegerField())


class RuleFoundSerializer(serializers.Serializer[None]):
    """Findings of a rule that only one of the contents gave."""

    rule = serializers.IntegerField()
    name = serializers.CharField()
    only_before = serializers.IntegerField()
    only_after = serializers.IntegerField()
    machines = serializers.ListField(child=serializers.IntegerField())


class JobFoundSerializer(serializers.Serializer[None]):
    """What differs, most first. A re-decode has `rows` by table, of what it stored. `rejected` counts envelopes by
    code.
    """

    signals = SignalFoundSerializer(many=True)
    rules = RuleFoundSerializer(many=True)
    rows = serializers.DictField(child=serializers.IntegerField())
    rejected = serializers.DictField(child=serializers.IntegerField())


class SeriesFoundSerializer(serializers.Serializer[None]):
    """Points are [ts µs, ordinal, before, its quality, after, its quality]; null where a content gave none."""

    source = serializers.IntegerField()  # type: ignore[assignment]
    points = serializers.ListField(child=serializers.ListField(child=serializers.FloatField(allow_null=True)))


@extend_schema_field(OpenApiTypes.BYTE)
class MemoryField(serializers.Field[bytes, str, str, Any]):
    """Bytes as base64; `MEMORY_BYTES_MAXIMUM` of them."""

    def to_internal_value(self, data: object) -> bytes:
        if not isinstance(data, str) or len(data) > MEMORY_BYTES_MAXIMUM * 4 // 3:
            raise serializers.ValidationError("This is no base64, or too long.")
        try:
            return base64.b64decode(data, validate=True)
        except ValueError:
            raise serializers.ValidationError("This is no base64.") from None

    def to_representation(self, value: bytes) -> str:
        return base64.b64encode(value).decode()


class LeaseSerializer(serializers.Serializer[None]):
    """Of the worker that has the job."""

    lease = serializers.UUIDField()


class ClaimedMachineSerializer(serializers.Serializer[Any]):
    """A machine of a job: what was received before `reached` is done, and `memory` is what was handed in with it."""

    machine = serializers.IntegerField()
    device = serializers.CharField()
    reached = serializers.DateTimeField(allow_null=True)
    memory = MemoryField(allow_null=True)


class ClaimedSerializer(serializers.Serializer[Any]):
    """A job, and the lease to do it by."""

    lease = serializers.UUIDField()
    job = JobSerializer()
    machines = ClaimedMachineSerializer(many=True)


class FailedSerializer(LeaseSerializer):
    """Why."""

    error = serializers.CharField(max_length=ERROR_CHARACTERS)
