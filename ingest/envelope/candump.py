"""Text of candump's log format (can-utils, `candump -l`) into arrays.

`(1436509052.249713) can1 18F00400#F07D859B0FFFFF85`: seconds with six decimals, interface, id, payload. `##` and one
flag digit begin a CAN FD payload, `#R` is a remote frame, an id with bit 29 set is an error frame.
"""

import numpy as np

from ingest.envelope.can import MAX_FRAMES, check_frame_count
from ingest.envelope.records import RejectedError
from ingest.frames import CanFrames
from parsing.codes import Code

_DECIMALS = (6, 6)
Row = tuple[int, int, int, bytes]


def read_candump(body: bytes) -> CanFrames:
    """Raises RejectedError: `invalid_body` with the line, `time_out_of_bounds`, `too_many_frames`, `empty`."""
    # The parser's kernels load in a quarter of a second, for who opens such an envelope only.
    from ingest.logs.candump import CandumpParser  # noqa: PLC0415
    from ingest.logs.records import BadReason  # noqa: PLC0415

    parser = CandumpParser(MAX_FRAMES, _DECIMALS)
    taken = parser.feed(np.frombuffer(bytearray(body + b"\n"), np.uint8))
    check_frame_count(parser.records + sum(1 for line in body[taken:].split(b"\n") if line.strip()))
    chunk = parser.take()
    for record in chunk.bad[:1]:
        late = record.reason == BadReason.TIME_OUT_OF_BOUNDS
        raise RejectedError(Code.TIME_OUT_OF_BOUNDS if late else Code.INVALID_BODY, record.detail)
    return chunk.frames
