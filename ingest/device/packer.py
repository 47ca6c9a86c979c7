"""Cuts a stream of frames into envelopes, never between frames of equal time."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ingest.envelope.can import MAX_FRAMES
from ingest.envelope.candump import Row
from ingest.envelope.opening import MAX_SENT
from ingest.frames import CanFrames, frames_from_payloads, join_frames, select_frames

# dt, id and len of one frame; the payload's width comes on top.
_FRAME_BYTES = 9
# Room for the maps' keys and headers, one map for each of 256 buses.
_OVERHEAD = 64 * 256


@dataclass(frozen=True, slots=True)
class Limits:
    """An envelope ends before it would exceed one of these, unless one single time does."""

    frames: int = 2_000
    sent_bytes: int = 128 * 1024  # before compression
    span: int = 1_000_000  # µs from the first to the last frame


class Packer:
    """Takes frames in the order of their times; gives the frames of one envelope at a time.

    The last envelope is held back until one begins behind it or `flush`, since more frames of its times may follow.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._held: list[CanFrames] = []

    def add(self, frames: CanFrames) -> list[CanFrames]:
        """Envelopes that are complete. Raises ValueError where times go back, or one time fills over an envelope."""
        if not len(frames):
            return []
        joined = join_frames([*self._held, frames])
        self._held = []
        cuts = _cuts(joined, self._limits)
        complete = [select_frames(joined, slice(a, b)) for a, b in pairwise(cuts)]
        self._held = [complete.pop()]
        return complete

    def flush(self) -> list[CanFrames]:
        """What is held, as the last envelope."""
        held, self._held = self._held, []
        return held


def frames_from_rows(rows: Iterable[Row]) -> CanFrames:
    """Columns from (ts µs, bus, SocketCAN id with flags, payload) of at least one frame."""
    times, buses, ids, payloads = zip(*rows, strict=True)
    return frames_from_payloads(
        np.array(buses, np.uint8), np.array(ids, np.uint32), np.array(times, np.int64), list(payloads)
    )


def _cuts(frames: CanFrames, limits: Limits) -> list[int]:
    """Where envelopes begin, and the end."""
    ts, total = frames.ts, len(frames)
    if (ts[1:] < ts[:-1]).any():
        raise ValueError("the times of the frames go back")
    per_frame = _FRAME_BYTES + frames.data.shape[1]
    most = max(1, min(limits.frames, limits.sent_bytes // per_frame))
    hard = min(MAX_FRAMES, (MAX_SENT - _OVERHEAD) // per_frame)
    cuts = [0]
    while cuts[-1] < total:
        start = cuts[-1]
        end = min(start + most, int(np.searchsorted(ts, ts[start] + limits.span, "right")), total)
        if end < total and ts[end] == ts[end - 1]:
            end = int(np.searchsorted(ts, ts[end], "left"))
            if end <= start:
                end = int(np.searchsorted(ts, ts[start], "right"))
        if end - start > hard:
            raise ValueError(f"{end - start} frames of one time, an envelope holds {hard}")
        cuts.append(end)
    return cuts
