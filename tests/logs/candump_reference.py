"""candump's log format line by line with regular expressions: slow, and written apart from the kernel."""

import re

from ingest.envelope.candump import Row
from ingest.logs import BadReason

_LATEST = 2**32 * 10**6
_HEX = rb"[0-9A-Fa-f]"
_CHANNEL = re.compile(rb" [A-Za-z_-]{0,12}(\d{1,3}) ")
_ID = re.compile(rb"([^#\s]*)#")
_CLASSIC = re.compile(rb"((?:%b{2}){0,8})(?:_[0-9A-F])?(?!\S)" % _HEX)
_FLEXIBLE = re.compile(rb"#%b((?:%b{2}){0,64})(?!\S)" % (_HEX, _HEX))
_REMOTE = re.compile(rb"R[0-9A-F]?(?!\S)")
_END = re.compile(rb"(?: [TR])?\s*")


def reference(text: bytes, decimals: tuple[int, int] = (1, 9)) -> list[Row | BadReason]:
    """One for each line that is not blank."""
    return [_record(line, decimals) for line in text.split(b"\n") if line.strip()]


def _record(line: bytes, decimals: tuple[int, int]) -> Row | BadReason:  # noqa: PLR0911 - one for each
    time = re.compile(rb"\((\d{1,18})\.(\d{%d,%d})\)" % decimals).match(line)
    channel = _CHANNEL.match(line, time.end()) if time else None
    if not time or not channel:
        return BadReason.NOT_CANDUMP
    if int(channel[1]) > 255:
        return BadReason.BAD_CHANNEL
    digits = _ID.match(line, channel.end())
    if not digits:
        return BadReason.NOT_CANDUMP
    can_id = _can_id(digits[1])
    if can_id is None:
        return BadReason.BAD_ID
    remote = _REMOTE.match(line, digits.end())
    payload = remote or _FLEXIBLE.match(line, digits.end()) or _CLASSIC.match(line, digits.end())
    if not payload:
        return BadReason.BAD_PAYLOAD
    if not _END.fullmatch(line, payload.end()):
        return BadReason.NOT_CANDUMP
    ts = (int(time[1]) * 10**9 + int(time[2].ljust(9, b"0")) + 500) // 1000
    if ts >= _LATEST:
        return BadReason.TIME_OUT_OF_BOUNDS
    return (
        ts,
        int(channel[1]),
        can_id | (1 << 30 if remote else 0),
        b"" if remote else bytes.fromhex(payload[1].decode()),
    )


def _can_id(digits: bytes) -> int | None:
    if re.fullmatch(rb"%b{8}" % _HEX, digits) and int(digits, 16) < 1 << 30:
        number = int(digits, 16)
        return number if number >> 29 else number | 1 << 31
    if re.fullmatch(rb"%b{3}" % _HEX, digits) and int(digits, 16) < 1 << 11:
        return int(digits, 16)
    return None
