"""`+ - * / %` and the minus sign: types, units and what comes out."""

from __future__ import annotations

from dataclasses import replace

from parsing.checker import intervals
from parsing.checker.environment import Environment
from parsing.checker.folding import operation
from parsing.checker.quantities import is_a
from parsing.checker.unifying import report_type, unified
from parsing.checker.units import Unit, comparable, difference, product
from parsing.checker.values import Kind, Value, converted, unknown
from parsing.language.ast import Span
from parsing.language.codes import DiagnosticCode
from parsing.language.expressions import Binary
from parsing.rules.program import Op


def arithmetic(node: Binary, left: Value, right: Value, env: Environment) -> Value:
    """Of the five operators of numbers."""
    if not all([is_number(left, env), is_number(right, env)]):
        return unknown(node.span)
    _hint_unknown_units(left, right, env)
    if node.operator in ("+", "-"):
        return _sum(node, left, right, env)
    if _report_points(node.operator, (left, right), env):
        return unknown(node.span)
    return _remainder(node, left, right, env) if node.operator == "%" else _product(node, left, right, env)


def is_number(value: Value, env: Environment) -> bool:
    """Says so where it is none."""
    if value.kind in ("number", "integer"):
        return True
    if value.is_known:
        report_type(value, "a number", env)
    return False


def negated(value: Value, span: Span, env: Environment) -> Value:
    if not is_number(value, env) or (not value.literal and _report_points("-", (value,), env)):
        return unknown(span)
    expr = operation(Op.NEGATE, value.expr)
    return replace(value, expr=expr, interval=intervals.negate(value.interval), span=span, symbol=None)


def _hint_unknown_units(left: Value, right: Value, env: Environment) -> None:
    for value, other in ((left, right), (right, left)):
        if value.symbol is not None and not (value.unit.known or other.unit.bare or other.unit == value.unit):
            why = f"{value.unit.shown} is in no table of units, so it fits nothing but itself"
            help_ = f"give {value.symbol.name} a unit such as [bar], [L/min], [rpm] or [%] where it is defined"
            env.report(DiagnosticCode.UNKNOWN_UNIT, value.span, why, help_)


def _report_points(operator: str, values: tuple[Value, ...], env: Environment) -> bool:
    """Twice 20 degC is not 40 degC: a scale whose zero is chosen has sums and products of differences only."""
    for value in values:
        if value.unit.is_point:
            what = f"{env.quote(value.span)} is {is_a(value.unit)}"
            why = f"{what}, a point on a scale whose zero is arbitrary: {operator} means nothing"
            help_ = "subtract two times to get a duration"
            if value.unit.scale == "temperature":
                help_ = f"subtract a reference first, such as {env.quote(value.span)} - 0 {value.unit.shown}"
            env.report(DiagnosticCode.POINT_ARITHMETIC, value.span, why, help_)
            return True
    return False


def _sum(node: Binary, left: Value, right: Value, env: Environment) -> Value:
    if left.unit.is_point or right.unit.is_point:
        return _shifted(node, left, right, env)
    pair = unified(left, right, env)
    return unknown(node.span) if pair is None else _added(node, *pair, pair[0].unit)


def _added(node: Binary, left: Value, right: Value, unit: Unit) -> Value:
    plus = node.operator == "+"
    expr = operation(Op.ADD if plus else Op.SUBTRACT, left.expr, right.expr)
    between = (intervals.add if plus else intervals.subtract)(left.interval, right.interval)
    return Value(expr, _kind(left, right), unit, between, node.span)


def _kind(left: Value, right: Value) -> Kind:
    return "integer" if left.kind == right.kind == "integer" else "number"


def _shifted(node: Binary, left: Value, right: Value, env: Environment) -> Value:
    """A point and a difference give a point, two points a difference."""
    if left.unit.is_point and right.unit.is_point and node.operator == "-":
        pair = unified(left, right, env)
        return unknown(node.span) if pair is None else _added(node, *pair, difference(left.unit))
    point, other = (left, right) if left.unit.is_point else (right, left)
    if other.unit.is_point or (node.operator == "-" and point is right):
        _report_sum_of_points(node, left, right, env)
        return unknown(node.span)
    apart = difference(point.unit)
    if other.unit.any or not comparable(apart, other.unit):
        if other.unit.bare and point.unit.scale == "temperature":
            _report_naked_difference(point, other, env)
        else:
            unified(point, other, env)
        return unknown(node.span)
    moved = converted(other, apart)
    return _added(node, *((point, moved) if point is left else (moved, point)), point.unit)


def _report_naked_difference(point: Value, other: Value, env: Environment) -> None:
    text = env.quote(other.span)
    why = f"{env.quote(point.span)} is {is_a(point.unit)}, {text} has no unit"
    help_ = f"use:  {text} [K]" if other.literal else f"a difference of temperatures has a unit:  {text} * 1 [K]"
    env.report(DiagnosticCode.NAKED_NUMBER, other.span, why, help_)


def _report_sum_of_points(node: Binary, left: Value, right: Value, env: Environment) -> None:
    unit = "s" if left.unit.scale == "time" else "K"
    why = f"{env.quote(left.span)} is {is_a(left.unit)}, {env.quote(right.span)} is {is_a(right.unit)}: both are points"
    help_ = f"a difference is written in [{unit}]"
    if right.literal and right.constant is not None:
        help_ = f"use:  {right.constant:g} [{unit}], which is a difference"
    elif node.operator == "+" and left.constant is None and right.constant is None:
        one, other = env.quote(left.span), env.quote(right.span)
        help_ = f"the point midway between both is:  {one} + ({other} - {one}) / 2"
    env.report(DiagnosticCode.POINT_ARITHMETIC, node.span, why, help_)


def _product(node: Binary, left: Value, right: Value, env: Environment) -> Value:
    if node.operator == "*":
        unit = product(left.unit, right.unit, 1)
        between = intervals.multiply(left.interval, right.interval)
        return Value(operation(Op.MULTIPLY, left.expr, right.expr), _kind(left, right), unit, between, node.span)
    if _is_zero(right, env):
        return unknown(node.span)
    if right.interval.holds(0.0) and right.constant is None and not env.is_nonzero(right.expr):
        _hint_division(right, env)
    unit = product(left.unit, right.unit, -1)
    between = intervals.divide(left.interval, right.interval)
    return Value(operation(Op.DIVIDE, left.expr, right.expr), "number", unit, between, node.span)


def _is_zero(divisor: Value, env: Environment) -> bool:
    """Says so where it is."""
    if divisor.interval != intervals.FALSE:
        return False
    always, help_ = "is always 0", "divide by something that can be another number"
    if divisor.expr in env.known:
        always, help_ = "is 0 here", "see whether the condition before it is the right way around"
    why = f"{env.quote(divisor.span)} {always}, and nothing can be divided by 0"
    env.report(DiagnosticCode.NOT_FINITE, divisor.span, why, help_)
    return True


def _hint_division(divisor: Value, env: Environment) -> None:
    """Objects are spared: no condition holds whose value is an error, so none is suspect for it."""
    if env.place == "object":
        return
    text = env.quote(divisor.span)
    why = f"{text} can be 0; the result has quality `error` then"
    guard = "!=" if divisor.interval.low < 0 else ">"
    help_ = f"to say what it is then:  {text} {guard} 0 ? … : …"
    env.report(DiagnosticCode.MAY_DIVIDE_BY_ZERO, divisor.span, why, help_)


def _remainder(node: Binary, left: Value, right: Value, env: Environment) -> Value:
    pair = None if _is_zero(right, env) else unified(left, right, env)
    if pair is None:
        return unknown(node.span)
    expr = operation(Op.MODULO, pair[0].expr, pair[1].expr)
    between = intervals.modulo(pair[0].interval, pair[1].interval)
    return Value(expr, _kind(*pair), pair[0].unit, between, node.span)
