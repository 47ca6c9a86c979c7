"""Definitions and frames: the kernels say what the oracle says."""

from __future__ import annotations

from random import Random

import numpy as np

from parsing.definitions import Content
from parsing.engine import Frames
from tests.fuzz.cases import Case
from tests.parsing.cases import make_case
from tests.parsing.oracle_comparison import compare


def make_frames(random: Random) -> Case:
    """Of a case of the differential tests; perhaps with columns of anything."""
    case = make_case(random)
    frames = any_frames(random) if random.random() < 0.2 else case.frames
    return Case(pack(frames), lambda rows: run_frames(case.content, rows), f"{case.content}")


def any_frames(random: Random) -> Frames:
    count, width = random.choice((0, 1, 40)), random.choice((0, 1, 8, 15, 64, 300))
    columns = [np.frombuffer(random.randbytes(size * count), np.uint8) for size in (1, 4, 2, width)]
    bus, can_id, length, data = columns
    return Frames(bus, can_id.view(np.uint32), length.view(np.uint16), data.reshape(count, width))


def pack(frames: Frames) -> list[bytes]:
    """A piece for each frame: bus, id, length, data, of one width."""
    columns = (frames.bus, frames.can_id, frames.length, frames.data)
    return [b"".join(value.tobytes() for value in row) for row in zip(*columns, strict=True)]


def unpack(rows: list[bytes]) -> Frames:
    table = np.frombuffer(b"".join(rows), np.uint8).reshape(len(rows), -1 if rows else 7)
    return Frames(
        table[:, 0],
        np.ascontiguousarray(table[:, 1:5]).view(np.uint32)[:, 0],
        np.ascontiguousarray(table[:, 5:7]).view(np.uint16)[:, 0],
        table[:, 7:],
    )


def run_frames(content: Content, rows: list[bytes]) -> None:
    compare(content, unpack(rows))
