"""Conditions in releases: written and read back, and refused where they are none."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsing.assemble import document_of
from parsing.objects.conditions import InvalidCondition, judgement_of, record_of
from parsing.objects.records import ConditionStep, ObjectJudgement, ObjectSuspicion
from parsing.release import InvalidRelease, dump_release
from parsing.rules.program import (
    Attribute,
    Constant,
    Elapsed,
    EventTime,
    Expr,
    Held,
    IsQuality,
    Judgement,
    Op,
    Operation,
    Previous,
    Read,
    ReceivedTime,
    SignalInput,
)
from tests.objects.definitions import content_of
from tests.objects.test_decoding import FAULTS, LOGS, VEHICLE
from tests.objects.test_judging import JUMPS

ONE, THREE = (Op.NOT, Op.NEGATE, Op.FLOOR), (Op.SELECT, Op.CLAMP)
TWO = (Op.ADD, Op.LESS, Op.AND, Op.COALESCE, Op.LEAST)
LEAVES: st.SearchStrategy[Expr] = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False).map(Constant),
    st.sampled_from([Read(0), Read(2), Attribute(1), EventTime(), ReceivedTime(), Previous(1), Elapsed(0)]),
)


def operations(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    def of(ops: tuple[Op, ...], count: int) -> st.SearchStrategy[Expr]:
        return st.builds(Operation, st.sampled_from(ops), st.tuples(*[inner] * count))

    places = st.builds(Operation, st.just(Op.HAVERSINE), st.tuples(*[inner] * 4))
    return st.one_of(of(ONE, 1), of(TWO, 2), of(THREE, 3), places, st.builds(IsQuality, inner, st.integers(0, 127)))


TREES = st.recursive(LEAVES, operations, max_leaves=20)


@given(st.lists(st.tuples(st.text(min_size=1, max_size=5), TREES), max_size=3))
def test_what_is_written_is_read_back(suspicions: list[tuple[str, Expr]]) -> None:
    inputs = tuple(SignalInput(7, slot, None) for slot in (4, 0, 2))
    judgement = Judgement(inputs, ("a", "b"), tuple(suspicions))
    assert judgement_of(record_of(judgement), 7) == judgement


STEP = st.builds(
    ConditionStep,
    st.sampled_from([
        "constant", "read", "attribute", "ts", "received", "operation", "quality", "previous", "elapsed",
    ]),
    st.integers(-2, 40) | st.floats(-100, 100),
    st.integers(0, 4),
)  # fmt: skip


@given(st.lists(STEP, max_size=12).map(tuple))
def test_any_steps_are_a_condition_or_are_refused(steps: tuple[ConditionStep, ...]) -> None:
    record = ObjectJudgement((0, 1), ("a",), (ObjectSuspicion("r", steps),))
    try:
        judgement = judgement_of(record, 1)
    except InvalidCondition:
        return
    assert judgement_of(record_of(judgement), 1) == judgement


def test_what_remembers_more_than_one_object_cannot_be_written() -> None:
    with pytest.raises(InvalidCondition, match="Held"):
        record_of(Judgement((), (), (("r", Held(Constant(1.0), 5)),)))


def test_a_condition_is_not_nested_without_end() -> None:
    tree: Expr = Constant(1.0)
    for _ in range(49):
        tree = Operation(Op.NOT, (tree,))
    judgement = Judgement((), (), (("r", tree),))
    assert judgement_of(record_of(judgement), 0) == judgement
    with pytest.raises(InvalidCondition, match="nested"):
        record_of(Judgement((), (), (("r", Operation(Op.NOT, (tree,))),)))
    steps = (ConditionStep("constant", 1.0, 0), *[ConditionStep("operation", int(Op.NOT), 1)] * 50)
    with pytest.raises(InvalidCondition, match="nested"):
        judgement_of(ObjectJudgement((), (), (ObjectSuspicion("r", steps),)), 0)


def refused(text: str, **changed: Any) -> InvalidRelease:
    content = content_of(text)
    (definition,) = content.objects
    signals = changed.pop("signals", {})
    new = [replace(each, **signals.get(each.name, {})) for each in definition.signals]
    broken = replace(content, objects=(replace(definition, signals=tuple(new), **changed),))
    with pytest.raises(InvalidRelease) as raised:
        dump_release(number=1, content=document_of(broken), published="2026-01-01T00:00:00Z")
    return raised.value


@pytest.mark.parametrize(
    ("text", "changed", "path"),
    [
        (VEHICLE, {"signals": {"ts": {"unit": "kg"}}}, "signals[0].unit"),
        (VEHICLE, {"signals": {"ts": {"type": "boolean", "length": 0}}}, "signals[0].type"),
        (VEHICLE, {"signals": {"speed": {"unit": "bar"}}}, "signals[3].unit"),
        (VEHICLE, {"signals": {"lat": {"type": "text", "length": 0}}}, "signals[1].type"),
        (VEHICLE, {"signals": {"lat": {"path": ()}}}, "signals[1].path"),
        (FAULTS, {"signals": {"spn": {"name": "text"}}}, "signals[0].type"),
        (FAULTS, {"each": ()}, "each"),
    ],
)
def test_a_release_that_workers_could_not_read_with_is_refused(text: str, changed: dict[str, Any], path: str) -> None:
    assert refused(text, **changed).path == f"content.objects[0].{path}"


def test_a_release_with_a_pattern_that_never_ends_is_refused() -> None:
    severity = content_of(LOGS).objects[0].severity
    assert severity is not None
    arms = (severity.arms[3]._replace(pattern="(a+)+$"), *severity.arms[4:])
    assert refused(LOGS, severity=severity._replace(arms=arms)).path == "content.objects[0].severity.arms[0].pattern"
    assert refused(JUMPS, severity=severity._replace(signal="lat")).path.startswith("content.objects[0].severity")


@pytest.mark.parametrize(
    ("op", "operands"), [(Op.HAVERSINE, 2), (Op.NOT, 2), (Op.ADD, 1), (Op.SELECT, 2), (Op.LEAST, 3)]
)
def test_an_operation_with_another_number_of_operands_is_refused(op: Op, operands: int) -> None:
    steps = (*[ConditionStep("constant", 1.0, 0)] * operands, ConditionStep("operation", int(op), operands))
    with pytest.raises(InvalidCondition, match=op.name):
        judgement_of(ObjectJudgement((), (), (ObjectSuspicion("r", steps),)), 0)
