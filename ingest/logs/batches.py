"""Chunks of a log as plain memory: what `LogChunk` holds, for who decodes without numpy."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping
from typing import Any, NamedTuple

from ingest.logs.records import BadReason, BadRecord
from parsing.can_id import CLASSIC_WIDTH, MAX_WIDTH
from parsing.engine.memory import Memory


class LogBatch(NamedTuple):
    """`size` frames by the addresses of their columns, which `owner` keeps until the next batch.

    `frame_index` i64, `ts` i64 (µs), `bus` u8, `can_id` u32 (SocketCAN's flags), `length` u8 (bytes), `words`
    the payloads as little-endian u64[size, width].
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
    bad: tuple[BadRecord, ...]
    bad_counts: Mapping[BadReason, int]

    @property
    def first_ts(self) -> int:
        """Time of the first frame, in µs; there is one."""
        return ctypes.c_int64.from_address(self.ts).value


class FrameMemory:
    """Columns for `capacity` frames, payloads of `width` bytes a row, which are zeros."""

    def __init__(self, capacity: int) -> None:
        self.capacity, self.width = capacity, CLASSIC_WIDTH
        self.index, self.ts = Memory(8 * capacity), Memory(8 * capacity)
        self.bus, self.can_id, self.length = Memory(capacity), Memory(4 * capacity), Memory(capacity)
        self.data = Memory(self.width * capacity)

    def widen(self, count: int) -> None:
        """Rows of `MAX_WIDTH` bytes; the first `count` stay what they are."""
        narrow, wide, before = self.data.view, Memory(MAX_WIDTH * self.capacity), self.width
        for row in range(count):
            wide.view[row * MAX_WIDTH : row * MAX_WIDTH + before] = narrow[row * before : (row + 1) * before]
        self.data, self.width = wide, MAX_WIDTH

    def clear(self, count: int) -> None:
        """Ready for other frames, after `count`."""
        self.data.fill(0, count * self.width)


def batch_of(
    memory: FrameMemory, count: int, bad: tuple[BadRecord, ...], bad_counts: Mapping[BadReason, int]
) -> LogBatch:
    """The first `count` frames of the memory, and bad records."""
    return LogBatch(
        count, memory.index.at, memory.ts.at, memory.bus.at, memory.can_id.at, memory.length.at, memory.data.at,
        memory.width // CLASSIC_WIDTH, memory, bad, bad_counts,
    )  # fmt: skip
