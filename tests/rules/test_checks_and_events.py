"""docs/contracts/rules.md, "Derived signals", "Checks" and "Events", on engine and interpreter."""

from __future__ import annotations

from typing import Any

from parsing.rules.program import Held, Op
from tests.rules.harness import (
    NOT_AVAILABLE,
    OK,
    OUT_OF_RANGE,
    STALE,
    SUSPECT,
    X,
    Y,
    check,
    derived,
    envelope,
    event,
    op,
    result,
    run,
    signal,
    us,
)  # fmt: skip


def states(rules: Any, *steps: Any) -> list[tuple[int, float, float, str]]:
    found = run(rules, *(envelope(step) for step in steps)).get("findings", [])
    return [(rule, seconds, since, state) for rule, seconds, since, state, _ in found]


def test_derived_rows_are_stored_always_on_change_or_never() -> None:
    readings = enumerate((1.0, 1.0, (1.0, SUSPECT), (1.0, SUSPECT), 2.0, 2.0))
    steps = [envelope((second, {"x": reading})) for second, reading in readings]
    assert [second for second, *_ in run([derived(X)], *steps)[1]] == [0, 1, 2, 3, 4, 5]
    assert [second for second, *_ in run([derived(X, store="on_change")], *steps)[1]] == [0, 2, 4]
    assert run([derived(X, store="never")], *steps) == {}


def test_a_change_is_one_from_the_last_row_that_was_given() -> None:
    nothing = op(Op.DIVIDE, op(Op.MULTIPLY, X, 0.0), 0.0)
    rows = run([derived(nothing, store="on_change")], *(envelope((second, {"x": 1.0})) for second in range(3)))
    assert len(rows[1]) == 1, "not a number is the same as not a number"


def test_a_check_fails_once_and_clears_once() -> None:
    rule = check(op(Op.LESS, X, 10.0))
    steps = [(second, {"x": x}) for second, x in enumerate((1.0, 11.0, 12.0, (5.0, NOT_AVAILABLE), 12.0, 3.0, 2.0))]
    assert states([rule], *steps) == [(1, 1, 1, "raised"), (1, 5, 5, "cleared")], "unknown changes nothing"


def test_a_check_is_judged_while_its_condition_holds() -> None:
    rule = check(op(Op.LESS, X, 10.0), signal("x"), signal("y"), when=op(Op.GREATER, Y, 0.0))
    assert states([rule], (0, {"x": 11.0, "y": 0.0}), (1, {"y": 1.0}), (2, {"y": 0.0})) == [
        (1, 1, 1, "raised"),
        (1, 2, 2, "cleared"),
    ]
    unknown = (2, {"y": (1.0, STALE)})
    assert states([rule], (0, {"x": 11.0, "y": 1.0}), unknown, (3, {"x": 1.0}), (4, {"y": 1.0})) == [
        (1, 0, 0, "raised"),
        (1, 4, 4, "cleared"),
    ], "unknown whether: what held goes on"


def test_a_condition_with_a_duration() -> None:
    rule = check(op(Op.LESS, X, 10.0), signal("x"), signal("y"), when=Held(op(Op.GREATER, Y, 0.0), us(2)))
    steps = [(0, {"x": 11.0, "y": 1.0}), (1, {"y": 1.0}), (2, {"x": 11.0}), (3, {"y": 0.0})]
    assert states([rule], *steps) == [(1, 2, 2, "raised"), (1, 3, 3, "cleared")]


def test_rules_that_do_not_lead_to_a_check_read_what_its_actions_say() -> None:
    doubt = check(op(Op.LESS, X, 10.0), number=1)
    after = derived(
        op(Op.SELECT, Y, op(Op.AT_BEST_SUSPECT, X), X), signal("x"), result(1), number=2, store="never"
    )  # fmt: skip
    reader = derived(op(Op.ADD, X, 1.0), result(2), number=3)
    rows = run([doubt, after, reader], *(envelope((second, {"x": x})) for second, x in enumerate((1.0, 11.0, 2.0))))
    assert rows[3] == [(0, 2.0, OK), (1, 12.0, SUSPECT), (2, 3.0, OK)]


def test_an_event_without_clearing_condition_clears_where_the_raising_one_fails() -> None:
    rule = event(op(Op.GREATER, X, 10.0))
    steps = [(second, {"x": x}) for second, x in enumerate((1.0, 11.0, (1.0, NOT_AVAILABLE), 12.0, 1.0, 1.0, 13.0))]
    assert states([rule], *steps) == [(1, 1, 1, "raised"), (1, 4, 4, "cleared"), (1, 6, 6, "raised")]


def test_an_event_with_durations_and_two_thresholds() -> None:
    rule = event(Held(op(Op.GREATER, X, 105.0), us(2)), clearing=Held(op(Op.LESS, X, 98.0), us(3)))
    steps = [(0, 106.0), (1, 107.0), (2, 106.0), (3, 100.0), (4, 97.0), (5, 96.0), (6, 99.0), (7, 97.0), (10, 90.0)]
    assert states([rule], *((second, {"x": x}) for second, x in steps)) == [(1, 2, 0, "raised"), (1, 10, 7, "cleared")]


def test_since_begins_with_the_input_after_a_gap() -> None:
    rule = event(Held(op(Op.GREATER, X, 105.0), us(2)), signal("x", timeout=1))
    steps = [(second, {"x": 106.0}) for second in (0, 1, 3, 4, 5)]
    assert states([rule], *steps) == [(1, 5, 3, "raised")]


def test_an_event_wakes_when_its_duration_is_full() -> None:
    rule, other = event(Held(op(Op.GREATER, X, 1.0), us(2))), derived(X, signal("y"), number=2, store="never")
    steps = [(0, {"x": 2.0}), (1.9, {"y": 0.0}), (2.5, {"y": 0.0})]
    assert states([rule, other], *steps) == [(1, 2.5, 0, "raised")]


def test_cooldown_runs_from_clearing() -> None:
    rule = event(op(Op.GREATER, X, 1.0), cooldown=3)
    steps = [(second, {"x": x}) for second, x in [(0, 2.0), (1, 0.0), (2, 2.0), (3.9, 2.0), (4, 2.0)]]
    assert states([rule], *steps) == [(1, 0, 0, "raised"), (1, 1, 1, "cleared"), (1, 4, 2, "raised")]


def test_captures_are_as_read_at_that_instant() -> None:
    inputs = signal("x"), signal("y", timeout=1), signal("z"), result(2)
    rule = event(op(Op.GREATER, X, 1.0), *inputs, capture=(1, 2, 3, 0))
    source = derived(op(Op.MULTIPLY, X, 2.0), signal("x"), number=2, limits=(0.0, 10.0))
    came = [envelope((0, {"x": 0.0, "y": 5.0})), envelope((2, {"x": 7.0})), envelope((3, {"x": 0.0}))]
    raised, cleared = run([source, rule], *came)["findings"]
    assert raised == (1, 2, 2, "raised", ((5.0, STALE), (0.0, 6), (14.0, OUT_OF_RANGE), (7.0, OK)))
    assert cleared == (1, 3, 3, "cleared", ())


def test_findings_of_an_instant_are_in_the_order_of_the_rules() -> None:
    rules = [event(op(Op.GREATER, X, 1.0), number=number) for number in (7, 3, 5)]
    assert [rule for rule, *_ in states(rules, (0, {"x": 2.0}))] == [7, 3, 5]
