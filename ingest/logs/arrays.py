"""Chunks of a log as numpy's arrays, and back."""

from __future__ import annotations

from typing import Any

import numpy as np

from ingest.frames import CanFrames
from ingest.logs.batches import FrameMemory, LogBatch
from ingest.logs.records import BadRecord, LogChunk
from parsing.can_id import CLASSIC_WIDTH
from parsing.engine.frames import Frames
from parsing.engine.kernels import address


def no_frames() -> CanFrames:
    return CanFrames(
        bus=np.empty(0, np.uint8),
        can_id=np.empty(0, np.uint32),
        ts=np.empty(0, np.int64),
        length=np.empty(0, np.uint8),
        data=np.empty((0, CLASSIC_WIDTH), np.uint8),
    )


def bad_chunk(record: BadRecord) -> LogChunk:
    """One bad record alone."""
    return LogChunk(no_frames(), np.empty(0, np.int64), (record,), {record.reason: 1})


def chunk_of(batch: LogBatch) -> LogChunk:
    """A batch whose owner is `FrameMemory`, as arrays that keep it."""
    memory: FrameMemory = batch.owner
    count, width = batch.size, memory.width
    frames = CanFrames(
        bus=np.frombuffer(memory.bus.view, np.uint8, count),
        can_id=np.frombuffer(memory.can_id.view, np.uint32, count),
        ts=np.frombuffer(memory.ts.view, np.int64, count),
        length=np.frombuffer(memory.length.view, np.uint8, count),
        data=_narrowed(np.frombuffer(memory.data.view, np.uint8, count * width).reshape(count, width), memory, count),
    )
    return LogChunk(frames, np.frombuffer(memory.index.view, np.int64, count), batch.bad, batch.bad_counts)


def _narrowed(data: np.ndarray, memory: FrameMemory, count: int) -> np.ndarray:
    """Where what asked for the width was bad."""
    if memory.width == CLASSIC_WIDTH or (np.frombuffer(memory.length.view, np.uint8, count) > CLASSIC_WIDTH).any():
        return data
    return data[:, :CLASSIC_WIDTH].copy()


def batch_from(chunk: LogChunk) -> LogBatch:
    """A chunk's arrays by their addresses."""
    frames = chunk.frames
    checked = Frames(frames.bus, frames.can_id, frames.length.astype(np.uint16), frames.data)
    columns = [
        np.ascontiguousarray(column)
        for column in (chunk.index, frames.ts, checked.bus, checked.can_id, frames.length, checked.words())
    ]
    owner: Any = columns
    index, ts, bus, can_id, length, words = (address(column) for column in columns)
    return LogBatch(
        len(frames), index, ts, bus, can_id, length, words, columns[-1].shape[1], owner, chunk.bad, chunk.bad_counts
    )
