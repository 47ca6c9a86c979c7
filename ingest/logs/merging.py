"""Streams of frames into one, in the order of their times."""

from collections.abc import Iterable, Iterator

import numpy as np

from ingest.frames import CanFrames, join_frames, select_frames


def merge(streams: Iterable[Iterator[CanFrames]]) -> Iterator[CanFrames]:
    """All frames in the order of their times; those of one time in the order of the streams.

    In a stream the order stays as it is: a frame from before the one in front of it counts as of that one's time.
    Holds a piece of each stream.
    """
    live = [stream for stream in map(_Stream, streams) if stream.fetch()]
    while live:
        # Up to the end of the piece that ends first, since more of its stream may follow from there on.
        first = min(range(len(live)), key=lambda place: int(live[place].times[-1]))
        end = live[first].times[-1]
        taken = [stream.take(end, including=place <= first) for place, stream in enumerate(live)]
        order = np.argsort(np.concatenate([times for times, _ in taken]), kind="stable")
        yield select_frames(join_frames([frames for _, frames in taken]), order)
        live = [stream for stream in live if len(stream.times) or stream.fetch()]


class _Stream:
    """`frames` are what is left of the piece at hand, `times` when each counts."""

    def __init__(self, pieces: Iterator[CanFrames]) -> None:
        self._pieces = pieces
        self._latest = np.iinfo(np.int64).min

    def fetch(self) -> bool:
        """Whether there was one more piece."""
        for frames in self._pieces:
            if len(frames):
                self.frames = frames
                self.times = np.maximum(np.maximum.accumulate(frames.ts), self._latest)
                self._latest = int(self.times[-1])
                return True
        return False

    def take(self, end: np.int64, *, including: bool) -> tuple[np.ndarray, CanFrames]:
        """Times and frames up to `end`."""
        count = int(np.searchsorted(self.times, end, "right" if including else "left"))
        taken = self.times[:count], select_frames(self.frames, slice(0, count))
        self.times, self.frames = self.times[count:], select_frames(self.frames, slice(count, None))
        return taken
