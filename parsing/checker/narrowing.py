"""What a condition tells of the values that it compares: for what counts only where it holds, or only where it fails.

Both are valid then (docs/contracts/rules.md), and so is what they compare. Values are known again by their code, as the
same code gives the same at one instant.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

from parsing.checker.intervals import UNBOUNDED, Interval, hull, meet
from parsing.rules.program import Constant, Expr, Op, Operation


class Limit(NamedTuple):
    """Of one value. `is_nonzero`: it is not 0, which an interval around 0 cannot say."""

    interval: Interval = UNBOUNDED
    is_nonzero: bool = False

    def narrow(self, interval: Interval) -> Interval:
        """What remains of it; all of it where nothing does, as what is never looked at needs no limits."""
        low, high = meet(interval, self.interval) or interval
        if self.is_nonzero and low < high:
            low, high = (_above(low) if low == 0 else low), (_below(high) if high == 0 else high)
        return Interval(low, high)


Limits = Mapping[Expr, Limit]


def _above(number: float) -> float:
    return math.nextafter(number, math.inf)


def _below(number: float) -> float:
    return math.nextafter(number, -math.inf)


_OPPOSITES = {
    Op.LESS: Op.GREATER_EQUAL, Op.LESS_EQUAL: Op.GREATER, Op.GREATER: Op.LESS_EQUAL, Op.GREATER_EQUAL: Op.LESS,
    Op.EQUAL: Op.NOT_EQUAL, Op.NOT_EQUAL: Op.EQUAL,
}  # fmt: skip
_TURNED = {
    Op.LESS: Op.GREATER, Op.LESS_EQUAL: Op.GREATER_EQUAL, Op.GREATER: Op.LESS, Op.GREATER_EQUAL: Op.LESS_EQUAL,
    Op.EQUAL: Op.EQUAL, Op.NOT_EQUAL: Op.NOT_EQUAL,
}  # fmt: skip
"""The same with its sides exchanged."""

_LIMITS: dict[Op, Callable[[float], Limit]] = {
    Op.LESS: lambda number: Limit(Interval(-math.inf, _below(number))),
    Op.LESS_EQUAL: lambda number: Limit(Interval(-math.inf, number)),
    Op.GREATER: lambda number: Limit(Interval(_above(number), math.inf)),
    Op.GREATER_EQUAL: lambda number: Limit(Interval(number, math.inf)),
    Op.EQUAL: lambda number: Limit(Interval(number, number)),
    Op.NOT_EQUAL: lambda number: Limit(is_nonzero=number == 0),
}
"""Of what is compared with a number."""


def told_by(condition: Expr, *, holds: bool = True) -> Limits:
    """Limits of what the condition compares with constants, where it holds or, `holds` False, fails."""
    if not isinstance(condition, Operation):
        return {}
    if condition.op == Op.NOT:
        return told_by(condition.operands[0], holds=not holds)
    if condition.op in (Op.AND, Op.OR):
        left, right = (told_by(each, holds=holds) for each in condition.operands)
        return both(left, right) if (condition.op == Op.AND) == holds else _either(left, right)
    if condition.op not in _LIMITS:
        return {}
    return _compared(condition.op if holds else _OPPOSITES[condition.op], *condition.operands)


def _compared(op: Op, left: Expr, right: Expr) -> Limits:
    if isinstance(left, Constant):
        op, left, right = _TURNED[op], right, left
    if isinstance(left, Constant) or not isinstance(right, Constant):
        return {}
    return {left: _LIMITS[op](right.value)}


def both(left: Limits, right: Limits) -> Limits:
    """Where both are so."""
    found = dict(left)
    for expr, limit in right.items():
        other = found.get(expr, Limit())
        found[expr] = Limit(other.narrow(limit.interval), limit.is_nonzero or other.is_nonzero)
    return found


def _either(left: Limits, right: Limits) -> Limits:
    """Where one of them is so, whichever it is."""
    found = {}
    for expr in left.keys() & right.keys():
        one, other = left[expr], right[expr]
        found[expr] = Limit(hull(one.interval, other.interval), _excludes_zero(one) and _excludes_zero(other))
    return found


def _excludes_zero(limit: Limit) -> bool:
    return limit.is_nonzero or not limit.interval.holds(0.0)
