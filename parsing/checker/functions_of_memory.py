"""Functions that remember samples of a signal, which is why they want a signal's name."""

from __future__ import annotations

from typing import Literal

from parsing.checker import intervals
from parsing.checker.arithmetic import is_number
from parsing.checker.conditions import condition_of
from parsing.checker.function_calls import Bound, ResultOf
from parsing.checker.functions_of_values import is_object
from parsing.checker.references import previous_value, signal_read, symbol_value
from parsing.checker.resolving import PREVIOUS
from parsing.checker.symbols import RuleSymbol, SignalSymbol
from parsing.checker.unifying import fits, report_type
from parsing.checker.units import SECONDS, difference, per_second
from parsing.checker.values import Kind, Value, converted
from parsing.definitions import Signal
from parsing.language import expressions as ex
from parsing.language.codes import DiagnosticCode
from parsing.rules.program import Elapsed, Expr, Rate, Unroll, Window

_MOST_BITS = 53
"""Counters beyond that are not exact in f64."""


def previous(call: Bound) -> Value:
    return previous_value(call.arguments["x"][0], call.env)


def elapsed(call: Bound) -> Value:
    node = call.arguments["x"][0]
    if call.env.place == "object":
        return _since_object_before(call, node)
    symbol = signal_read(node, call.env, wanted_by="elapsed")
    return call.unknown() if symbol is None else _seconds(call, symbol)


def _since_object_before(call: Bound, node: ex.Expression) -> Value:
    """There is one time for all signals of an object; any number of them tells it."""
    owner = call.env.owner
    numbers = [each for each in owner.signals.values() if _is_read_by_judgements(each)] if owner is not None else []
    if is_object(node) != PREVIOUS or not numbers:
        why = "in a definition of objects, elapsed tells the time since the object before"
        call.env.report(DiagnosticCode.WRONG_ARGUMENTS, node.span, why, "use:  elapsed(prev)")
        return call.unknown()
    return _seconds(call, numbers[0])


def _is_read_by_judgements(symbol: SignalSymbol) -> bool:
    """Texts have no values, and the time is not one of them."""
    return symbol.name != "ts" and symbol.facts.kind != "text"


def _seconds(call: Bound, symbol: SignalSymbol | RuleSymbol) -> Value:
    expr = Elapsed(call.env.reads.number(symbol))
    return Value(expr, "number", SECONDS, intervals.NOT_NEGATIVE, call.node.span)


def _sampled(call: Bound) -> tuple[Value, int] | None:
    """The signal that is remembered, and its number among the inputs."""
    node = call.arguments["x"][0]
    symbol = signal_read(node, call.env, wanted_by=call.node.function.text)
    if symbol is None or not isinstance(node, ex.Reference):
        return None
    value = symbol_value(symbol, node, call.env)
    if value.kind == "enum":
        report_type(value, "a number", call.env)
        return None
    return (value, call.env.reads.number(symbol)) if is_number(value, call.env) else None


def rate(call: Bound) -> Value:
    found = _sampled(call)
    if found is None:
        return call.unknown()
    value, number = found
    return Value(Rate(number), "number", per_second(value.unit), intervals.UNBOUNDED, call.node.span)


def windowed(function: Literal["mean", "min", "max"]) -> ResultOf:
    def result_of(call: Bound) -> Value:
        found, over = _sampled(call), call.duration("over")
        if found is None or over is None:
            return call.unknown()
        value, number = found
        between = intervals.widened(value.interval) if function == "mean" else value.interval
        kind: Kind = "number" if function == "mean" else value.kind
        return Value(Window(number, function, over), kind, value.unit, between, call.node.span)

    return result_of


def unroll(call: Bound) -> Value:
    found, bits = _sampled(call), _bits(call)
    if found is None or bits is None:
        return call.unknown()
    value, number = found
    scale = value.symbol.facts.scale if isinstance(value.symbol, SignalSymbol) else 1.0
    if not _fits_signal(call, value, bits) or scale <= 0:
        return call.unknown()
    reset = _reset(call) if "reset" in call.arguments else None
    max_step = _max_step(call, value) if "max_step" in call.arguments else None
    if (reset is None and "reset" in call.arguments) or (max_step is None and "max_step" in call.arguments):
        return call.unknown()
    total = intervals.Interval(value.interval.low, intervals.UNBOUNDED.high)
    expr = Unroll(number, float(2**bits) * scale, max_step, reset)
    return Value(expr, value.kind, difference(value.unit), total, call.node.span)


def _bits(call: Bound) -> int | None:
    value = call.value("bits")
    number = value.constant
    if value.kind == "integer" and number is not None and 1 <= number <= _MOST_BITS:
        return int(number)
    why = f"bits is a whole number from 1 to {_MOST_BITS}"
    call.env.report(DiagnosticCode.CONSTANT_WANTED, value.span, why, "use:  bits: 16")
    return None


def _fits_signal(call: Bound, value: Value, bits: int) -> bool:
    symbol = value.symbol
    record = symbol.record if isinstance(symbol, SignalSymbol) else None
    if not isinstance(record, Signal) or record.length == bits:
        return True
    why = f"{record.name} has {record.length} bits, so it runs over at {2**record.length:,}, not at {2**bits:,}"
    call.env.report(DiagnosticCode.WRONG_ARGUMENTS, call.arguments["bits"][0].span, why, f"use:  bits: {record.length}")
    return False


def _reset(call: Bound) -> Expr | None:
    """It is looked at at every sample, wherever the call stands."""
    env = call.env.anywhere()
    condition = condition_of(call.evaluate(call.arguments["reset"][0], env), env)
    return condition.expr if condition.is_known else None


def _max_step(call: Bound, value: Value) -> float | None:
    step = call.value("max_step")
    if not (step.is_known and is_number(step, call.env) and fits(value, step, call.env)):
        return None
    number = converted(step, difference(value.unit)).constant
    if number is None or number <= 0:
        why = "the largest step is a constant above 0"
        call.env.report(DiagnosticCode.CONSTANT_WANTED, step.span, why, "use:  max_step: 500")
        return None
    return number
