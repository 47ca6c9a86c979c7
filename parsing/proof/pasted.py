"""Frames as people paste them: lines of candump, as it logs and as it prints, or an id and its bytes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from parsing.can_id import hex_id
from parsing.definitions import ERROR_FLAG, EXTENDED_FLAG, REMOTE_FLAG, TIME_END
from parsing.engine.frames import Frames

MOST_FRAMES = 1_000
MOST_CHARACTERS = 65_536
STEP = 10_000
"""µs between frames that are given without a time."""

_CLASSIC, _FLEXIBLE = 8, 64
_FAULTS_TOLD = 5
_MICROS = 1_000_000
_STANDARD_DIGITS = 3
_TIME = r"(?:\((?P<seconds>\d{1,10})\.(?P<decimals>\d{1,9})\)\s+)?"
_CHANNEL = r"(?:[A-Za-z_-]{0,12}(?P<bus>\d{1,3})\s+)?"
_ID = r"(?P<id>[0-9A-Fa-f]{8}|[0-9A-Fa-f]{3})"
_END = r"(?:\s+[RT])?"
_LOGGED = re.compile(
    rf"{_TIME}{_CHANNEL}{_ID}#(?P<fd>#[0-9A-Fa-f])?(?P<data>R[0-9A-F]?|[0-9A-Fa-f.]*)(?:_[0-9A-F])?{_END}"
)
_PRINTED = re.compile(
    rf"{_TIME}{_CHANNEL}{_ID}\s+\[(?P<fd>\d{{1,2}})\]\s*(?P<data>remote request|(?:[0-9A-Fa-f]{{2}}(?:\s+|$))*)"
)
_BUS_END = 256


class NotFramesError(ValueError):
    """What was pasted, or given, is no frames; the text says which line, and what a frame looks like."""


class GivenFrame(NamedTuple):
    """`ts` µs; None: not said. `can_id` has SocketCAN's flags."""

    ts: int | None
    bus: int
    can_id: int
    data: bytes

    @property
    def id_text(self) -> str:
        """Of an error frame with its flag, as candump has it."""
        number = self.can_id & ~(EXTENDED_FLAG | REMOTE_FLAG)
        return hex_id(number, extended=bool(self.can_id & (EXTENDED_FLAG | ERROR_FLAG)))


@dataclass(frozen=True, slots=True)
class Recording:
    """Frames in the order of time: `ts` i64[n] µs, and `place` of each among the frames as they were given."""

    ts: np.ndarray
    frames: Frames
    place: tuple[int, ...]


def read_frames(text: str) -> list[GivenFrame]:
    """The frames of a text, one a line; empty lines and those that begin with `#` are none. Raises NotFramesError for
    lines that cannot be read, for no frame, and for more than MOST_FRAMES.
    """
    if len(text) > MOST_CHARACTERS:
        raise NotFramesError(f"That is over {MOST_CHARACTERS // 1024} KiB. Paste fewer frames.")
    frames, faults = [], []
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        try:
            frames.append(_frame(stripped))
        except NotFramesError as fault:
            faults.append(f"Line {number}: {fault}")
    if faults:
        more = f" {len(faults) - _FAULTS_TOLD} more lines cannot be read." if len(faults) > _FAULTS_TOLD else ""
        raise NotFramesError(" ".join(faults[:_FAULTS_TOLD]) + more)
    return bounded(frames)


def bounded(frames: list[GivenFrame]) -> list[GivenFrame]:
    """The same. Raises NotFramesError where there is none, or more than MOST_FRAMES."""
    if not frames:
        raise NotFramesError("There is no frame in it. Paste lines of candump, or such as 18F00400#F07D859B0FFFFF85.")
    if len(frames) > MOST_FRAMES:
        raise NotFramesError(f"These are {len(frames):,} frames; at most {MOST_FRAMES:,} are tried at once.")
    return frames


def given_frame(ts: int | None, bus: int, identity: str, data: str) -> GivenFrame:
    """Of an id as `id_text` writes it and a payload in hex. Raises NotFramesError."""
    if not re.fullmatch(_ID, identity):
        raise NotFramesError(f"{identity[:20]!r} is no id: three hex digits, or eight for 29 bits.")
    if ts is not None and not 0 <= ts < TIME_END:
        raise NotFramesError("a time is from 1970 to 2106.")
    if not 0 <= bus < _BUS_END:
        raise NotFramesError("a bus is 0 to 255.")
    return GivenFrame(ts, bus, _identity(identity), _payload(data, _FLEXIBLE))


def recording(given: Sequence[GivenFrame]) -> Recording:
    """In the order of time; a frame without one comes STEP behind the one before it."""
    times: list[int] = []
    for frame in given:
        times.append(frame.ts if frame.ts is not None else (times[-1] + STEP if times else 0))
    place = sorted(range(len(given)), key=times.__getitem__)
    ordered = [given[each] for each in place]
    width = _FLEXIBLE if any(len(each.data) > _CLASSIC for each in ordered) else _CLASSIC
    payloads = b"".join(each.data.ljust(width, b"\0") for each in ordered)
    frames = Frames(
        np.array([each.bus for each in ordered], np.uint8),
        np.array([each.can_id for each in ordered], np.uint32),
        np.array([len(each.data) for each in ordered], np.uint16),
        np.frombuffer(payloads, np.uint8).reshape(-1, width),
    )
    return Recording(np.array([times[each] for each in place], np.int64), frames, tuple(place))


def _frame(line: str) -> GivenFrame:
    match = _LOGGED.fullmatch(line) or _PRINTED.fullmatch(line)
    if match is None:
        raise NotFramesError("write it as candump does, or such as 18F00400#F07D859B0FFFFF85.")
    ts, bus = _time(match), int(match["bus"] or 0)
    if bus >= _BUS_END:
        raise NotFramesError("a bus is 0 to 255.")
    identity = _identity(match["id"])
    if match["data"][:1] in ("R", "r"):
        return GivenFrame(ts, bus, identity | REMOTE_FLAG, b"")
    data = _payload(match["data"], _FLEXIBLE if match["fd"] else _CLASSIC)
    if match.re is _PRINTED and len(data) != int(match["fd"]):
        raise NotFramesError(f"{match['fd']} bytes are said, {len(data)} are there.")
    return GivenFrame(ts, bus, identity, data)


def _time(match: re.Match[str]) -> int | None:
    if match["seconds"] is None:
        return None
    ts = int(match["seconds"]) * _MICROS + round(int(match["decimals"].ljust(9, "0")) / 1000)
    if ts >= TIME_END:
        raise NotFramesError("a time is from 1970 to 2106.")
    return ts


def _identity(text: str) -> int:
    number = int(text, 16)
    if len(text) == _STANDARD_DIGITS:
        if number >= 0x800:  # noqa: PLR2004 - 11 bits
            raise NotFramesError(f"{text} is above 7FF; an id of 29 bits has eight digits.")
        return number
    if number >= ERROR_FLAG << 1:
        raise NotFramesError(f"{text} has more than 29 bits.")
    return number if number & ERROR_FLAG else number | EXTENDED_FLAG


def _payload(text: str, most: int) -> bytes:
    digits = "".join(text.replace(".", "").split())
    try:
        data = bytes.fromhex(digits)
    except ValueError:
        raise NotFramesError("bytes have two hex digits each.") from None
    if len(data) > most:
        raise NotFramesError(f"{len(data)} bytes; such a frame has at most {most}.")
    return data
