"""What the bits of an id do: how often each is 1 and changes, over frames of one machine as they were recorded."""

from collections import Counter
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ingest.frames import CanFrames

COUNTER_SHARE: Final = 0.95
"""Of the steps of a counter that are its step: frames get lost."""

COUNTER_FRAMES: Final = 20
EXAMPLES: Final = 8
_BYTE: Final = 8


@dataclass(frozen=True, slots=True)
class ByteActivity:
    """One byte in the frames that have it (`seen`): its values, and by bit (0 first) how often it is 1 and how often
    it differs from the frame before.
    """

    seen: int
    minimum: int
    maximum: int
    distinct: int
    ones: tuple[int, ...]
    flips: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CounterBits:
    """Bits that count, little-endian from `start`: `step` more from frame to frame, and around."""

    start: int
    length: int
    step: int


@dataclass(frozen=True, slots=True)
class Activity:
    """`cycle` is the median time between frames, µs, None for fewer than two; `lengths` how many frames have which.
    `examples` are (ts µs, payload): the newest frames.
    """

    frames: int
    first: int | None
    last: int | None
    cycle: int | None
    lengths: dict[int, int]
    octets: tuple[ByteActivity, ...]
    counters: tuple[CounterBits, ...]
    examples: tuple[tuple[int, bytes], ...]


NOTHING: Final = Activity(0, None, None, None, {}, (), (), ())


def activity_of(frames: CanFrames) -> Activity:
    """Of frames of one id and one machine, in any order of time."""
    if not len(frames):
        return NOTHING
    order = np.argsort(frames.ts, kind="stable")
    ts, length, data = frames.ts[order], frames.length[order], frames.data[order]
    octets = tuple(_octet(data[length > place, place]) for place in range(int(length.max())))
    return Activity(
        frames=len(ts),
        first=int(ts[0]),
        last=int(ts[-1]),
        cycle=int(np.median(np.diff(ts))) if len(ts) > 1 else None,
        lengths=dict(sorted(Counter(length.tolist()).items())),
        octets=octets,
        counters=tuple(_counters(data, int(length.min()))),
        examples=tuple(
            (int(at), row[:size].tobytes())
            for at, row, size in zip(ts[-EXAMPLES:], data[-EXAMPLES:], length[-EXAMPLES:], strict=True)
        )[::-1],
    )


def _octet(values: NDArray[np.uint8]) -> ByteActivity:
    bits = np.unpackbits(values[:, None], axis=1, bitorder="little")
    return ByteActivity(
        seen=len(values),
        minimum=int(values.min()),
        maximum=int(values.max()),
        distinct=len(np.unique(values)),
        ones=tuple(bits.sum(axis=0, dtype=np.int64).tolist()),
        flips=tuple((bits[1:] != bits[:-1]).sum(axis=0, dtype=np.int64).tolist()),
    )


def _counters(data: NDArray[np.uint8], size: int) -> list[CounterBits]:
    """Of bytes and halves of bytes that every frame has. A byte counts where its lower half does no better: one that
    counts beside a constant half goes up nearly always too.
    """
    found: list[CounterBits] = []
    if len(data) < COUNTER_FRAMES:
        return found
    for place in range(size):
        column = data[:, place].astype(np.int64)
        whole, low, high = _count(column, 8), _count(column & 0xF, 4), _count(column >> 4, 4)
        if whole.share >= max(COUNTER_SHARE, low.share):
            found.append(CounterBits(place * _BYTE, 8, whole.step))
            continue
        halves = ((0, low), (4, high))
        found += [CounterBits(place * _BYTE + bit, 4, each.step) for bit, each in halves if each.share >= COUNTER_SHARE]
    return found


class _Count(NamedTuple):
    """By which values go up from one to the next, and how many of the steps are this one: 0 where they do not."""

    step: int
    share: float


def _count(values: NDArray[np.int64], bits: int) -> _Count:
    """Half of the range is no direction, and a bit that changes with every frame is no counter."""
    steps = np.diff(values) % (1 << bits)
    step, count = Counter(steps.tolist()).most_common(1)[0]
    is_up = 0 < step < 1 << (bits - 1) and len(np.unique(values)) > 2  # noqa: PLR2004 - on and off
    return _Count(int(step), count / len(steps) if is_up else 0.0)
