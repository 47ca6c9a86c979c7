"""Conditions that are never or always true, and why."""

from __future__ import annotations

from parsing.checker.environment import Environment
from parsing.checker.intervals import EITHER, TRUE, Interval
from parsing.checker.signal_facts import value_interval
from parsing.checker.symbols import SignalSymbol
from parsing.checker.unifying import quoted_unit
from parsing.checker.values import Value, number_text
from parsing.language.ast import Span
from parsing.language.codes import DiagnosticCode
from parsing.language.expressions import Binary
from parsing.rules.program import Read


def judge(truth: Interval, span: Span, left: Value, right: Value, env: Environment) -> None:
    """Says where a comparison is decided before any value has come. What only constants decide is meant so."""
    if truth == EITHER or (left.constant is not None and right.constant is not None):
        return
    code = DiagnosticCode.ALWAYS_TRUE if truth == TRUE else DiagnosticCode.NEVER_TRUE
    sentinel = _sentinel(left, right) or _sentinel(right, left)
    if sentinel:
        name, quality = sentinel
        why = f"{quality} is a quality: while {name} has it, nothing that is asked of its value holds"
        env.report(code, span, why, f"use:  {name} is {quality}")
        return
    why = "; ".join(
        _limit(value, other, env) for value, other in ((left, right), (right, left)) if value.constant is None
    )
    env.report(code, span, why, _help(truth, left, right, env))


def judge_steps(node: Binary, left: Value, right: Value, env: Environment) -> bool:
    """Whether a signal is compared with a number between its steps, which it never is; says so."""
    for value, other in ((left, right), (right, left)):
        symbol, number = value.symbol, other.constant
        if number is None or not isinstance(symbol, SignalSymbol) or not isinstance(value.expr, Read):
            continue
        facts = symbol.facts
        if facts.raw is None or facts.scale == 0 or value.unit != facts.unit:
            continue
        raw = round((number - facts.offset) / facts.scale)
        nearest = value_interval((raw, raw), facts.scale, facts.offset)
        if not nearest.holds(number):
            unit = f" [{quoted_unit(value.unit)}]" if quoted_unit(value.unit) else ""
            steps = f"{symbol.name} goes in steps of {number_text(abs(facts.scale))}"
            why = f"{steps}: raw {raw} gives {nearest.low!r}, and none gives {number!r}"
            low, high = (number_text(number + side * abs(facts.scale) / 2) for side in (-1, 1))
            negated = "not " if node.operator == "!=" else ""
            help_ = f"use:  {negated}{symbol.name} in {low}..{high}{unit}"
            env.report(DiagnosticCode.NEVER_EXACTLY, node.span, why, help_)
            return True
    return False


def _limit(value: Value, other: Value, env: Environment) -> str:
    """What the value can be, as far as it decides."""
    text, here = _named(value, env), " here" if env.known else ""
    unit = quoted_unit(value.unit)
    low, high = (number_text(end) + (f" {unit}" if unit else "") for end in value.interval)
    if value.interval.is_one:
        return f"{text} is always {low}{here}"
    if value.interval.high <= other.interval.low:
        return f"{text} can be at most {high}{_reason(value, 'high') or here}"
    if value.interval.low >= other.interval.high:
        return f"{text} can be no less than {low}{_reason(value, 'low') or here}"
    return f"{text} is from {low} to {high}{here}"


def _named(value: Value, env: Environment) -> str:
    return value.symbol.name if value.symbol is not None else env.quote(value.span)


def _reason(value: Value, which: str) -> str:
    """Of a signal that stands in its own unit."""
    symbol = value.symbol
    if not isinstance(symbol, SignalSymbol) or value.interval != symbol.facts.interval:
        return ""
    return f" ({symbol.facts.limit_text('high' if which == 'high' else 'low')})"


def _help(truth: Interval, left: Value, right: Value, env: Environment) -> str:
    if truth == TRUE:
        return "leave it out, or compare with a number that can be missed"
    if left.expr in env.known or right.expr in env.known:
        return "what stands before decides it: turn one of the two around, join them by `or`, or leave this out"
    for value in (left, right):
        if value.constant is None:
            unit = quoted_unit(value.unit)
            low, high = (number_text(end) for end in value.interval)
            return f"compare {_named(value, env)} with a number from {low} to {high}{f' [{unit}]' if unit else ''}"
    return ""


def _sentinel(value: Value, other: Value) -> tuple[str, str] | None:
    """A signal, and the quality that the member stands for that it is compared with."""
    number = other.constant
    if value.enum is None or value.symbol is None or number is None:
        return None
    names = [name for name, numbers in value.enum.members.items() if number in numbers]
    return (value.symbol.name, names[0]) if names and names[0] in ("not_available", "error") else None
