"""Codes of dead letters: why an envelope was rejected and what to do about it.

Stable and never reused. `docs/contracts/codes.md` is the same list for people; a test compares the two.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Code(StrEnum):
    NO_DEVICE = "no_device"
    UNKNOWN_MACHINE = "unknown_machine"
    UNKNOWN_KIND = "unknown_kind"
    UNKNOWN_SCHEMA = "unknown_schema"
    UNKNOWN_CONTENT_TYPE = "unknown_content_type"
    UNKNOWN_ENCODING = "unknown_encoding"
    TOO_LARGE = "too_large"
    TOO_LARGE_UNPACKED = "too_large_unpacked"
    INVALID_COMPRESSION = "invalid_compression"
    INVALID_BODY = "invalid_body"
    TOO_DEEP = "too_deep"
    INVALID_FIELD = "invalid_field"
    INVALID_COLUMNS = "invalid_columns"
    TOO_MANY_FRAMES = "too_many_frames"
    EMPTY = "empty"
    REPEATED_TIME = "repeated_time"
    TIME_OUT_OF_BOUNDS = "time_out_of_bounds"


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a code means and what its reader does next, one line each, as shown to people."""

    meaning: str
    action: str


_MEND = "mend the app"
_SMALLER = "send smaller envelopes"

EXPLANATIONS: dict[Code, Explanation] = {
    Code.NO_DEVICE: Explanation("the hub gave no device id", "check the source: only IoT Hub may write to it"),
    Code.UNKNOWN_MACHINE: Explanation(
        "no machine has this device id", "create the machine, then replay the dead letter"
    ),
    Code.UNKNOWN_KIND: Explanation("`kind` is missing or not one of the six", _MEND),
    Code.UNKNOWN_SCHEMA: Explanation("`schema` is missing or not `1`", "mend the app, or upgrade DUCO"),
    Code.UNKNOWN_CONTENT_TYPE: Explanation("the kind cannot be read from this content-type", _MEND),
    Code.UNKNOWN_ENCODING: Explanation("content-encoding is not `gzip` or `zstd`", _MEND),
    Code.TOO_LARGE: Explanation("over 256 KiB as sent", _SMALLER),
    Code.TOO_LARGE_UNPACKED: Explanation("over 4 MiB unpacked", _SMALLER),
    Code.INVALID_COMPRESSION: Explanation("truncated or corrupt gzip or zstd", _MEND),
    Code.INVALID_BODY: Explanation("not MessagePack, JSON or candump, or truncated", _MEND),
    Code.TOO_DEEP: Explanation("nested over 32 levels", _MEND),
    Code.INVALID_FIELD: Explanation(
        "a field is missing, of the wrong type, or out of its bounds", "mend the app; the detail names it"
    ),
    Code.INVALID_COLUMNS: Explanation("columns of `vehicle_can` disagree in length", _MEND),
    Code.TOO_MANY_FRAMES: Explanation("over 65,536 frames or 10,000 objects", _SMALLER),
    Code.EMPTY: Explanation("no body, or no frame or object in it", _MEND),
    Code.REPEATED_TIME: Explanation("over 256 rows of one group, source and time", "give the recorder a finer clock"),
    Code.TIME_OUT_OF_BOUNDS: Explanation("an event time before 1970 or after 2106", "mend the device's clock"),
}
