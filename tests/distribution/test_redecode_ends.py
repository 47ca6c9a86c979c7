"""Where a re-decode's span begins and ends on a machine: what holds there, for whoever reads across."""

# ruff: noqa: F811 - fixtures of another file are arguments here

import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from distribution.explain.explaining import explain
from distribution.jobs import worker
from distribution.queries.explain import Key
from distribution.queries.findings import Wanted, page
from distribution.queries.history import Question, Span, thinned
from distribution.queries.signals import named
from distribution.schema import ce_technology, raw_data_cache_store
from duco_cms.definitions.models import Release
from duco_cms.jobs.asking import ask_redecode
from duco_cms.jobs.found import SignalFound, found_by
from tests.distribution.test_jobs import SECOND, T0, Recording, dies, finished, recording, text  # noqa: F401 - fixtures
from tests.distribution.test_redecode_bounds import FEWER, findings
from tests.pipeline.ruled import groups_of

pytestmark = [pytest.mark.clickhouse, pytest.mark.redis, pytest.mark.django_db(transaction=True)]

SELDOM = text().replace("temperature > 200", "temperature > 400")
RAISED, CLEARED = 69, 86
"""Seconds: the first finding of `text()`, and the end of it."""


def redecode(recording: Recording, chosen: Release, against: Release, begin: int = 0, end: int = 600) -> None:
    compared = finished(recording.backtest(chosen, against, begin=begin, end=end))
    job = finished(ask_redecode(recording.user, compared, "because"))
    assert job.error == ""


def still_open(recording: Recording) -> list[dict[str, Any]]:
    return page(Wanted([recording.machine.number], Span(0, T0 + 10_000 * SECOND), {}, is_open=True), None, 100)


def test_what_live_never_raised_is_cleared_at_the_end_though_its_rule_is_live(recording: Recording) -> None:
    first, mended = recording.release(1, SELDOM), recording.release(2, text())
    recording.live(1)
    redecode(recording, mended, first, end=RAISED + 9)
    assert findings(recording) == [(RAISED, "raised", 3), (RAISED + 5, "cleared", 3)]
    assert still_open(recording) == []


def test_what_was_open_at_the_end_before_stays_so_though_its_rule_is_gone(
    recording: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, same = recording.release(1, text()), recording.release(2, text(more="derived thrice : f64 = level * 3"))
    recording.release(3, FEWER)
    recording.live(1)
    before = findings(recording)
    monkeypatch.setattr(worker, "TURN_SECONDS", 0.0)
    compared = finished(recording.backtest(same, first, end=RAISED + 9))
    monkeypatch.setattr(worker, "SPAN_ENVELOPES", 20)
    job = ask_redecode(recording.user, compared, "because")
    while worker.take_turn():
        # What is stored takes the place of what it hides.
        recording.store.client.command(f"OPTIMIZE TABLE {ce_technology('finding')} FINAL")
    job.refresh_from_db()
    assert job.state == "done"
    assert findings(recording) == [(RAISED, "raised", 4), (CLEARED, "cleared", 1), *before[2:]]


def test_what_is_raised_is_cleared_by_whoever_ends_the_job(
    recording: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen, live = recording.release(1, text()), recording.release(2, FEWER)
    raw = raw_data_cache_store("envelope")
    recording.store.client.command(f"DELETE FROM {raw} WHERE offset >= {RAISED + 9}")  # noqa: S608 - our own name
    # Nine spans, of which the machine is silent in the last seven, and a turn for each.
    monkeypatch.setattr(worker, "SPAN_ENVELOPES", 8)
    monkeypatch.setattr(worker, "TURN_SECONDS", 0.0)
    redecode(recording, chosen, live)
    assert findings(recording) == [(RAISED, "raised", 3), (RAISED + 5, "cleared", 3)]


def low(limit: int) -> str:
    return text(more=f"derived low : bool = level < {limit} store on_change")


class Low:
    """The signal `low` of three releases of a recording: by the first it is always true, by the second never, and the
    third does not have it.
    """

    def __init__(self, recording: Recording) -> None:
        # Explanations remember releases by their numbers.
        self.number = uuid.uuid4().int % 2**30
        self.first = recording.release(self.number, low(300))
        self.never = recording.release(self.number + 1, low(0))
        self.without = recording.release(self.number + 2, text())
        self.group = groups_of(recording.catalogues[self.number].release.content)["low"]
        self._recording = recording

    def rows(self) -> list[tuple[float, float, int, int]]:
        """Seconds behind the first record, value, release less that of the first, ordinal."""
        sql = f"""
            SELECT toUnixTimestamp64Micro(ts), `values`[1], `release`, ordinal
            FROM {ce_technology("frame_values")} FINAL
            WHERE machine = {self._recording.machine.number} AND `group` = {self.group} ORDER BY ts, ordinal
        """  # noqa: S608 - our own names
        found = self._recording.store.client.query(sql).result_rows
        return [((ts - T0) / SECOND, value, release - self.number, ordinal) for ts, value, release, ordinal in found]

    def holds_at(self, second: int) -> float:
        """As a plot that begins there has it."""
        span = Span(T0 + second * SECOND, T0 + second * SECOND + 1)
        (series,) = thinned(Question(self._recording.machine.number, named("derived.low"), span), 10)
        assert series.before is not None
        return series.before.value

    def explained(self, second: float) -> Any:
        """The last row up to there."""
        machine = self._recording.machine
        told = explain(Key(machine.number, self.group, 0, None, T0 + int(second * SECOND), latest=True), 2, "raw")
        assert told is not None
        assert told.again is not None
        assert told.rule is not None
        return told


@pytest.fixture
def held(recording: Recording) -> Iterator[Low]:
    held = Low(recording)
    recording.store.catalogue((held.group, 0, "derived", "low"), release=held.number, kind="derived", store="on_change")
    yield held
    recording.store.client.command(f"DELETE FROM {ce_technology('signal_catalogue')} WHERE `group` = {held.group}")  # noqa: S608 - our own name


def test_what_is_stored_on_change_holds_within_the_span_and_not_behind_it(
    recording: Recording, held: Low, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording.live(held.number)
    assert held.rows() == [(0, 1, 0, 0)]
    monkeypatch.setattr(worker, "TURN_SECONDS", 0.0)
    compared = finished(recording.backtest(held.never, held.first, begin=200, end=400))
    (found,) = found_by(compared).signals
    assert found == SignalFound(held.group, 0, "low", 1, 1, 0, 0, 0, 1.0, {recording.machine.number})

    # By several workers, one behind the other.
    job = finished(ask_redecode(recording.user, compared, "never"))
    assert (job.state, job.error) == ("done", "")
    begin, end = 197, 397 - 1e-6
    assert held.rows() == [(0, 1, 0, 0), (begin, 0, 3, 0), (pytest.approx(end), 1, 0, 1)]
    assert [held.holds_at(second) for second in (100, begin + 1, 396, 398, 599)] == [1, 0, 0, 1, 1]

    told = held.explained(300)
    assert (told.stored.release, told.again.agrees, told.gaps) == (held.number + 3, True, [])
    assert told.rule.parts[0].value == 0
    told = held.explained(500)
    assert (told.stored.release, told.again.agrees) == (held.number, True)
    assert ([gap.code for gap in told.gaps], told.rule.parts[0].value) == (["held"], 1)

    # And back, in one turn: nothing is left that has to hold again.
    monkeypatch.setattr(worker, "TURN_SECONDS", 60.0)
    redecode(recording, held.first, held.never, begin=200, end=400)
    assert held.rows() == [(0, 1, 0, 0), (begin, 1, 4, 0)]


def test_what_changed_in_the_span_is_so_behind_it(recording: Recording, held: Low) -> None:
    changing = recording.release(held.number + 3, low(250))
    recording.live(held.number + 3)
    assert held.rows()[:3] == [(0, 1, 3, 0), (250, 0, 3, 0), (256, 1, 3, 0)]
    redecode(recording, held.without, changing, begin=200, end=254)
    assert held.rows()[:3] == [(0, 1, 3, 0), (pytest.approx(251 - 1e-6), 0, 3, 1), (256, 1, 3, 0)]
