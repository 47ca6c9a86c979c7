"""Rows with all that is said of them, in plain memory."""

from __future__ import annotations

from parsing.engine.kernels import kernel
from parsing.engine.memory import Memory, roomy
from parsing.engine.row_extractor import FrameColumns, RowColumns

_NOTHING = Memory(0)


class Rows:
    """`count` rows: `index` i64 (of the frame in the log), `seconds` f64, `bus` u32, `can_id` u32 without flags,
    `signal` u32 (among those of `Definitions`), `value` f64, `raw` i64, `quality` u32. `span` f64[2] are the least and
    the greatest of `seconds`.
    """

    def __init__(self) -> None:
        self.count = 0
        self.span = Memory(16)
        self.index = self.seconds = self.bus = self.can_id = self.quality = _NOTHING
        self.signal = self.value = self.raw = _NOTHING

    def span_of(self, column: str) -> tuple[bytes, bytes] | None:
        """The least and the greatest of `index` or `seconds`, 8 bytes each; None of other columns. There are rows."""
        if column == "index":
            return bytes(self.index.view[:8]), bytes(self.index.view[8 * (self.count - 1) : 8 * self.count])
        return (bytes(self.span.view[:8]), bytes(self.span.view[8:])) if column == "seconds" else None

    def fill(self, rows: RowColumns, frames: FrameColumns) -> None:
        """With rows of these frames; they keep what is in `rows`, and so are valid as long as that is."""
        self.count = count = rows.count
        self.signal, self.value, self.raw = rows.signal, rows.value, rows.raw
        self.index, self.seconds = roomy(self.index, 8 * count), roomy(self.seconds, 8 * count)
        self.bus, self.can_id = roomy(self.bus, 4 * count), roomy(self.can_id, 4 * count)
        self.quality = roomy(self.quality, 4 * count)
        kernel("place")(
            count, rows.frame.at, rows.quality.at, frames.frame_index, frames.ts, frames.bus, frames.can_id,
            self.index.at, self.seconds.at, self.bus.at, self.can_id.at, self.quality.at, self.span.at,
        )  # fmt: skip
