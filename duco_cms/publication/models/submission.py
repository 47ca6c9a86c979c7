"""Submissions: the definitions as they were at one moment, to be reviewed and released; and what reviewers said."""

import json

from django.conf import settings
from django.db import models
from django.db.models import Q

from duco_cms.definitions.artefact import Content
from duco_cms.definitions.models import Release
from duco_cms.definitions.models.release import NOTE_CHARACTERS


class State(models.TextChoices):
    """Of a submission."""

    IN_REVIEW = "in_review", "in review"
    APPROVED = "approved", "approved"
    REJECTED = "rejected", "rejected"
    WITHDRAWN = "withdrawn", "withdrawn"
    RELEASED = "released", "released"


OPEN = (State.IN_REVIEW, State.APPROVED)


class SubmissionQuerySet(models.QuerySet["Submission"]):
    """Submissions, newest first."""

    def headers(self) -> "SubmissionQuerySet":
        """Without the content, which may be megabytes."""
        rows = self.defer("content", "base__content", "release__content")
        return rows.select_related("author", "base", "release").prefetch_related("reviews__user")


class Submission(models.Model):
    """A frozen content. `base` is the release that was live then; `breaking` are the changes to it that make readers of
    values wrong (`definitions.breaking`), as texts; `summary` says how many changes of each kind there are.

    Only its state and its release change; a database trigger refuses the rest.
    """

    number = models.AutoField(primary_key=True)
    content = models.TextField(help_text="Canonical JSON.")
    content_hash = models.CharField(max_length=71)
    note = models.CharField(max_length=NOTE_CHARACTERS)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="submissions")
    submitted = models.DateTimeField(auto_now_add=True)
    base = models.ForeignKey(Release, null=True, on_delete=models.PROTECT, related_name="+")
    summary = models.JSONField(default=list)
    diagnostics = models.JSONField(default=list)
    breaking = models.JSONField(default=list)
    state = models.CharField(max_length=16, choices=State, default=State.IN_REVIEW)
    release = models.OneToOneField(Release, null=True, on_delete=models.PROTECT, related_name="submission")

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        default_permissions = ("add", "view")
        permissions = [("review_submission", "Can approve and reject submissions")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="submission_state_known"),
            models.CheckConstraint(
                condition=Q(state=State.RELEASED, release__isnull=False)
                | (~Q(state=State.RELEASED) & Q(release__isnull=True)),
                name="submission_released_with_release",
            ),
            models.CheckConstraint(condition=~Q(note=""), name="submission_has_note"),
        ]

    def __str__(self) -> str:
        return f"Submission {self.number}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    def read_content(self) -> Content:
        """As it was when it was submitted."""
        content: Content = json.loads(self.content)
        return content

    @property
    def etag(self) -> str:
        """Changes with each review and each state."""
        return f'"{self.number}-{self.state}-{len(self.reviews.all())}"'


class Verdict(models.TextChoices):
    """Of a reviewer."""

    APPROVED = "approved", "approved"
    REJECTED = "rejected", "rejected"


class Review(models.Model):
    """What one reviewer said of a submission. Each says it once."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="reviews")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=8, choices=Verdict)
    comment = models.TextField(blank=True, max_length=10_000)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["at"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["submission", "user"], name="review_once"),
            models.CheckConstraint(condition=Q(verdict__in=Verdict.values), name="review_verdict_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.verdict} {self.submission}"
