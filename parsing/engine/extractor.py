"""Extraction of a batch: route frames to groups, sort by group, then a loop a signal."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from parsing.compiler.packing import pack
from parsing.engine.arena import Pool
from parsing.engine.kernels import address, kernel
from parsing.engine.layout import ROWS_ALIGNED, Totals
from parsing.engine.scratch import CompiledModel, Room, Scratch
from parsing.engine.unmodelled import Unmodelled, count_unmodelled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parsing.compiler.tables import ModelTables
    from parsing.engine.frames import Frames
    from parsing.engine.memory import Memory


_TOTALS = len(Totals)


@dataclass(frozen=True, slots=True)
class GroupBlock:
    """The rows of one group in a batch.

    `frame_index` u32[k] ascending, `values` f64[k, slots] and `qualities` u8[k, slots] (each slot's rows lie side by
    side; retired slots are absent), `source` u32[k].
    """

    group: int
    frame_index: np.ndarray
    values: np.ndarray
    qualities: np.ndarray
    source: np.ndarray


class Extraction:
    """What a batch of frames gives. Its arrays are the caller's own, for as long as it keeps them.

    `rows` counts the rows of all groups, `other_frames` remote and error frames, which give none. `unknown_frame`
    u32[k] and `unknown_page` i64[k] are the frames that `unmodelled` sums up over the batch, one by one, for callers
    whose batch holds several machines. `short_frame` u32[k] are frames whose payload ends before their message does:
    what is there is in the rows. `model`, `frames` and `filled` are for who lays it out anew (`long_form`).
    """

    def __init__(self, model: CompiledModel, frames: Frames, scratch: Scratch, filled: Filled) -> None:
        self.model, self.frames, self.filled = model, frames, filled
        _, unknown, self.other_frames, short, self.rows = filled.totals[:_TOTALS].tolist()
        self.unknown_frame = _copied(scratch.unknown_frame, np.uint32, unknown)
        self.unknown_page = _copied(scratch.unknown_page, np.int64, unknown)
        self.short_frame = _copied(scratch.short_frame, np.uint32, short)

    @cached_property
    def blocks(self) -> list[GroupBlock]:
        """One for each group that has rows, in the model's order of groups."""
        return list(self._blocks())

    @cached_property
    def unmodelled(self) -> Unmodelled:
        return count_unmodelled(self.frames.bus, self.frames.can_id, self.unknown_frame, self.unknown_page)

    def _blocks(self) -> Iterator[GroupBlock]:
        filled, source = self.filled, self._source()
        counts, starts, cells = filled.totals[_TOTALS:].reshape(3, self.model.groups).tolist()
        for number, count in enumerate(counts):
            if not count:
                continue
            width, padded = self.model.widths[number], -(-count // ROWS_ALIGNED) * ROWS_ALIGNED
            rows = slice(starts[number], starts[number] + count)
            there = slice(cells[number], cells[number] + padded * width)
            yield GroupBlock(
                self.model.ids[number],
                filled.frame_index[rows],
                filled.values[there].reshape(width, padded)[:, :count].T,
                filled.qualities[there].reshape(width, padded)[:, :count].T,
                source[rows],
            )

    def _source(self) -> np.ndarray:
        filled, frames, groups = self.filled, self.frames, self.model.groups
        source = np.empty(len(filled.frame_index), np.uint32)
        counts = filled.totals[_TOTALS:]
        kernel("fill_sources")(
            groups, self.model.groups_at, address(counts), address(counts[groups:]), address(filled.frame_index),
            address(frames.bus), address(frames.can_id), address(source),
        )  # fmt: skip
        return source


@dataclass(frozen=True, slots=True)
class Filled:
    """`memory` u8 is laid out as `room` says."""

    totals: np.ndarray
    memory: np.ndarray
    room: Room

    @property
    def values(self) -> np.ndarray:
        return self.memory[: self.room.qualities_at].view(np.float64)

    @property
    def qualities(self) -> np.ndarray:
        return self.memory[self.room.qualities_at : self.room.index_at]

    @property
    def frame_index(self) -> np.ndarray:
        return self.memory[self.room.index_at : self.room.size].view(np.uint32)


class Extractor:
    """Extracts batches for the machines of one model; what a frame gives does not depend on the batch it is in.

    Keeps scratch memory from batch to batch, so one thread at a time may use it. Kernels release the GIL.
    """

    def __init__(self, tables: ModelTables) -> None:
        self._model = CompiledModel(pack(tables))
        self._scratch = Scratch(self._model, 1)
        self._pool = Pool()
        self._extract = kernel("extract")

    def extract(self, frames: Frames) -> Extraction:
        """Rows of all frames; never raises for what is in them."""
        model, count, words = self._model, len(frames), frames.words()
        if count > self._scratch.capacity:
            self._scratch = Scratch(model, count)
        room = model.room(count)
        arena = self._pool.take(room.size)
        totals = np.empty(_TOTALS + 3 * model.groups, np.uint64)
        self._extract(
            count, address(frames.bus), address(frames.can_id), address(frames.length), address(words), words.shape[1],
            model.list_at, self._scratch.list_at, address(totals), arena.at + room.index_at, arena.at,
            arena.at + room.qualities_at,
        )  # fmt: skip
        return Extraction(model, frames, self._scratch, Filled(totals, arena.bytes, room))


def _copied(memory: Memory, dtype: type[np.generic], count: int) -> np.ndarray:
    if not count:
        return np.empty(0, dtype)
    return np.frombuffer(memory.view, dtype, count).copy()
