"""Reading a signal: every row once and in order, or thinned to good values."""

import math

import pytest
from django.test import override_settings

from distribution.queries import history, reader, signals
from distribution.queries.history import BadSpan, Before, Place, Question, Span, every_value, thinned
from parsing.quality import Quality
from tests.distribution.conftest import DAY, SECOND, START, Store

pytestmark = pytest.mark.clickhouse

ALWAYS = Span(0, 2**32 * SECOND)


def question(store: Store, name: str, span: Span = ALWAYS, source: int | None = None) -> Question:
    return Question(store.machine, signals.named(name), span, source)


def test_pages_give_each_value_once_in_order(store: Store, group: int) -> None:
    name = f"M{group}"
    store.catalogue((group, 1, name, "s"), (group + 1, 0, name, "s"))
    # Two groups, two sources, equal times, ordinals, two months, and a long silence.
    rows = [
        (g, source, START + day * DAY + step * 7, [0.0, float(step)], [0, 0])
        for g in (group, group + 1)
        for source in (1, 2)
        for day in (0, 40, 9000)
        for step in range(10)
    ]
    store.frames(*rows)
    store.frames(*rows, ordinal=1)
    asked = question(store, f"{name}.s")
    whole = every_value(asked, None, 10_000)
    assert len(whole) == 240
    assert [value.place for value in whole] == sorted(value.place for value in whole)
    paged: list[history.Value] = []
    while page := every_value(asked, paged[-1].place if paged else None, 7):
        assert len(page) <= 7
        paged += page
    assert paged == whole
    # The slot of each group is its own: slot 1 of the one, slot 0 of the other.
    assert {value.value for value in whole if value.place.group == group} == {float(step) for step in range(10)}
    assert {value.value for value in whole if value.place.group == group + 1} == {0.0}


def test_a_span_has_its_beginning_and_not_its_end(store: Store, group: int) -> None:
    store.catalogue((group, 0, f"M{group}", "s"))
    store.frames(*[(group, source, START + i, [float(i)], [0]) for i in range(5) for source in (1, 9)])
    inside = every_value(question(store, f"M{group}.s", Span(START + 1, START + 3), 9), None, 100)
    assert [(value.place.us, value.place.source) for value in inside] == [(START + 1, 9), (START + 2, 9)]


def test_values_keep_quality_and_release_and_absent_ones_are_left_out(store: Store, group: int) -> None:
    store.catalogue((group, 1, f"M{group}", "s"))
    store.frames(
        (group, 1, START, [0.0, 1.5], [0, 2]),
        (group, 1, START + 1, [0.0, 0.0], [0, 6]),
        (group, 1, START + 2, [0.0], [0]),
        (group, 1, START + 3, [0.0, math.nan], [0, 5]),
        release=4,
    )
    found = every_value(question(store, f"M{group}.s"), None, 100)
    assert [(value.place.us, value.quality, value.release) for value in found] == [
        (START, Quality.OUT_OF_RANGE, 4),
        (START + 3, Quality.ERROR, 4),
    ]
    assert found[0].value == 1.5
    assert math.isnan(found[1].value)


def test_names_with_dots_match_wherever_they_are_cut(store: Store, group: int) -> None:
    message = f"A{group}"
    store.catalogue((group, 0, message, "B.C"), (group + 1, 0, f"{message}.B", "C"), (group + 2, 0, message, "B"))
    assert [signal.group for signal in signals.named(f"{message}.B.C")] == [group, group + 1]
    assert signals.named(message) == []
    # A newer release renamed it: the old name is gone, the place has the new one.
    store.catalogue((group, 0, message, "New"), release=2)
    assert [signal.group for signal in signals.named(f"{message}.B.C")] == [group + 1]
    assert signals.of_groups([group])[0].name == f"{message}.New"


def test_a_plot_has_good_values_only_and_tells_where_they_were_bad(store: Store, group: int) -> None:
    store.catalogue((group, 0, f"M{group}", "s"))
    # 1,000 s at 10 Hz; a spike that a plot must show; from 295 s to 315 s out of range.
    rows = []
    for i in range(10_000):
        bad = 2950 <= i < 3150
        value = 9999.0 if bad else 500.0 if i == 7777 else math.sin(i / 500)
        rows.append((group, 1, START + i * SECOND // 10, [value], [2 if bad else 0]))
    store.frames(*rows)
    store.frames((group, 2, START, [3.0], [1]), (group, 2, START + SECOND, [math.inf], [5]))
    # Never written so, but a plot must not break on it: null is no number in JSON.
    store.frames((group, 2, START + 2 * SECOND, [math.inf], [0]))
    span = Span(START, START + 1000 * SECOND)
    one, two = thinned(question(store, f"M{group}.s", span), 100)
    assert (one.source, len(one.points)) == (1, 100)
    assert [us for us, _ in one.points] == sorted(us for us, _ in one.points)
    assert (START + 7777 * SECOND // 10, 500.0) in one.points
    assert max(value for _, value in one.points) == 500.0
    assert one.bad == [BadSpan(START + 295 * SECOND, START + 3149 * SECOND // 10, Quality.OUT_OF_RANGE)]
    # A suspect value is shown and told of; infinity is told of only.
    assert two.points == [(START, 3.0)]
    assert [(span.begin, span.quality) for span in two.bad] == [
        (START, Quality.SUSPECT),
        (START + SECOND, Quality.ERROR),
    ]


def test_what_is_stored_on_change_holds_from_before_the_span(store: Store, group: int) -> None:
    store.catalogue((group, 0, f"M{group}", "s"), (group + 1, 0, f"M{group}", "s"), store="on_change")
    store.catalogue((group + 2, 0, f"M{group}", "always"))
    store.frames(
        (group, 1, START, [1.0], [0]), (group, 1, START + SECOND, [2.0], [2]), (group, 1, START + 9, [7.0], [0])
    )
    store.frames((group + 1, 2, START, [4.0], [0]), (group + 1, 2, START + 5 * SECOND, [5.0], [0]))
    store.frames((group + 1, 2, START, [6.0], [0]), ordinal=1)
    store.frames((group + 1, 3, START + 5 * SECOND, [8.0], [0]), (group + 2, 1, START, [9.0], [0]))
    span = Span(START + 2 * SECOND, START + 10 * SECOND)
    found = {one.source: (one.before, one.points) for one in thinned(question(store, f"M{group}.s", span), 100)}
    assert found == {
        1: (Before(START + SECOND, 2.0, Quality.OUT_OF_RANGE), []),
        2: (Before(START, 6.0, Quality.OK), [(START + 5 * SECOND, 5.0)]),
        3: (None, [(START + 5 * SECOND, 8.0)]),
    }
    assert [one.source for one in thinned(question(store, f"M{group}.s", span, 2), 100)] == [2]
    assert thinned(question(store, f"M{group}.always", span), 100) == []


def test_a_question_that_reads_too_much_is_refused(store: Store, group: int, monkeypatch: pytest.MonkeyPatch) -> None:
    store.catalogue((group, 0, f"M{group}", "s"))
    store.frames(*[(group, 1, START + i, [1.0], [0]) for i in range(1000)])
    monkeypatch.setattr(reader, "_clients", {})
    monkeypatch.setattr(reader, "LIMITS", {**reader.LIMITS, "max_rows_to_read": 100})
    with pytest.raises(reader.TooMuchError):
        thinned(question(store, f"M{group}.s"), 10)


def test_a_store_that_does_not_answer_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "_clients", {})
    with override_settings(CLICKHOUSE_URL="http://127.0.0.1:9"), pytest.raises(reader.StoreUnavailableError):
        signals.named("x.y")


def test_places_order_as_the_store_does() -> None:
    assert Place(1, 2, 3, 4, 5) < Place(1, 2, 3, 5, 0) < Place(1, 3, 0, 0, 0) < Place(2, 0, 0, 0, 0)
