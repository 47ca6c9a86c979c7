"""Text of candump's log format (can-utils, `candump -l`) into arrays.

`(1436509052.249713) can1 18F00400#F07D859B0FFFFF85`: seconds with six decimals, interface, id, payload. `##` and one
flag digit begin a CAN FD payload, `#R` is a remote frame, an id with bit 29 set is an error frame.
"""

import re

import numpy as np

from ingest.envelope.can import check_frame_count, frames_from_payloads
from ingest.envelope.fields import TIME_END
from ingest.envelope.records import ERROR_FRAME, EXTENDED_ID, REMOTE_FRAME, CanFrames, RejectedError
from parsing.codes import Code

# Seconds, decimals, channel, id, remote, classic payload, FD payload.
_LINE = re.compile(
    rb"\((\d{1,18})\.(\d{6})\) [A-Za-z_-]{0,12}(\d{1,3}) ([0-9A-Fa-f]{8}|[0-9A-Fa-f]{3})"
    rb"#(?:(R)[0-9A-F]?|((?:[0-9A-Fa-f]{2}){0,8})(?:_[0-9A-F])?|#[0-9A-Fa-f]((?:[0-9A-Fa-f]{2}){0,64}))(?: [TR])?\s*"
)
_EXTENDED_DIGITS = 8
_MAX_STANDARD = 0x7FF
_MAX_CHANNEL = 255
Row = tuple[int, int, int, bytes]


def read_candump(body: bytes) -> CanFrames:
    """Raises RejectedError: `invalid_body` with the line, `time_out_of_bounds`, `too_many_frames`, `empty`."""
    lines = [(number, line) for number, line in enumerate(body.split(b"\n"), 1) if line.strip()]
    check_frame_count(len(lines))
    rows = []
    for number, line in lines:
        row = parse_line(line)
        if row is None:
            raise RejectedError(Code.INVALID_BODY, f"line {number} is not candump's log format")
        if row[0] >= TIME_END:
            raise RejectedError(Code.TIME_OUT_OF_BOUNDS, f"line {number}: after 2106")
        rows.append(row)
    times, buses, ids, payloads = zip(*rows, strict=True)
    return frames_from_payloads(
        np.array(buses, np.uint8), np.array(ids, np.uint32), np.array(times, np.int64), list(payloads)
    )


def parse_line(line: bytes) -> Row | None:
    """Time in µs, channel, SocketCAN id with flags, payload; None where it is no such line."""
    match = _LINE.fullmatch(line)
    if match is None:
        return None
    seconds, decimals, channel, digits, remote, classic, flexible = match.groups()
    can_id, bus = int(digits, 16), int(channel)
    if bus > _MAX_CHANNEL:
        return None
    if len(digits) == _EXTENDED_DIGITS:
        if can_id > (ERROR_FRAME << 1) - 1:
            return None
        if not can_id & ERROR_FRAME:
            can_id |= EXTENDED_ID
    elif can_id > _MAX_STANDARD:
        return None
    if remote:
        can_id |= REMOTE_FRAME
    return int(seconds) * 1_000_000 + int(decimals), bus, can_id, bytes.fromhex((classic or flexible or b"").decode())
