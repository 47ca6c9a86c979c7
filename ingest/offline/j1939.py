"""What frames of J1939 say together: messages of several packets, whose rows stand beside those of single frames, and
trouble codes.
"""

from __future__ import annotations

import ctypes
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ingest.offline.definitions import Definitions
from ingest.offline.summary import Summary
from parsing.engine.frames import Frames
from parsing.engine.kernels import address
from parsing.engine.memory import Memory
from parsing.engine.row_extractor import FrameColumns, RowColumns, RowExtractor
from parsing.j1939 import Heard as ListenerHeard
from parsing.j1939 import J1939Listener, Reassembled, frames_of

_COLUMNS = {
    "frame": np.uint32, "signal": np.uint32, "value": np.float64, "raw": np.int64, "quality": np.uint8,
}  # fmt: skip


class Heard(NamedTuple):
    """`frame_index` i64 and `ts` i64 (µs) are those of the frames, by their numbers in the chunk, which `of` counts."""

    of: ListenerHeard
    frame_index: NDArray[np.int64]
    ts: NDArray[np.int64]


class J1939Lane:
    """Hears the chunks of a log in their order."""

    def __init__(self, definitions: Definitions, summary: Summary) -> None:
        self._listener = J1939Listener()
        self._extractor = RowExtractor(definitions.transport)
        self._first_signal = definitions.frames.signals
        self._summary = summary

    def hear(
        self, frames: FrameColumns, concerned: list[int], rows: RowColumns
    ) -> tuple[Heard, FrameColumns, RowColumns]:
        """What was heard; and the frames and their rows, with those of messages that were complete here."""
        index, ts = _array(frames.frame_index, frames.size, np.int64), _array(frames.ts, frames.size, np.int64)
        bus, can_id = _array(frames.bus, frames.size, np.uint8), _array(frames.can_id, frames.size, np.uint32)
        length = _array(frames.length, frames.size, np.uint16)
        words = _array(frames.words, frames.size * frames.width, np.uint64)
        data = words.view(np.uint8).reshape(frames.size, 8 * frames.width)
        heard = self._listener.hear(ts, Frames(bus, can_id, length, data), np.array(concerned, np.int64))
        self._summary.count_heard(heard)
        if not heard.messages:
            return Heard(heard, index, ts), frames, rows
        at = np.array([message.index for message in heard.messages])
        carried, columns = _payloads(heard.messages, index[at], ts[at])
        extracted = self._extractor.extract(carried)
        self._summary.count_reassembled(extracted, self._extractor.unknown_frames(), heard.messages)
        both = [np.concatenate(pair) for pair in zip((index, ts, bus, can_id), columns, strict=True)]
        index_at, ts_at, bus_at, can_id_at = map(address, both)
        joined = FrameColumns(len(both[0]), index_at, ts_at, bus_at, can_id_at, 0, 0, 0, both)
        return Heard(heard, index, ts), joined, self._merge(rows, extracted.rows, frames.size, both[0])

    def _merge(self, single: RowColumns, carried: RowColumns, frames: int, index: np.ndarray) -> RowColumns:
        """What several frames carried belongs beside the frame that completed it."""
        columns = {}
        for name, dtype in _COLUMNS.items():
            left, right = (np.frombuffer(getattr(rows, name).view, dtype, rows.count) for rows in (single, carried))
            first = {"frame": frames, "signal": self._first_signal}.get(name)
            columns[name] = np.concatenate([left, right if first is None else right + dtype(first)])
        order = np.argsort(index[columns["frame"]], kind="stable")
        merged = RowColumns()
        merged.count = len(order)
        for name, column in columns.items():
            setattr(merged, name, Memory.of(column[order].tobytes()))
        return merged


def _payloads(
    messages: list[Reassembled], index: np.ndarray, ts: np.ndarray
) -> tuple[FrameColumns, tuple[np.ndarray, ...]]:
    """Messages as frames, and their columns index, ts, bus and id."""
    frames = frames_of(messages)
    words = frames.words()
    columns = index, ts, frames.bus, frames.can_id
    index_at, ts_at, bus_at, can_id_at = map(address, columns)
    places = index_at, ts_at, bus_at, can_id_at, address(frames.length), address(words)
    return FrameColumns(len(frames), *places, words.shape[1], (columns, frames, words)), columns


def _array(at: int, count: int, dtype: Any) -> np.ndarray:
    """Memory as an array, which is to be used while the memory is there."""
    size = count * np.dtype(dtype).itemsize
    return np.frombuffer((ctypes.c_char * size).from_address(at), dtype)
