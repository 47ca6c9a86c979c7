"""Ordinals: recorders with coarse clocks stamp several frames alike, and none may be lost (docs/contracts/rows.md)."""

from __future__ import annotations

import numpy as np
from numba import njit

from parsing.compiler.tables import HASH_MULTIPLIER

MOST_ROWS = 256
"""Rows of one (group, source, ts) that an envelope may have: ordinals are u8."""

_ONE = np.uint64(1)
_SOURCE_SHIFT = np.uint64(32)
_FREE = np.uint32(0xFFFF_FFFF)


def ordinals(
    envelope: np.ndarray, group: np.ndarray | int, source: np.ndarray, ts: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Count rows of equal (group, source, ts) in each envelope, in the order given, from 0.

    `envelope` u32[k] says which envelope of the batch a row is of; `group` u32[k], or one for all rows; `source`
    u32[k]; `ts` i64[k] in µs. All rows of a group in an envelope must be in one call. Returns ordinals u8[k], and
    ascending u32 of the envelopes that have more than 256 rows alike somewhere (their ordinals mean nothing).
    """
    count = len(ts)
    result = np.empty(count, np.uint64)
    bits = max(4, (2 * count).bit_length())
    _count_alike(
        np.ascontiguousarray(envelope, np.uint32),
        np.ascontiguousarray(np.broadcast_to(group, count), np.uint32),
        np.ascontiguousarray(source, np.uint32),
        np.ascontiguousarray(ts, np.int64),
        (np.full(2**bits, _FREE, np.uint32), np.zeros(2**bits, np.uint64)),
        np.uint64(64 - bits),
        result,
    )
    return result.astype(np.uint8), np.unique(envelope[result >= MOST_ROWS])


@njit(cache=True, nogil=True)
def _count_alike(
    envelope: np.ndarray,
    group: np.ndarray,
    source: np.ndarray,
    ts: np.ndarray,
    table: tuple[np.ndarray, np.ndarray],
    shift: np.uint64,
    result: np.ndarray,
) -> None:
    """Open addressing; a place holds the first row of its kind and how many there have been."""
    firsts, counts = table
    wrap = np.uint64(firsts.size) - _ONE
    for row in range(np.uint64(ts.size)):
        series = np.uint64(group[row]) | (np.uint64(source[row]) << _SOURCE_SHIFT)
        key = (np.uint64(ts[row]) * HASH_MULTIPLIER ^ series) * HASH_MULTIPLIER ^ np.uint64(envelope[row])
        place = (key * HASH_MULTIPLIER) >> shift
        while firsts[place] != _FREE:
            first = firsts[place]
            if (
                ts[first] == ts[row]
                and source[first] == source[row]
                and group[first] == group[row]
                and envelope[first] == envelope[row]
            ):
                break
            place = (place + _ONE) & wrap
        if firsts[place] == _FREE:
            firsts[place] = np.uint32(row)
        result[row] = counts[place]
        counts[place] += _ONE
