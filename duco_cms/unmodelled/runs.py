"""Which bits of an unread id may belong together: raw signals to begin with."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

BITS_MOST: Final = 32
"""Of a run: what is longer is not one number."""

RUNS_MOST: Final = 64
FRAMES_LEAST: Final = 10
"""Fewer say nothing about what changes."""

_JUMP: Final = 2
_NOISE: Final = 0.05


@dataclass(frozen=True, slots=True)
class Run:
    """Bits that change, little-endian from `start`; `flips` of the bit that changed the most. `step` of a counter."""

    start: int
    length: int
    flips: int
    step: int = 0

    @property
    def name(self) -> str:
        return f"{'Counter' if self.step else 'Raw'}_{self.start}_{self.length}"

    @property
    def end(self) -> int:
        return self.start + self.length

    @property
    def last(self) -> int:
        return self.end - 1


def runs_of(activity: Mapping[str, Any]) -> list[Run]:
    """Of the Data API's answer, by their places; none where too few frames were seen or too much changes."""
    if activity["frames"] < FRAMES_LEAST:
        return []
    counters = counters_of(activity)
    counting = {bit for run in counters for bit in range(run.start, run.end)}
    flips = [0 if bit in counting else count for bit, count in enumerate(_all_flips(activity))]
    found = [*counters, *(run for run in _changing(flips, activity["frames"]) if run.length <= BITS_MOST)]
    return sorted(found, key=lambda run: run.start) if len(found) <= RUNS_MOST else []


def counters_of(activity: Mapping[str, Any]) -> list[Run]:
    """Bits that probably count frames."""
    flips = _all_flips(activity)
    return [Run(each["start"], each["length"], flips[each["start"]], each["step"]) for each in activity["counters"]]


def _all_flips(activity: Mapping[str, Any]) -> list[int]:
    """By bit of the payload."""
    return [count for each in activity["bytes"] for count in each["flips"]]


def _changing(flips: Sequence[int], frames: int) -> Iterator[Run]:
    """In a number a higher bit changes less often than the one below it: where one changes much more often, the next
    number begins.
    """
    start = None
    for bit, count in enumerate([*flips, 0]):
        if start is not None and (not count or _jumps(flips[bit - 1], count, frames)):
            yield Run(start, bit - start, max(flips[start:bit]))
            start = None
        if start is None and count:
            start = bit


def _jumps(below: int, above: int, frames: int) -> bool:
    return above > _JUMP * below and above - below > _NOISE * frames
