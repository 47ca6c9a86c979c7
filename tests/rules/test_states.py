"""A machine's memory as bytes: whole, damaged, and from other releases; and batches that are taken back."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from parsing.engine.rule_engine import RuleEngine
from parsing.rules.program import Op, Previous, Program, Window
from parsing.rules.state import InvalidState, Snapshot
from tests.rules.cases import make_envelopes, make_program
from tests.rules.harness import ABSENT, OK, X, Y, derived, envelope, number_of, op, result, signal, us
from tests.rules.streams import Told, run_engine, tables_of, tell

PROGRAM = Program((derived(op(Op.ADD, Previous(0), Window(0, "max", us(4))), signal("x")),))


def engine_of(program: Program, lateness: int = us(2), state: bytes | None = None) -> RuleEngine:
    engine = RuleEngine(tables_of(program), lateness)
    engine.machine(0, {}, state)
    return engine


def rows(engine: RuleEngine, *steps: tuple[float, float]) -> list[tuple[float | str, int]]:
    told = Told()
    tell(told, run_engine(engine, [envelope((second, {"x": x})) for second, x in steps]))
    tell(told, engine.finish())
    return [(number_of(value), quality) for _, value, quality in told.get((0, 1), [])]


def a_state() -> bytes:
    engine = engine_of(PROGRAM)
    run_engine(engine, [envelope((second, {"x": 10.0 * second})) for second in range(6)])
    return engine.dump(0)


def test_a_state_goes_on_where_it_was() -> None:
    state = a_state()
    assert rows(engine_of(PROGRAM, state=state), (6, 5.0)) == [(50.0, OK), (70.0, OK), (90.0, OK), (100.0, OK)]
    assert rows(engine_of(PROGRAM), (6, 5.0)) == [(0.0, ABSENT)], "and not without it"
    assert engine_of(PROGRAM, state=state).dump(0) == state


def test_what_was_given_is_forgotten_and_nothing_else() -> None:
    """Of rules that store on change: the first is so by what it remembers, the second changes with each row."""
    step = op(Op.SUBTRACT, X, Previous(0))
    steady = derived(op(Op.SUBTRACT, step, 10.0), signal("x"), store="on_change")
    engine = engine_of(Program((steady, derived(X, signal("x"), number=2))), lateness=0)
    told = Told()

    def take(*seconds: float) -> int:
        before = len(told.get((0, 1), []))
        for second in seconds:
            tell(told, run_engine(engine, [envelope((second, {"x": 10 * second}))]))
        return len(told[0, 1]) - before

    assert (take(0, 1, 2), take(3, 4)) == (2, 0)
    engine.mark()
    before = engine.dump(0)
    engine.forget_given(0)
    assert engine.dump(0) != before
    engine.roll_back()
    assert engine.dump(0) == before
    engine.forget_given(0)
    assert (take(5), take(6)) == (1, 0)
    assert number_of(told[0, 1][-1][1]) == 0.0, "the row before was there to be compared with"
    assert len(told[0, 2]) == 7


def test_states_are_small_and_deterministic() -> None:
    assert a_state() == a_state()
    assert len(a_state()) < 1000


def test_damage_is_told() -> None:
    state, engine = a_state(), engine_of(PROGRAM)
    before = engine.dump(0)
    for place in range(len(state)):
        broken = bytearray(state)
        broken[place] ^= 0x55
        with pytest.raises(InvalidState):
            engine.machine(0, {}, bytes(broken))
    for size in range(len(state)):
        with pytest.raises(InvalidState):
            engine.machine(0, {}, state[:size])
    with pytest.raises(InvalidState):
        engine.machine(0, {}, state + b"\0")
    assert engine.dump(0) == before, "the machine is as it was"


def test_what_kernels_would_trust_is_checked() -> None:
    snapshot = Snapshot.unpack(a_state())
    engine = engine_of(PROGRAM)

    def refused(**changes: object) -> None:
        whole = {name: getattr(snapshot, name) for name in ("directory", "block", "rows", "payload")}
        with pytest.raises(InvalidState):
            engine.machine(0, {}, Snapshot(**(whole | changes)).pack())  # type: ignore[arg-type]

    rows = snapshot.rows.copy()
    rows["group"] = 1
    refused(rows=rows)
    rows = snapshot.rows.copy()
    rows["at"] = 1 << 31
    refused(rows=rows)
    refused(rows=snapshot.rows[::-1].copy())
    refused(payload=snapshot.payload[:-1])
    refused(block=snapshot.block[:-1])
    refused(rows=np.repeat(snapshot.rows[:1], 65_537))
    refused(directory=b"")
    refused(directory=b"\xff" * 64)


def test_any_words_in_a_block_are_survived() -> None:
    snapshot = Snapshot.unpack(a_state())
    for seed in range(200):
        program = make_program(Random(seed))  # noqa: S311
        engine = engine_of(program)
        random = np.random.default_rng(seed)
        whole = Snapshot.unpack(engine.dump(0))
        block = random.integers(-(2**63), 2**63 - 1, len(whole.block), np.int64)
        state = Snapshot(whole.directory, block, whole.rows, whole.payload).pack()
        run_engine(engine_of(program, state=state), make_envelopes(Random(seed), 5, 1))  # noqa: S311
    assert len(snapshot.rows) == 3


def test_a_rule_that_changed_begins_anew_and_others_go_on() -> None:
    other = derived(op(Op.MULTIPLY, X, 2.0), signal("y"), number=2)
    state = a_state()
    grown = engine_of(Program((other, *PROGRAM.rules)), state=state)
    assert rows(grown, (6, 5.0)) == [(50.0, OK), (70.0, OK), (90.0, OK), (100.0, OK)]
    changed = Program((derived(op(Op.ADD, Previous(0), Window(0, "min", us(4))), signal("x")),))
    assert rows(engine_of(changed, state=state), (6, 5.0))[0] == (0.0, ABSENT)


def test_functions_wait_for_inputs_that_begin_anew() -> None:
    """Its source has changed and not come yet: what the reader remembers of it stays, and is no new sample."""
    reader = derived(op(Op.ADD, Previous(0), op(Op.MULTIPLY, Y, 0.0)), result(2), signal("y"))
    old = Program((derived(op(Op.MULTIPLY, X, 2.0), number=2), reader))
    new = Program((derived(op(Op.MULTIPLY, X, 3.0), number=2), reader))
    before = engine_of(old, 0)
    run_engine(before, [envelope((second, {"x": float(second), "y": 0.0})) for second in (1, 2)])
    told, after = Told(), engine_of(new, 0, before.dump(0))
    tell(told, run_engine(after, [envelope((3, {"y": 0.0})), envelope((4, {"x": 4.0})), envelope((5, {"x": 5.0}))]))
    assert [(number_of(value), quality) for _, value, quality in told[0, 1]] == [(2.0, OK), (4.0, OK), (12.0, OK)]


def test_a_batch_can_be_taken_back() -> None:
    engine = engine_of(PROGRAM)
    engine.machine(1, {})
    run_engine(engine, [envelope((second, {"x": 10.0 * second})) for second in range(6)])
    before, untouched = engine.dump(0), engine.dump(1)
    engine.mark()
    for start in range(3):
        run_engine(engine, [envelope((6 + 100 * start + k / 100, {"x": 1.0}), (5.5, {"x": 2.0})) for k in range(300)])
    assert engine.dump(0) != before
    engine.roll_back()
    assert (engine.dump(0), engine.dump(1)) == (before, untouched)
    with pytest.raises(ValueError, match="no mark"):
        engine.roll_back()


def test_a_mark_ends_where_the_next_begins() -> None:
    engine = engine_of(PROGRAM)
    engine.mark()
    run_engine(engine, [envelope((0, {"x": 1.0}))])
    engine.mark()
    state = engine.dump(0)
    run_engine(engine, [envelope((1, {"x": 1.0}))])
    engine.roll_back()
    assert engine.dump(0) == state


def test_a_machine_that_is_made_known_anew_stays_so() -> None:
    engine, state = engine_of(PROGRAM), a_state()
    engine.mark()
    run_engine(engine, [envelope((0, {"x": 1.0}))])
    engine.machine(0, {}, state)
    run_engine(engine, [envelope((7, {"x": 1.0}))])
    engine.roll_back()
    assert rows(engine, (20, 1.0))
    engine.forget(0)
    with pytest.raises(KeyError):
        engine.dump(0)
    with pytest.raises(KeyError):
        run_engine(engine, [envelope((21, {"x": 1.0}))])


def test_an_engine_without_rules() -> None:
    engine = engine_of(Program(()))
    outcome = run_engine(engine, [envelope((0, {"x": 1.0}))])
    assert (len(list(outcome.derived)), len(outcome.findings)) == (0, 0)
    assert engine_of(Program(()), state=engine.dump(0)).dump(0) == engine.dump(0)
    assert rows(engine_of(PROGRAM, state=engine.dump(0)), (9, 1.0)) == [(0.0, ABSENT)]
