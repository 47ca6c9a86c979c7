"""From the tree of an expression to its code, with its type, unit and range; what is wrong is said once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from parsing.checker import intervals
from parsing.checker.arithmetic import arithmetic, negated
from parsing.checker.calls import call
from parsing.checker.comparison import comparison, within
from parsing.checker.conditions import condition_of, conjunction, report_lone_member
from parsing.checker.environment import Environment
from parsing.checker.expression_walk import DEEPEST, depth_of
from parsing.checker.folding import operation
from parsing.checker.references import is_in_state, member_beside, member_value, read, signal_read
from parsing.checker.symbols import EnumSymbol, SignalSymbol
from parsing.checker.unifying import report_type, unified
from parsing.checker.units import BARE, SECONDS, unit_of
from parsing.checker.values import Value, boolean, constant, unknown
from parsing.language import expressions as ex
from parsing.language.codes import DiagnosticCode
from parsing.rules.program import AbsentFor, Constant, Op

_MICROSECOND = 1_000_000


def value_of(node: ex.Expression, env: Environment, expected: EnumSymbol | None = None) -> Value:
    """`expected`: the enum whose members may stand there by their bare names."""
    value = _anywhere(node, env, expected)
    limit = env.known.get(value.expr) if env.known and value.is_known else None
    return value if limit is None else replace(value, interval=limit.narrow(value.interval))


def _anywhere(node: ex.Expression, env: Environment, expected: EnumSymbol | None) -> Value:
    """Apart from what is known of it here."""
    if isinstance(node, ex.Reference):
        member = member_beside(node, expected)
        if member is not None and expected is not None:
            return member_value(expected, member, node, env)
        return read(node, env, expected)
    if isinstance(node, ex.Conditional):
        return _conditional(node, env, expected)
    if isinstance(node, ex.Binary) and node.operator == "??":
        return _fallback(node, env, expected)
    return _READERS[type(node)](node, env)


def checked(node: ex.Expression, env: Environment, expected: EnumSymbol | None = None) -> Value:
    """Of a whole expression, whose depth is bounded first."""
    depth = depth_of(node)
    if depth > DEEPEST:
        why = f"it has {depth} levels, at most {DEEPEST} are possible; a sum has one a term"
        help_ = "name parts of it:  derived part : f64 [unit] = …  store never"
        env.report(DiagnosticCode.EXPRESSION_TOO_DEEP, node.span, why, help_)
        return unknown(node.span)
    return value_of(node, env, expected)


def checked_condition(node: ex.Expression, env: Environment) -> Value:
    """Of a whole expression that has to be true or false."""
    return condition_of(checked(node, env), env)


def _number(node: ex.Number, _: Environment) -> Value:
    unit = unit_of(node.unit.text) if node.unit is not None else BARE
    kind = "integer" if node.is_integer else "number"
    return replace(constant(node.value, "integer" if kind == "integer" else "number", unit, node.span), literal=True)


def _duration(node: ex.Duration, _: Environment) -> Value:
    return constant(node.microseconds / _MICROSECOND, "number", SECONDS, node.span)


def _text(node: ex.Text, env: Environment) -> Value:
    why = "rules calculate with numbers; text can only be matched by `severity from` in a log's definition"
    env.report(DiagnosticCode.TEXT_IN_RULE, node.span, why, "compare with a number or a member of an enum")
    return unknown(node.span)


def _boolean(node: ex.Boolean, _: Environment) -> Value:
    return constant(float(node.value), "boolean", BARE, node.span)


def _unary(node: ex.Unary, env: Environment) -> Value:
    operand = value_of(node.operand, env)
    if node.operator == "-":
        return negated(operand, node.span, env) if operand.is_known else unknown(node.span)
    held = condition_of(operand, env)
    if not held.is_known:
        return unknown(node.span)
    return boolean(operation(Op.NOT, held.expr), intervals.invert(held.interval), node.span)


def _binary(node: ex.Binary, env: Environment) -> Value:
    if node.operator in ("and", "or"):
        held = condition_of(value_of(node.left, env), env)
        # The left side decides by itself where it fails (`and`) or holds (`or`).
        if report_lone_member(node, env):
            return unknown(node.span)
        undecided = env.where(held.expr, holds=node.operator == "and")
        return conjunction(node, held, condition_of(value_of(node.right, undecided), undecided))
    left, right = _beside(node.left, node.right, (env, env))
    if not (left.is_known and right.is_known):
        return unknown(node.span)
    return (arithmetic if node.operator in ("+", "-", "*", "/", "%") else comparison)(node, left, right, env)


def _beside(
    left: ex.Expression,
    right: ex.Expression,
    places: tuple[Environment, Environment],
    expected: EnumSymbol | None = None,
) -> tuple[Value, Value]:
    """Both sides, each in its place; a bare member of an enum is known by the other side's enum, and is worth what it
    is there.
    """
    one, other = _sides(left, right, places, expected)
    return _in_scale_of(other, one), _in_scale_of(one, other)


def _in_scale_of(signal: Value, member: Value) -> Value:
    """Members are raw numbers; a signal's values have its scale and offset."""
    number, symbol = member.constant, signal.symbol
    if number is None or member.kind != "enum" or not isinstance(symbol, SignalSymbol):
        return member
    scaled = number * symbol.facts.scale + symbol.facts.offset
    return replace(member, expr=Constant(scaled), interval=intervals.Interval(scaled, scaled))


def _sides(
    left: ex.Expression,
    right: ex.Expression,
    places: tuple[Environment, Environment],
    expected: EnumSymbol | None,
) -> tuple[Value, Value]:
    here, there = places
    if isinstance(left, ex.Reference) and not isinstance(right, ex.Reference):
        second = value_of(right, there, expected)
        return value_of(left, here, second.enum or expected), second
    if (
        isinstance(left, ex.Reference)
        and member_beside(left, expected) is None
        and _is_member_of_right(left, right, here)
    ):
        second = value_of(right, there, expected)
        return value_of(left, here, second.enum), second
    first = value_of(left, here, expected)
    return first, value_of(right, there, first.enum or expected)


def _is_member_of_right(left: ex.Reference, right: ex.Expression, env: Environment) -> bool:
    symbol = signal_read(right, env)
    return symbol is not None and symbol.enum is not None and member_beside(left, symbol.enum) is not None


def _conditional(node: ex.Conditional, env: Environment, expected: EnumSymbol | None) -> Value:
    held = condition_of(value_of(node.condition, env), env)
    places = env.where(held.expr), env.where(held.expr, holds=False)
    pair = _alternatives(node.then, node.otherwise, places, expected)
    if pair is None or not held.is_known:
        return unknown(node.span)
    then, otherwise = pair
    expr = operation(Op.SELECT, held.expr, then.expr, otherwise.expr)
    return _either(then, otherwise, node.span, expr)


def _fallback(node: ex.Binary, env: Environment, expected: EnumSymbol | None) -> Value:
    pair = _alternatives(node.left, node.right, (env, env), expected)
    if pair is None:
        return unknown(node.span)
    return _either(*pair, node.span, operation(Op.COALESCE, pair[0].expr, pair[1].expr))


def _either(one: Value, other: Value, span: Any, expr: Any) -> Value:
    kind = one.kind if one.kind == other.kind else "number"
    return Value(expr, kind, one.unit, intervals.hull(one.interval, other.interval), span, one.enum or other.enum)


def _alternatives(
    left: ex.Expression,
    right: ex.Expression,
    places: tuple[Environment, Environment],
    expected: EnumSymbol | None,
) -> tuple[Value, Value] | None:
    """Two values of which one is taken: of one type and unit."""
    one, other = _beside(left, right, places, expected)
    env = places[0]
    if not (one.is_known and other.is_known):
        return None
    if one.is_condition and other.is_condition and "boolean" in (one.kind, other.kind):
        return replace(one, kind="boolean"), replace(other, kind="boolean")
    for value, beside in ((one, other), (other, one)):
        special = value.kind in ("boolean", "text") or (value.kind == "enum" and beside.enum is not value.enum)
        if special:
            report_type(value, "the same kind of value on both sides", env)
            return None
    return unified(one, other, env)


def _state(node: ex.IsState, env: Environment) -> Value:
    return is_in_state(node, env, value_of)


def _within(node: ex.In, env: Environment) -> Value:
    value = value_of(node.operand, env)
    low, high = value_of(node.low, env, value.enum), value_of(node.high, env, value.enum)
    known = value.is_known and low.is_known and high.is_known
    return within(node, (value, low, high), env) if known else unknown(node.span)


def _absent(node: ex.AbsentFor, env: Environment) -> Value:
    symbol = signal_read(node.operand, env, wanted_by="absent for")
    if symbol is None:
        return unknown(node.span)
    return boolean(AbsentFor(env.reads.number(symbol), node.duration), intervals.EITHER, node.span)


def _call(node: ex.Call, env: Environment) -> Value:
    return call(node, env, value_of)


_READERS: dict[type, Callable[[Any, Environment], Value]] = {
    ex.Number: _number,
    ex.Duration: _duration,
    ex.Text: _text,
    ex.Boolean: _boolean,
    ex.Unary: _unary,
    ex.Binary: _binary,
    ex.IsState: _state,
    ex.In: _within,
    ex.AbsentFor: _absent,
    ex.Call: _call,
}
