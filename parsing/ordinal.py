"""Ordinals: recorders with coarse clocks stamp several frames alike, and none may be lost (docs/contracts/rows.md)."""

from __future__ import annotations

import numpy as np

from parsing.engine.kernels import address, kernel
from parsing.engine.layout import FREE

MOST_ROWS = 256
"""Rows of one (group, source, ts) that an envelope may have: ordinals are u8."""


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
    firsts, counts = np.full(2**bits, FREE, np.uint32), np.zeros(2**bits, np.uint64)
    columns = (
        np.ascontiguousarray(envelope, np.uint32),
        np.ascontiguousarray(np.broadcast_to(group, count), np.uint32),
        np.ascontiguousarray(source, np.uint32),
        np.ascontiguousarray(ts, np.int64),
    )
    tables = (address(firsts), address(counts), 64 - bits, 2**bits - 1)
    kernel("count_alike")(count, *(address(column) for column in columns), *tables, address(result))
    return result.astype(np.uint8), np.unique(envelope[result >= MOST_ROWS])
