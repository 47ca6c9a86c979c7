"""docs/contracts/rules.md, "What remembers": each line, with what it must give, on engine and interpreter."""

from __future__ import annotations

from typing import Any

import pytest

from parsing.rules.program import (
    AbsentFor,
    Elapsed,
    Expr,
    Held,
    Op,
    Previous,
    Rate,
    SignalInput,
    Unroll,
    Window,
)  # fmt: skip
from tests.rules.harness import (
    ABSENT,
    ERROR,
    NOT_AVAILABLE,
    OK,
    OUT_OF_RANGE,
    SECOND,
    STALE,
    SUSPECT,
    X,
    Y,
    check,
    derived,
    envelope,
    event,
    op,
    run,
    signal,
    us,
    values,
)  # fmt: skip


def over_x(expression: Expr, *readings: Any, step: float = 1.0) -> list[tuple[Any, Any]]:
    """Value and quality of an expression as x comes, a second apart; None: only y comes."""
    steps = [(place * step, {"y": 0.0} if each is None else {"x": each}) for place, each in enumerate(readings)]
    return values(op(Op.ADD, expression, op(Op.MULTIPLY, Y, 0.0)) if None in readings else expression, *steps)


def test_prev() -> None:
    assert over_x(Previous(0), 1.0, (2.0, ERROR), 3.0, 4.0) == [(0, ABSENT), (1, OK), (2, ERROR), (3, OK)]


def test_functions_give_their_last_result_again_until_x_comes() -> None:
    rule = derived(op(Op.ADD, Previous(0), Y), signal("x"), signal("y"))
    steps = [(0, {"x": 1.0, "y": 0.0}), (1, {"x": 2.0}), (2, {"y": 10.0}), (3, {"y": 20.0}), (4, {"x": 3.0})]
    rows = run([rule], *(envelope(step) for step in steps))[1]
    assert rows == [(0, 0.0, ABSENT), (1, 1.0, OK), (2, 11.0, OK), (3, 21.0, OK), (4, 22.0, OK)]


def test_elapsed() -> None:
    rule = derived(op(Op.ADD, Elapsed(0), op(Op.MULTIPLY, Y, 0.0)), signal("x"), signal("y"))
    steps = [(0, {"y": 1.0}), (1.5, {"x": 1.0}), (4, {"y": 1.0}), (5, {"x": 1.0})]
    rows = run([rule], *(envelope(step) for step in steps))[1]
    assert rows == [(0, 0.0, ABSENT), (1.5, 0.0, OK), (4, 2.5, OK), (5, 0.0, OK)]


def test_absent_for_of_what_came() -> None:
    rule = derived(AbsentFor(0, us(2)))
    steps = [(0, {"x": 1.0}), (1, {"y": 1.0}), (2, {"y": 1.0}), (2.5, {"y": 1.0}), (3, {"x": 1.0})]
    other = derived(X, signal("y"), number=2, store="never")
    rows = run([rule, other], *(envelope(step) for step in steps))[1]
    assert rows == [(0, 0.0, OK), (2, 1.0, OK), (3, 0.0, OK)], "woken where two seconds have passed, and not again"


def test_absent_for_is_woken_though_nothing_that_its_rule_reads_ever_comes() -> None:
    gone = event(AbsentFor(0, us(2)), signal("x"))
    other = derived(X, signal("y"), number=2, store="never")
    found = run([gone, other], *(envelope((second, {"y": 1.0})) for second in (3, 4, 6)))["findings"]
    assert found == [(1, 6, 6, "raised", ())], "two seconds after the machine's first instant, with what comes then"


def test_absent_for_of_what_never_came() -> None:
    rule = derived(op(Op.ADD, AbsentFor(0, us(2)), op(Op.MULTIPLY, Y, 0.0)), signal("x"), signal("y"))
    rows = run([rule], *(envelope((second, {"y": 1.0})) for second in (5, 6, 7)))[1]
    assert rows == [(5, 0.0, OK), (6, 0.0, OK), (7, 1.0, OK)], "counted from the machine's first instant"


def test_rate() -> None:
    rows = over_x(Rate(0), 1.0, 4.0, (9.0, ERROR), (10.0, SUSPECT), 10.0)
    assert rows == [(0, NOT_AVAILABLE), (3.0, OK), (0.0, ERROR), (3.0, SUSPECT), (0.0, SUSPECT)]


def test_rate_begins_anew_after_a_gap() -> None:
    rule = derived(Rate(0), signal("x", timeout=1))
    rows = run([rule], *(envelope((second, {"x": second**2})) for second in (0, 1, 2, 4, 5)))[1]
    assert rows == [(0, 0.0, NOT_AVAILABLE), (1, 1.0, OK), (2, 3.0, OK), (4, 0.0, NOT_AVAILABLE), (5, 9.0, OK)]


@pytest.mark.parametrize("remembers", [Previous(0), Rate(0), Unroll(0, 16.0, None, None)])
@pytest.mark.parametrize(("hold", "late"), [(None, 3), (2.0, 4)])
def test_what_a_silent_input_last_did_is_stale(remembers: Expr, hold: float | None, late: int) -> None:
    rule = derived(op(Op.ADD, remembers, op(Op.MULTIPLY, Y, 0.0)), signal("x", timeout=1), signal("y"), hold=hold)
    steps = [(0, {"x": 1.0, "y": 0.0}), (1, {"x": 2.0}), (2, {"y": 0.0}), (3, {"y": 0.0}), (4, {"y": 0.0})]
    rows = run([rule], *(envelope(step) for step in steps))[1]
    assert [quality for _, _, quality in rows[1:]] == [STALE if second >= late else OK for second in (1, 2, 3, 4)]
    assert len({value for _, value, _ in rows[1:]}) == 1


def test_windows() -> None:
    readings = (4.0, (100.0, ERROR), (1.0, SUSPECT), 7.0)
    assert over_x(Window(0, "mean", us(16)), *readings) == [(4.0, OK), (4.0, OK), (2.5, OK), (4.0, OK)]
    assert over_x(Window(0, "min", us(16)), *readings) == [(4.0, OK), (4.0, OK), (1.0, OK), (1.0, OK)]
    assert over_x(Window(0, "max", us(16)), *readings) == [(4.0, OK), (4.0, OK), (4.0, OK), (7.0, OK)]
    assert over_x(Window(0, "mean", us(16)), (1.0, ERROR)) == [(0.0, NOT_AVAILABLE)]


def test_windows_forget_by_buckets_and_are_judged_now() -> None:
    # Buckets of a second, from whole seconds on: at 15.9 the one of 0 is the oldest that counts, at 16.0 it does not.
    rule = derived(op(Op.ADD, Window(0, "mean", 16 * SECOND), op(Op.MULTIPLY, Y, 0.0)), signal("x"), signal("y"))
    steps = [(0.5, {"x": 4.0, "y": 0.0}), (8, {"x": 1.0}), (15.9, {"y": 0.0}), (16, {"y": 0.0}), (30, {"y": 0.0})]
    rows = run([rule], *(envelope(step) for step in steps))[1]
    assert rows == [(0.5, 4.0, OK), (8, 2.5, OK), (15.9, 2.5, OK), (16, 1.0, OK), (30, 0.0, NOT_AVAILABLE)]


def test_windows_are_cut_in_sixteen_rounded_up() -> None:
    # 17 µs: buckets of 2 µs, so that 32 µs are kept.
    rule = derived(op(Op.ADD, Window(0, "max", 17), op(Op.MULTIPLY, Y, 0.0)), signal("x"), signal("y"))
    steps = [(0, {"x": 9.0, "y": 0.0}), (31e-6, {"y": 0.0}), (32e-6, {"y": 0.0})]
    rows = run([rule], *(envelope(step) for step in steps))[1]
    assert [quality for _, _, quality in rows] == [OK, OK, NOT_AVAILABLE]


def test_unroll() -> None:
    rows = over_x(Unroll(0, 16.0, None, None), (3.0, ERROR), 14.0, 15.0, 2.0, (9.0, ERROR), (3.0, SUSPECT))
    assert rows == [(0, ERROR), (14, OK), (15, OK), (18, OK), (18, ERROR), (19, SUSPECT)]


def test_unroll_doubts_great_steps() -> None:
    rows = over_x(Unroll(0, 16.0, 4.0, None), 0.0, 4.0, 9.0, 10.0)
    assert rows == [(0, OK), (4, OK), (4, SUSPECT), (5, OK)]


def test_unroll_begins_anew_where_told_to() -> None:
    rule = derived(Unroll(0, 16.0, 4.0, op(Op.GREATER, Y, 0.5)), signal("x"), signal("y"))
    steps = [(0, {"x": 3.0, "y": 0.0}), (1, {"x": 5.0}), (2, {"x": 12.0, "y": 1.0}), (3, {"x": 13.0, "y": 0.0})]
    rows = run([rule], *(envelope(step) for step in steps))[1]
    assert rows == [(0, 3.0, OK), (1, 5.0, OK), (2, 5.0, OK), (3, 6.0, OK)]


def held(*inputs: SignalInput) -> Any:
    return derived(Held(op(Op.GREATER, X, 0.0), us(2)), *inputs)


def test_for_is_full_after_its_duration_and_wakes() -> None:
    steps = [(0, {"x": 1.0}), (1, {"x": 1.0}), (1.9, {"y": 0.0}), (2.1, {"y": 0.0}), (2.2, {"y": 0.0}), (3, {"x": 1.0})]
    other = derived(X, signal("y"), number=2, store="never")
    rows = run([held(), other], *(envelope(step) for step in steps))[1]
    assert rows == [(0, 0.0, OK), (1, 0.0, OK), (2.1, 1.0, OK), (3, 1.0, OK)]


def test_for_breaks_where_the_condition_fails_or_is_unknown() -> None:
    for break_by in ((0.0, OK), (1.0, NOT_AVAILABLE)):
        steps = [(0, {"x": 1.0}), (1, {"x": break_by}), (2, {"x": 1.0}), (3.9, {"x": 1.0}), (4, {"x": 1.0})]
        rows = run([held()], *(envelope(step) for step in steps))[1]
        assert [value for _, value, _ in rows] == [0, 0, 0, 0, 1]
        assert rows[1][2] == break_by[1], "the quality is that of the condition"


def test_for_breaks_where_an_input_had_a_gap() -> None:
    steps = [
        (0, {"x": 1.0}),
        (0.5, {"x": 1.0}),
        (1.6, {"x": 1.0}),
        (2.5, {"x": 1.0}),
        (3.5, {"x": 1.0}),
        (3.6, {"x": 1.0}),
    ]
    rows = run([held(signal("x", timeout=1))], *(envelope(step) for step in steps))[1]
    assert [value for _, value, _ in rows] == [0, 0, 0, 0, 0, 1], "counted from 1.6, when x came again"


def test_for_does_not_break_by_gaps_of_what_its_condition_does_not_read() -> None:
    rule = check(op(Op.GREATER, Y, 0.0), signal("x"), signal("y", timeout=1), when=Held(op(Op.GREATER, X, 0.0), us(2)))
    steps = [(0, {"x": 1.0, "y": 1.0}), (1.5, {"x": 1.0}), (2.5, {"x": 1.0, "y": 0.0})]
    assert run([rule], *(envelope(step) for step in steps)) == {"findings": [(1, 2.5, 2.5, "raised", ())]}


def test_what_is_stale_or_out_of_range_is_unknown() -> None:
    assert over_x(Held(op(Op.GREATER, X, 0.0), 1), (1.0, OUT_OF_RANGE), (1.0, STALE)) == [
        (0.0, OUT_OF_RANGE),
        (0.0, STALE),
    ]
