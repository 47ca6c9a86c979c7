"""Backtests and re-decodes as jobs: by the real Meta API, raw store and tables."""

import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pyarrow as pa
import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.test import override_settings

from distribution.jobs import worker
from distribution.jobs.backtest import BacktestWork
from distribution.jobs.client import Jobs, LeaseLostError, Outcome
from distribution.jobs.worker import SPAN_ENVELOPES, spans, take_turn
from distribution.meta import meta
from distribution.schema import ce_technology, raw_data_cache_store
from distribution.writers.clickhouse_store import ClickHouseStore
from distribution.writers.raw_store import ENVELOPE
from duco_cms.definitions.models import Release
from duco_cms.fleet.models import Machine, MachineModel, Organisation
from duco_cms.jobs.asking import Span, ask_backtest, ask_redecode
from duco_cms.jobs.found import found_by, points_of, progress_of
from duco_cms.jobs.leasing import claim
from duco_cms.jobs.models import Job, JobMachine
from duco_cms.jobs.models.job import State
from duco_cms.jobs.steering import pause, resume
from ingest.decoding.decode import decode
from ingest.decoding.records import RawRecord
from ingest.decoding.tables import tables_of
from ingest.meta.catalogue import Catalogue
from ingest.processor.lanes import RuleLanes
from ingest.processor.state import MachineState, advance, listeners_of, memories_of, trails_of
from parsing.assemble import document_of
from tests.cms.callers import make_release
from tests.distribution.conftest import Store
from tests.pipeline.buses import Sent, frames_of, records_of
from tests.pipeline.ruled import catalogue_of, content_of

pytestmark = [pytest.mark.clickhouse, pytest.mark.redis, pytest.mark.django_db(transaction=True)]

SECOND = 1_000_000
MINUTE = 60 * SECOND
T0 = (int(time.time()) - 3600) // 60 * MINUTE
TEXT = """
message Engine on can 0x123 {
    timeout 5s
    signal temperature : u8 at byte 1 scale SCALE range 0..300
    signal level : u8 at byte 2
}
derived twice : f64 = temperature * 2
derived slow : f64 = mean(twice, over 90s)
event hot { raise when temperature > 200 for 2s clear when temperature < 50 }
MORE
"""


def text(scale: float = 1, more: str = "") -> str:
    return TEXT.replace("SCALE", str(scale)).replace("MORE", more)


@dataclass
class Recording:
    """A machine and ten minutes of it in the raw store, a frame a second; `live` stores what a release gives of it."""

    store: Store
    user: User
    machine: Machine
    records: list[RawRecord]
    catalogues: dict[int, Catalogue] = field(default_factory=dict)

    def release(self, number: int, definitions: str) -> Release:
        content = content_of(definitions)
        catalogue = catalogue_of(content, number)
        entry = next(iter(catalogue.machines.values()))
        self.catalogues[number] = catalogue.with_machines(
            {self.machine.device: replace(entry, machine=self.machine.number)}
        )
        return make_release(number, document_of(content))

    def live(self, number: int, records: list[RawRecord] | None = None) -> None:
        """As the processor and the history writer do, in batches of another size than those of jobs."""
        states: dict[int, MachineState] = {}
        lanes, catalogue = RuleLanes(), self.catalogues[number]
        given = self.records if records is None else records
        for start in range(0, len(given), 70):
            decoded = decode(given[start : start + 70], catalogue, listeners_of(states), trails_of(states))
            memories = lanes.run("stable", decoded, catalogue, memories_of(states))
            changed, counted = advance(decoded, states, memories)
            states |= changed
            for table, rows in tables_of(decoded, counted).items():
                ClickHouseStore().insert(ce_technology(table), rows, uuid.uuid4().hex)

    def keep(self, records: list[RawRecord]) -> None:
        """In the raw store."""
        rows = [
            {
                "partition": each.partition, "offset": each.offset, "origin": each.origin,
                "message_id": each.headers["message-id"], "device": self.machine.device, "kind": each.headers["kind"],
                "content_type": each.headers["content-type"], "content_encoding": "", "realtime": 0, "enqueued": None,
                "received": each.received, "properties": [], "body": each.body,
            }
            for each in records
        ]  # fmt: skip
        self.store.client.insert_arrow(raw_data_cache_store("envelope"), pa.Table.from_pylist(rows, ENVELOPE))

    def rows(self, table: str) -> list[tuple[Any, ...]]:
        """All columns but the release, as questions see them."""
        return self._select("* EXCEPT (`release`)", table)

    def releases(self, table: str) -> set[int]:
        return {row[0] for row in self._select("DISTINCT `release`", table)}

    def _select(self, what: str, table: str) -> list[tuple[Any, ...]]:
        sql = f"SELECT {what} FROM {ce_technology(table)} FINAL WHERE machine = {{machine:UInt32}} ORDER BY ALL"  # noqa: S608 - our own names
        parameters = {"machine": self.machine.number}
        return [tuple(row) for row in self.store.client.query(sql, parameters=parameters).result_rows]

    def span(self, begin: int = 0, end: int = 600, warm_up: int = 10) -> Span:
        """Seconds behind the first record."""
        times = [datetime.fromtimestamp(T0 // SECOND, UTC) + timedelta(seconds=after) for after in (begin, end)]
        return Span([self.machine.number], times[0], times[1], warm_up)

    def backtest(self, release: Release, against: Release | None = None, **more: int) -> Job:
        return ask_backtest(self.user, release, self.span(**more), against)


def stream(device: str, partition: int, count: int = 600) -> list[RawRecord]:
    sent = [Sent(T0 + n * SECOND, 0, 0x123, bytes([n * 3 % 256, n % 256])) for n in range(count)]
    return [
        RawRecord(partition, number, record.headers | {"device": device}, record.body, T0 + number * SECOND)
        for number, record in enumerate(records_of(frames_of(sent), 1))
    ]


@pytest.fixture
def recording(store: Store, live_server: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Recording]:
    # Ten spans of a minute.
    monkeypatch.setattr(worker, "SPAN_ENVELOPES", 60)
    model = MachineModel.objects.create(id=2, name="EX-1")
    owner = Organisation.objects.create(name="Owner")
    device = f"job-{uuid.uuid4().hex[:8]}"
    machine = Machine.objects.create(
        number=uuid.uuid4().int % 2**30 + 1, device=device, name="One", model=model, organisation=owner
    )
    user = get_user_model().objects.create_superuser("ada", password="p")
    recording = Recording(store, user, machine, stream(device, uuid.uuid4().int % 2**15))
    recording.keep(recording.records)
    with override_settings(META_API_URL=live_server.url):
        yield recording
    store.client.command(f"TRUNCATE TABLE {raw_data_cache_store('envelope')}")


def finished(job: Job) -> Job:
    while take_turn():
        pass
    return Job.objects.get(pk=job.pk)


def test_a_backtest_says_what_differs_and_where(recording: Recording) -> None:
    recording.release(1, text())
    job = finished(recording.backtest(recording.release(2, text(scale=2)), Release.objects.get(pk=1)))
    assert (job.state, job.error) == (State.DONE, "")
    progress, found = progress_of(job), found_by(job)
    assert (progress.share, progress.envelopes) == (1.0, 600)
    by_name = {each.name: each for each in found.signals}
    assert set(by_name) == {"Engine.temperature", "twice", "slow"}
    zeros = sum(n * 3 % 256 == 0 for n in range(600))
    temperature = by_name["Engine.temperature"]
    assert (temperature.both, temperature.values, temperature.greatest) == (600, 600 - zeros, 255.0)
    assert temperature.machines == {recording.machine.number}
    assert [(rule.name, rule.only_before > 0, rule.only_after > 0) for rule in found.rules] == [
        ("event hot", True, True)
    ]
    (series,) = points_of(job, recording.machine.number, temperature.group, temperature.slot)
    assert len(series["points"]) > 50
    assert all(after == 2 * before for _, _, before, _, after, _ in series["points"])
    assert all(T0 <= ts < T0 + 600 * SECOND for ts, *_ in series["points"])


def test_a_redecode_stores_what_live_processing_stores(recording: Recording) -> None:
    recording.release(1, text())
    recording.release(2, text(scale=2, more="derived thrice : f64 = temperature * 3"))
    recording.live(2)
    tables = ("frame_values", "finding", "envelope")
    wanted = {table: recording.rows(table) for table in tables}
    assert all(wanted.values())
    for table in tables:
        recording.store.client.command(f"TRUNCATE TABLE {ce_technology(table)}")
    recording.live(1)
    by_first = {table: recording.rows(table) for table in tables}
    assert by_first != wanted

    compared = finished(recording.backtest(Release.objects.get(pk=2), Release.objects.get(pk=1)))
    job = finished(ask_redecode(recording.user, compared, "the scale was wrong"))
    assert (job.state, job.error) == (State.DONE, "")
    assert {table: recording.rows(table) for table in tables} == wanted
    assert {table: recording.releases(table) for table in tables} == {table: {3} for table in tables}
    assert Release.objects.stable().first() == Release.objects.get(pk=2), "what machines run is another matter"

    # And back: rows that only the other content gives are gone.
    back = finished(recording.backtest(Release.objects.get(pk=1), Release.objects.get(pk=2)))
    finished(ask_redecode(recording.user, back, "it was right"))
    assert {table: recording.rows(table) for table in tables} == by_first
    assert {table: recording.releases(table) for table in tables} == {table: {4} for table in tables}


def test_what_lies_outside_of_the_span_stays(recording: Recording) -> None:
    first, second = recording.release(1, text()), recording.release(2, text(scale=2))
    recording.live(1)
    before = recording.rows("frame_values")
    compared = finished(recording.backtest(second, first, begin=200, end=400))
    finished(ask_redecode(recording.user, compared, "only these"))
    received = next(index for index, value in enumerate(before[0]) if isinstance(value, datetime) and index > 3)
    begin, end = recording.span(200, 400).begin, recording.span(200, 400).end

    def outside(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        return [row for row in rows if not begin <= row[received].replace(tzinfo=UTC) < end]

    assert outside(recording.rows("frame_values")) == outside(before)
    assert recording.rows("frame_values") != before


@pytest.fixture
def dies(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """The worker dies as it hands in its n-th span: once before the Meta API hears of it, once after."""

    def after(count: int, *, heard: bool = False) -> None:
        whole, handed = Jobs.hand_in, iter(range(1, 1000))

        def hand_in(self: Jobs, *arguments: Any) -> None:
            dead = next(handed) == count
            if heard or not dead:
                whole(self, *arguments)
            if dead:
                raise KeyboardInterrupt

        monkeypatch.setattr(Jobs, "hand_in", hand_in)

    return after


@pytest.mark.parametrize("heard", [False, True])
@pytest.mark.parametrize("kind", ["backtest", "redecode"])
def test_after_a_crash_another_goes_on_as_if_nothing_was(
    recording: Recording, dies: Any, kind: str, heard: bool
) -> None:
    first, second = recording.release(1, text()), recording.release(2, text(scale=2))
    recording.live(2)
    wanted = recording.rows("frame_values"), recording.rows("finding")
    recording.store.client.command(f"TRUNCATE TABLE {ce_technology('frame_values')}")
    recording.store.client.command(f"TRUNCATE TABLE {ce_technology('finding')}")
    recording.live(1)
    undisturbed = finished(recording.backtest(second, first))
    job = (
        recording.backtest(second, first)
        if kind == "backtest"
        else ask_redecode(recording.user, undisturbed, "because")
    )
    dies(4, heard=heard)
    with pytest.raises(KeyboardInterrupt):
        take_turn()
    assert not take_turn(), "the dead worker's lease still runs"
    Job.objects.filter(pk=job.pk).update(leased_until=datetime.now(UTC) - timedelta(seconds=1))
    job = finished(job)
    assert (job.state, progress_of(job).envelopes) == (State.DONE, 600)
    if kind == "backtest":
        assert found_by(job) == found_by(undisturbed)
        assert progress_of(job) == progress_of(undisturbed)
    else:
        assert (recording.rows("frame_values"), recording.rows("finding")) == wanted


def test_paused_it_stops_and_resumed_it_goes_on(recording: Recording, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = recording.release(1, text()), recording.release(2, text(scale=2))
    job, whole, seen = recording.backtest(second, first), Jobs.hand_in, []

    def hand_in(self: Jobs, *arguments: Any) -> None:
        seen.append(arguments)
        if len(seen) == 4:
            pause(Job.objects.get(pk=job.pk), recording.user)
        whole(self, *arguments)

    monkeypatch.setattr(Jobs, "hand_in", hand_in)
    assert take_turn()
    assert (len(seen), Job.objects.get(pk=job.pk).state) == (4, State.PAUSED), "the first is what came before the span"
    assert not take_turn()
    assert JobMachine.objects.get(job=job).reached == recording.span().begin + timedelta(seconds=120)
    resume(Job.objects.get(pk=job.pk), recording.user)
    assert finished(job).state == State.DONE
    assert progress_of(job).envelopes == 600


def test_what_the_cms_does_not_take_fails_the_job_and_says_why(
    recording: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    end_span = BacktestWork.end_span
    job = recording.backtest(recording.release(2, text(scale=2)), recording.release(1, text()))

    def faulty(self: BacktestWork, *, last: bool) -> Outcome:
        return replace(end_span(self, last=last), values=-1)

    monkeypatch.setattr(BacktestWork, "end_span", faulty)
    assert take_turn()
    job = Job.objects.get(pk=job.pk)
    assert (job.state, "greater than or equal to 0" in job.error) == (State.FAILED, True), job.error
    assert not take_turn()


def test_turns_are_taken_between_jobs(recording: Recording, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = recording.release(1, text()), recording.release(2, text(scale=2))
    jobs = [recording.backtest(second, first), recording.backtest(second, first)]
    monkeypatch.setattr(worker, "TURN_SECONDS", 0.0)
    for _ in range(4):
        take_turn()
    shares = [progress_of(job).share for job in jobs]
    assert shares[0] == shares[1] > 0


def test_a_job_that_kills_workers_is_given_up(recording: Recording) -> None:
    job = recording.backtest(recording.release(2, text(scale=2)), recording.release(1, text()))
    for _ in range(5):
        assert claim() == job
        Job.objects.update(leased_until=datetime.now(UTC) - timedelta(seconds=1))
    assert claim() is None
    job.refresh_from_db()
    assert (job.state, "died" in job.error) == (State.FAILED, True)


def test_a_lease_that_was_lost_hands_in_nothing(recording: Recording) -> None:
    recording.backtest(recording.release(2, text(scale=2)), recording.release(1, text()))
    with meta() as api:
        jobs = Jobs(api)
        held = jobs.claim()
        assert held is not None
        Job.objects.update(leased_until=datetime.now(UTC) - timedelta(seconds=1))
        assert jobs.claim() is not None
        for step in (jobs.renew, jobs.give_back, jobs.finish):
            with pytest.raises(LeaseLostError):
                step(held)


@pytest.mark.parametrize(
    ("seconds", "envelopes", "count", "length"),
    [
        (90, 10**9, 2, 60),
        (3600, 10**9, 60, 60),
        (2 * 3600, 10**9, 60, 120),
        (2 * 3600, 8 * SPAN_ENVELOPES, 8, 900),
        (2 * 3600, 10, 2, 3600),
        (600, 0, 1, 600),
        (10 * 86_400, 10**9, 240, 3600),
    ],
)
def test_spans_cover_the_job(seconds: int, envelopes: int, count: int, length: int) -> None:
    ends = [0, *spans(0, seconds * SECOND, envelopes)]
    assert (len(ends) - 1, ends[1], ends[-1]) == (count, length * SECOND, seconds * SECOND)
    assert all(0 < each - before <= length * SECOND for before, each in pairwise(ends))
