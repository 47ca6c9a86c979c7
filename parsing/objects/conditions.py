"""Conditions of objects as a release holds them: a tree's nodes in a row, each behind its operands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parsing.objects.records import ConditionStep, ObjectJudgement, ObjectSuspicion
from parsing.quality import EVERY
from parsing.rules.program import (
    Attribute,
    Constant,
    Elapsed,
    EventTime,
    IsQuality,
    Judgement,
    Op,
    Operation,
    Previous,
    Read,
    ReceivedTime,
    SignalInput,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parsing.objects.records import Node
    from parsing.rules.program import Expr

MAX_DEPTH = 50
MAX_STEPS = 512

_OPERANDS = {
    Op.NEGATE: 1, Op.ABSOLUTE: 1, Op.CLAMP: 3, Op.FLOOR: 1, Op.CEILING: 1, Op.ROUND: 1, Op.SQUARE_ROOT: 1, Op.SIGN: 1,
    Op.NOT: 1, Op.SELECT: 3, Op.HAVERSINE: 4, Op.AT_BEST_SUSPECT: 1, Op.AS_ERROR: 1,
}  # fmt: skip
_READERS: dict[str, type[Read | Previous | Elapsed]] = {"read": Read, "previous": Previous, "elapsed": Elapsed}
_LEAVES: dict[type, Node] = {
    Constant: "constant", Read: "read", Attribute: "attribute", EventTime: "ts", ReceivedTime: "received",
    Previous: "previous", Elapsed: "elapsed",
}  # fmt: skip


class InvalidCondition(ValueError):
    """A condition that no release can hold, or that no tree was written as."""


def record_of(judgement: Judgement) -> ObjectJudgement:
    """Raises InvalidCondition for what objects cannot be judged by: functions with a memory of more than one sample."""
    return ObjectJudgement(
        inputs=tuple(read.slot for read in judgement.inputs),
        attributes=judgement.attributes,
        suspicions=tuple(
            ObjectSuspicion(reason, tuple(_steps(condition, 1))) for reason, condition in judgement.suspicions
        ),
    )


def judgement_of(record: ObjectJudgement, group: int) -> Judgement:
    """Inverse of `record_of`. Raises InvalidCondition; what it returns is safe to evaluate."""
    return Judgement(
        inputs=tuple(SignalInput(group, slot, None) for slot in record.inputs),
        attributes=record.attributes,
        suspicions=tuple((each.reason, _tree(each.condition, record)) for each in record.suspicions),
    )


def _steps(node: Expr, depth: int) -> Iterator[ConditionStep]:
    if depth > MAX_DEPTH:
        raise InvalidCondition(f"nested over {MAX_DEPTH} levels")
    match node:
        case Operation(op, operands):
            for operand in operands:
                yield from _steps(operand, depth + 1)
            yield ConditionStep("operation", int(op), len(operands))
        case IsQuality(operand, mask):
            yield from _steps(operand, depth + 1)
            yield ConditionStep("quality", mask, 1)
        case _:
            yield _leaf_step(node)


def _leaf_step(node: Expr) -> ConditionStep:
    number: float
    match node:
        case Constant(number) | Read(number) | Attribute(number) | Previous(number) | Elapsed(number):
            pass
        case EventTime() | ReceivedTime():
            number = 0
        case _:
            raise InvalidCondition(f"objects cannot be judged by {type(node).__name__}")
    return ConditionStep(_LEAVES[type(node)], number, 0)


def _tree(steps: tuple[ConditionStep, ...], record: ObjectJudgement) -> Expr:
    if len(steps) > MAX_STEPS:
        raise InvalidCondition(f"{len(steps)} steps, at most {MAX_STEPS}")
    stack: list[tuple[Expr, int]] = []
    for step in steps:
        operands = stack[len(stack) - step.operands :] if step.operands else []
        if len(operands) != step.operands:
            raise InvalidCondition("an operand is missing")
        del stack[len(stack) - step.operands :]
        depth = 1 + max((below for _, below in operands), default=0)
        if depth > MAX_DEPTH:
            raise InvalidCondition(f"nested over {MAX_DEPTH} levels")
        stack.append((_node(step, tuple(operand for operand, _ in operands), record), depth))
    if len(stack) != 1:
        raise InvalidCondition("is not one expression")
    return stack[0][0]


def _node(step: ConditionStep, operands: tuple[Expr, ...], record: ObjectJudgement) -> Expr:
    if step.node == "operation":
        return _operation(step, operands)
    if step.node == "quality":
        return IsQuality(_only(operands), _number(step, EVERY))
    if operands:
        raise InvalidCondition(f"{step.node} has no operands")
    return _leaf(step, record)


def _leaf(step: ConditionStep, record: ObjectJudgement) -> Expr:
    match step.node:
        case "constant":
            return Constant(float(step.number))
        case "ts":
            return EventTime()
        case "received":
            return ReceivedTime()
        case "attribute":
            return Attribute(_number(step, len(record.attributes) - 1))
    return _READERS[step.node](_number(step, len(record.inputs) - 1))


def _operation(step: ConditionStep, operands: tuple[Expr, ...]) -> Operation:
    try:
        op = Op(_number(step, max(Op)))
    except ValueError:
        raise InvalidCondition(f"there is no operation {step.number}") from None
    if len(operands) != _OPERANDS.get(op, 2):
        raise InvalidCondition(f"{op.name} of {len(operands)} operands")
    return Operation(op, operands)


def _only(operands: tuple[Expr, ...]) -> Expr:
    if len(operands) != 1:
        raise InvalidCondition("a quality is asked of one operand")
    return operands[0]


def _number(step: ConditionStep, most: int) -> int:
    if step.number != int(step.number) or not 0 <= step.number <= most:
        raise InvalidCondition(f"{step.node} {step.number} is not from 0 to {most}")
    return int(step.number)
