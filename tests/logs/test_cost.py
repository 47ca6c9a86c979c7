"""What reading a log costs: memory that does not grow with it, and imports of what it needs only."""

import gc
import gzip
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import can
import numpy as np
import pytest

from ingest.logs import open_log
from tests.logs.samples import DATA, mf4_records, write_mf4

CHUNK = 2_000
Writer = Callable[[Path, int], None]


def write_candump(path: Path, frames: int) -> None:
    lines = (f"({place}.000001) can{place % 2} 18F00400#{place:016X}\n" for place in range(frames))
    path.write_text("".join(lines))


def write_candump_gz(path: Path, frames: int) -> None:
    write_candump(path, frames)
    path.write_bytes(gzip.compress(path.read_bytes(), 1))


def write_garbage(path: Path, frames: int) -> None:
    path.write_bytes(b"(1.000000) can0 what#0011223344556677\n" * frames)


def write_endless_line(path: Path, frames: int) -> None:
    path.write_bytes(b"(1.000000) can0 " * 2 * frames)


def write_asc(path: Path, frames: int) -> None:
    lines = (f"{place}.000001 1  18F00400x Rx d 8 0 1 2 3 4 5 6 7\n" for place in range(frames))
    path.write_text("date Tue Nov 14 10:13:20 PM 2023\nbase hex\ninternal events logged\n" + "".join(lines))


def write_blf(path: Path, frames: int) -> None:
    with can.BLFWriter(path) as log:
        for place in range(frames):
            log.on_message_received(can.Message(timestamp=place, arbitration_id=place, data=bytes(8), channel=0))


def write_two_groups(path: Path, frames: int) -> None:
    records, _ = mf4_records([(0, 1, 0x98F00400, bytes(8))])
    group = np.repeat(records, frames // 2), np.arange(frames // 2) / 1000
    write_mf4(path, [group, group])


def peak(path: Path) -> int:
    """Bytes at most, with nothing kept."""
    gc.collect()  # what other tests left must not go, and be complained about, while memory is watched
    tracemalloc.start()
    with open_log(path, chunk_frames=CHUNK) as log:
        for chunk in log:
            assert len(chunk.frames) <= CHUNK
        _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


@pytest.mark.parametrize(
    ("write", "name", "frames"),
    [(write_candump, "x.log", 100_000), (write_candump_gz, "x.log.gz", 100_000), (write_garbage, "x.log", 100_000),
     (write_endless_line, "x.log", 100_000), (write_asc, "x.asc", 10_000), (write_blf, "x.blf", 10_000),
     # asammdf reads 4 MB of a group at a time, of which two may be held
     (write_two_groups, "x.mf4", 800_000)],
)  # fmt: skip
def test_memory_does_not_grow_with_the_log(tmp_path: Path, write: Writer, name: str, frames: int) -> None:
    write(tmp_path / name, frames)
    peak(tmp_path / name)  # what imports and compilation take
    short = peak(tmp_path / name)
    write(tmp_path / name, 2 * frames)
    assert peak(tmp_path / name) < 1.4 * short


@pytest.mark.parametrize("module", ["ingest.logs", "ingest.envelope"])
def test_libraries_are_loaded_when_a_log_needs_them(module: str) -> None:
    code = f"import sys, {module}; print(sorted({{'numba', 'can', 'asammdf', 'pandas'}} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.shared_data
def test_candump_is_parsed_by_blocks() -> None:
    def seconds() -> float:
        started = time.process_time()
        with open_log(DATA / "02_car_bigendian_toyota" / "frames.candump.log.gz") as log:
            assert sum(len(chunk.frames) for chunk in log) == 98_800
        return time.process_time() - started

    # It takes 20 ms; line by line in Python takes five times what is allowed here.
    assert min(seconds() for _ in range(5)) < 0.06
