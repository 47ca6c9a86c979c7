"""A worker's turn: takes a job, does spans of it, hands each in, and gives it back after a while.

Each span is handed in whole with what the contents remember at its end, so that whoever goes on after a crash, a pause
or another job's turn gives what an undisturbed worker would have given.
"""

import time
from collections.abc import Iterator
from typing import Final, Protocol

import structlog
from clickhouse_connect.driver.exceptions import DatabaseError, OperationalError

from distribution.backtest.contents import MetaContents, UnknownContentError
from distribution.jobs.backtest import BacktestWork
from distribution.jobs.client import Job, Jobs, LeaseLostError, NotTakenError, Outcome, PartOfMachine
from distribution.jobs.redecode import RedecodeWork
from distribution.meta import meta
from distribution.queries.raw import RawReader
from distribution.queries.reader import StoreUnavailableError, TooMuchError
from distribution.queries.sent_by import sent_by
from ingest.decoding.records import RawRecord
from ingest.streaming.errors import Retryable

log = structlog.get_logger(__name__)

TURN_SECONDS: Final = 60.0
RENEW_SECONDS: Final = 5.0
MINUTE, HOUR = 60_000_000, 3_600_000_000
SPANS: Final = 60
SPAN_ENVELOPES: Final = 3_000
"""Some of them make a span worth its queries and its handing in: fewer spans where there is little."""
ERROR_CHARACTERS: Final = 4_000


class Work(Protocol):
    """What is done with a machine's envelopes."""

    def begin(self, machine: PartOfMachine, spans: int) -> None:
        """With what it remembers of the machine, or nothing; how many spans it has."""

    def warm(self, page: list[RawRecord]) -> None:
        """What came before the job's span."""

    def end_warm_up(self) -> None:
        """The job's span begins: once for each machine, and not where somebody goes on."""

    def take(self, page: list[RawRecord]) -> None: ...

    def end_span(self, *, last: bool) -> Outcome:
        """Of what was taken since the last one ended."""
        ...


def take_turn() -> bool:
    """Whether there was a job, and there is reason to ask for the next one at once. Raises httpx.HTTPError: the lease
    runs out, and others try.
    """
    with meta() as api:
        jobs = Jobs(api)
        job = jobs.claim()
        if job is None:
            return False
        try:
            return _Turn(jobs, job).run()
        except LeaseLostError:
            log.info("job is not this worker's any more", job=job.id)
        return True


class _Turn:
    def __init__(self, jobs: Jobs, job: Job) -> None:
        self._jobs, self._job = jobs, job
        self._ends = time.monotonic() + TURN_SECONDS
        self._renewed = time.monotonic()

    def run(self) -> bool:
        """False: the store is away, so that it is for later."""
        try:
            with MetaContents() as contents:
                work = self._work(contents)
            done = all(self._machine(work, machine) for machine in self._job.machines)
        except (OperationalError, StoreUnavailableError, Retryable) as error:
            log.warning("the store is away; the job waits", job=self._job.id, error=str(error)[:500])
            self._jobs.give_back(self._job)
            return False
        except (UnknownContentError, TooMuchError, DatabaseError, NotTakenError) as error:
            # Whoever tries next meets the same.
            log.warning("job failed", job=self._job.id, error=str(error))
            self._jobs.fail(self._job, str(error)[:ERROR_CHARACTERS])
            return True
        if done:
            self._jobs.finish(self._job)
        else:
            self._jobs.give_back(self._job)
        return True

    def _work(self, contents: MetaContents) -> Work:
        """Raises UnknownContentError, httpx.HTTPError."""
        job = self._job
        if job.kind == "redecode":
            return RedecodeWork(contents.release(job.release or 0), job, self._renew)
        after = contents.release(job.release) if job.release else contents.submission(job.submission or 0)
        return BacktestWork(contents.release(job.against or 0), after, job)

    def _renew(self) -> None:
        if time.monotonic() > self._renewed + RENEW_SECONDS:
            self._jobs.renew(self._job)
            self._renewed = time.monotonic()

    def _machine(self, work: Work, machine: PartOfMachine) -> bool:
        """Whether it is done."""
        job = self._job
        position = job.begin if machine.reached is None else machine.reached
        if position >= job.end:
            return True
        sent = RawReader(machine.device)
        ends = list(spans(job.begin, job.end, sent.count(job.begin, job.end)))
        work.begin(machine, len(ends))
        if machine.memory is None:
            for page in self._pages(machine, sent.between(position - job.warm_up, position)):
                work.warm(page)
            work.end_warm_up()
            # Whoever goes on has what was so before anything was stored.
            self._jobs.hand_in(job, machine.machine, position, position, work.end_span(last=False))
        for end in ends:
            if end <= position:
                continue
            for page in self._pages(machine, sent.between(position, end)):
                work.take(page)
            self._jobs.hand_in(job, machine.machine, position, end, work.end_span(last=end == job.end))
            position = end
            if time.monotonic() > self._ends:
                return end == job.end
        return True

    def _pages(self, machine: PartOfMachine, sent: Iterator[list[RawRecord]]) -> Iterator[list[RawRecord]]:
        for page in sent:
            if own := sent_by(machine.machine, page):
                yield own
            self._renew()


def spans(begin: int, end: int, envelopes: int) -> Iterator[int]:
    """The ends of a machine's spans, µs: of one length, from a minute to an hour, and up to 60 of them where that is
    between.
    """
    count = min(max(1, envelopes // SPAN_ENVELOPES), SPANS)
    length = min(max(-(-(end - begin) // count), MINUTE), HOUR)
    yield from range(begin + length, end, length)
    yield end
