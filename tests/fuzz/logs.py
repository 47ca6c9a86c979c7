"""Recorded logs of every format, broken: only LogError and bad records come of them."""

from __future__ import annotations

import gzip
import tempfile
from functools import cache
from pathlib import Path
from random import Random

import can
import numpy as np

from ingest.envelope.candump import Row
from ingest.logs import LogError, open_log
from parsing.definitions import TIME_END
from tests.fuzz.cases import Case
from tests.fuzz.mutation import break_bytes, break_text
from tests.logs.samples import ROWS, SECONDS, as_message, candump_text, mf4_records, write_mf4

WRITERS = {"asc": can.ASCWriter, "blf": can.BLFWriter, "trc": can.TRCWriter}
FORMATS = ("candump", "candump", "candump", "asc", "blf", "trc", "mf4")
SUFFIXES = {
    "candump": (".log", ".candump", ""),
    "asc": (".asc", ""),
    "blf": (".blf", ""),
    "trc": (".trc",),
    "mf4": (".mf4",),
}
WRITTEN = {"blf": {"compression_level": 0}}  # so that what is broken is not only the compression
PIECE = 16


@cache
def sound_file(form: str) -> bytes:
    """A log of that format as its writer leaves it."""
    rows = rows_of(Random(0))  # noqa: S311 - repeatable
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, f"log.{form}")
        if form == "candump":
            path.write_text(candump_text(rows) + OTHER_LINES)
        elif form == "mf4":
            write_mf4(path, [mf4_records(rows)])
        else:
            with WRITERS[form](path, **WRITTEN.get(form, {})) as writer:
                for message in [*(as_message(row, 0) for row in rows), *other_messages(form)]:
                    writer.on_message_received(message)
        return path.read_bytes()


OTHER_LINES = """(1700000070.000001) can1 123#R
(1700000070.000002) vcan0 18F00400##1000102030405060708090A0B
(1700000070.000003) can1 20000004#0000000000000000
(1700000070.000004) can1 123#R8
"""
"""What candump writes of remote, CAN FD and error frames."""


def other_messages(form: str) -> list[can.Message]:
    common = {"timestamp": SECONDS + 70.0, "channel": 1, "arbitration_id": 0x123, "is_extended_id": False}
    found = [can.Message(**common, is_remote_frame=True, dlc=8), can.Message(**common, is_error_frame=True)]
    return found if form == "trc" else [*found, can.Message(**common, is_fd=True, data=bytes(range(48)))]


def rows_of(random: Random) -> list[Row]:
    rows = list(ROWS)
    for number in range(60):
        can_id = random.choice((random.getrandbits(11), random.getrandbits(29) | 1 << 31))
        ts = (SECONDS + 60) * 1_000_000 + 1000 * number
        rows.append((ts, random.choice((1, 2)), can_id, random.randbytes(number % 9)))
    return rows


def make_log(random: Random) -> Case:
    form = random.choice(FORMATS)
    file = sound_file(form)
    break_it = (
        random.choice((break_text, break_text, break_bytes)) if form in ("candump", "asc", "trc") else break_bytes
    )
    is_packed = random.random() < 0.15
    breaks_packing = is_packed and random.random() < 0.5
    if not breaks_packing:
        file = break_it(random, file)
    if is_packed:
        file = gzip.compress(file, mtime=0)
    if breaks_packing:
        file = break_bytes(random, file)
    name = "log" + random.choice(SUFFIXES[form]) + (".gz" if is_packed and random.random() < 0.5 else "")
    chunk_frames = random.choice((1, 3, 1000))
    pieces = [file[start : start + PIECE] for start in range(0, len(file), PIECE)]
    return Case(pieces, lambda kept: run_log(name, b"".join(kept), chunk_frames), f"{name}, chunks of {chunk_frames}")


def run_log(name: str, file: bytes, chunk_frames: int) -> None:
    """Every chunk keeps what it promises (`ingest.logs.records`)."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, name)
        path.write_bytes(file)
        try:
            read(path, chunk_frames)
        except LogError:
            return


def read(path: Path, chunk_frames: int) -> None:
    before = 0
    with open_log(path, chunk_frames=chunk_frames) as log:
        for chunk in log:
            frames = chunk.frames
            total = len(frames) + sum(chunk.bad_counts.values())
            assert 0 < total <= chunk_frames
            assert len(chunk.index) == len(frames)
            places = [*chunk.index.tolist(), *(record.index for record in chunk.bad)]
            assert len(set(places)) == len(places)
            assert all(before <= place < before + total for place in places)
            assert (np.diff(chunk.index) > 0).all()
            assert (frames.length <= frames.data.shape[1]).all()
            assert ((frames.ts >= 0) & (frames.ts < TIME_END)).all()
            before += total
        assert 0 <= log.position <= log.size
