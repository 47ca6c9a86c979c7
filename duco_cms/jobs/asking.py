"""Asking for jobs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from celery import current_app
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from duco_cms.audit.models import Action
from duco_cms.audit.record import record
from duco_cms.definitions.locking import hold_releases
from duco_cms.definitions.models import Release
from duco_cms.definitions.models.release import ARTEFACT_FORMAT, NOTE_CHARACTERS
from duco_cms.definitions.publishing import add_release
from duco_cms.fleet.access import machines_visible_to
from duco_cms.jobs.models import Job, JobMachine
from duco_cms.jobs.models.job import GOING_ON, Kind, State
from duco_cms.jobs.refusals import JobRefusedError
from duco_cms.publication.canaries import running_rollout
from duco_cms.publication.models import Publication, Submission
from duco_cms.publication.models.publication import Kind as PublicationKind

TASK: Final = "distribution.jobs"
TASK_EXPIRES_SECONDS: Final = 60
JOBS_MAXIMUM: Final = 20
"""Of one user, that are not over."""
MACHINES_MAXIMUM: Final = 1_000
DAYS_MAXIMUM: Final = 92
MACHINE_HOURS_MAXIMUM: Final = 20_000
WARM_UP_MINUTES: Final = 10
WARM_UP_MAXIMUM: Final = 7 * 24 * 60
GUARDED_BEFORE: Final = timedelta(hours=1)
"""What came so long before a trial is what its guard holds the trial against."""


@dataclass(frozen=True, slots=True)
class Span:
    """What was received of the machines (numbers) from `begin` to before `end`; `warm_up` in minutes."""

    machines: Sequence[int]
    begin: datetime
    end: datetime
    warm_up: int = WARM_UP_MINUTES


def ask_backtest(
    user: User, content: Submission | Release, span: Span, against: Release | None = None, note: str = ""
) -> Job:  # fmt: skip
    """Hold the content against a release, without one against the live one. Raises JobRefusedError."""
    with transaction.atomic():
        against = against or Release.objects.headers().stable().first()
        if against is None:
            raise JobRefusedError("no_live", "Nothing is published that it could be held against.")
        if (content.content_hash, _format(content)) == (against.content_hash, against.format):
            raise JobRefusedError("same_content", f"{content} has the content of release {against.number}.")
        job = _add(user, Kind.BACKTEST, span, note, against=against, **_named(content))
        _record(job, Action.BACKTESTED, f"{job}: {job.content_name} against release {against.number}")
    return job


def ask_redecode(user: User, compared: Job, reason: str) -> Job:
    """Store what a backtest showed: its machines and its span, by its content under a new number. Raises
    JobRefusedError (`not_done`, `not_released`, `redecode_runs`, `rollout_runs`).
    """
    with transaction.atomic():
        hold_releases()
        chosen = _chosen(compared)
        require_alone(compared)
        note = f"Re-decode by release {chosen.number}: {reason}"[:NOTE_CHARACTERS]
        release = add_release(chosen.content, user, note, chosen.format)
        Publication.objects.create(release=release, kind=PublicationKind.REDECODE, origin=chosen)
        span = Span(compared.machines, compared.begin, compared.end, compared.warm_up)
        job = _add(user, Kind.REDECODE, span, reason, release=release, compared=compared)
        _record(job, Action.REDECODED, f"{job}: by release {chosen.number}, as release {release.number}")
    return job


def wake_workers() -> None:
    """By name: the CMS does not know the task's package."""
    current_app.send_task(TASK, expires=TASK_EXPIRES_SECONDS)


def _add(user: User, kind: Kind, span: Span, note: str, **fields: object) -> Job:
    _require_span(span)
    machines = sorted(set(span.machines))
    # Workers know no others: all that these sent would be refused.
    known = machines_visible_to(user).filter(number__in=machines, active=True)
    there = set(known.values_list("number", flat=True))
    if missing := [number for number in machines if number not in there]:
        text = ", ".join(map(str, missing[:20]))
        raise JobRefusedError("unknown_machines", f"There are no active machines with the numbers {text}.")
    if Job.objects.filter(asked_by=user, state__in=GOING_ON).count() >= JOBS_MAXIMUM:
        raise JobRefusedError("too_many_jobs", f"{JOBS_MAXIMUM} jobs of yours are not over. Cancel one, or wait.")
    job = Job.objects.create(
        kind=kind, machines=machines, begin=span.begin, end=span.end, warm_up=span.warm_up, note=note, asked_by=user,
        **fields,
    )  # fmt: skip
    JobMachine.objects.bulk_create(JobMachine(job=job, machine=number) for number in machines)
    # Robust: beat wakes them too.
    transaction.on_commit(wake_workers, robust=True)
    return job


def _require_span(span: Span) -> None:
    if not span.machines or len(span.machines) > MACHINES_MAXIMUM:
        raise JobRefusedError("unknown_machines", f"Choose 1 to {MACHINES_MAXIMUM:,} machines.")
    if span.begin >= span.end:
        raise JobRefusedError("invalid_span", "The span ends before it begins.")
    if span.end > timezone.now():
        raise JobRefusedError("in_the_future", "The span ends in the future.")
    if span.end - span.begin > timedelta(days=DAYS_MAXIMUM):
        raise JobRefusedError("invalid_span", f"The span is longer than {DAYS_MAXIMUM} days.")
    if (span.end - span.begin) / timedelta(hours=1) * len(set(span.machines)) > MACHINE_HOURS_MAXIMUM:
        text = f"Hours times machines are more than {MACHINE_HOURS_MAXIMUM:,}. Choose fewer machines, or less time."
        raise JobRefusedError("invalid_span", text)


def _chosen(compared: Job) -> Release:
    """With its content."""
    if compared.kind != Kind.BACKTEST or compared.state != State.DONE:
        raise JobRefusedError("not_done", f"{compared} is {compared.get_state_display()}: look at its outcome first.")
    release = compared.release or (compared.submission.release if compared.submission else None)
    if release is None:
        raise JobRefusedError("not_released", f"{compared.content_name.capitalize()} is not released.")
    return Release.objects.get(pk=release.pk)


def require_alone(job: Job) -> None:
    """That its machines may be decoded again by now. In a transaction with `hold_releases`. Raises JobRefusedError."""
    others = Job.objects.filter(kind=Kind.REDECODE, state__in=GOING_ON).exclude(pk=job.pk)
    if busy := next((each for each in others if set(each.machines) & set(job.machines)), None):
        raise JobRefusedError("redecode_runs", f"{busy} is not over, and has some of these machines.")
    trial = running_rollout()
    if trial is not None and job.end > trial.since - GUARDED_BEFORE:
        text = f"{trial.release} is on trial, and its guard looks at what is stored of it and of the hour before."
        raise JobRefusedError("rollout_runs", text)


def _named(content: Submission | Release) -> dict[str, object]:
    return {"submission": content} if isinstance(content, Submission) else {"release": content}


def _format(content: Submission | Release) -> int:
    return ARTEFACT_FORMAT if isinstance(content, Submission) else content.format


def _record(job: Job, action: Action, subject: str) -> None:
    span = f"{job.begin:%Y-%m-%d %H:%M:%S} to {job.end:%Y-%m-%d %H:%M:%S} UTC"
    record(
        action, subject, job.asked_by, reason=job.note, release=job.release_id, machines=job.machines,
        changes=[f"received from {span}"],
    )  # fmt: skip
