"""What operations without memory make of values with qualities (docs/contracts/rules.md, "Values"), one by one."""

from __future__ import annotations

import math
from collections.abc import Callable

from parsing.quality import Quality
from parsing.rules.haversine import haversine
from parsing.rules.program import Op

Value = tuple[float, int]
"""With its quality."""

ABSENT: Value = (0.0, Quality.ABSENT)


def is_valid(value: Value) -> bool:
    return value[1] <= Quality.SUSPECT


def holds(value: Value) -> bool:
    return is_valid(value) and value[0] != 0


def fails(value: Value) -> bool:
    return is_valid(value) and value[0] == 0


def judged(value: float, quality: int) -> Value:
    """With the quality that a result of arithmetic has."""
    return value, quality if math.isfinite(value) else max(quality, Quality.ERROR)


def divide(x: float, y: float) -> float:
    """As IEEE 754 says, where Python raises."""
    if y != 0:
        return x / y
    if x == 0 or math.isnan(x):
        return math.nan
    return math.copysign(math.inf, x) * math.copysign(1.0, y)


def floor(x: float) -> float:
    return float(math.floor(x)) if math.isfinite(x) and x != 0 else x


def ceil(x: float) -> float:
    return -floor(-x)


def modulo(x: float, y: float) -> float:
    return x - floor(divide(x, y)) * y


def least(x: float, y: float) -> float:
    return min(x, y)


def greatest(x: float, y: float) -> float:
    return max(x, y)


def _sign(x: float) -> float:
    return math.copysign(1.0, x) if x > 0 or x < 0 else x


def _root(x: float) -> float:
    return math.sqrt(x) if x >= 0 else math.nan


_NUMBERS: dict[Op, Callable[..., float]] = {
    Op.ADD: lambda x, y: x + y,
    Op.SUBTRACT: lambda x, y: x - y,
    Op.MULTIPLY: lambda x, y: x * y,
    Op.DIVIDE: divide,
    Op.MODULO: modulo,
    Op.NEGATE: lambda x: -x,
    Op.ABSOLUTE: abs,
    Op.LEAST: least,
    Op.GREATEST: greatest,
    Op.CLAMP: lambda x, low, high: greatest(low, least(x, high)),
    Op.FLOOR: floor,
    Op.CEILING: ceil,
    Op.ROUND: lambda x: floor(x + 0.5),
    Op.SQUARE_ROOT: _root,
    Op.SIGN: _sign,
    Op.HAVERSINE: haversine,
}

_TRUTHS: dict[Op, Callable[..., bool]] = {
    Op.LESS: lambda x, y: x < y,
    Op.LESS_EQUAL: lambda x, y: x <= y,
    Op.GREATER: lambda x, y: x > y,
    Op.GREATER_EQUAL: lambda x, y: x >= y,
    Op.EQUAL: lambda x, y: x == y,
    Op.NOT_EQUAL: lambda x, y: x != y,
    Op.NOT: lambda x: x == 0,
}


def _and(x: Value, y: Value) -> Value:
    for each in (x, y):
        if fails(each):
            return 0.0, each[1]
    return float(x[0] != 0 and y[0] != 0), max(x[1], y[1])


def _or(x: Value, y: Value) -> Value:
    for each in (x, y):
        if holds(each):
            return 1.0, each[1]
    return float(x[0] != 0 or y[0] != 0), max(x[1], y[1])


def _select(condition: Value, then: Value, otherwise: Value) -> Value:
    value, quality = then if condition[0] != 0 else otherwise
    return value, max(condition[1], quality)


_CHOICES: dict[Op, Callable[..., Value]] = {
    Op.AND: _and,
    Op.OR: _or,
    Op.COALESCE: lambda x, y: x if is_valid(x) else y,
    Op.SELECT: _select,
    Op.AT_BEST_SUSPECT: lambda x: (x[0], max(x[1], Quality.SUSPECT)),
    Op.AS_ERROR: lambda x: (x[0], max(x[1], Quality.ERROR)),
}


def operate(op: Op, operands: list[Value]) -> Value:
    """The result of an operation."""
    choice = _CHOICES.get(op)
    if choice is not None:
        return choice(*operands)
    quality = max(quality for _, quality in operands)
    numbers = [value for value, _ in operands]
    truth = _TRUTHS.get(op)
    if truth is not None:
        return float(truth(*numbers)), quality
    return judged(_NUMBERS[op](*numbers), quality)
