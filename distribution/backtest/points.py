"""Some of the values that differ, spread over time, to be drawn and looked at."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from distribution.backtest.aligned import Aligned
from parsing.quality import Quality

POINTS_KEPT: Final = 48

Point = tuple[int, int, float | None, int, float | None, int]
"""ts µs, ordinal, value and quality before, value and quality after; None where it is no number, or there is none."""


@dataclass(slots=True)
class Points:
    """By (group, slot) and source. Where there are more than `most` of one, every other one goes."""

    most: int = POINTS_KEPT
    _kept: dict[tuple[int, int], dict[int, list[Point]]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, place: tuple[int, int], aligned: Aligned) -> None:
        differing = np.flatnonzero(aligned.differs)
        if not len(differing):
            return
        sources = aligned.keys["source"][differing]
        for source in np.unique(sources).tolist():
            mine = differing[sources == source]
            picked = mine[np.unique(np.linspace(0, len(mine) - 1, min(self.most, len(mine))).astype(np.intp))]
            kept = self._kept[place].setdefault(source, [])
            kept += [_point(aligned, row) for row in picked.tolist()]
            if len(kept) > self.most:
                del kept[1::2]

    def of(self, place: tuple[int, int]) -> list[dict[str, Any]]:
        """As docs/contracts/jobs.md has them."""
        group, slot = place
        return [
            {"group": group, "slot": slot, "source": source, "points": [list(point) for point in kept]}
            for source, kept in sorted(self._kept.get(place, {}).items())
        ]


def _point(aligned: Aligned, row: int) -> Point:
    key = aligned.keys[row]
    return (
        int(key["ts"]), int(key["ordinal"]),
        _number(aligned.before[row], aligned.before_quality[row]), int(aligned.before_quality[row]),
        _number(aligned.after[row], aligned.after_quality[row]), int(aligned.after_quality[row]),
    )  # fmt: skip


def _number(value: float, quality: int) -> float | None:
    return float(value) if quality != Quality.ABSENT and math.isfinite(value) else None
