"""Functions without memory."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import reduce

from parsing.checker import intervals
from parsing.checker.arithmetic import is_number
from parsing.checker.folding import operation
from parsing.checker.function_calls import Bound, ResultOf
from parsing.checker.intervals import Interval
from parsing.checker.nearest import listed
from parsing.checker.quantities import is_a
from parsing.checker.resolving import PREVIOUS, THIS
from parsing.checker.symbols import SignalSymbol
from parsing.checker.unifying import unified
from parsing.checker.units import BARE, METRES, comparable, root, unit_of
from parsing.checker.values import Value, converted
from parsing.language import expressions as ex
from parsing.language.codes import DiagnosticCode
from parsing.rules.program import Expr, Op, Previous, Read

_OBJECTS = (PREVIOUS, THIS)

_WHOLE: dict[Op, Callable[[float], float]] = {
    Op.FLOOR: math.floor,
    Op.CEILING: math.ceil,
    Op.ROUND: lambda value: math.floor(value + 0.5),
}


def absolute(call: Bound) -> Value:
    value = call.value("x")
    if not is_number(value, call.env):
        return call.unknown()
    return _made(call, Op.ABSOLUTE, value, intervals.absolute(value.interval))


def _made(call: Bound, op: Op, value: Value, between: Interval) -> Value:
    return replace(
        value, expr=operation(op, value.expr), interval=between, span=call.node.span, symbol=None, literal=False
    )


def nearest_whole(op: Op) -> ResultOf:
    """Of `floor`, `ceil` and `round`."""

    def result_of(call: Bound) -> Value:
        value = call.value("x")
        if not is_number(value, call.env):
            return call.unknown()
        between = intervals.rising(lambda number: float(_WHOLE[op](number)), value.interval)
        return replace(_made(call, op, value, between), kind="integer")

    return result_of


def square_root(call: Bound) -> Value:
    value = call.value("x")
    if not is_number(value, call.env):
        return call.unknown()
    if value.unit.is_point or value.interval.high < 0:
        why = f"{call.env.quote(value.span)} is {'always negative' if value.interval.high < 0 else is_a(value.unit)}"
        call.env.report(DiagnosticCode.NOT_FINITE, value.span, why, "there is no square root of that")
        return call.unknown()
    return replace(
        _made(call, Op.SQUARE_ROOT, value, intervals.root(value.interval)), unit=root(value.unit), kind="number"
    )


def sign(call: Bound) -> Value:
    value = call.value("x")
    if not is_number(value, call.env):
        return call.unknown()
    between = intervals.rising(lambda number: float((number > 0) - (number < 0)), value.interval)
    between = Interval(max(between.low, -1.0), min(between.high, 1.0))
    return replace(_made(call, Op.SIGN, value, between), unit=BARE, kind="integer")


def extreme(op: Op) -> ResultOf:
    """Of `min` and `max`, from the left: the smallest of the first two, of that and the third …"""

    def result_of(call: Bound) -> Value:
        values = call.values("x")
        faults = [value for value in values if not is_number(value, call.env)]
        if faults:
            return call.unknown()
        return reduce(lambda left, right: _extreme_of_two(call, op, left, right), values)

    return result_of


def _extreme_of_two(call: Bound, op: Op, left: Value, right: Value) -> Value:
    pair = unified(left, right, call.env) if left.is_known and right.is_known else None
    if pair is None:
        return call.unknown()
    choose = min if op == Op.LEAST else max
    low = choose(pair[0].interval.low, pair[1].interval.low)
    high = choose(pair[0].interval.high, pair[1].interval.high)
    kind = "integer" if pair[0].kind == pair[1].kind == "integer" else "number"
    expr = operation(op, pair[0].expr, pair[1].expr)
    return Value(expr, "integer" if kind == "integer" else "number", pair[0].unit, Interval(low, high), call.node.span)


def clamp(call: Bound) -> Value:
    value, low, high = call.value("x"), call.value("low"), call.value("high")
    faults = [each for each in (value, low, high) if not is_number(each, call.env)]
    if faults:
        return call.unknown()
    pairs = unified(value, low, call.env), unified(value, high, call.env)
    if pairs[0] is None or pairs[1] is None:
        return call.unknown()
    least, most = converted(low, value.unit), converted(high, value.unit)
    if low.literal and low.constant == 0:
        least = replace(low, unit=value.unit)
    if least.interval.low > most.interval.high:
        why = f"{call.env.quote(low.span)} is more than {call.env.quote(high.span)}"
        call.env.report(DiagnosticCode.EMPTY_RANGE, call.node.span, why, "write the smaller end first")
        return call.unknown()
    between = Interval(
        max(least.interval.low, min(value.interval.low, most.interval.low)),
        max(least.interval.high, min(value.interval.high, most.interval.high)),
    )
    expr = operation(Op.CLAMP, value.expr, least.expr, most.expr)
    kind = "integer" if value.kind == least.kind == most.kind == "integer" else "number"
    return Value(expr, "integer" if kind == "integer" else "number", value.unit, between, call.node.span)


def haversine(call: Bound) -> Value:
    given = ("lat1", "lon1", "lat2", "lon2")
    if call.env.place == "object" and len(call.arguments) == len(_OBJECTS):
        return distance_of_objects(call, [call.arguments[name][0] for name in given[: len(_OBJECTS)]])
    missing = [name for name in given if name not in call.arguments]
    if missing:
        why = f"haversine wants two places, each as latitude and longitude; {listed(missing)} missing"
        call.env.report(DiagnosticCode.WRONG_ARGUMENTS, call.node.span, why, "use:  haversine(lat1, lon1, lat2, lon2)")
        return call.unknown()
    nodes = [call.arguments[name][0] for name in given]
    values = [call.evaluate(node, call.env) for node in nodes]
    degrees = unit_of("deg")
    for value in values:
        if not is_number(value, call.env):
            return call.unknown()
        if not comparable(value.unit, degrees):
            why = f"{call.env.quote(value.span)} is {is_a(value.unit)}; places are given in [deg]"
            call.env.report(DiagnosticCode.UNIT_MISMATCH, value.span, why, "say [deg] where it is defined")
            return call.unknown()
    return _distance(call, [converted(value, degrees).expr for value in values])


def _distance(call: Bound, places: list[Expr]) -> Value:
    return Value(operation(Op.HAVERSINE, *places), "number", METRES, intervals.HALF_EARTH, call.node.span)


def distance_of_objects(call: Bound, nodes: list[ex.Expression]) -> Value:
    """`haversine(prev, this)` in a definition of positions: their `lat` and `lon`."""
    owner = call.env.owner
    signals = [owner.signals.get(name) for name in ("lat", "lon")] if owner else []
    places: list[Expr] = []
    for node in nodes:
        for signal in signals:
            place = _coordinate(signal, node, call)
            if place is None:
                return call.unknown()
            places.append(place)
    return _distance(call, places)


def _coordinate(signal: SignalSymbol | None, node: ex.Expression, call: Bound) -> Expr | None:
    which = is_object(node)
    if signal is None or which is None:
        why = "haversine of two positions wants `prev` and `this`, and signals lat and lon in the definition"
        call.env.report(DiagnosticCode.WRONG_ARGUMENTS, node.span, why, "use:  haversine(prev, this)")
        return None
    number = call.env.reads.number(signal)
    expr = Previous(number) if which == PREVIOUS else Read(number)
    unit = signal.facts.unit
    degrees = unit_of("deg")
    if not comparable(unit, degrees):
        why = f"{signal.name} is {is_a(unit)}; places are given in [deg]"
        call.env.report(DiagnosticCode.UNIT_MISMATCH, node.span, why, f"say:  signal {signal.name} : f64 … [deg]")
        return None
    return converted(Value(expr, "number", unit, signal.facts.interval, node.span), degrees).expr


def is_object(node: ex.Expression) -> str | None:
    """`prev` or `this`, alone."""
    alone = isinstance(node, ex.Reference) and len(node.parts) == 1 and node.parts[0].text in _OBJECTS
    return node.parts[0].text if alone and isinstance(node, ex.Reference) else None
