"""What a value can be, as an interval; of values that are valid, calculated in f64 as the engine does.

Rounding never turns an order of f64 around, so the ends that are calculated here hold for every value between.
"""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class Interval(NamedTuple):
    """Both ends belong to it; they may be infinite."""

    low: float
    high: float

    @property
    def is_one(self) -> bool:
        return self.low == self.high

    def holds(self, value: float) -> bool:
        return self.low <= value <= self.high


UNBOUNDED = Interval(-math.inf, math.inf)
NOT_NEGATIVE = Interval(0.0, math.inf)
FALSE = Interval(0.0, 0.0)
TRUE = Interval(1.0, 1.0)
EITHER = Interval(0.0, 1.0)
HALF_EARTH = Interval(0.0, 20_015_200.0)
"""Metres; no two places are farther apart."""


def hull(*intervals: Interval) -> Interval:
    return Interval(min(each.low for each in intervals), max(each.high for each in intervals))


def meet(left: Interval, right: Interval) -> Interval | None:
    """What both hold, or None."""
    low, high = max(left.low, right.low), min(left.high, right.high)
    return Interval(low, high) if low <= high else None


def _around(values: Iterable[float]) -> Interval:
    """NaN is of an infinite end by 0 or against another: nothing is known."""
    ends = list(values)
    return UNBOUNDED if any(math.isnan(end) for end in ends) else Interval(min(ends), max(ends))


def add(left: Interval, right: Interval) -> Interval:
    return _around((left.low + right.low, left.high + right.high))


def subtract(left: Interval, right: Interval) -> Interval:
    return _around((left.low - right.high, left.high - right.low))


def multiply(left: Interval, right: Interval) -> Interval:
    return _around(0.0 if a == 0 or b == 0 else a * b for a, b in itertools.product(left, right))


def divide(left: Interval, right: Interval) -> Interval:
    """By an interval that holds 0: anything."""
    if right.holds(0.0):
        return UNBOUNDED
    return _around(a / b for a, b in itertools.product(left, right))


def modulo(left: Interval, right: Interval) -> Interval:
    """`x - floor(x / y) * y` has the sign of y, but for the rounding of the product."""
    largest = max(abs(left.low), abs(left.high), abs(right.low), abs(right.high))
    if math.isinf(largest):
        return UNBOUNDED
    slack = 4 * math.ulp(largest)
    return Interval(min(0.0, right.low) - slack, max(0.0, right.high) + slack)


def negate(of: Interval) -> Interval:
    return Interval(-of.high, -of.low)


def absolute(of: Interval) -> Interval:
    ends = (abs(of.low), abs(of.high))
    return Interval(0.0 if of.holds(0.0) else min(ends), max(ends))


def rising(function: Callable[[float], float], of: Interval) -> Interval:
    """Of a function that never falls."""
    low, high = (end if math.isinf(end) else function(end) for end in of)
    return Interval(low, high)


def root(of: Interval) -> Interval:
    return Interval(math.sqrt(max(0.0, of.low)), math.sqrt(max(0.0, of.high)))


def widened(of: Interval) -> Interval:
    """For the rounding of sums: one in 10⁹ more at both ends."""
    return Interval(of.low - abs(of.low) * 1e-9, of.high + abs(of.high) * 1e-9)


def truth(*, never: bool, always: bool) -> Interval:
    return FALSE if never else TRUE if always else EITHER


def less(left: Interval, right: Interval) -> Interval:
    return truth(never=left.low >= right.high, always=left.high < right.low)


def less_equal(left: Interval, right: Interval) -> Interval:
    return truth(never=left.low > right.high, always=left.high <= right.low)


def equal(left: Interval, right: Interval) -> Interval:
    return truth(never=meet(left, right) is None, always=left.is_one and left == right)


def invert(of: Interval) -> Interval:
    return Interval(float(of.high == 0), float(of.low == 0)) if of in (FALSE, TRUE) else EITHER


def both(left: Interval, right: Interval) -> Interval:
    return truth(never=FALSE in (left, right), always=left == right == TRUE)


def either(left: Interval, right: Interval) -> Interval:
    return truth(never=left == right == FALSE, always=TRUE in (left, right))
