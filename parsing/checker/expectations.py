"""`x = 5 [rpm]`, `x > 5 [rpm]` and `x is error` in samples and tests: types, units, and how close it has to be."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from parsing.checker.environment import Environment
from parsing.checker.expressions import checked
from parsing.checker.intervals import UNBOUNDED, Interval
from parsing.checker.steps import Expected, check_step
from parsing.checker.symbols import EnumSymbol, RuleSymbol, SignalSymbol
from parsing.checker.unifying import KINDS, fits, quoted_unit, report_type
from parsing.checker.units import Unit, conversion
from parsing.checker.values import Kind, Value, converted, number_text
from parsing.language import ast
from parsing.language import expressions as ex
from parsing.language.codes import DiagnosticCode
from parsing.quality import STATES
from parsing.rules.program import Constant


def check_expectation(symbol: SignalSymbol | RuleSymbol, each: ast.Expectation, env: Environment) -> None:
    """Of a signal or derived signal: whether it can be so."""
    match each:
        case ast.Is():
            _check_state(each, DiagnosticCode.WRONG_EXPECTATION, env)
        case ast.Equals():
            _check_value(symbol, each, env, is_set=False)
        case ast.Compares() if _has_order(symbol, each, env):
            expected_value(symbol, each, env)
        case ast.Within() if _has_order(symbol, each, env):
            _check_within(symbol, each, env)


def check_given(symbol: SignalSymbol, each: ast.Given, env: Environment) -> None:
    """Of a signal that a test sets: whether a machine can send it so."""
    if symbol.facts.kind == "text":
        why = f"{symbol.name} is text, which no rule reads"
        help_ = f"send an object that has it:  send {symbol.owner} json {{…}}"
        env.report(DiagnosticCode.WRONG_TYPE, each.span, why, help_)
    elif isinstance(each, ast.Equals):
        _check_value(symbol, each, env, is_set=True)
    else:
        _check_state(each, DiagnosticCode.NOT_SETTABLE, env)


def _check_value(symbol: SignalSymbol | RuleSymbol, each: ast.Equals, env: Environment, *, is_set: bool) -> None:
    """Whether the signal can have that value; what is set is meant to its last digit."""
    value = each.value
    kind, unit, reach, enum = _facts(symbol)
    if kind == "unknown":
        return
    if kind == "text":
        if not isinstance(value, ex.Text):
            why = f"{symbol.name} is text, {env.quote(value.span)} is none"
            env.report(DiagnosticCode.WRONG_TYPE, value.span, why, f'use:  {symbol.name} = "…"')
        return
    found = checked(value, env, enum)
    if not found.is_known:
        return
    number = _number(found, _wanted(symbol, each.signal.span), env)
    if number is None:
        return
    slack = 0.0 if is_set else _slack(value, found.unit, unit)
    if reach.low - slack <= number <= reach.high + slack:
        check_step(symbol, Expected(number, slack), value.span, env)
    else:
        unit_text = f" {quoted_unit(unit)}" if quoted_unit(unit) else ""
        low, high = number_text(reach.low), number_text(reach.high)
        why = f"{symbol.name} is from {low} to {high}{unit_text}"
        code, help_ = DiagnosticCode.WRONG_EXPECTATION, "see whether scale, offset and unit are right"
        if is_set:
            code = DiagnosticCode.NOT_SETTABLE
            help_ = f"set what a frame can hold; without a value it is:  {symbol.name} is not_available"
        env.report(code, value.span, why, help_)


def expected_value(
    symbol: SignalSymbol | RuleSymbol, each: ast.Equals | ast.Compares, env: Environment
) -> Expected | None:
    """What is written, in the symbol's unit; None where that cannot be, which is said."""
    wanted = _wanted(symbol, each.signal.span)
    found = checked(each.value, env, wanted.enum)
    number = _number(found, wanted, env) if found.is_known else None
    return None if number is None else Expected(number, _slack(each.value, found.unit, wanted.unit))


def expected_range(symbol: SignalSymbol | RuleSymbol, each: ast.Within, env: Environment) -> Interval | None:
    """`x in low..high`, in the symbol's unit; None where that cannot be, which is said."""
    ends = _in_one_unit([checked(end, env) for end in (each.low, each.high)])
    low, high = (_number(end, _wanted(symbol, each.signal.span), env) if end.is_known else None for end in ends)
    return None if low is None or high is None else Interval(low, high)


def _check_within(symbol: SignalSymbol | RuleSymbol, each: ast.Within, env: Environment) -> None:
    found = expected_range(symbol, each, env)
    if found is not None and found.low > found.high:
        why = f"{env.quote(each.low.span)} is more than {env.quote(each.high.span)}"
        env.report(DiagnosticCode.EMPTY_RANGE, each.span, why, "write the smaller end first")


def _in_one_unit(ends: list[Value]) -> list[Value]:
    """As in rules: where only the upper end has a unit it is that of both."""
    low, high = ends
    if low.literal and low.unit.bare and high.literal:
        low = replace(low, unit=high.unit)
    return [low, high]


def _has_order(symbol: SignalSymbol | RuleSymbol, each: ast.Compares | ast.Within, env: Environment) -> bool:
    """Whether it is a number; says so where not."""
    kind = _facts(symbol)[0]
    if kind in ("enum", "boolean", "text"):
        why = f"{symbol.name} is {KINDS[kind]}; numbers alone are compared and lie in ranges"
        env.report(DiagnosticCode.WRONG_TYPE, each.signal.span, why, f"use:  {symbol.name} = …")
    return kind in ("number", "integer")


def _slack(value: ex.Expression, written: Unit, own: Unit) -> float:
    """Half of the last digit behind the point. 0 may stand without a unit."""
    number = value.operand if isinstance(value, ex.Unary) else value
    if not isinstance(number, ex.Number) or not number.decimals:
        return 0.0
    factor = Fraction(1) if written.bare else abs(conversion(written, own)[0])
    return float(factor / (2 * 10**number.decimals))


def _wanted(symbol: SignalSymbol | RuleSymbol, span: ast.Span) -> Value:
    kind, unit, reach, enum = _facts(symbol)
    return Value(Constant(0.0), kind, unit, reach, span, enum, symbol)


def _facts(symbol: SignalSymbol | RuleSymbol) -> tuple[Kind, Unit, Interval, EnumSymbol | None]:
    """Of a derived signal whatever comes out, in or out of its range, may be expected."""
    if isinstance(symbol, SignalSymbol):
        facts = symbol.facts
        return facts.kind, facts.unit, facts.reach, symbol.enum
    return symbol.kind, symbol.unit, UNBOUNDED, symbol.enum


def _number(found: Value, wanted: Value, env: Environment) -> float | None:
    """The value in the signal's unit."""
    if wanted.kind == "enum":
        if found.enum is not None and found.enum is not wanted.enum:
            report_type(found, f"a member of {wanted.enum.name if wanted.enum else 'its enum'}", env)
            return None
    elif found.kind in ("enum", "boolean") and not (found.is_condition and wanted.is_condition):
        report_type(found, "a number", env)
        return None
    if wanted.kind == "boolean" and not found.is_condition:
        report_type(found, "true or false", env)
        return None
    if wanted.kind in ("enum", "boolean"):
        return found.constant
    if found.literal and found.constant == 0 and found.unit.bare and not wanted.unit.is_point:
        return 0.0
    return converted(found, wanted.unit).constant if fits(wanted, found, env) else None


def _check_state(each: ast.Is, code: DiagnosticCode, env: Environment) -> None:
    """Of a signal."""
    if each.state not in STATES:
        why = f"a signal is never {each.state}"
        env.report(code, each.span, why, f"it can be: {', '.join(STATES)}")
