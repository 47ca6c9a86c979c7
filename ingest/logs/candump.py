"""candump's log format (can-utils, `candump -l`) as columns, a block of lines at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from ingest.logs.batches import FrameMemory, LogBatch, batch_of
from ingest.logs.files import LogFile
from ingest.logs.records import MAX_DETAILS, BadReason, BadRecord
from parsing.engine.kernels import address, kernel
from parsing.engine.layout import CHANNEL_NAME_MAX, CHANNELS, CandumpLine
from parsing.engine.memory import Memory

if TYPE_CHECKING:
    from ingest.logs.records import LogChunk

T = TypeVar("T")

BLOCK = 256 * 1024
"""Bytes that are parsed at a time. A line that does not fit in is bad."""
ANY_DECIMALS = (1, 9)
_SHOWN = 80  # bytes of a bad line
_REASONS = {
    CandumpLine.NOT_CANDUMP: (BadReason.NOT_CANDUMP, "is not candump's log format"),
    CandumpLine.BAD_CHANNEL: (BadReason.BAD_CHANNEL, "has a channel above 255"),
    CandumpLine.BAD_ID: (BadReason.BAD_ID, "has an id that is neither three nor eight hexadecimal digits of a CAN id"),
    CandumpLine.BAD_PAYLOAD: (BadReason.BAD_PAYLOAD, "has data that is not hexadecimal or too long"),
    CandumpLine.TIME_OUT_OF_BOUNDS: (BadReason.TIME_OUT_OF_BOUNDS, "has a time after 2106"),
}


class CandumpParser:
    """Turns lines into chunks of at most `capacity` records; frame_index and line numbers go on from chunk to chunk."""

    def __init__(self, capacity: int, decimals: tuple[int, int] = ANY_DECIMALS) -> None:
        self._capacity = capacity
        self._decimals = decimals
        self._names = Memory(CHANNELS * CHANNEL_NAME_MAX)
        self._name_lengths = Memory(8 * CHANNELS)
        self._totals = Memory(8 * 4)
        self._bad = Memory(8 * MAX_DETAILS), Memory(8 * MAX_DETAILS), Memory(8 * MAX_DETAILS), Memory(MAX_DETAILS)
        self._index, self._line = 0, 1
        self._begin(FrameMemory(capacity))

    def _begin(self, memory: FrameMemory, used: int = 0) -> None:
        """With memory of which so many frames were used before."""
        self._memory, self._used = memory, used
        self._frames, self._bads = 0, 0
        self._counts = Memory(8 * len(CandumpLine))
        self._details: list[BadRecord] = []

    @property
    def index(self) -> int:
        """frame_index of the next record."""
        return self._index

    @property
    def records(self) -> int:
        """Frames and bad lines of the chunk so far."""
        return self._frames + self._bads

    @property
    def full(self) -> bool:
        return self.records == self._capacity

    @property
    def channels(self) -> dict[int, str]:
        """Name of each channel that had a frame, the first one where several end in the same number."""
        lengths = enumerate(self._name_lengths.numbers("Q", CHANNELS))
        starts = ((bus, bus * CHANNEL_NAME_MAX, length) for bus, length in lengths if length)
        return {bus: bytes(self._names.view[start : start + length]).decode() for bus, start, length in starts}

    def feed(self, block: Any) -> int:
        """Bytes that were taken, all unless the chunk is full then. `block` is any writable bytes, to a line feed."""
        self._memory.clear(self._used)
        self._used, taken, start = 0, 0, address(block)
        while taken < len(block) and not self.full:
            taken += self._scan(block, start, taken)
            if taken < len(block) and not self.full:
                self._memory.widen(self._frames)
        return taken

    def _scan(self, block: Any, start: int, begin: int) -> int:
        """Bytes taken from `begin` on; as `feed`, but stops before a frame that the rows are too narrow for."""
        memory, at, told = self._memory, self._frames, MAX_DETAILS - len(self._details)
        kernel("scan")(
            start + begin, len(block) - begin, *self._decimals, self._index, self._line, self._capacity - self.records,
            memory.index.at + 8 * at, memory.bus.at + at, memory.can_id.at + 4 * at, memory.ts.at + 8 * at,
            memory.length.at + at, memory.data.at + memory.width * at, memory.width, self._names.at,
            self._name_lengths.at, told, *(column.at for column in self._bad), self._counts.at, self._totals.at,
        )  # fmt: skip
        frames, bads, lines, taken = self._totals.numbers("Q", 4)
        if bads and told:
            self._tell(block, begin, min(bads, told))
        self._frames += frames
        self._bads += bads
        self._index += frames + bads
        self._line += lines
        return taken

    def _tell(self, block: Any, begin: int, count: int) -> None:
        indexes, lines, starts = (column.numbers("q", count) for column in self._bad[:3])
        for index, line, start, outcome in zip(indexes, lines, starts, self._bad[3].view, strict=False):
            shown = bytes(block[begin + start : begin + start + _SHOWN + 1]).split(b"\n")[0].rstrip()
            cut = "..." if len(shown) > _SHOWN else ""
            reason, text = _REASONS[CandumpLine(outcome)]
            self._details.append(BadRecord(index, reason, f"line {line} {text}: {shown[:_SHOWN]!r}{cut}"))

    def take(self) -> LogChunk:
        """The chunk so far; the next one begins."""
        from ingest.logs.arrays import chunk_of  # noqa: PLC0415 - numpy

        batch = self._batch()
        self._begin(FrameMemory(self._capacity))
        return chunk_of(batch)

    def lend(self) -> LogBatch:
        """As `take`, in memory that is used again from the next `feed` on."""
        batch = self._batch()
        self._begin(self._memory, self._capacity)
        return batch

    def _batch(self) -> LogBatch:
        memory = self._memory
        outcomes = self._counts.numbers("q", len(CandumpLine))
        counts = {reason: outcomes[outcome] for outcome, (reason, _) in _REASONS.items() if outcomes[outcome]}
        return batch_of(memory, self._frames, tuple(self._details), counts)


class CandumpReader:
    """The chunks of a file of candump."""

    def __init__(self, file: LogFile, chunk_frames: int) -> None:
        self._file = file
        self._parser = CandumpParser(chunk_frames)

    @property
    def channels(self) -> dict[int, str]:
        return self._parser.channels

    @property
    def position(self) -> int:
        return self._file.position

    def close(self) -> None:
        self._file.close()

    def chunks(self) -> Iterator[LogChunk]:
        """As numpy's arrays, the caller's own."""
        from ingest.logs.arrays import chunk_of  # noqa: PLC0415 - numpy takes longer to import than many logs to read

        yield from self._each(self._parser.take)
        if self._file.fault is not None:
            yield chunk_of(self._ended(*self._file.fault))

    def batches(self) -> Iterator[LogBatch]:
        """Each valid until the next."""
        yield from self._each(self._parser.lend)
        if self._file.fault is not None:
            yield self._ended(*self._file.fault)

    def _each(self, take: Callable[[], T]) -> Iterator[T]:
        parser = self._parser
        for block in _whole_lines(self._file):
            taken = 0
            while taken < len(block):
                taken += parser.feed(block[taken:])
                if parser.full:
                    yield take()
        if parser.records:
            yield take()

    def _ended(self, reason: BadReason, detail: str) -> LogBatch:
        empty = FrameMemory(0)
        bad = BadRecord(self._parser.index, reason, detail)
        return batch_of(empty, 0, (bad,), {reason: 1})


def _whole_lines(file: LogFile) -> Iterator[memoryview]:
    """Blocks of lines, each valid until the next. A last line without its end counts, unless the file is broken."""
    buffer = bytearray(BLOCK + 1)
    view = memoryview(buffer)
    held, skipping = 0, False
    while count := file.readinto(view[held:BLOCK]):
        held += count
        if skipping:
            end = buffer.find(b"\n", 0, held) + 1
            skipping, end = not end, end or held
        else:
            end = buffer.rfind(b"\n", 0, held) + 1
            if end:
                yield view[:end]
            elif held == BLOCK:
                # No frame is as long; nor is this, whatever it begins with.
                yield memoryview(buffer[:_SHOWN] + b"...\n")
                skipping, end = True, held
        view[: held - end] = view[end:held]
        held -= end
    if file.fault is None:
        buffer[held] = ord("\n")
    yield view[: buffer.rfind(b"\n", 0, held + 1) + 1]
