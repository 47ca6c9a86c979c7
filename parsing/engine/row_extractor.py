"""Extraction to one row a value over plain memory.

As `Extractor` and `long_form`, but without numpy, which takes longer to import than many logs to decode.
"""

from __future__ import annotations

import ctypes
from typing import Any, NamedTuple

from parsing.engine.kernels import kernel
from parsing.engine.layout import Totals
from parsing.engine.memory import Memory, roomy
from parsing.engine.scratch import CompiledModel, Scratch

_BYTE, _ID = ctypes.c_uint8, ctypes.c_uint32
_FEWEST_PLACES = 4
_NOTHING = Memory(0)


class FrameColumns(NamedTuple):
    """`size` frames by the addresses of their columns.

    `frame_index` i64, `ts` i64 (µs), `bus` u8, `can_id` u32 (SocketCAN's flags), `length` u16 (bytes), `words`
    the payloads as little-endian u64[size, width]. `owner` is what keeps the memory.
    """

    size: int
    frame_index: int
    ts: int
    bus: int
    can_id: int
    length: int
    words: int
    width: int
    owner: Any


class RowColumns:
    """`count` rows: `frame` u32, `signal` u32, `value` f64, `raw` i64, `quality` u8, as in `long_form.LongRows`."""

    def __init__(self) -> None:
        self.count = 0
        self.frame = self.signal = self.value = self.raw = self.quality = _NOTHING

    def reserve(self, count: int) -> None:
        """Room for that many; what was in it is lost."""
        self.count = count
        self.frame, self.signal = roomy(self.frame, 4 * count), roomy(self.signal, 4 * count)
        self.value, self.raw = roomy(self.value, 8 * count), roomy(self.raw, 8 * count)
        self.quality = roomy(self.quality, count)


class Unknown(NamedTuple):
    """`frames` of an id that no message matches (`page` is -1), or of a page that its message does not know."""

    bus: int
    can_id: int
    page: int
    frames: int


class Extracted(NamedTuple):
    """`rows` are valid until the next batch. `other` counts remote and error frames, `short` those whose payload ends
    before their message does.
    """

    rows: RowColumns
    other: int
    short: int
    unknown: list[Unknown]


class RowExtractor:
    """Extracts batches by one model; one thread at a time may use it."""

    def __init__(self, model: CompiledModel) -> None:
        self._model = model
        self._scratch = Scratch(model, 0)
        self._filled = self._ends = _NOTHING
        self._places = self._pages = self._counts = self._firsts = self._lasts = _NOTHING
        self._found = Memory(8)
        self._totals = Memory(8 * (len(Totals) + 3 * model.groups))
        self._rows = RowColumns()

    def extract(self, frames: FrameColumns) -> Extracted:
        """All rows, in the order of the frames; never raises for what is in them."""
        model = self._model
        if frames.size > self._scratch.capacity:
            self._scratch = Scratch(model, frames.size)
        room = model.room(frames.size)
        self._filled = roomy(self._filled, room.size)
        values_at = self._filled.at
        qualities_at, index_at = values_at + room.qualities_at, values_at + room.index_at
        kernel("extract")(
            frames.size, frames.bus, frames.can_id, frames.length, frames.words, frames.width, model.list_at,
            self._scratch.list_at, self._totals.at, index_at, values_at, qualities_at,
        )  # fmt: skip
        self._ends = roomy(self._ends, 8 * (frames.size + 1))
        kernel("count_rows")(
            frames.size, model.groups, model.groups_at, self._totals.at, index_at, qualities_at, self._ends.at
        )
        (count,) = self._ends.numbers("Q", 1, 8 * frames.size)
        out = self._rows
        out.reserve(count)
        kernel("lengthen")(
            model.groups, model.groups_at, model.signals_at, self._totals.at, index_at, values_at, qualities_at,
            frames.words, frames.width, self._ends.at, out.frame.at, out.signal.at, out.value.at, out.raw.at,
            out.quality.at,
        )  # fmt: skip
        totals = self._totals.numbers("Q", len(Totals))
        unknown = self._count_unknown(frames, totals[Totals.UNKNOWN])
        return Extracted(out, totals[Totals.OTHER], totals[Totals.SHORT], unknown)

    def unknown_frames(self) -> list[tuple[int, int]]:
        """Of the last batch, one by one: number of the frame, and page."""
        (number,) = self._totals.numbers("Q", 1, 8 * Totals.UNKNOWN)
        frames = self._scratch.unknown_frame.numbers("I", number)
        return list(zip(frames, self._scratch.unknown_page.numbers("q", number), strict=True))

    def _count_unknown(self, frames: FrameColumns, number: int) -> list[Unknown]:
        bits = max(_FEWEST_PLACES, (2 * number).bit_length())
        self._places = roomy(self._places, 4 << bits)
        self._places.fill(0xFF, 4 << bits)
        self._pages, self._counts = roomy(self._pages, 8 * number), roomy(self._counts, 8 * number)
        self._counts.fill(0, 8 * number)
        self._firsts, self._lasts = roomy(self._firsts, 4 * number), roomy(self._lasts, 4 * number)
        kernel("count_unknown")(
            frames.size, frames.bus, frames.can_id, number, self._scratch.unknown_frame.at,
            self._scratch.unknown_page.at, self._places.at, 64 - bits, (1 << bits) - 1, self._pages.at,
            self._counts.at, self._firsts.at, self._lasts.at, self._found.at,
        )  # fmt: skip
        (found,) = self._found.numbers("Q", 1)
        kinds = zip(
            self._firsts.numbers("I", found), self._pages.numbers("q", found), self._counts.numbers("Q", found),
            strict=True,
        )  # fmt: skip
        return [
            Unknown(_BYTE.from_address(frames.bus + at).value, _ID.from_address(frames.can_id + 4 * at).value, *rest)
            for at, *rest in kinds
        ]
