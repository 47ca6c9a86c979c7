"""Jobs: a content over what chosen machines sent in a span of time."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from duco_cms.definitions.models import Release
from duco_cms.definitions.models.release import NOTE_CHARACTERS
from duco_cms.publication.models import Submission


class Kind(models.TextChoices):
    """What is done with what was decoded."""

    BACKTEST = "backtest", "backtest"
    REDECODE = "redecode", "re-decode"


class State(models.TextChoices):
    """Of a job. `running`: a worker has it, or had it and died; the lease says until when."""

    QUEUED = "queued", "queued"
    RUNNING = "running", "running"
    PAUSED = "paused", "paused"
    DONE = "done", "done"
    FAILED = "failed", "failed"
    CANCELLED = "cancelled", "cancelled"


GOING_ON = (State.QUEUED, State.RUNNING, State.PAUSED)


class JobQuerySet(models.QuerySet["Job"]):
    """Jobs, newest first."""

    def headers(self) -> "JobQuerySet":
        """Without the contents of releases and submissions, which may be megabytes."""
        named = self.select_related("asked_by", "submission", "release", "against", "compared")
        return named.defer("submission__content", "release__content", "against__content")


class Job(models.Model):
    """What was received of `machines` (numbers) from `begin` to before `end`, decoded once more.

    A backtest holds `submission` or `release` against the release `against`, and stores no rows. A re-decode stores
    what `release` gives, a release of its own that was never live; `compared` is the backtest that came before it.
    Machines are decoded from `warm_up` minutes before `begin`, so that what rules remember is there.

    A worker that does the job holds it by `lease` until `leased_until`, and renews it while it lives.
    """

    kind = models.CharField(max_length=16, choices=Kind)
    submission = models.ForeignKey(Submission, null=True, on_delete=models.PROTECT, related_name="jobs")
    release = models.ForeignKey(Release, null=True, on_delete=models.PROTECT, related_name="jobs")
    against = models.ForeignKey(Release, null=True, on_delete=models.PROTECT, related_name="+")
    compared = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="redecodes")
    machines = models.JSONField()
    begin = models.DateTimeField()
    end = models.DateTimeField()
    warm_up = models.PositiveIntegerField(help_text="Minutes.")
    note = models.CharField(max_length=NOTE_CHARACTERS, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="jobs")
    asked = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=16, choices=State, default=State.QUEUED)
    started = models.DateTimeField(null=True)
    ended = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0, help_text="Since it last got on.")
    lease = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        default_permissions = ("add", "view")
        permissions = [("redecode_job", "Can decode history again")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="job_kind_known"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="job_state_known"),
            models.CheckConstraint(condition=Q(begin__lt=F("end")), name="job_begins_before_it_ends"),
            models.CheckConstraint(
                condition=Q(submission__isnull=True) ^ Q(release__isnull=True), name="job_one_content"
            ),
            models.CheckConstraint(
                condition=Q(kind=Kind.BACKTEST, against__isnull=False)
                | Q(kind=Kind.REDECODE, release__isnull=False, compared__isnull=False),
                name="job_has_what_its_kind_wants",
            ),
            models.CheckConstraint(
                condition=Q(state__in=GOING_ON) | Q(ended__isnull=False), name="job_end_dated"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_kind_display().capitalize()} {self.pk}"

    @property
    def is_going_on(self) -> bool:
        return self.state in GOING_ON

    @property
    def etag(self) -> str:
        """Changes with the state, but not where a worker takes it or gives it back."""
        state = State.RUNNING if self.state == State.QUEUED else self.state
        return f'"{self.pk}-{state}"'

    @property
    def content_name(self) -> str:
        return f"release {self.release_id}" if self.release_id else f"submission {self.submission_id}"
