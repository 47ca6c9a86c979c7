"""Instructions of rules that remember nothing. Source of a kernel, see `routing`.

Meaning: docs/contracts/rules.md, and `parsing.rules.arithmetic`, of which each line here is the equal to the bit.
"""

from __future__ import annotations

from types import FunctionType, ModuleType
from typing import Any

import numpy as np
from numba import njit, types
from numba.extending import intrinsic

from parsing.quality import Quality
from parsing.rules import haversine as places
from parsing.rules.opcodes import Opcode
from parsing.rules.program import Op

OK = np.int64(Quality.OK)
SUSPECT = np.int64(Quality.SUSPECT)
STALE = np.int64(Quality.STALE)
NOT_AVAILABLE = np.int64(Quality.NOT_AVAILABLE)
ERROR = np.int64(Quality.ERROR)
ABSENT = np.int64(Quality.ABSENT)

_ADD, _SUBTRACT, _MULTIPLY, _DIVIDE = (np.uint16(op) for op in (Op.ADD, Op.SUBTRACT, Op.MULTIPLY, Op.DIVIDE))
_MODULO, _NEGATE, _ABSOLUTE = (np.uint16(op) for op in (Op.MODULO, Op.NEGATE, Op.ABSOLUTE))
_LEAST, _GREATEST, _CLAMP = (np.uint16(op) for op in (Op.LEAST, Op.GREATEST, Op.CLAMP))
_FLOOR, _CEILING, _ROUND = (np.uint16(op) for op in (Op.FLOOR, Op.CEILING, Op.ROUND))
_SQUARE_ROOT, _SIGN, _HAVERSINE = (np.uint16(op) for op in (Op.SQUARE_ROOT, Op.SIGN, Op.HAVERSINE))
_LESS, _LESS_EQUAL = np.uint16(Op.LESS), np.uint16(Op.LESS_EQUAL)
_GREATER, _GREATER_EQUAL = np.uint16(Op.GREATER), np.uint16(Op.GREATER_EQUAL)
_EQUAL, _NOT_EQUAL = np.uint16(Op.EQUAL), np.uint16(Op.NOT_EQUAL)
_NOT, _AND, _OR = (np.uint16(op) for op in (Op.NOT, Op.AND, Op.OR))
_COALESCE, _SELECT = np.uint16(Op.COALESCE), np.uint16(Op.SELECT)
_AT_BEST_SUSPECT, _AS_ERROR = np.uint16(Op.AT_BEST_SUSPECT), np.uint16(Op.AS_ERROR)
_IS_QUALITY, _EVENT_TIME = np.uint16(Opcode.IS_QUALITY), np.uint16(Opcode.EVENT_TIME)

_TRUE, _FALSE = np.float64(1.0), np.float64(0.0)
_SECOND = np.float64(1e6)
_SHIFT_MASK = np.int64(63)
_ZERO, _ONE = np.int64(0), np.int64(1)


@intrinsic
def _root(_typing: Any, _number: Any) -> Any:
    """The processor's instruction, where numba would call libm."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        function = builder.module.declare_intrinsic("llvm.sqrt", [arguments[0].type])
        return builder.call(function, arguments)

    return types.float64(types.float64), generate


def _compiled(module: ModuleType) -> dict[str, Any]:
    """A module's functions for kernels, each calling the others: from one source, so that both agree to the bit."""
    names = dict(vars(module)) | {"sqrt": _root}
    for name, function in vars(module).items():
        if isinstance(function, FunctionType):
            names[name] = njit(error_model="numpy")(FunctionType(function.__code__, names, name))
    return names


_haversine = _compiled(places)["haversine"]


@njit(error_model="numpy")
def judged(value: Any, quality: Any) -> Any:
    """With the quality that a result of arithmetic has."""
    return value, quality if abs(value) < np.inf else max(quality, ERROR)


@njit(error_model="numpy")
def is_valid(quality: Any) -> Any:
    return quality <= SUSPECT


@njit(error_model="numpy")
def truth(condition: Any, quality: Any) -> Any:
    return _TRUE if condition else _FALSE, quality


@njit(error_model="numpy")
def modulo(x: Any, y: Any) -> Any:
    return x - np.floor(x / y) * y


# An opcode a branch: the compiler makes a table of them.
@njit(error_model="numpy")
def operate(  # noqa: C901, PLR0911, PLR0912
    op: Any, each: Any, x: Any, x_quality: Any, y: Any, y_quality: Any, values: Any, qualities: Any, instant: Any
) -> Any:
    """Value and quality; `x` and `y` are the first two operands. `instant` i64[1] is in memory, as else its seconds are
    computed for every rule ahead of its code.
    """
    worst = max(x_quality, y_quality)
    if op == _ADD:
        return judged(x + y, worst)
    if op == _SUBTRACT:
        return judged(x - y, worst)
    if op == _MULTIPLY:
        return judged(x * y, worst)
    if op == _DIVIDE:
        return judged(x / y, worst)
    if op == _LESS:
        return truth(x < y, worst)
    if op == _LESS_EQUAL:
        return truth(x <= y, worst)
    if op == _GREATER:
        return truth(x > y, worst)
    if op == _GREATER_EQUAL:
        return truth(x >= y, worst)
    if op == _EQUAL:
        return truth(x == y, worst)
    if op == _NOT_EQUAL:
        return truth(x != y, worst)
    if op == _AND:
        return _and(x, x_quality, y, y_quality, worst)
    if op == _OR:
        return _or(x, x_quality, y, y_quality, worst)
    if op == _COALESCE:
        return (x, x_quality) if is_valid(x_quality) else (y, y_quality)
    if op == _LEAST:
        return judged(min(x, y), worst)
    if op == _GREATEST:
        return judged(max(x, y), worst)
    if op == _MODULO:
        return judged(modulo(x, y), worst)
    return _operate_on_one(op, each, x, x_quality, values, qualities, instant)


@njit(error_model="numpy")
def _operate_on_one(  # noqa: C901, PLR0911
    op: Any, each: Any, x: Any, x_quality: Any, values: Any, qualities: Any, instant: Any
) -> Any:
    """Also on more than two."""
    if op == _NEGATE:
        return judged(-x, x_quality)
    if op == _ABSOLUTE:
        return judged(abs(x), x_quality)
    if op == _FLOOR:
        return judged(np.floor(x), x_quality)
    if op == _CEILING:
        return judged(np.ceil(x), x_quality)
    if op == _ROUND:
        return judged(np.floor(x + 0.5), x_quality)
    if op == _SQUARE_ROOT:
        return judged(_root(x), x_quality)
    if op == _SIGN:
        return judged(_TRUE if x > 0.0 else (-_TRUE if x < 0.0 else x), x_quality)
    if op == _NOT:
        return truth(x == 0.0, x_quality)
    if op == _AT_BEST_SUSPECT:
        return x, max(x_quality, SUSPECT)
    if op == _AS_ERROR:
        return x, max(x_quality, ERROR)
    if op == _IS_QUALITY:
        return truth((np.int64(each.x) >> (x_quality & _SHIFT_MASK)) & _ONE != _ZERO, OK)
    if op == _EVENT_TIME:
        return np.float64(instant[0]) / _SECOND, OK
    return _operate_on_several(op, each, x, x_quality, values, qualities)


@njit(error_model="numpy")
def _operate_on_several(op: Any, each: Any, x: Any, x_quality: Any, values: Any, qualities: Any) -> Any:
    y, y_quality = values[each.b], np.int64(qualities[each.b])
    z, z_quality = values[each.c], np.int64(qualities[each.c])
    if op == _SELECT:
        return (y, max(x_quality, y_quality)) if x != 0.0 else (z, max(x_quality, z_quality))
    worst = max(x_quality, y_quality, z_quality)
    if op == _CLAMP:
        capped = min(x, z)
        return judged(max(y, capped), worst)
    last, last_quality = values[each.d], np.int64(qualities[each.d])
    return judged(_haversine(x, y, z, last), max(worst, last_quality))


@njit(error_model="numpy")
def _and(x: Any, x_quality: Any, y: Any, y_quality: Any, worst: Any) -> Any:
    if is_valid(x_quality) and x == 0.0:
        return _FALSE, x_quality
    if is_valid(y_quality) and y == 0.0:
        return _FALSE, y_quality
    return truth(x != 0.0 and y != 0.0, worst)


@njit(error_model="numpy")
def _or(x: Any, x_quality: Any, y: Any, y_quality: Any, worst: Any) -> Any:
    if is_valid(x_quality) and x != 0.0:
        return _TRUE, x_quality
    if is_valid(y_quality) and y != 0.0:
        return _TRUE, y_quality
    return truth(x != 0.0 or y != 0.0, worst)
