"""Frames of `vehicle_can`: MessagePack columns and JSON rows into arrays."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.envelope.fields import Fields
from ingest.envelope.records import RejectedError
from ingest.frames import CanFrames, frames_from_payloads, join_frames
from parsing.can_id import CLASSIC_WIDTH, MAX_WIDTH
from parsing.codes import Code
from parsing.definitions import EXTENDED_FLAG, TIME_END

MAX_FRAMES = 65_536
MAX_BUSES = 256
MAX_DT = 2**32 - 1
_U32 = np.dtype("<u4")
_EXTENDED_DIGITS, _STANDARD_DIGITS = 8, 3
_MAX_EXTENDED, _MAX_STANDARD = 0x1FFFFFFF, 0x7FF


def read_columns(document: Any) -> CanFrames:
    """MessagePack: one map of columns, or a list of them, joined in the list's order.

    Raises RejectedError: `invalid_field`, `invalid_columns`, `too_many_frames`, `time_out_of_bounds`, `empty`.
    """
    if not isinstance(document, list):
        return _checked(_read_bus(Fields(document, "")))
    _check_buses(document)
    return _checked(join_frames([_read_bus(Fields(item, f"[{i}]")) for i, item in enumerate(document)]))


def read_rows(document: Any) -> CanFrames:
    """JSON: one map with rows, or a list of them. Raises as `read_columns` does."""
    if not isinstance(document, list):
        return _checked(_read_bus_rows(Fields(document, "")))
    _check_buses(document)
    return _checked(join_frames([_read_bus_rows(Fields(item, f"[{i}]")) for i, item in enumerate(document)]))


def check_frame_count(count: int) -> None:
    """Raises RejectedError: `empty`, `too_many_frames`."""
    if count == 0:
        raise RejectedError(Code.EMPTY, "no frames")
    if count > MAX_FRAMES:
        raise RejectedError(Code.TOO_MANY_FRAMES, f"{count} frames, at most {MAX_FRAMES}")


def _check_buses(document: list[Any]) -> None:
    if not document:
        raise RejectedError(Code.EMPTY, "the list is empty")
    if len(document) > MAX_BUSES:
        raise RejectedError(Code.INVALID_FIELD, f"{len(document)} maps, at most {MAX_BUSES} (one a bus)")


def _checked(frames: CanFrames) -> CanFrames:
    check_frame_count(len(frames))
    if int(frames.ts.max()) >= TIME_END:
        raise RejectedError(Code.TIME_OUT_OF_BOUNDS, "a frame's time is after 2106")
    return frames


def _read_bus(fields: Fields) -> CanFrames:
    t0, bus = fields.time("t0"), fields.integer("bus", 0, 255)
    width = fields.integer("width", CLASSIC_WIDTH, MAX_WIDTH, CLASSIC_WIDTH)
    ids, dts, data = fields.binary("id"), fields.binary("dt"), fields.binary("data")
    lengths = fields.binary("len")
    if ids is None or dts is None or data is None:
        name = "id" if ids is None else "dt" if dts is None else "data"
        raise fields.wrong(name, "is missing")
    n = len(ids) // 4
    if len(ids) != 4 * n or len(dts) != 4 * n or len(data) != n * width or (lengths is not None and len(lengths) != n):
        sizes = f"dt {len(dts)}, id {len(ids)}, len {'-' if lengths is None else len(lengths)}, data {len(data)}"
        raise fields.wrong("columns", f"disagree: {sizes} bytes at width {width}", Code.INVALID_COLUMNS)
    check_frame_count(n)
    return CanFrames(
        bus=np.full(n, bus, np.uint8),
        can_id=np.frombuffer(ids, _U32),
        ts=np.frombuffer(dts, _U32) + np.int64(t0),
        length=_lengths(fields, lengths, n, width),
        data=np.frombuffer(data, np.uint8).reshape(n, width),
    )


def _lengths(fields: Fields, lengths: bytes | None, n: int, width: int) -> NDArray[np.uint8]:
    if lengths is None:
        return np.full(n, CLASSIC_WIDTH, np.uint8)
    column = np.frombuffer(lengths, np.uint8)
    if int(column.max()) > width:
        raise fields.wrong("len", f"has a value over width {width}")
    return column


def _read_bus_rows(fields: Fields) -> CanFrames:
    t0, bus, rows = fields.time("t0"), fields.integer("bus", 0, 255), fields.rows("frames")
    check_frame_count(len(rows))
    read = [_read_row(fields, index, row) for index, row in enumerate(rows)]
    times, ids, payloads = zip(*read, strict=True)
    return frames_from_payloads(
        np.full(len(rows), bus, np.uint8),
        np.array(ids, np.uint32),
        np.array(times, np.int64) + t0,
        list(payloads),
    )


def _read_row(fields: Fields, index: int, row: Any) -> tuple[int, int, bytes]:
    where = f"frames[{index}]"
    if not isinstance(row, list) or len(row) != 3:  # noqa: PLR2004 - dt, id, data
        raise fields.wrong(where, "is not [dt, id, data]")
    dt, can_id, data = row
    if type(dt) is not int or not 0 <= dt <= MAX_DT:
        raise fields.wrong(where, f"has a dt that is not an integer from 0 to {MAX_DT}")
    if not isinstance(can_id, str) or not isinstance(data, str):
        raise fields.wrong(where, "has an id or data that is not text")
    try:
        # `fromhex` skips white space, so the digits are counted by what came out.
        number, payload = bytes.fromhex(can_id.zfill(_EXTENDED_DIGITS)), bytes.fromhex(data)
    except ValueError:
        raise fields.wrong(where, "has an id or data that is not hexadecimal") from None
    if 2 * len(payload) != len(data) or len(payload) > MAX_WIDTH:
        raise fields.wrong(where, f"has data that is not hexadecimal or over {MAX_WIDTH} bytes")
    raw_id = int.from_bytes(number, "big")
    if len(can_id) == _EXTENDED_DIGITS and len(number) == 4 and raw_id <= _MAX_EXTENDED:  # noqa: PLR2004 - bytes
        return dt, raw_id | EXTENDED_FLAG, payload
    if len(can_id) == _STANDARD_DIGITS and len(number) == 4 and raw_id <= _MAX_STANDARD:  # noqa: PLR2004 - bytes
        return dt, raw_id, payload
    raise fields.wrong(where, "has an id that is neither three nor eight hexadecimal digits of a CAN id")
