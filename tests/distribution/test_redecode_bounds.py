"""What a re-decode may take out, when it may go on, and how jobs read what is large or away."""

# ruff: noqa: F811 - fixtures of another file are arguments here

import os
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlparse

import pyarrow as pa
import pytest
from django.conf import settings
from django.test import override_settings

from distribution.jobs.redecode import RedecodeWork
from distribution.jobs.worker import take_turn
from distribution.queries import reader
from distribution.queries.raw import RawReader
from distribution.queries.reader import StoreUnavailableError, read
from distribution.schema import ce_technology, raw_data_cache_store
from distribution.writers.raw_store import ENVELOPE
from duco_cms.definitions.models import Release
from duco_cms.fleet.models import Machine, Organisation
from duco_cms.jobs.asking import ask_redecode
from duco_cms.jobs.found import found_by, progress_of
from duco_cms.jobs.leasing import finish
from duco_cms.jobs.models import Job
from duco_cms.jobs.models.job import State
from duco_cms.jobs.refusals import JobRefusedError
from duco_cms.jobs.steering import cancel, pause, resume
from ingest.decoding.records import RawRecord
from ingest.device.envelopes import object_envelope
from ingest.envelope.opening import MAX_SENT
from tests.distribution.conftest import Store
from tests.distribution.test_jobs import T0, Recording, finished, recording, text  # noqa: F401 - fixtures
from tests.pipeline.ruled import catalogue_of, content_of, groups_of

pytestmark = [pytest.mark.clickhouse, pytest.mark.redis, pytest.mark.django_db(transaction=True)]

ELSEWHERE = """
position Gnss on vehicle_position {
    signal lat : f64 at $.place.lat [deg]
    signal lon : f64 at $.place.lon [deg]
}
"""
"""Where no position of the tests has them."""

FEWER = "message Engine on can 0x123 { signal level : u8 at byte 2 }"
"""Without `temperature`, and without what is derived of it."""


def received_from(rows: list[tuple[Any, ...]], seconds: int, until: int = 600) -> list[tuple[Any, ...]]:
    """Of `frame_values`; seconds behind the first record."""
    first = datetime.fromtimestamp(T0 // 1_000_000, UTC)
    begin, end = first + timedelta(seconds=seconds), first + timedelta(seconds=until)
    return [row for row in rows if begin <= row[-1].replace(tzinfo=UTC) < end]


def compared(recording: Recording, more: str = FEWER) -> Job:
    """Stored by release 1, which is live, and held against a content that gives fewer rows."""
    first, second = recording.release(1, text()), recording.release(2, more)
    recording.live(1)
    return finished(recording.backtest(second, first))


def test_what_the_raw_store_forgot_stays_as_it_was(recording: Recording) -> None:
    backtest = compared(recording)
    before = recording.rows("frame_values")
    table = raw_data_cache_store("envelope")
    recording.store.client.command(f"DELETE FROM {table} WHERE offset < 300")  # noqa: S608 - our own name
    job = finished(ask_redecode(recording.user, backtest, "too late for the half of it"))
    assert (job.state, job.error) == (State.DONE, "")
    after = recording.rows("frame_values")
    assert received_from(after, 0, 300) == received_from(before, 0, 300) != []
    assert 0 < len(received_from(after, 300)) < len(received_from(before, 300)), "what it decoded is replaced"


def test_nothing_is_taken_out_of_a_machine_that_workers_do_not_know(recording: Recording) -> None:
    backtest = compared(recording)
    before = {table: recording.rows(table) for table in ("frame_values", "finding")}
    job = ask_redecode(recording.user, backtest, "active when it was asked for")
    Machine.objects.filter(pk=recording.machine.pk).update(active=False)
    assert finished(job).state == State.DONE
    assert found_by(job).rejected == {"unknown_machine": 600}
    assert {table: recording.rows(table) for table in before} == before
    with pytest.raises(JobRefusedError) as refused:
        ask_redecode(recording.user, backtest, "and now it is not")
    assert refused.value.code == "unknown_machines"


def test_a_renamed_device_loses_nothing(recording: Recording) -> None:
    backtest = compared(recording)
    before = recording.rows("frame_values")
    Machine.objects.filter(pk=recording.machine.pk).update(device=f"new-{uuid.uuid4().hex[:8]}")
    assert finished(ask_redecode(recording.user, backtest, "it has another box")).state == State.DONE
    assert recording.rows("frame_values") == before


def test_what_a_device_sent_as_another_machine_stays_that_machines(recording: Recording) -> None:
    first, second = recording.release(1, text()), recording.release(2, text(scale=2))
    recording.live(1)
    one, device = recording.machine, recording.machine.device
    before = recording.rows("frame_values")
    Machine.objects.filter(pk=one.pk).update(device=f"new-{uuid.uuid4().hex[:8]}")
    recording.machine = Machine.objects.create(
        number=one.number + 1, device=device, name="Two", model=one.model,
        organisation=Organisation.objects.create(name="Another"),
    )  # fmt: skip
    backtest = finished(recording.backtest(second, first))
    assert (backtest.state, progress_of(backtest).envelopes) == (State.DONE, 0)
    assert finished(ask_redecode(recording.user, backtest, "since it has the box")).state == State.DONE
    assert recording.rows("frame_values") == []
    recording.machine = one
    assert recording.rows("frame_values") == before


@pytest.fixture
def names(recording: Recording) -> Iterator[None]:
    """What is known of the signals of `text()`: their groups are other tests' too."""
    release = catalogue_of(content_of(text())).release
    for number, place in release.groups.items():
        signal = number, 0, "Named", f"signal{number}"
        recording.store.catalogue(signal, release=uuid.uuid4().int % 2**31, kind=place.kind)
    yield
    groups = ", ".join(map(str, release.groups))
    recording.store.client.command(f"DELETE FROM {ce_technology('signal_catalogue')} WHERE `group` IN ({groups})")  # noqa: S608 - our own names


@pytest.mark.usefixtures("names")
def test_what_the_content_refuses_stays_though_it_was_received_with_what_it_reads(recording: Recording) -> None:
    first = recording.release(1, text())
    second = recording.release(2, ELSEWHERE)
    sent = [
        (each, object_envelope("vehicle_position", [{"ts": each.received, "lat": 50.0, "lon": 9.0}]))
        for each in recording.records[::10]
    ]
    positions = [
        RawRecord(
            can.partition + 1, can.offset,
            {**can.headers, "kind": it.kind, "content-type": it.content_type, "message-id": it.message_id}, it.body,
            can.received,
        )
        for can, it in sent
    ]  # fmt: skip
    recording.keep(positions)
    recording.live(1, sorted([*recording.records, *positions], key=lambda each: each.received))
    before = recording.rows("position")
    derived = set(groups_of(recording.catalogues[1].release.content).values())
    assert (len(before), len({row[1] for row in recording.rows("frame_values")} - derived)) == (60, 1)

    job = finished(ask_redecode(recording.user, finished(recording.backtest(second, first)), "another box"))
    assert (job.state, found_by(job).rejected) == (State.DONE, {"invalid_field": 60})
    assert (recording.rows("position"), recording.releases("position")) == (before, {1})
    values = recording.rows("frame_values")
    assert {row[1] for row in values} == derived, "no position is an Engine"
    first_ts = datetime.fromtimestamp(T0 // 1_000_000, UTC)
    assert {(row[-1].replace(tzinfo=UTC) - first_ts).seconds % 10 for row in values} == {0}, "which may be of positions"


def failed(job: Job) -> Job:
    """As where a worker meets what no other could do either."""
    Job.objects.filter(pk=job.pk).update(state=State.RUNNING, lease=uuid.uuid4(), started=datetime.now(UTC))
    job.refresh_from_db()
    assert job.lease is not None
    finish(job.pk, job.lease, "out of luck")
    return Job.objects.get(pk=job.pk)


def test_a_failed_redecode_does_not_go_on_beside_another_or_after_a_later_one(recording: Recording) -> None:
    backtest = compared(recording)
    old = failed(ask_redecode(recording.user, backtest, "first"))
    new = ask_redecode(recording.user, backtest, "second")
    with pytest.raises(JobRefusedError) as refused:
        resume(old, recording.user)
    assert refused.value.code == "redecode_runs"
    assert finished(new).state == State.DONE
    with pytest.raises(JobRefusedError) as refused:
        resume(old, recording.user)
    assert refused.value.code == "redecoded_since"
    assert Job.objects.get(pk=old.pk).state == State.FAILED


def test_a_failed_redecode_goes_on_where_nothing_was_stored_since(recording: Recording) -> None:
    backtest = compared(recording)
    old = failed(ask_redecode(recording.user, backtest, "first"))
    cancel(ask_redecode(recording.user, backtest, "never begun"), recording.user)
    resume(old, recording.user)
    assert finished(old).state == State.DONE
    paused = pause(ask_redecode(recording.user, backtest, "third"), recording.user)
    resume(paused, recording.user)
    assert finished(paused).state == State.DONE
    assert Release.objects.count() == 5


class Wire:
    """Between a client and ClickHouse; `cut` ends all that goes over it, for good."""

    def __init__(self) -> None:
        there = urlparse(settings.CLICKHOUSE_URL)
        self._there = there.hostname or "", there.port or 8123
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._ends: list[socket.socket] = []
        port = self._listening.getsockname()[1]
        self.url = settings.CLICKHOUSE_URL.replace(f":{there.port}", f":{port}")
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        for each in (self._listening, *self._ends):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            far = socket.create_connection(self._there)
            self._ends += [near, far]
            for pair in ((near, far), (far, near)):
                threading.Thread(target=_carry, args=pair, daemon=True).start()


def _carry(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Iterator[Wire]:
    monkeypatch.setattr(reader, "_clients", {})
    wire = Wire()
    with override_settings(CLICKHOUSE_URL=wire.url):
        yield wire
    wire.cut()


def test_a_store_that_goes_away_is_away_and_no_fault_of_the_question(store: Store, wire: Wire) -> None:
    assert read("SELECT 1", {}) == [(1,)]
    wire.cut()
    with pytest.raises(StoreUnavailableError):
        read("SELECT 1", {})


def test_a_job_outlives_a_store_that_goes_away(
    recording: Recording, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    backtest = compared(recording)
    job = ask_redecode(recording.user, backtest, "because")
    whole = RedecodeWork.end_span

    def end_span(self: RedecodeWork, *, last: bool) -> Any:
        if last:
            wire.cut()
        return whole(self, last=last)

    monkeypatch.setattr(RedecodeWork, "end_span", end_span)
    assert not take_turn(), "it is asked for when the store may be back, and not at once"
    job = Job.objects.get(pk=job.pk)
    assert (job.state, job.attempts) == (State.QUEUED, 0), "the worker did not die of it"


def test_the_largest_envelopes_are_read(store: Store) -> None:
    device, now = f"big-{uuid.uuid4().hex[:8]}", int(time.time() * 1_000_000)
    rows: list[dict[str, Any]] = [
        {
            "partition": 7, "offset": number, "origin": f"hub/0/{number}", "message_id": "", "device": device,
            "kind": "client_raw", "content_type": "", "content_encoding": "", "realtime": 0, "enqueued": None,
            "received": now + number, "properties": [], "body": os.urandom(MAX_SENT),
        }
        for number in range(200)
    ]  # fmt: skip
    store.client.insert_arrow(raw_data_cache_store("envelope"), pa.Table.from_pylist(rows, ENVELOPE))
    read_ = [record.offset for page in RawReader(device).between(now, now + 1_000) for record in page]
    store.client.command(f"TRUNCATE TABLE {raw_data_cache_store('envelope')}")
    assert read_ == list(range(200))


def findings(recording: Recording) -> list[tuple[int, str, int]]:
    """Seconds behind the first record, state, release."""
    sql = f"SELECT toUnixTimestamp64Micro(ts), state, `release` FROM {ce_technology('finding')} FINAL"  # noqa: S608 - our own names
    where = "WHERE machine = {machine:UInt32} ORDER BY ts"
    rows = recording.store.client.query(f"{sql} {where}", parameters={"machine": recording.machine.number}).result_rows
    return [((ts - T0) // 1_000_000, state, release) for ts, state, release in rows]


def test_what_was_raised_before_the_span_is_still_cleared_in_it(recording: Recording) -> None:
    first, second = recording.release(1, text()), recording.release(2, FEWER)
    recording.live(1)
    (raised, _, _), (cleared, _, _), *rest = findings(recording)
    assert rest
    before = finished(recording.backtest(second, first, begin=raised + 5))
    finished(ask_redecode(recording.user, before, "no such rule"))
    assert findings(recording) == [(raised, "raised", 1), (cleared, "cleared", 1)]


def test_what_no_machine_runs_leaves_nothing_raised(recording: Recording) -> None:
    first, live = recording.release(1, text()), recording.release(2, FEWER)
    recording.live(2)
    before = finished(recording.backtest(first, live))
    finished(ask_redecode(recording.user, before, "as it was"))
    whole = findings(recording)
    raised = [second for second, state, _ in whole if state == "raised"][1]
    recording.store.client.command(f"TRUNCATE TABLE {ce_technology('finding')}")
    again = finished(recording.backtest(first, live, end=raised + 5))
    finished(ask_redecode(recording.user, again, "and ends while it is raised"))
    told = findings(recording)
    assert [state for _, state, _ in told[-2:]] == ["raised", "cleared"]
    assert told[-1][0] == raised + 1, "as far as rules judged with the last envelope of the span"
