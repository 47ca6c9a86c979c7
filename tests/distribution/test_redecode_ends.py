"""Where a re-decode's span begins and ends on a machine: what holds there, for whoever reads across."""

# ruff: noqa: F811 - fixtures of another file are arguments here

from typing import Any

import pytest

from distribution.jobs import worker
from distribution.queries.findings import Wanted, page
from distribution.queries.history import Span
from distribution.schema import ce_technology, raw_data_cache_store
from duco_cms.definitions.models import Release
from duco_cms.jobs.asking import ask_redecode
from tests.distribution.test_jobs import SECOND, T0, Recording, dies, finished, recording, text  # noqa: F401 - fixtures
from tests.distribution.test_redecode_bounds import FEWER, findings

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
