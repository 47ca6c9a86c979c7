"""Ordinals: which of several rows of equal time a row is (docs/contracts/rows.md)."""

from __future__ import annotations

import numpy as np

MAX_ROWS = 256
"""Rows of equal group, source and time that one envelope may hold: an ordinal is a u8."""


def ordinals(envelope: np.ndarray, source: np.ndarray, ts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Number the rows of one group that are alike in envelope u32[k], source u32[k] and ts i64[k], in their order.

    Returns ordinals u8[k] from 0, and the envelopes u32[e] that hold more than 256 such rows; the ordinals of those
    mean nothing.
    """
    rows = len(ts)
    # Stable, so that rows alike keep the order of their frames.
    order = np.lexsort((ts, source, envelope))
    new = np.ones(rows, bool)
    new[1:] = False
    for column in (envelope, source, ts):
        ordered = column[order]
        new[1:] |= ordered[1:] != ordered[:-1]
    starts = np.flatnonzero(new)
    place = np.arange(rows) - np.repeat(starts, np.diff(np.append(starts, rows)))
    numbered = np.empty(rows, np.uint8)
    numbered[order] = place.astype(np.uint8)
    return numbered, np.unique(envelope[order[place >= MAX_ROWS]])
