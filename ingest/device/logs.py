"""Recorded CAN logs as frames: candump, ASC, BLF, TRC and MF4."""

import gzip
import struct
import zlib
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from ingest.device.envelopes import select_frames
from ingest.device.packer import frames_from_rows
from ingest.envelope.can import join_frames
from ingest.envelope.candump import Row, parse_line
from ingest.envelope.fields import TIME_END
from ingest.envelope.records import ERROR_FRAME, EXTENDED_ID, REMOTE_FRAME, CanFrames

# Rows are large as Python objects; they become columns a chunk at a time.
_CHUNK = 50_000
# python-can counts the channels of these from 0, the files themselves from 1.
_FIRST_CHANNEL = {".asc": 1, ".blf": 1, ".trc": 0}


class LogError(Exception):
    """A log cannot be read; the text says where and why."""


def read_log(path: Path) -> CanFrames:
    """All frames of a log, in the order of their times (frames of one time in the order of the log).

    Takes about 25 bytes a frame. Times are what the log says, in µs since 1970; ASC dates have no zone and are taken
    as local time. Channels are numbered as in the log. Raises LogError.
    """
    suffixes = path.suffixes[-2:] if path.suffix == ".gz" else path.suffixes[-1:]
    match suffixes:
        case [".log"] | [".log", ".gz"] | [".candump"] | [".candump", ".gz"]:
            parts = list(_chunks(_candump_rows(path)))
        case [(".asc" | ".blf" | ".trc") as suffix]:
            parts = list(_chunks(_python_can_rows(path, suffix)))
        case [".mf4" | ".MF4"]:
            # Half a second and 100 MB of import, for who reads such a log only.
            from ingest.device.mdf import read_mf4  # noqa: PLC0415

            parts = read_mf4(path)
        case _:
            raise LogError(f"{path.name}: not one of .log, .log.gz, .asc, .blf, .trc, .mf4")
    if not parts:
        raise LogError(f"{path.name}: no CAN frames")
    return _in_order(join_frames(parts), path)


def _in_order(frames: CanFrames, path: Path) -> CanFrames:
    if int(frames.ts.min()) < 0 or int(frames.ts.max()) >= TIME_END:
        raise LogError(f"{path.name}: a time is before 1970 or after 2106")
    if (frames.ts[1:] >= frames.ts[:-1]).all():
        return frames
    return select_frames(frames, np.argsort(frames.ts, kind="stable"))


def _chunks(rows: Iterator[Row]) -> Iterator[CanFrames]:
    while chunk := list(islice(rows, _CHUNK)):
        yield frames_from_rows(chunk)


def _candump_rows(path: Path) -> Iterator[Row]:
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as lines:
        try:
            for number, line in enumerate(lines, 1):
                row = parse_line(line)
                if row is not None:
                    yield row
                elif line.strip():
                    raise LogError(f"{path.name}, line {number}: not candump's log format")
        except (gzip.BadGzipFile, EOFError) as error:
            raise LogError(f"{path.name}: {error}") from None


def _python_can_rows(path: Path, suffix: str) -> Iterator[Row]:
    # A third of a second of import, for who reads such a log only.
    import can  # noqa: PLC0415
    from can.io.blf import BLFParseError  # noqa: PLC0415

    first = _FIRST_CHANNEL[suffix]
    try:
        messages: Iterable[Any]
        match suffix:
            case ".asc":
                messages = can.ASCReader(path, relative_timestamp=False)
            case ".blf":
                messages = can.BLFReader(path)
            case _:
                messages = can.TRCReader(path)
        for message in messages:
            yield _row(message, first)
    except (ValueError, LookupError, struct.error, zlib.error, BLFParseError) as error:
        raise LogError(f"{path.name}: {error}") from None


def _row(message: Any, first_channel: int) -> Row:
    can_id = message.arbitration_id
    can_id |= EXTENDED_ID if message.is_extended_id else 0
    can_id |= REMOTE_FRAME if message.is_remote_frame else 0
    if message.is_error_frame:
        can_id = ERROR_FRAME
    channel = message.channel if isinstance(message.channel, int) else 0
    # The floats of python-can have a resolution of a quarter of a µs today, so rounding gives the recorded one.
    return round(message.timestamp * 1_000_000), (channel + first_channel) % 256, can_id, bytes(message.data or b"")
