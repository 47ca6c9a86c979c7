"""An extraction as one row a value, in the order of the frames: what people and tables want."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from parsing.engine.kernels import address, kernel

if TYPE_CHECKING:
    from parsing.engine.extractor import Extraction


@dataclass(frozen=True, slots=True)
class LongRows:
    """A row for each value that is there.

    `frame` u32[n]: number of the frame in the batch, ascending; `signal` u32[n]: its place among the model's signals
    (`Extractor.signals`); `value` f64[n], `quality` u8[n], and `raw` i64[n]: raw bits, sign-extended where signed, with
    unsigned signals and floats of 64 bits in the same bits.
    """

    frame: np.ndarray
    signal: np.ndarray
    value: np.ndarray
    raw: np.ndarray
    quality: np.ndarray

    def __len__(self) -> int:
        return len(self.frame)


def long_rows(extraction: Extraction) -> LongRows:
    """All rows of an extraction."""
    model, frames, filled = extraction.model, extraction.frames, extraction.filled
    ends = np.empty(len(frames) + 1, np.uint64)
    totals_at, index_at = address(filled.totals), address(filled.frame_index)
    qualities_at = address(filled.qualities)
    kernel("count_rows")(len(frames), model.groups, model.groups_at, totals_at, index_at, qualities_at, address(ends))
    count = int(ends[-1])
    rows = LongRows(
        np.empty(count, np.uint32),
        np.empty(count, np.uint32),
        np.empty(count, np.float64),
        np.empty(count, np.int64),
        np.empty(count, np.uint8),
    )
    words = frames.words()
    kernel("lengthen")(
        model.groups, model.groups_at, model.signals_at, totals_at, index_at, address(filled.values), qualities_at,
        address(words), words.shape[1], address(ends), address(rows.frame), address(rows.signal), address(rows.value),
        address(rows.raw), address(rows.quality),
    )  # fmt: skip
    return rows
