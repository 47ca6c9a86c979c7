"""What functions with memory remember, one class each, and what they make of a new sample."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import reduce
from typing import Literal

from parsing.quality import Quality
from parsing.rules.arithmetic import ABSENT, Value, divide, is_valid, judged, modulo
from parsing.rules.opcodes import BUCKETS

SECOND = 1_000_000
"""µs."""

WindowFunction = Literal["mean", "min", "max"]

_COMBINE: dict[WindowFunction, Callable[[float, float], float]] = {"mean": float.__add__, "min": min, "max": max}

_NOT_AVAILABLE: Value = (0.0, Quality.NOT_AVAILABLE)


@dataclass(slots=True)
class Known:
    """What is known of an input: its value, `at` which time it came last (None: never), `until` when it is fresh (None:
    for ever), and `since` when it has come without a gap. µs.
    """

    value: Value = ABSENT
    at: int | None = None
    until: int | None = None
    since: int | None = None

    def is_fresh(self, now: int) -> bool:
        return self.until is None or now <= self.until

    def come(self, value: Value, now: int, until: int | None) -> None:
        if self.at is None or not self.is_fresh(now):
            self.since = now
        self.value, self.at, self.until = value, now, until


@dataclass(slots=True)
class PreviousMemory:
    seen: int | None = None
    newest: Value = ABSENT
    before: Value = ABSENT

    def sample(self, value: Value) -> None:
        self.before, self.newest = self.newest, value


@dataclass(slots=True)
class RateMemory:
    seen: int | None = None
    newest: Value = ABSENT
    newest_at: int | None = None
    result: Value = _NOT_AVAILABLE

    def sample(self, value: Value, at: int, since: int) -> None:
        if not is_valid(value):
            self.result = 0.0, value[1]
            return
        if self.newest_at is None or since > self.newest_at:
            self.result = _NOT_AVAILABLE
        else:
            rise, seconds = value[0] - self.newest[0], (at - self.newest_at) / SECOND
            self.result = judged(divide(rise, seconds), max(value[1], self.newest[1]))
        self.newest, self.newest_at = value, at


@dataclass(slots=True)
class WindowMemory:
    """`buckets`: samples by number of bucket."""

    seen: int | None = None
    buckets: dict[int, list[float]] = field(default_factory=dict)

    def sample(self, value: Value, at: int, width: int) -> None:
        if is_valid(value):
            self.buckets.setdefault(at // width, []).append(value[0])

    def judge(self, function: WindowFunction, now: int, width: int) -> Value:
        newest = now // width
        self.buckets = {number: each for number, each in self.buckets.items() if number > newest - BUCKETS}
        counted = [self.buckets[number] for number in sorted(self.buckets)]
        if not counted:
            return _NOT_AVAILABLE
        combine = _COMBINE[function]
        result = reduce(combine, [reduce(combine, samples) for samples in counted])
        if function == "mean":
            result /= sum(map(len, counted))
        return judged(result, Quality.OK)


@dataclass(slots=True)
class UnrollMemory:
    seen: int | None = None
    newest: float | None = None
    total: float = 0.0
    quality: int = Quality.ABSENT

    def sample(self, value: Value, modulus: float, max_step: float | None, *, is_reset: bool) -> None:
        number, self.quality = value
        if not is_valid(value):
            return
        if self.newest is None:
            self.total = number
        else:
            step = modulo(number - self.newest, modulus)
            # Beyond the modulus is no step: the difference was too great for f64.
            if not is_reset and step > (modulus if max_step is None else max_step):
                self.quality = Quality.SUSPECT
            elif not is_reset:
                self.total += step
        self.newest = number


@dataclass(slots=True)
class HeldMemory:
    """`start`: since when the condition holds as far as durations count."""

    began: int | None = None
    start: int | None = None
