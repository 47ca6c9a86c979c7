"""Recorded logs: every format gives the same frames, to the microsecond."""

import gzip
from pathlib import Path

import can
import numpy as np
import pytest
from asammdf import MDF, Signal
from asammdf.blocks.source_utils import Source
from asammdf.blocks.v4_constants import BUS_TYPE_CAN

from ingest.device.logs import LogError, read_log
from ingest.device.packer import frames_from_rows
from ingest.envelope import CanFrames
from ingest.envelope.candump import Row

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
SECONDS = 1_700_000_000
# Times a float cannot hold exactly; two frames of one time; both id lengths; a short and an empty payload.
ROWS: list[Row] = [
    (SECONDS * 1_000_000, 1, 0x98F00400, bytes(range(8))),
    (SECONDS * 1_000_000 + 1, 2, 0x123, b"\x01\x02"),
    (SECONDS * 1_000_000 + 333_333, 1, 0x7FF, b""),
    (SECONDS * 1_000_000 + 333_333, 1, 0x9FFFFFFF, b"\xff" * 8),
    (SECONDS * 1_000_000 + 59_999_999, 2, 0x80000001, b"12345678"),
]


def assert_same(one: CanFrames, other: CanFrames) -> None:
    for name in ("bus", "can_id", "ts", "length", "data"):
        a, b = getattr(one, name), getattr(other, name)
        assert a.dtype == b.dtype
        assert np.array_equal(a, b), name


def as_message(row: Row, first_channel: int) -> can.Message:
    ts, bus, can_id, data = row
    return can.Message(
        timestamp=ts / 1e6, channel=bus - first_channel, arbitration_id=can_id & 0x1FFFFFFF,
        is_extended_id=bool(can_id >> 31), data=data,
    )  # fmt: skip


def candump_text(rows: list[Row]) -> str:
    lines = []
    for ts, bus, can_id, data in rows:
        digits = f"{can_id & 0x1FFFFFFF:08X}" if can_id >> 31 else f"{can_id:03X}"
        lines.append(f"({ts // 1_000_000}.{ts % 1_000_000:06d}) can{bus} {digits}#{data.hex().upper()}")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("name", ["x.log", "x.log.gz", "x.candump"])
def test_candump(tmp_path: Path, name: str) -> None:
    text = candump_text(ROWS).encode()
    (tmp_path / name).write_bytes(gzip.compress(text) if name.endswith("gz") else text)
    assert_same(read_log(tmp_path / name), frames_from_rows(ROWS))


@pytest.mark.parametrize(("writer", "name"), [(can.ASCWriter, "x.asc"), (can.BLFWriter, "x.blf")])
def test_asc_and_blf(tmp_path: Path, writer: type, name: str) -> None:
    with writer(tmp_path / name) as log:
        for row in ROWS:
            log.on_message_received(as_message(row, 1))
    read = read_log(tmp_path / name)
    expected = frames_from_rows(ROWS)
    if name == "x.asc":
        # The writer's own date is the time of writing; what it keeps are the times from the first frame on.
        read = CanFrames(read.bus, read.can_id, read.ts - read.ts[0] + expected.ts[0], read.length, read.data)
    assert_same(read, expected)


def test_trc(tmp_path: Path) -> None:
    with can.TRCWriter(tmp_path / "x.trc") as log:
        for row in ROWS:
            log.on_message_received(as_message(row, 1))
    read, expected = read_log(tmp_path / "x.trc"), frames_from_rows(ROWS)
    assert abs(int(read.ts[0]) - int(expected.ts[0])) < 1_000  # its header holds days as a float
    assert_same(
        CanFrames(read.bus, read.can_id, read.ts - read.ts[0] + expected.ts[0], read.length, read.data), expected
    )


def test_mf4_of_python_can(tmp_path: Path) -> None:
    with can.MF4Writer(tmp_path / "x.mf4") as log:
        for row in ROWS:
            log.on_message_received(as_message(row, 0))
        log.on_message_received(can.Message(timestamp=SECONDS + 60, is_remote_frame=True, arbitration_id=5,
                                            is_extended_id=False, channel=1))  # fmt: skip
    read = read_log(tmp_path / "x.mf4")
    expected = frames_from_rows([*ROWS, ((SECONDS + 60) * 1_000_000, 1, 0x40000005, b"")])
    assert abs(int(read.ts[0]) - int(expected.ts[0])) < 1_000_000
    assert_same(
        CanFrames(read.bus, read.can_id, read.ts - read.ts[0] + expected.ts[0], read.length, read.data), expected
    )


def test_mf4_with_text_for_ide_and_can_fd(tmp_path: Path) -> None:
    types = [("CAN_DataFrame.BusChannel", "u1"), ("CAN_DataFrame.ID", "<u4"), ("CAN_DataFrame.IDE", "u1"),
             ("CAN_DataFrame.DataLength", "u1"), ("CAN_DataFrame.DataBytes", "u1", (12,))]  # fmt: skip
    samples = np.zeros(2, types)
    samples["CAN_DataFrame.BusChannel"] = 3
    samples["CAN_DataFrame.ID"] = [0x18F00400, 0x80000123]
    samples["CAN_DataFrame.IDE"] = [1, 0]
    samples["CAN_DataFrame.DataLength"] = [12, 4]
    samples["CAN_DataFrame.DataBytes"][0] = np.arange(12)
    with MDF(version="4.10") as mdf:
        source = Source("CAN", "CAN", "", 2, BUS_TYPE_CAN)
        mdf.append(Signal(samples, np.array([0.0, 0.000001]), name="CAN_DataFrame", source=source, encoding="utf-8"))
        mdf.save(tmp_path / "x.mf4")
    read = read_log(tmp_path / "x.mf4")
    assert read.can_id.tolist() == [0x98F00400, 0x123]
    assert read.data.shape == (2, 64)
    assert read.data[0, :13].tolist() == [*range(12), 0]
    assert read.length.tolist() == [12, 4]
    assert (read.ts[1] - read.ts[0], read.bus.tolist()) == (1, [3, 3])


def test_frames_out_of_order_are_put_in_order_and_equal_times_stay(tmp_path: Path) -> None:
    rows = [ROWS[4], ROWS[2], ROWS[3], ROWS[0]]
    (tmp_path / "x.log").write_text(candump_text(rows))
    assert_same(read_log(tmp_path / "x.log"), frames_from_rows([ROWS[0], ROWS[2], ROWS[3], ROWS[4]]))


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("x.log", b"(1.000000) can1 123#00\nwhat\n", "line 2: not candump"),
        ("x.log", b"\n", "no CAN frames"),
        ("x.log.gz", b"not gzip", "x.log.gz: "),
        ("x.log.gz", gzip.compress(b"(1.000000) can1 123#00\n" * 1000)[:-20], "x.log.gz: "),
        ("x.csv", b"", "not one of"),
        ("x.blf", b"not blf" * 100, "x.blf: "),
        ("x.mf4", b"not mdf" * 100, "x.mf4: "),
        ("x.log", b"(99999999999.000000) can1 123#00\n", "after 2106"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(LogError, match=says):
        read_log(tmp_path / name)


@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("folder", "mf4", "frames"),
    [
        ("01_truck_j1939_gps", "00000001.MF4", 57_849),
        ("03_car_obd_extended_mux_gps", "00000002-60FE415D.MF4", 73_785),
        ("04_nmea2000_boat", "00000002.MF4", 9_600),
    ],
)
def test_a_recording_is_the_same_as_mf4_and_as_candump(folder: str, mf4: str, frames: int) -> None:
    candump = read_log(DATA / folder / "frames.candump.log.gz")
    assert len(candump) == frames
    assert_same(read_log(DATA / folder / mf4), candump)
