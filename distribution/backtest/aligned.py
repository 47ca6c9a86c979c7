"""Rows of two contents, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from parsing.quality import Quality

KEY = np.dtype([("envelope", "u4"), ("source", "u4"), ("ts", "i8"), ("ordinal", "u1")])


@dataclass(frozen=True, slots=True)
class Rows:
    """Of one group: keys `KEY`[n], values f64[n, slots], qualities u8[n, slots]."""

    keys: NDArray[np.void]
    values: NDArray[np.float64]
    qualities: NDArray[np.uint8]

    def equals(self, other: Rows) -> bool:
        """To the bit."""
        return (
            self.values.shape == other.values.shape
            and np.array_equal(self.qualities, other.qualities)
            and np.array_equal(_bits(self.values), _bits(other.values))
            and np.array_equal(self.keys, other.keys)
        )

    def slot(self, number: int) -> tuple[NDArray[np.float64], NDArray[np.uint8]]:
        """Absent where the group has not as many."""
        if number < self.values.shape[1]:
            return self.values[:, number], self.qualities[:, number]
        return np.zeros(len(self.keys)), np.full(len(self.keys), Quality.ABSENT, np.uint8)


NOTHING = Rows(np.empty(0, KEY), np.empty((0, 0)), np.empty((0, 0), np.uint8))


@dataclass(frozen=True, slots=True)
class Aligned:
    """One slot of two contents: where both have a row (`keys`), values and qualities of each; and the rows that only
    one has.
    """

    keys: NDArray[np.void]
    before: NDArray[np.float64]
    before_quality: NDArray[np.uint8]
    after: NDArray[np.float64]
    after_quality: NDArray[np.uint8]
    only_before: int
    only_after: int

    @classmethod
    def of(cls, before: Rows, after: Rows, slot: int) -> Self:
        old, new = _places(before, after)
        values, qualities = before.slot(slot)
        new_values, new_qualities = after.slot(slot)
        return cls(
            before.keys[old], values[old], qualities[old], new_values[new], new_qualities[new],
            _there(qualities) - _there(qualities[old]), _there(new_qualities) - _there(new_qualities[new]),
        )  # fmt: skip

    @property
    def was(self) -> NDArray[np.bool_]:
        return _is_there(self.before_quality)

    @property
    def is_now(self) -> NDArray[np.bool_]:
        return _is_there(self.after_quality)

    @property
    def value_differs(self) -> NDArray[np.bool_]:
        """Where both have a value."""
        unlike = (self.before != self.after) & ~(np.isnan(self.before) & np.isnan(self.after))
        differs: NDArray[np.bool_] = self.was & self.is_now & unlike
        return differs

    @property
    def differs(self) -> NDArray[np.bool_]:
        """In value or quality, or as only one has it."""
        differs: NDArray[np.bool_] = self.value_differs | (self.before_quality != self.after_quality)
        return differs


def _bits(values: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.ascontiguousarray(values).view(np.int64)


def _is_there(qualities: NDArray[np.uint8]) -> NDArray[np.bool_]:
    there: NDArray[np.bool_] = qualities != Quality.ABSENT
    return there


def _there(qualities: NDArray[np.uint8]) -> int:
    return int(_is_there(qualities).sum())


def _places(before: Rows, after: Rows) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Of the rows of both, their places in each."""
    if np.array_equal(before.keys, after.keys):
        everywhere = np.arange(len(before.keys))
        return everywhere, everywhere
    _, old, new = np.intersect1d(before.keys, after.keys, return_indices=True)
    return old, new
