"""docs/contracts/rules.md, "Time": watermark, lateness, instants, freshness, on engine and interpreter."""

from __future__ import annotations

import numpy as np
import pytest

from parsing.engine.rule_engine import RuleEngine
from parsing.engine.rule_outcome import NO_TIME, Envelopes, RuleRows
from parsing.rules.interpreter import Interpreter
from parsing.rules.program import AbsentFor, Elapsed, IsQuality, Op, Previous, Program
from parsing.rules.timing import AHEAD, LATENESS, MOST_WAITING, TIME_END
from tests.rules.cases import Envelope
from tests.rules.harness import (
    ABSENT,
    OK,
    SECOND,
    STALE,
    START,
    SUSPECT,
    X,
    Y,
    Z,
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
from tests.rules.streams import run_engine, tables_of

COPY = derived(X)


def late_of(*envelopes: Envelope, lateness: int = LATENESS) -> list[int]:
    """Rows too late, by envelope; the interpreter counts as many."""
    engine, interpreter = RuleEngine(tables_of(Program((COPY,))), lateness), Interpreter(Program((COPY,)), {}, lateness)
    engine.machine(0, {})
    for each in envelopes:
        interpreter.take(each.rows, each.newest, each.received)
    late: list[int] = run_engine(engine, envelopes).late.tolist()
    assert sum(late) == interpreter.late
    return late


def test_the_lateness_is_two_seconds_and_clocks_run_ahead_five_minutes_at_most() -> None:
    assert (LATENESS, AHEAD, MOST_WAITING) == (2_000_000, 300_000_000, 1 << 17)


def test_rows_are_put_in_the_order_of_time() -> None:
    came = [envelope((3, {"x": 3.0}), (1, {"x": 1.0})), envelope((2, {"x": 2.0})), envelope((5, {"x": 5.0}))]
    assert run([COPY], *came, lateness=2)[1] == [(1, 1.0, OK), (2, 2.0, OK), (3, 3.0, OK), (5, 5.0, OK)]


def test_the_watermark_is_that_of_earlier_envelopes() -> None:
    # Both rows come in one envelope, so 10 does not make 1 late; in the next, 7.9 is late and 8 is not.
    came = envelope((10, {"x": 1.0}), (1, {"x": 2.0})), envelope((7.9, {"x": 3.0}), (8, {"x": 4.0}))
    assert late_of(*came) == [0, 1]
    assert run([COPY], *came, lateness=2)[1] == [(1, 2.0, OK), (8, 4.0, OK), (10, 1.0, OK)]


def test_an_envelope_without_rows_moves_the_watermark() -> None:
    assert late_of(envelope(newest=10), envelope((7, {"x": 1.0}))) == [0, 1]


def test_other_signals_of_the_envelope_move_it_too() -> None:
    assert late_of(envelope((1, {"x": 1.0}), newest=10), envelope((7, {"x": 1.0}))) == [0, 1]


def test_a_clock_that_runs_ahead_does_not_move_it() -> None:
    came = envelope((0, {"x": 1.0}), newest=301, received=0), envelope((0, {"x": 2.0}), received=0)
    assert late_of(*came) == [0, 0]
    assert late_of(envelope((0, {"x": 1.0}), newest=300, received=0), envelope((0, {"x": 2.0}), received=0)) == [0, 1]


def test_rows_far_ahead_of_reception_are_late() -> None:
    assert late_of(envelope((300, {"x": 1.0}), (300.000001, {"x": 2.0}), received=0)) == [1]
    assert late_of(envelope((300.000001, {"x": 2.0}))) == [0], "offline nobody received it"


def test_impossible_times_are_late() -> None:
    row = envelope((0, {"x": 1.0})).rows[0]
    rows = [type(row)(1, ts, row.values, row.qualities) for ts in (-1, TIME_END, TIME_END - 1, 0)]
    assert late_of(Envelope(0, rows, None, None)) == [2]


def test_without_lateness_what_an_envelope_brings_leaves_after_it() -> None:
    engine = RuleEngine(tables_of(Program((COPY,))), 0)
    engine.machine(0, {})
    outcome = run_engine(engine, [envelope((2, {"x": 2.0}), (1, {"x": 1.0}))])
    assert [each.ts.tolist() for each in outcome.derived] == [[START + us(1), START + us(2)]]
    assert late_of(envelope((2, {"x": 2.0})), envelope((2, {"x": 2.0}), (2.1, {"x": 2.0})), lateness=0) == [0, 1]


def test_rows_of_equal_time_make_one_instant_and_the_last_of_each_input_counts() -> None:
    rule = derived(op(Op.ADD, X, Y), signal("x"), signal("y"))
    came = envelope((1, {"x": 1.0}), (1, {"y": 10.0}), (1, {"x": 2.0}))
    assert run([rule], came)[1] == [(1, 12.0, OK)]
    apart = [envelope((1, {"x": 1.0})), envelope((1, {"y": 10.0}), (1.5, {"x": 3.0})), envelope((9, {"x": 0.0}))]
    assert run([rule], *apart, lateness=2)[1][:2] == [(1, 11.0, OK), (1.5, 13.0, OK)]


def test_of_rows_of_equal_time_the_later_envelopes_counts() -> None:
    came = envelope((1, {"x": 1.0})), envelope((0.5, {"x": 9.0}), (1, {"x": 2.0})), envelope((9, {"x": 0.0}))
    assert run([COPY], *came, lateness=2)[1][:2] == [(0.5, 9.0, OK), (1, 2.0, OK)]


def test_most_waiting_rows_leave_before_their_time() -> None:
    engine = RuleEngine(tables_of(Program((COPY,))), 3600 * SECOND)
    engine.machine(0, {})
    count = MOST_WAITING // 4 + 10  # a row of one signal takes four words
    ts = START + np.arange(count, dtype=np.int64)
    ts[:4] = ts[0]
    rows = RuleRows(
        1, np.zeros(count, np.uint32), np.arange(count, dtype=np.uint32), ts, np.zeros((count, 3)),
        np.zeros((count, 3), np.uint8),
    )  # fmt: skip
    columns = [np.array([each]) for each in (ts[-1], NO_TIME)]
    outcome = engine.run([rows], Envelopes(np.zeros(1, np.uint32), *columns))
    (left,) = outcome.derived
    assert len(left.ts) == 10 - 3, "rows of equal time leave together, as one instant"
    late = engine.run([rows], Envelopes(np.zeros(1, np.uint32), *columns)).late
    assert late.tolist() == [10], "the watermark has moved on to what left"
    (rest,) = engine.finish().derived
    assert rest.ts[-1] == ts[-1]


def test_what_may_wait_is_counted_by_what_rules_read() -> None:
    rule = derived(op(Op.ADD, X, op(Op.ADD, Y, Z)), signal("x"), signal("x2"), signal("y"))
    # 14,575 rows of five words and as many of four; the oldest have to leave until 131,072 words are left.
    steps = [(number / 1000, {"x": 1.0, "x2": 2.0} if number % 2 else {"y": 0.0}) for number in range(29_150)]
    gone = next(count for count in range(0, 29_150, 2) if (29_150 - count) // 2 * 9 <= MOST_WAITING)
    last, next_to_last = (gone - 1) / 1000, (gone - 2) / 1000
    probes = envelope((next_to_last - 0.0005, {"y": 100.0}), (last + 0.0005, {"y": 200.0}))
    rows = run([rule], envelope(*steps), probes, lateness=3600)[1]
    assert {value for _, value, _ in rows} == {0.0, 3.0, 203.0}


def test_inputs_are_absent_before_they_come_and_stale_after_their_timeout() -> None:
    rule = derived(op(Op.ADD, X, op(Op.MULTIPLY, Y, 0.0)), signal("x", timeout=2), signal("y"))
    steps = [(0, {"y": 0.0}), (1, {"x": 7.0}), (3, {"y": 0.0}), (3.1, {"y": 0.0}), (4, {"x": (8.0, SUSPECT)})]
    rows = run([rule], *(envelope(step) for step in steps))[1]
    assert rows == [(0, 0.0, ABSENT), (1, 7.0, OK), (3, 7.0, OK), (3.1, 7.0, STALE), (4, 8.0, SUSPECT)]


@pytest.mark.parametrize(("hold", "expected"), [(None, STALE), (1.0, STALE), (4.0, OK)])
def test_hold_replaces_the_timeout(hold: float | None, expected: int) -> None:
    rule = derived(op(Op.ADD, X, op(Op.MULTIPLY, Y, 0.0)), signal("x", timeout=2), signal("y"), hold=hold)
    rows = run([rule], *(envelope(step) for step in [(0, {"x": 7.0, "y": 0.0}), (3, {"y": 0.0})]))[1]
    assert rows[-1] == (3, 7.0, expected)


def test_rules_follow_what_they_read_in_the_same_instant() -> None:
    double = derived(op(Op.MULTIPLY, X, 2.0), number=1)
    more = derived(op(Op.ADD, X, Y), result(1), signal("y"), number=2)
    rows = run(
        [double, more], envelope((0, {"x": 3.0, "y": 1.0})), envelope((1, {"y": 2.0})), envelope((2, {"x": 4.0}))
    )
    assert rows[1] == [(0, 6.0, OK), (2, 8.0, OK)]
    assert rows[2] == [(0, 7.0, OK), (1, 8.0, OK), (2, 10.0, OK)]


def test_a_derived_signal_is_fresh_until_an_input_of_it_is_not() -> None:
    source = derived(op(Op.ADD, X, op(Op.COALESCE, Y, 0.0)), signal("x", timeout=2), signal("y", timeout=5), number=1)
    reader = derived(op(Op.ADD, X, op(Op.MULTIPLY, Y, 0.0)), result(1), signal("z"), number=2)
    steps = [(0, {"x": 1.0, "y": 1.0}), (1, {"z": 0.0}), (2, {"z": 0.0}), (2.1, {"z": 0.0}), (3, {"y": 1.0})]
    rows = run([source, reader], *(envelope(step) for step in [*steps, (4, {"z": 0.0}), (9, {"z": 0.0})]))[2]
    # At 3 y comes and x has been stale for a second: so is the result, which is fresh as long as y is.
    assert [quality for _, _, quality in rows] == [ABSENT, OK, OK, STALE, STALE, STALE, STALE]


def test_hold_limits_how_long_a_derived_signal_is_fresh() -> None:
    source = derived(X, signal("x"), number=1)
    reader = derived(op(Op.ADD, X, op(Op.MULTIPLY, Y, 0.0)), result(1), signal("y"), number=2, hold=1.0)
    rows = run(
        [source, reader], *(envelope(step) for step in [(0, {"x": 1.0, "y": 0.0}), (1, {"y": 0.0}), (1.1, {"y": 0.0})])
    )
    assert rows[2] == [(0, 1.0, OK), (1, 1.0, OK), (1.1, 1.0, STALE)]


def test_memory_follows_derived_signals_as_it_does_signals() -> None:
    source = derived(op(Op.MULTIPLY, X, 10.0), number=1)
    reader = derived(op(Op.ADD, Previous(0), Elapsed(0)), result(1), number=2)
    rows = run([source, reader], *(envelope((second, {"x": second})) for second in (1, 3)))
    assert rows[2] == [(1, 0.0, ABSENT), (3, 10.0, OK)]


def test_a_check_or_event_reads_as_truth_that_is_ok() -> None:
    failing = check(op(Op.LESS, X, 5.0), number=1)
    reader = derived(op(Op.ADD, X, IsQuality(X, 1 << OK)), result(1), number=2)
    rows = run([failing, reader], *(envelope((second, {"x": x})) for second, x in enumerate((1.0, 9.0, (9.0, STALE)))))
    assert rows[2] == [(0, 1.0, OK), (1, 2.0, OK), (2, 2.0, OK)]


def test_what_is_woken_takes_its_readers_along() -> None:
    source = derived(AbsentFor(0, us(1)), signal("x"), number=1)
    reader = derived(op(Op.MULTIPLY, X, 3.0), result(1), number=2)
    other = derived(X, signal("y"), number=3)
    rows = run(
        [source, reader, other], envelope((0, {"x": 1.0})), envelope((1.5, {"y": 1.0})), envelope((2, {"y": 1.0}))
    )
    assert rows[2] == [(0, 0.0, OK), (1.5, 3.0, OK)]


def test_captured_inputs_do_not_have_an_event_evaluated() -> None:
    # The cooldown is over at 2, when only the captured y comes: it is raised at the next x.
    rule = event(op(Op.GREATER, X, 0.0), signal("x"), signal("y"), capture=(1,), cooldown=1)
    steps = [(0, {"x": 1.0}), (1, {"x": 0.0}), (1.5, {"x": 1.0}), (2, {"y": 5.0}), (2.5, {"x": 1.0})]
    found = run([rule], *(envelope(step) for step in steps))["findings"]
    assert [(seconds, state) for _, seconds, _, state, _ in found] == [(0, "raised"), (1, "cleared"), (2.5, "raised")]
    assert found[-1][2] == 1.5, "since the condition began to hold"
    assert found[-1][4] == ((5.0, OK),)
