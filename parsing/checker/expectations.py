"""`x = 5 [rpm]` and `x is error` in samples and tests: names, types and units."""

from __future__ import annotations

from parsing.checker.environment import Environment
from parsing.checker.expressions import checked
from parsing.checker.intervals import UNBOUNDED, Interval
from parsing.checker.symbols import EnumSymbol, RuleSymbol, SignalSymbol
from parsing.checker.unifying import fits, quoted_unit, report_type
from parsing.checker.units import Unit
from parsing.checker.values import Kind, Value, converted, number_text
from parsing.language import ast
from parsing.language import expressions as ex
from parsing.language.codes import DiagnosticCode
from parsing.rules.program import Constant

STATES = ("ok", "valid", "suspect", "out_of_range", "stale", "not_available", "error", "absent")


def check_value(symbol: SignalSymbol | RuleSymbol, span: ast.Span, value: ex.Expression, env: Environment) -> None:
    """Whether the signal, which stands at `span`, can have that value."""
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
    wanted = Value(Constant(0.0), kind, unit, reach, span, enum, symbol)
    number = _number(found, wanted, env)
    if number is not None and not reach.holds(number):
        unit_text = f" {quoted_unit(unit)}" if quoted_unit(unit) else ""
        low, high = number_text(reach.low), number_text(reach.high)
        why = f"{symbol.name} is from {low} to {high}{unit_text}"
        env.report(DiagnosticCode.WRONG_EXPECTATION, value.span, why, "see whether scale, offset and unit are right")


def expected_number(symbol: SignalSymbol | RuleSymbol, value: ex.Expression, env: Environment) -> float | None:
    """What is written, in the symbol's unit; None where that cannot be."""
    kind, unit, reach, enum = _facts(symbol)
    found = checked(value, env, enum)
    return _number(found, Value(Constant(0.0), kind, unit, reach, value.span, enum), env) if found.is_known else None


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


def check_state(state: str, span: ast.Span, env: Environment) -> None:
    """Of a signal."""
    if state not in STATES:
        why = f"a signal is never {state}"
        env.report(DiagnosticCode.WRONG_EXPECTATION, span, why, f"it can be: {', '.join(STATES)}")
