"""How workers take jobs, and hand in what they did.

A job is one worker's while its lease runs. A worker that dies, or that nobody hears of any more, loses it, and the
next one goes on behind the last span that was handed in: a span is handed in whole or not at all.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from duco_cms.jobs.found import added
from duco_cms.jobs.models import Job, JobChunk, JobMachine
from duco_cms.jobs.models.job import State
from duco_cms.jobs.refusals import JobRefusedError, LeaseLostError

LEASE_SECONDS: Final = 60
ATTEMPTS_MAXIMUM: Final = 5
GIVEN_UP: Final = f"{ATTEMPTS_MAXIMUM} workers in a row died of it, or were stopped."


@dataclass(frozen=True, slots=True)
class Chunk:
    """What a span of a machine gave (`JobChunk`), and where the machine is now (`JobMachine`)."""

    machine: int
    begin: datetime
    end: datetime
    envelopes: int
    values: int
    found: Mapping[str, Any]
    points: list[Any]
    memory: bytes


def claim() -> Job | None:
    """The job that has waited longest, of those that no worker has."""
    now = timezone.now()
    free = Q(state=State.QUEUED) | Q(state=State.RUNNING, leased_until__lt=now)
    with transaction.atomic():
        waiting = Job.objects.filter(free).order_by(F("leased_until").asc(nulls_first=True), "id")
        # One at a time: others are for other workers.
        while job := waiting.select_for_update(skip_locked=True).first():
            if job.attempts < ATTEMPTS_MAXIMUM:
                job.state, job.attempts = State.RUNNING, job.attempts + 1
                job.started = job.started or now
                job.lease, job.leased_until = uuid.uuid4(), now + timedelta(seconds=LEASE_SECONDS)
                job.save()
                return job
            _end(job, State.FAILED, GIVEN_UP)
    return None


def renew(job: int, lease: uuid.UUID) -> None:
    """Raises LeaseLostError where it is no more the worker's to do."""
    with transaction.atomic():
        held = _held(job, lease)
        held.leased_until = timezone.now() + timedelta(seconds=LEASE_SECONDS)
        held.save(update_fields=["leased_until"])


def hand_in(job: int, lease: uuid.UUID, chunk: Chunk) -> None:
    """Once: what was handed in already stays as it is. Raises LeaseLostError, JobRefusedError (`unknown_machines`)."""
    with transaction.atomic():
        held = _held(job, lease)
        held.leased_until = timezone.now() + timedelta(seconds=LEASE_SECONDS)
        held.attempts = 0
        held.save(update_fields=["leased_until", "attempts"])
        part = JobMachine.objects.select_for_update().filter(job=held, machine=chunk.machine).first()
        if part is None:
            raise JobRefusedError("unknown_machines", f"{held} has no machine {chunk.machine}.")
        if part.reached is not None and part.reached >= chunk.end:
            return
        part.reached, part.memory = chunk.end, chunk.memory
        part.envelopes, part.values = part.envelopes + chunk.envelopes, part.values + chunk.values
        part.found = added(part.found, chunk.found)
        part.save()
        if chunk.points:
            JobChunk.objects.create(job=held, machine=chunk.machine, begin=chunk.begin, points=chunk.points)


def give_back(job: int, lease: uuid.UUID) -> None:
    """Others may have it; those that waited come first. Raises LeaseLostError."""
    with transaction.atomic():
        held = _held(job, lease)
        held.state, held.lease, held.leased_until, held.attempts = State.QUEUED, None, timezone.now(), 0
        held.save()


def finish(job: int, lease: uuid.UUID, error: str = "") -> None:
    """It is done, or with an error text it has failed. Raises LeaseLostError."""
    with transaction.atomic():
        _end(_held(job, lease), State.FAILED if error else State.DONE, error)


def _end(job: Job, state: State, error: str) -> None:
    job.state, job.error, job.ended = state, error, timezone.now()
    job.lease = job.leased_until = None
    job.save()
    if state == State.DONE:
        JobMachine.objects.filter(job=job).update(memory=None)


def _held(job: int, lease: uuid.UUID) -> Job:
    held = Job.objects.select_for_update().filter(pk=job, lease=lease, state=State.RUNNING).first()
    if held is None:
        raise LeaseLostError
    return held
