"""Recorded CAN logs, read a chunk at a time: candump, ASC, BLF, TRC and MF4."""

# ruff: noqa: PTH113, PTH116, PTH119 - pathlib takes a twentieth of the time of decoding a log to import
from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

from ingest.logs.files import LogFile
from ingest.logs.records import LogError

if TYPE_CHECKING:
    from ingest.frames import CanFrames
    from ingest.logs.batches import LogBatch
    from ingest.logs.records import LogChunk

CHUNK_FRAMES = 65_536
_FORMATS = {
    ".log": "candump",
    ".candump": "candump",
    ".asc": "asc",
    ".blf": "blf",
    ".trc": "trc",
    ".mf4": "mf4",
}
# What files of another suffix begin with; MDF has a second way for what its recorder did not finish.
_BEGINNINGS = {b"MDF     4": "mf4", b"UnFinMF 4": "mf4", b"LOGG": "blf", b";$FILEVERSION": "trc", b"date ": "asc"}
_HEAD = 4096


class Reader(Protocol):
    """What reads one format."""

    @property
    def channels(self) -> Mapping[int, str]: ...
    @property
    def position(self) -> int: ...
    def chunks(self) -> Iterator[LogChunk]: ...
    def close(self) -> None: ...


class Log:
    """An open log, which iterating reads, once. Raises LogError where it turns out to be no such log, and OSError."""

    def __init__(self, form: str, size: int, reader: Reader) -> None:
        self.format = form
        """candump, asc, blf, trc or mf4."""
        self.size = size
        """Bytes of the file, 0 of a pipe."""
        self._reader = reader
        self._chunks: Iterator[LogChunk] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._reader.close()

    def __iter__(self) -> Iterator[LogChunk]:
        if self._chunks is None:
            self._chunks = self._reader.chunks()
        return self._chunks

    def batches(self) -> Iterator[LogBatch]:
        """The same in plain memory, for who decodes without numpy; instead of iterating, and once."""
        if self.format == "candump":
            from ingest.logs.candump import CandumpReader  # noqa: PLC0415 - as in `_reader`

            if isinstance(self._reader, CandumpReader):
                return self._reader.batches()
        from ingest.logs.arrays import batch_from  # noqa: PLC0415 - numpy, which these formats' readers have loaded

        return map(batch_from, self)

    @property
    def position(self) -> int:
        """Bytes of the file that were read, of `size`; packed bytes where it is packed."""
        return self._reader.position

    @property
    def channels(self) -> Mapping[int, str]:
        """Bus -> name, of those that had frames so far: the interface that candump names, else can and the number."""
        return self._reader.channels


def open_log(path: str | os.PathLike[str], *, chunk_frames: int = CHUNK_FRAMES) -> Log:
    """A log in chunks of at most `chunk_frames` records, of a format by its suffix, or else by how it begins.

    Memory is for a few chunks. What is wrong with single records is in the chunks. Times are what the log says, in µs
    since 1970; ASC dates have no zone and are taken as local time. Buses are numbered as in the log, in candump by the
    digits at the end of the interface's name. Frames come in the order of the log, of MF4 in that of their times.
    Raises LogError where it cannot be read at all.
    """
    try:
        file = LogFile(path)
        try:
            form = _FORMATS.get(_suffix(path)) or _sniff(path, file)
            return Log(form, os.stat(path).st_size, _reader(path, file, form, chunk_frames))
        except BaseException:
            file.close()
            raise
    except OSError as error:
        raise LogError(f"{path}: {error.strerror}") from None


def read_log(path: str | os.PathLike[str]) -> CanFrames:
    """All frames of a log, in the order of their times (frames of one time in the order of the log).

    Takes about 25 bytes a frame. Raises LogError, also for a single bad record.
    """
    import numpy as np  # noqa: PLC0415 - for who wants arrays

    from ingest.frames import join_frames, select_frames  # noqa: PLC0415

    parts = []
    with open_log(path) as log:
        for chunk in log:
            if chunk.bad:
                raise LogError(f"{_name(path)}: {chunk.bad[0].detail}")
            parts.append(chunk.frames)
    if not parts:
        raise LogError(f"{_name(path)}: no CAN frames")
    frames = join_frames(parts)
    if (frames.ts[1:] >= frames.ts[:-1]).all():
        return frames
    return select_frames(frames, np.argsort(frames.ts, kind="stable"))


def _reader(path: str | os.PathLike[str], file: LogFile, form: str, chunk_frames: int) -> Reader:
    """Imports what the format needs only: numba, python-can and asammdf take a quarter to half a second each."""
    match form:
        case "candump":
            from ingest.logs.candump import CandumpReader  # noqa: PLC0415

            return CandumpReader(file, chunk_frames)
        case "mf4":
            from pathlib import Path  # noqa: PLC0415

            from ingest.logs.mdf import MdfReader  # noqa: PLC0415

            file.close()
            if not os.path.isfile(path):
                raise LogError(f"{_name(path)}: MF4 cannot be read from a pipe; name the file itself")
            return MdfReader(Path(path), chunk_frames)
        case _:
            from ingest.logs.python_can import PythonCanReader  # noqa: PLC0415

            return PythonCanReader(file, _name(path), form, chunk_frames)


def _suffix(path: str | os.PathLike[str]) -> str:
    """The last one, in lower case, without .gz behind it."""
    _, dot, suffix = _name(path).lower().removesuffix(".gz").rpartition(".")
    return dot + suffix


def _name(path: str | os.PathLike[str]) -> str:
    return os.path.basename(path)


def _sniff(path: str | os.PathLike[str], file: LogFile) -> str:
    head = file.peek(_HEAD)
    for beginning, form in _BEGINNINGS.items():
        if head.startswith(beginning):
            return form
    if _is_candump(head):
        return "candump"
    raise LogError(
        f"{_name(path)}: not one of .log, .candump, .asc, .blf, .trc (each also with .gz) and .mf4, nor does it begin "
        "as one of them; if it is one, give it that suffix"
    )


def _is_candump(head: bytes) -> bool:
    """Whether the first line that is not blank is a frame."""
    from ingest.logs.candump import CandumpParser  # noqa: PLC0415

    parser = CandumpParser(1)
    parser.feed(bytearray(head + b"\n"))
    return parser.lend().size == 1
