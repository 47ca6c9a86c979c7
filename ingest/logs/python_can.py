"""ASC, BLF and TRC logs, through python-can."""

import codecs
import io
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, BinaryIO, Self, TextIO, cast

import can
import numpy as np

from ingest.device.packer import frames_from_rows
from ingest.envelope.candump import Row
from ingest.logs.arrays import no_frames
from ingest.logs.files import LogFile
from ingest.logs.records import MAX_DETAILS, BadReason, BadRecord, LogChunk, LogError
from parsing.can_id import MAX_WIDTH
from parsing.definitions import ERROR_FLAG, EXTENDED_FLAG, REMOTE_FLAG, TIME_END

# python-can counts the channels of these from 0, the files themselves from 1.
_FIRST_CHANNEL = {"asc": 1, "blf": 1, "trc": 0}
_MAX_CHANNEL = 255
_MAX_EXTENDED, _MAX_STANDARD = 0x1FFFFFFF, 0x7FF
_MAX_SAID = 150  # characters
_MAX_LINE = 64 * 1024  # characters; a longer one is read as several
_HEAD = 64 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class _Bad:
    reason: BadReason
    detail: str


class PythonCanReader:
    """The chunks of such a file. A line that python-can fails on is a bad record; where a BLF breaks, the log ends."""

    def __init__(self, file: LogFile, name: str, form: str, chunk_frames: int) -> None:
        self._name = name
        self._chunk_frames = chunk_frames
        self._first_channel = _FIRST_CHANNEL[form]
        self._buses: set[int] = set()
        self._file = file
        try:
            self._messages = _open(form, file)
        except OSError:
            raise
        except Exception as error:  # noqa: BLE001 - as in reading on
            raise LogError(f"{name}: not {form.upper()}: {_said(error)}") from None

    @property
    def channels(self) -> dict[int, str]:
        return {bus: f"can{bus}" for bus in sorted(self._buses)}

    @property
    def position(self) -> int:
        return self._file.position

    def close(self) -> None:
        self._file.close()

    def chunks(self) -> Iterator[LogChunk]:
        records, index = self._records(), 0
        while batch := list(islice(records, self._chunk_frames)):
            chunk = _chunk(batch, index)
            self._buses.update(np.unique(chunk.frames.bus).tolist())
            index += len(batch)
            yield chunk

    def _records(self) -> Iterator[Row | _Bad]:
        """Raises LogError where python-can fails before the first."""
        messages, begun = iter(self._messages), False
        while True:
            try:
                message: Any = next(messages, None)
            except OSError:
                raise
            except Exception as error:  # noqa: BLE001 - whatever python-can comes to on bytes that are not its format
                if not begun:
                    raise LogError(f"{self._name}: {self._messages.where}: {_said(error)}") from None
                yield _Bad(BadReason.UNREADABLE, f"{self._messages.where} cannot be read: {_said(error)}")
                break
            if message is None:
                break
            begun = True
            yield message if isinstance(message, _Bad) else self._row(message)
        if self._file.fault is not None:
            yield _Bad(*self._file.fault)
        elif self._messages.ends_early:
            yield _Bad(BadReason.TRUNCATED_FILE, f"{self._messages.where}: the file is shorter than its header says")

    def _row(self, message: Any) -> Row | _Bad:
        where, data = self._messages.where, bytes(message.data or b"")
        # The floats of python-can have a resolution of a quarter of a µs today, so rounding gives the recorded one.
        micros = message.timestamp * 1_000_000
        ts = round(micros) if math.isfinite(micros) else -1
        bus = (message.channel if isinstance(message.channel, int) else 0) + self._first_channel
        can_id = message.arbitration_id
        if not 0 <= bus <= _MAX_CHANNEL:
            return _Bad(BadReason.BAD_CHANNEL, f"{where} has channel {bus}")
        if not 0 <= can_id <= (_MAX_EXTENDED if message.is_extended_id else _MAX_STANDARD):
            return _Bad(BadReason.BAD_ID, f"{where} has id {can_id:X}")
        if len(data) > MAX_WIDTH:
            return _Bad(BadReason.BAD_PAYLOAD, f"{where} has {len(data)} bytes")
        if not 0 <= ts < TIME_END:
            return _Bad(BadReason.TIME_OUT_OF_BOUNDS, f"{where} has a time before 1970 or after 2106")
        if message.is_error_frame:
            return ts, bus, ERROR_FLAG, data
        can_id |= EXTENDED_FLAG if message.is_extended_id else 0
        can_id |= REMOTE_FLAG if message.is_remote_frame else 0
        return ts, bus, can_id, data


def _chunk(batch: list[Row | _Bad], first: int) -> LogChunk:
    rows = [record for record in batch if not isinstance(record, _Bad)]
    index = [first + place for place, record in enumerate(batch) if not isinstance(record, _Bad)]
    bad = [(first + place, record) for place, record in enumerate(batch) if isinstance(record, _Bad)]
    return LogChunk(
        frames=frames_from_rows(rows) if rows else no_frames(),
        index=np.array(index, np.int64),
        bad=tuple(BadRecord(place, record.reason, record.detail) for place, record in bad[:MAX_DETAILS]),
        bad_counts=Counter(record.reason for _, record in bad),
    )


def _said(error: Exception) -> str:
    return (str(error) or type(error).__name__)[:_MAX_SAID]


def _open(form: str, file: LogFile) -> "_AscReader | _TrcReader | _BlfReader":
    if form == "blf":
        return _BlfReader(file)
    lines = _Lines(file)
    return _AscReader(lines) if form == "asc" else _TrcReader(lines)


class _Lines:
    """Lines of a text file, counted. Vector's tools write the code page of Windows, others UTF-8."""

    def __init__(self, file: LogFile) -> None:
        stream: io.BufferedReader = io.BufferedReader(file, _HEAD)
        try:
            codecs.getincrementaldecoder("utf-8")().decode(file.peek(_HEAD))
            encoding = "utf-8-sig"
        except UnicodeDecodeError:
            encoding = "cp1252"
        self._text = io.TextIOWrapper(stream, encoding=encoding, errors="replace")
        self.number = 0

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        line = self._text.readline(_MAX_LINE)
        if not line:
            raise StopIteration
        self.number += 1
        return line


class _Tolerant:
    """Makes a bad line a record, where python-can would end the log or leave the line out."""

    _lines: _Lines
    ends_early = False

    @property
    def where(self) -> str:
        return f"line {self._lines.number}"

    def stop(self) -> None:
        """The file is closed by who opened it."""

    def _tolerate(self, read: Any, *arguments: Any) -> Any:
        try:
            return read(*arguments)
        except (ValueError, LookupError, ArithmeticError) as error:
            return _Bad(BadReason.UNREADABLE, f"{self.where} cannot be read: {_said(error)}")


class _AscReader(_Tolerant, can.ASCReader):
    def __init__(self, lines: _Lines) -> None:
        super().__init__(cast("TextIO", lines), relative_timestamp=False)
        self._lines = lines

    def _process_classic_can_frame(self, line: str, msg_kwargs: dict[str, Any]) -> Any:
        return self._tolerate(super()._process_classic_can_frame, line, msg_kwargs)

    def _process_fd_can_frame(self, line: str, msg_kwargs: dict[str, Any]) -> Any:
        return self._tolerate(super()._process_fd_can_frame, line, msg_kwargs)


class _TrcReader(_Tolerant, can.TRCReader):
    def __init__(self, lines: _Lines) -> None:
        super().__init__(cast("TextIO", lines))
        self._lines = lines

    def _parse_line(self, line: str) -> Any:
        # The inherited one only logs that a line has too few columns. It gets a comment where there are no frames.
        if not line or line.startswith(";"):
            return None
        return self._tolerate(self._parse_cols, tuple(line.split(maxsplit=self._num_columns)))


class _BlfReader(can.BLFReader):
    def __init__(self, file: LogFile) -> None:
        self._source, self._stream = file, io.BufferedReader(file, _HEAD)
        super().__init__(cast("BinaryIO", self._stream))

    @property
    def where(self) -> str:
        return f"a container before byte {self._source.unpacked}"

    @property
    def ends_early(self) -> bool:
        """Asked at the end. The header of a recorder that lost its power says nothing, which is less than there is."""
        return not self._stream.read(1) and self._source.unpacked < self.file_size

    def stop(self) -> None:
        """The file is closed by who opened it."""

    def _parse_data(self, data: bytes) -> Iterator[can.Message]:
        return super()._parse_data(_Advancing(data))


class _Advancing(bytes):
    """A container in which the search for objects only goes forward: python-can reads one of size 0 without end."""

    _last = -1

    def index(self, what: Any, start: Any = 0, end: Any = None) -> int:
        if start <= self._last:
            raise ValueError  # as where there is none: python-can says so
        self._last = start
        return super().index(what, start, end)
