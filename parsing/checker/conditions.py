"""What has to be true or false, and `and` and `or`."""

from __future__ import annotations

from dataclasses import replace

from parsing.checker import intervals
from parsing.checker.environment import Environment
from parsing.checker.folding import operation
from parsing.checker.unifying import quoted_unit
from parsing.checker.values import Value, boolean, unknown
from parsing.language.codes import DiagnosticCode
from parsing.language.expressions import Binary
from parsing.rules.program import Op, Operation, Read

_ENDS = {
    Op.LESS: (False, True), Op.LESS_EQUAL: (False, True), Op.GREATER: (True, False), Op.GREATER_EQUAL: (True, False),
    Op.EQUAL: (True, True),
}  # fmt: skip
"""Whether the right side is a low and a high end of what the left can be."""


def condition_of(value: Value, env: Environment) -> Value:
    """The value as a condition; unknown, and said so, where it is none."""
    if value.is_condition or not value.is_known:
        return replace(value, kind="boolean") if value.is_known else value
    text = env.quote(value.span)
    why = f"{text} is {'a member of an enum' if value.kind == 'enum' else 'a number'}, neither true nor false"
    unit = quoted_unit(value.unit)
    members = list(value.enum.members) if value.enum else []
    compared = f"== {members[0]}" if members else f"> 0{f' [{unit}]' if unit else ''}"
    env.report(DiagnosticCode.CONDITION_WANTED, value.span, why, f"compare it, such as:  {text} {compared}")
    return unknown(value.span)


def conjunction(node: Binary, left: Value, right: Value, env: Environment) -> Value:
    """`and` or `or` of two conditions."""
    if not (left.is_known and right.is_known):
        return unknown(node.span)
    both = node.operator == "and"
    truth = (intervals.both if both else intervals.either)(left.interval, right.interval)
    expr = operation(Op.AND if both else Op.OR, left.expr, right.expr)
    if both and truth == intervals.EITHER and isinstance(expr, Operation):
        truth = _contradiction(node, expr, env) or truth
    return boolean(expr, truth, node.span)


def _contradiction(node: Binary, expr: Operation, env: Environment) -> intervals.Interval | None:
    """Two comparisons of one input that exclude each other."""
    left, right = (necessary(operand) for operand in expr.operands)
    for number in left.keys() & right.keys():
        if intervals.meet(left[number], right[number]) is None:
            name = env.reads.symbols[number].name
            why = f"no value of {name} fits both sides of `and`"
            env.report(DiagnosticCode.NEVER_TRUE, node.span, why, "use `or`, or turn one of the comparisons around")
            return intervals.FALSE
    return None


def necessary(condition: object) -> dict[int, intervals.Interval]:
    """Of a condition's code: what inputs have to be, by number, for it to hold. Only what is quickly seen."""
    if not isinstance(condition, Operation):
        return {}
    if condition.op == Op.AND:
        left, right = (necessary(operand) for operand in condition.operands)
        merged = {number: intervals.meet(left.get(number, found), found) or found for number, found in right.items()}
        return {**left, **merged}
    ends = _ENDS.get(condition.op)
    if ends is None:
        return {}
    return _limit(condition, *ends)


def _limit(condition: Operation, low: bool, high: bool) -> dict[int, intervals.Interval]:
    left, right = condition.operands
    if isinstance(right, Read) and not isinstance(left, Read):
        left, right, low, high = right, left, high, low
    number = getattr(right, "value", None)
    if not isinstance(left, Read) or not isinstance(number, float):
        return {}
    unlimited = intervals.UNBOUNDED
    return {left.input: intervals.Interval(number if low else unlimited.low, number if high else unlimited.high)}
