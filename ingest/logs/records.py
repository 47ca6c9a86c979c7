"""What reading a recorded log gives.

Named tuples, since dataclasses take as long to import as a small log to read; their `index` is not that of tuples.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ingest.frames import CanFrames

MAX_DETAILS = 100
"""Bad records of a chunk that are told one by one; the others are counted only."""


class LogError(Exception):
    """A log cannot be read at all; the text says where and why, and what to do."""


class BadReason(StrEnum):
    """Why a record of a log is no frame. The values are stable."""

    NOT_CANDUMP = "not_candump"  # a line that is not in candump's log format
    BAD_CHANNEL = "bad_channel"  # a channel above 255
    BAD_ID = "bad_id"  # neither an 11-bit nor a 29-bit id
    BAD_PAYLOAD = "bad_payload"  # not hexadecimal, half a byte, or too long
    TIME_OUT_OF_BOUNDS = "time_out_of_bounds"  # before 1970 or after 2106
    UNREADABLE = "unreadable"  # the format's reader fails on it
    TRUNCATED_FILE = "truncated_file"  # the file ends within its compression or a container
    DAMAGED_FILE = "damaged_file"  # the compression is broken; what follows is lost


class BadRecord(NamedTuple):
    """A line or record of a log that is no frame.

    `index` is its frame_index: good and bad records alike are counted from 0, blank lines are not.
    """

    index: int  # type: ignore[assignment]
    reason: BadReason
    detail: str  # for a person, at most about 200 characters; begins with the line number or the offset in the file


class LogChunk(NamedTuple):
    """A run of a log's records, in the order of the log."""

    frames: CanFrames  # the caller's own arrays; there may be none where all records are bad
    index: NDArray[np.int64]  # type: ignore[assignment]  # frame_index of each frame, ascending
    bad: tuple[BadRecord, ...]  # the first MAX_DETAILS of the chunk
    bad_counts: Mapping[BadReason, int]  # all of the chunk; no zeros
