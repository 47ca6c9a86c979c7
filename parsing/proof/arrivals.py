"""What came in a sequence: of every signal, as rules do not read all that may be expected."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from parsing.quality import Quality
from parsing.rules.program import SignalInput

Signal = tuple[int, int]
"""Group and slot."""


class Arrival(NamedTuple):
    """At `ts`; it has come with this quality `since` (µs)."""

    value: float
    quality: int
    ts: int
    since: int


class Arrivals:
    """`last` of each signal, and `gaps`: from when to when it was stale last (µs). `timeout_of` groups in µs too."""

    def __init__(self, timeout_of: Callable[[int], int | None]) -> None:
        self.last: dict[Signal, Arrival] = {}
        self.gaps: dict[Signal, tuple[int, int]] = {}
        self._timeout_of = timeout_of

    def take(self, signal: Signal, value: float, quality: int, ts: int) -> None:
        timeout, before = self._timeout_of(signal[0]), self.last.get(signal)
        if timeout is not None and before is not None and before.ts + timeout < ts:
            self.gaps[signal] = before.ts + timeout, ts
        since = before.since if before is not None and before.quality == quality else ts
        self.last[signal] = Arrival(value, quality, ts, since)

    def read(self, signal: SignalInput, now: int) -> tuple[float, int]:
        """Value and quality, as a rule would read them."""
        last = self.last.get((signal.group, signal.slot))
        if last is None:
            return 0.0, Quality.ABSENT
        is_fresh = signal.timeout is None or now <= last.ts + signal.timeout
        return last.value, last.quality if is_fresh else max(last.quality, Quality.STALE)

    def has_group(self, group: int) -> bool:
        return any(signal[0] == group for signal in self.last)
