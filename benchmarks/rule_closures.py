"""What each kind of rule computes (`rule_workload`), as closures over the last values of what it reads."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from benchmarks.rule_workload import FOR, MODULUS, OVER, SECOND

OK, SUSPECT, OUT_OF_RANGE, STALE, NOT_AVAILABLE, ERROR, ABSENT = range(7)
BUCKETS = 16
Value = tuple[float, int]


class Known:
    """What is known of a signal or derived signal."""

    __slots__ = ("at", "quality", "since", "until", "value")

    def __init__(self) -> None:
        self.value, self.quality, self.at, self.until, self.since = 0.0, ABSENT, None, math.inf, None

    def come(self, value: float, quality: int, now: int, until: float) -> None:
        if self.at is None or now > self.until:
            self.since = now
        self.value, self.quality, self.at, self.until = value, quality, now, until

    def read(self, now: int) -> Value:
        return self.value, self.quality if now <= self.until else max(self.quality, STALE)


def holds(truth: Value) -> bool:
    return truth[1] <= SUSPECT and truth[0] != 0


def fails(truth: Value) -> bool:
    return truth[1] <= SUSPECT and truth[0] == 0


def both(x: Value, y: Value) -> Value:
    for each in (x, y):
        if fails(each):
            return 0.0, each[1]
    return float(x[0] != 0 and y[0] != 0), max(x[1], y[1])


def either(x: Value, y: Value) -> Value:
    for each in (x, y):
        if holds(each):
            return 1.0, each[1]
    return float(x[0] != 0 or y[0] != 0), max(x[1], y[1])


def lasting(known: list[Known], duration: int) -> Callable[[Value, int], tuple[Value, int, float]]:
    """Whether a condition has held for that long, since when, and when to look again."""
    began: int | None = None

    def judge(condition: Value, now: int) -> tuple[Value, int, float]:
        nonlocal began
        if not holds(condition):
            began = None
            return (0.0, condition[1]), now, math.inf
        began = now if began is None else began
        since = max([began, *(each.since for each in known if each.since is not None)])
        if since + duration <= now:
            return (1.0, condition[1]), since, math.inf
        return (0.0, condition[1]), since, since + duration

    return judge


def _above(known: Known, limit: float, now: int) -> Value:
    value, quality = known.read(now)
    return float(value > limit), quality


def _below(known: Known, limit: float, now: int) -> Value:
    value, quality = known.read(now)
    return float(value < limit), quality


TRUE: Value = (1.0, OK)


def product(known: list[Known], numbers: tuple[float, ...]) -> Any:
    a, b = known

    def compute(now: int) -> Value:
        (x, p), (y, q) = a.read(now), b.read(now)
        return (x + y) * numbers[0], max(p, q)

    return compute


def difference(known: list[Known], _: tuple[float, ...]) -> Any:
    a, b = known

    def compute(now: int) -> Value:
        (x, p), (y, q) = a.read(now), b.read(now)
        return abs(x - y), max(p, q)

    return compute


def rise(known: list[Known], _: tuple[float, ...]) -> Any:
    (a,) = known
    seen = newest = None
    result: Value = (0.0, NOT_AVAILABLE)

    def compute(now: int) -> Value:
        nonlocal seen, newest, result
        if a.at != seen:
            seen = a.at
            x, quality = a.read(now)
            if quality > SUSPECT:
                result = 0.0, quality
            else:
                result = 0.0, NOT_AVAILABLE
                if newest is not None and a.since <= newest[2]:
                    result = (x - newest[0]) / ((a.at - newest[2]) / SECOND), max(quality, newest[1])
                newest = x, quality, a.at
        return result

    return compute


def deviation(known: list[Known], _: tuple[float, ...]) -> Any:
    (a,) = known
    width, seen, buckets = -(-OVER // BUCKETS), None, {}

    def compute(now: int) -> Value:
        nonlocal seen, buckets
        x, quality = a.read(now)
        if a.at != seen:
            seen = a.at
            if quality <= SUSPECT:
                total, count = buckets.get(a.at // width, (None, 0))
                buckets[a.at // width] = (x if total is None else total + x, count + 1)
        oldest = now // width - BUCKETS
        if min(buckets, default=oldest + 1) <= oldest:
            buckets = {number: each for number, each in buckets.items() if number > oldest}
        if not buckets:
            return 0.0 - x, max(NOT_AVAILABLE, quality)
        totals = [buckets[number] for number in sorted(buckets)]
        total = totals[0][0]
        for each, _ in totals[1:]:
            total += each
        return total / sum(count for _, count in totals) - x, quality

    return compute


def choice(known: list[Known], numbers: tuple[float, ...]) -> Any:
    a, b = known

    def compute(now: int) -> Value:
        (x, p), (y, q) = a.read(now), b.read(now)
        return (x, p) if x > numbers[0] else (y, max(p, q))

    return compute


def replacement(known: list[Known], numbers: tuple[float, ...]) -> Any:
    a, b = known

    def compute(now: int) -> Value:
        x, quality = a.read(now)
        if quality <= SUSPECT:
            return x, quality
        y, quality = b.read(now)
        return y * numbers[0], quality

    return compute


def counter(known: list[Known], _: tuple[float, ...]) -> Any:
    (a,) = known
    seen = newest = None
    total, state = 0.0, ABSENT

    def compute(now: int) -> Value:
        nonlocal seen, newest, total, state
        if a.at != seen:
            seen = a.at
            x, state = a.read(now)
            if state <= SUSPECT:
                if newest is None:
                    total = x
                else:
                    step = (x - newest) - math.floor((x - newest) / MODULUS) * MODULUS
                    if step > MODULUS:
                        state = SUSPECT
                    else:
                        total += step
                newest = x
        return total, state

    return compute


def peak(known: list[Known], numbers: tuple[float, ...]) -> Any:
    a, b = known

    def compute(now: int) -> Value:
        (x, p), (y, q) = a.read(now), b.read(now)
        return max(min(x, y), numbers[0]), max(p, q)

    return compute


def below(known: list[Known], numbers: tuple[float, ...]) -> Any:
    return lambda now: (TRUE, _below(known[0], numbers[0], now), math.inf)


def below_while(known: list[Known], numbers: tuple[float, ...]) -> Any:
    timer = lasting(known[:1], FOR)

    def judge(now: int) -> tuple[Value, Value, float]:
        when, _, at = timer(_above(known[0], numbers[0], now), now)
        return when, _below(known[1], numbers[1], now), at

    return judge


def between_while(known: list[Known], numbers: tuple[float, ...]) -> Any:
    def judge(now: int) -> tuple[Value, Value, float]:
        expect = both(_above(known[1], numbers[1], now), _below(known[1], numbers[2], now))
        return _above(known[0], numbers[0], now), expect, math.inf

    return judge


def one_of(known: list[Known], numbers: tuple[float, ...]) -> Any:
    return lambda now: (
        TRUE, either(_below(known[0], numbers[0], now), _above(known[1], numbers[1], now)), math.inf
    )  # fmt: skip


def hysteresis(known: list[Known], numbers: tuple[float, ...]) -> Any:
    raising, clearing = lasting(known, FOR), lasting(known, FOR)

    def judge(now: int) -> Any:
        raises, since, at = raising(_above(known[0], numbers[0], now), now)
        clears, cleared_since, cleared_at = clearing(_below(known[0], numbers[1], now), now)
        return (raises, since), (clears, cleared_since), min(at, cleared_at)

    return judge


def both_above(known: list[Known], numbers: tuple[float, ...]) -> Any:
    timer = lasting(known, 0)

    def judge(now: int) -> Any:
        condition = both(_above(known[0], numbers[0], now), _above(known[1], numbers[1], now))
        raises, since, _ = timer(condition, now)
        return (raises, since), ((float(condition[0] == 0), condition[1]), now), math.inf

    return judge


def lasting_until(known: list[Known], numbers: tuple[float, ...]) -> Any:
    raising, clearing = lasting(known[:1], FOR), lasting(known[1:], 0)

    def judge(now: int) -> Any:
        raises, since, at = raising(_above(known[0], numbers[0], now), now)
        clears, cleared_since, _ = clearing(_below(known[1], numbers[1], now), now)
        return (raises, since), (clears, cleared_since), at

    return judge


FUNCTIONS: dict[str, Callable[[list[Known], tuple[float, ...]], Any]] = {
    "product": product, "difference": difference, "rise": rise, "deviation": deviation, "choice": choice,
    "replacement": replacement, "counter": counter, "peak": peak, "below": below, "below_while": below_while,
    "between_while": between_while, "one_of": one_of, "hysteresis": hysteresis, "both": both_above,
    "lasting": lasting_until,
}  # fmt: skip
