"""Comparisons, `in`, and what holds of two conditions together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from parsing.checker import intervals
from parsing.checker.environment import Environment
from parsing.checker.folding import operation
from parsing.checker.intervals import Interval
from parsing.checker.nearest import listed
from parsing.checker.truths import judge, judge_steps
from parsing.checker.unifying import report_type, unified
from parsing.checker.values import Value, boolean, number_text, unknown
from parsing.language.ast import Span
from parsing.language.codes import DiagnosticCode
from parsing.language.expressions import Binary, In
from parsing.rules.program import Op

Comparison = Literal["<", "<=", ">", ">=", "==", "!="]

_OPERATORS: dict[str, tuple[Op, Callable[[Interval, Interval], Interval]]] = {
    "<": (Op.LESS, intervals.less),
    "<=": (Op.LESS_EQUAL, intervals.less_equal),
    ">": (Op.GREATER, lambda left, right: intervals.less(right, left)),
    ">=": (Op.GREATER_EQUAL, lambda left, right: intervals.less_equal(right, left)),
    "==": (Op.EQUAL, intervals.equal),
    "!=": (Op.NOT_EQUAL, lambda left, right: intervals.invert(intervals.equal(left, right))),
}


def comparison(node: Binary, left: Value, right: Value, env: Environment) -> Value:
    pair = comparable_pair(left, right, env, equality=node.operator in ("==", "!="))
    if pair is None:
        return unknown(node.span)
    if node.operator in ("==", "!="):
        _hint_no_member(left, right, env)
    op, truth_of = _OPERATORS[node.operator]
    truth = truth_of(pair[0].interval, pair[1].interval)
    if node.operator in ("==", "!=") and truth == intervals.EITHER and judge_steps(node, *pair, env):
        truth = intervals.FALSE if node.operator == "==" else intervals.TRUE
    else:
        judge(truth, node.span, *pair, env)
    return boolean(operation(op, pair[0].expr, pair[1].expr), truth, node.span)


def comparable_pair(left: Value, right: Value, env: Environment, *, equality: bool) -> tuple[Value, Value] | None:
    """Both in one unit; None: they cannot be compared, and that was said."""
    if not (left.is_known and right.is_known):
        return None
    for value, other in ((left, right), (right, left)):
        if value.kind == "text":
            report_type(value, "a number", env)
            return None
        if value.kind == "boolean" and not (equality and other.is_condition):
            report_type(value, "a number", env)
            return None
        if value.kind == "enum" and not _matches(value, other):
            _report_enum(value, other, env)
            return None
    return unified(left, right, env)


def _matches(value: Value, other: Value) -> bool:
    """Members of one enum, or its plain numbers."""
    return other.enum is value.enum if other.kind == "enum" else other.kind in ("integer", "number") and other.unit.bare


def _report_enum(value: Value, other: Value, env: Environment) -> None:
    name = value.enum.name if value.enum else "an enum"
    of = f"of {other.enum.name}" if other.enum else "something else"
    why = f"{env.quote(value.span)} is a member of {name}, {env.quote(other.span)} is {of}"
    members = list(value.enum.members)[:3] if value.enum else []
    env.report(DiagnosticCode.WRONG_TYPE, other.span, why, f"members of {name}: {', '.join(members)} …")


def _hint_no_member(left: Value, right: Value, env: Environment) -> None:
    """Where a value of an enum is compared with a number that none of its members has."""
    for value, other in ((left, right), (right, left)):
        if value.enum is None or other.kind == "enum" or other.constant is None:
            continue
        if any(other.constant in numbers for numbers in value.enum.members.values()):
            continue
        members = [f"{name} = {number}" for name, numbers in value.enum.members.items() for number in numbers]
        why = f"no member of {value.enum.name} has the number {number_text(other.constant)}"
        env.report(DiagnosticCode.NO_SUCH_MEMBER, other.span, why, f"it has: {listed(members, 12)}")


def within(node: In, values: tuple[Value, Value, Value], env: Environment) -> Value:
    """`x in low..high`; where only the upper end has a unit it is that of both."""
    value, low, high = values
    if low.literal and low.unit.bare and high.literal:
        low = replace(low, unit=high.unit)
    pairs = [comparable_pair(value, low, env, equality=False), comparable_pair(value, high, env, equality=False)]
    if pairs[0] is None or pairs[1] is None:
        return unknown(node.span)
    (above, least), (below, most) = pairs[0], pairs[1]
    if least.interval.low > most.interval.high:
        why = f"{env.quote(low.span)} is more than {env.quote(high.span)}"
        env.report(DiagnosticCode.EMPTY_RANGE, node.span, why, "write the smaller end first")
        return unknown(node.span)
    truths = (intervals.less_equal(least.interval, above.interval), intervals.less_equal(below.interval, most.interval))
    truth = intervals.both(*truths)
    judge(truth, node.span, above, _range_of(least, most, node.span), env)
    expr = operation(
        Op.AND, operation(Op.GREATER_EQUAL, above.expr, least.expr), operation(Op.LESS_EQUAL, below.expr, most.expr)
    )
    return boolean(expr, truth, node.span)


def _range_of(low: Value, high: Value, span: Span) -> Value:
    return replace(low, interval=Interval(low.interval.low, high.interval.high), span=span)
