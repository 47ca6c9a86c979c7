"""Extraction of a batch: route frames to groups, sort by group, then a loop a signal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from parsing.engine.routing import route, sort_by_group
from parsing.engine.unmodelled import Unmodelled, count_unmodelled
from parsing.engine.values import CHUNK, fill_group, fill_sources

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parsing.compiler.tables import ModelTables
    from parsing.engine.frames import Frames


@dataclass(frozen=True, slots=True)
class GroupBlock:
    """The rows of one group in a batch.

    `frame_index` u32[k] ascending, `values` f64[k, slots] and `qualities` u8[k, slots] (C order; retired slots are
    absent), `source` u32[k]. The arrays are the caller's own.
    """

    group: int
    frame_index: np.ndarray
    values: np.ndarray
    qualities: np.ndarray
    source: np.ndarray


@dataclass(frozen=True, slots=True)
class Extraction:
    """`blocks` in the model's order of groups; `other_frames` counts remote and error frames, which give no rows.

    `unknown_frame` u32[k] and `unknown_page` i64[k] are the frames that `unmodelled` sums up over the batch, one by
    one, for callers whose batch holds several machines.
    """

    blocks: list[GroupBlock]
    unmodelled: Unmodelled
    unknown_frame: np.ndarray
    unknown_page: np.ndarray
    other_frames: int


class Extractor:
    """Extracts batches for the machines of one model; what a frame gives does not depend on the batch it is in.

    Keeps scratch memory from batch to batch, so one thread at a time may use it. Kernels release the GIL.
    """

    def __init__(self, tables: ModelTables) -> None:
        self._tables = tables
        self._routes = (
            (
                tables.bus_classes,
                tables.exact.keys,
                tables.exact.pages,
                tables.exact.shift,
                tables.pgns.keys,
                tables.pgns.pages,
                tables.pgns.shift,
            ),
            (tables.pages, tables.page_groups, tables.page_multiplexors, tables.multiplexors, tables.intervals),
        )
        self._big = bool(tables.signals["big"].any())
        self._stack = np.empty(tables.most_pages, np.uint32)
        self._ends = np.empty(len(tables.groups), np.uint64)
        self._signals = [tables.signals[group["first_signal"] : group["end_signal"]] for group in tables.groups]
        self._capacity = 0
        self._words = 0
        self._reserve(1, 1)

    def extract(self, frames: Frames) -> Extraction:
        """Rows of all frames; never raises for what is in them."""
        batch = _Batch.of(frames, swap=self._big)
        self._reserve(len(frames), batch.little.shape[1])
        entries, unknown, other = route(
            batch.bus,
            batch.can_id,
            batch.bits,
            batch.words,
            self._routes,
            self._stack,
            (self._entry_group, self._entry_frame),
            (self._unknown_frame, self._unknown_page),
        )
        frame_index = np.empty(entries, np.uint32)
        sort_by_group(self._entry_group[:entries], self._entry_frame[:entries], self._ends, frame_index)
        return Extraction(
            blocks=list(self._blocks(batch, frame_index)),
            unmodelled=count_unmodelled(
                batch.bus, batch.can_id, self._unknown_frame[:unknown], self._unknown_page[:unknown]
            ),
            unknown_frame=self._unknown_frame[:unknown].copy(),
            unknown_page=self._unknown_page[:unknown].copy(),
            other_frames=int(other),
        )

    def _blocks(self, batch: _Batch, frame_index: np.ndarray) -> Iterator[GroupBlock]:
        start = 0
        for group, end, signals in zip(self._tables.groups, self._ends.tolist(), self._signals, strict=True):
            if end == start:
                continue
            frames = frame_index[start:end]
            values = np.empty((end - start, group["width"]), np.float64)
            qualities = np.empty((end - start, group["width"]), np.uint8)
            source = np.empty(end - start, np.uint32)
            fill_group(batch.words, batch.bits, frames, signals, values, qualities, self._scratch)
            fill_sources(batch.bus, batch.can_id, frames, group["j1939"], source)
            yield GroupBlock(int(group["id"]), frames, values, qualities, source)
            start = end

    def _reserve(self, frames: int, words: int) -> None:
        """Scratch for a batch; it only grows."""
        if frames > self._capacity:
            self._capacity = frames
            entries = frames * max(1, self._tables.most_groups)
            self._entry_group = np.empty(entries, np.uint32)
            self._entry_frame = np.empty(entries, np.uint32)
            self._unknown_frame = np.empty(frames, np.uint32)
            self._unknown_page = np.empty(frames, np.int64)
        if words != self._words:
            self._words = words
            self._scratch = (
                np.empty((CHUNK, words), np.uint64),
                np.empty((CHUNK, words), np.uint64),
                np.empty(CHUNK, np.uint32),
                np.empty(CHUNK, np.uint64),
            )


@dataclass(frozen=True, slots=True)
class _Batch:
    """Frames as the kernels take them; `big` is `little` itself where no signal needs it."""

    bus: np.ndarray
    can_id: np.ndarray
    bits: np.ndarray
    little: np.ndarray
    big: np.ndarray

    @classmethod
    def of(cls, frames: Frames, *, swap: bool) -> _Batch:
        little = _writable(frames.words())
        # What a frame claims beyond its own columns is not there.
        bits = np.minimum(frames.length.astype(np.uint32), np.uint32(frames.data.shape[1])) * np.uint32(8)
        return cls(_writable(frames.bus), _writable(frames.can_id), bits, little, little.byteswap() if swap else little)

    @property
    def words(self) -> tuple[np.ndarray, np.ndarray]:
        return self.little, self.big


def _writable(column: np.ndarray) -> np.ndarray:
    """Numba compiles a kernel once more for read-only arrays; a copy of a column is cheaper than that."""
    return column if column.flags.writeable and column.flags.c_contiguous else column.copy()
