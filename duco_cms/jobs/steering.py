"""Pausing, resuming and cancelling jobs. The worker that has one hears of it when it renews its lease."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from duco_cms.audit.models import Action
from duco_cms.audit.record import record
from duco_cms.definitions.locking import hold_releases
from duco_cms.jobs.asking import require_alone, wake_workers
from duco_cms.jobs.models import Job, JobMachine
from duco_cms.jobs.models.job import GOING_ON, Kind, State
from duco_cms.jobs.refusals import JobRefusedError
from duco_cms.publication.review import StaleError


def pause(job: Job, user: User, etag: str | None = None) -> Job:
    """What it has done stays done. Raises JobRefusedError (`wrong_state`), StaleError."""
    return _steer(job, user, (State.QUEUED, State.RUNNING), State.PAUSED, Action.PAUSED, etag)


def resume(job: Job, user: User, etag: str | None = None) -> Job:
    """It goes on where it was; a failed one begins with the span it failed in. Raises as `pause`, and of a re-decode as
    `ask_redecode`, or `redecoded_since`.
    """
    with transaction.atomic():
        if job.kind == Kind.REDECODE:
            hold_releases()
            require_alone(job)
            _require_newest(job)
        resumed = _steer(job, user, (State.PAUSED, State.FAILED), State.QUEUED, Action.RESUMED, etag)
        transaction.on_commit(wake_workers, robust=True)
    return resumed


def cancel(job: Job, user: User, etag: str | None = None) -> Job:
    """For good. Rows that a re-decode has stored stay stored. Raises as `pause`."""
    return _steer(job, user, GOING_ON, State.CANCELLED, Action.CANCELLED, etag)


def _require_newest(job: Job) -> None:
    """Rows by this one's lower number would lose against a later one's where both have them, and else stay."""
    later = Job.objects.filter(
        kind=Kind.REDECODE, pk__gt=job.pk, started__isnull=False, begin__lt=job.end, end__gt=job.begin
    )  # fmt: skip
    if newer := next((each for each in later if set(each.machines) & set(job.machines)), None):
        text = f"{newer} has decoded some of these machines since. Ask for another re-decode instead."
        raise JobRefusedError("redecoded_since", text)


def _steer(
    job: Job, user: User, states: tuple[State, ...], into: State, action: Action, etag: str | None
) -> Job:  # fmt: skip
    with transaction.atomic():
        held = Job.objects.select_for_update().get(pk=job.pk)
        if etag is not None and etag != held.etag:
            raise StaleError
        if held.state not in states:
            raise JobRefusedError("wrong_state", f"{held} is {held.get_state_display()}.")
        held.state, held.lease, held.leased_until, held.attempts = into, None, None, 0
        held.error = ""
        held.ended = timezone.now() if into == State.CANCELLED else None
        held.save()
        if into == State.CANCELLED:
            JobMachine.objects.filter(job=held).update(memory=None)
        record(action, str(held), user, release=held.release_id, machines=held.machines)
    return held
