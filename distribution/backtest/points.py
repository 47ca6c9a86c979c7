"""Some of the values that differ, spread over time, to be drawn and looked at."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from distribution.backtest.aligned import Aligned
from parsing.quality import Quality

POINTS_KEPT: Final = 48

POINT: Final = np.dtype(
    [("ts", "i8"), ("ordinal", "u1"), ("before", "f8"), ("before_quality", "u1"), ("after", "f8"),
     ("after_quality", "u1")]
)  # fmt: skip
"""ts in µs."""


@dataclass(slots=True)
class Points:
    """By (group, slot) and source. Where there are more than `most` of one, every other one goes."""

    most: int = POINTS_KEPT
    _kept: dict[tuple[int, int], dict[int, NDArray[np.void]]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, place: tuple[int, int], aligned: Aligned) -> None:
        differing = np.flatnonzero(aligned.differs)
        if not len(differing):
            return
        sources = aligned.keys["source"][differing]
        by_source = self._kept[place]
        for source in np.unique(sources).tolist():
            mine = differing[sources == source]
            picked = mine[np.unique(np.linspace(0, len(mine) - 1, min(self.most, len(mine))).astype(np.intp))]
            kept = np.concatenate([by_source.get(source, np.empty(0, POINT)), _points(aligned, picked)])
            by_source[source] = kept[::2] if len(kept) > self.most else kept

    def of(self, place: tuple[int, int]) -> list[dict[str, Any]]:
        """As docs/contracts/jobs.md has them."""
        group, slot = place
        return [
            {"group": group, "slot": slot, "source": source, "points": [_told(*point) for point in kept.tolist()]}
            for source, kept in sorted(self._kept.get(place, {}).items())
        ]


def _points(aligned: Aligned, rows: NDArray[np.intp]) -> NDArray[np.void]:
    points = np.empty(len(rows), POINT)
    keys = aligned.keys[rows]
    points["ts"], points["ordinal"] = keys["ts"], keys["ordinal"]
    points["before"], points["before_quality"] = aligned.before[rows], aligned.before_quality[rows]
    points["after"], points["after_quality"] = aligned.after[rows], aligned.after_quality[rows]
    return points


def _told(ts: int, ordinal: int, before: float, before_quality: int, after: float, after_quality: int) -> list[Any]:
    return [ts, ordinal, _number(before, before_quality), before_quality, _number(after, after_quality), after_quality]


def _number(value: float, quality: int) -> float | None:
    """None where it is no number, or there is none."""
    return value if quality != Quality.ABSENT and math.isfinite(value) else None
