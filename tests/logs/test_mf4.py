"""MF4: its groups as one log, in the order of time, piece by piece."""

import gc
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import can
import numpy as np
import pytest
from asammdf import MDF, Signal
from hypothesis import given
from hypothesis import strategies as st

from ingest.device.packer import frames_from_rows
from ingest.envelope.candump import Row
from ingest.frames import join_frames, select_frames
from ingest.logs import BadReason, LogError, open_log, read_log
from ingest.logs.merging import merge
from tests.logs.samples import DATA, ROWS, SECONDS, as_message, assert_same, mf4_records, read, write_mf4


def test_written_by_python_can(tmp_path: Path) -> None:
    with can.MF4Writer(tmp_path / "x.mf4") as log:
        for row in ROWS:
            log.on_message_received(as_message(row, 0))
        log.on_message_received(can.Message(timestamp=SECONDS + 60, is_remote_frame=True, arbitration_id=5,
                                            is_extended_id=False, channel=1))  # fmt: skip
        log.on_message_received(can.Message(timestamp=SECONDS + 60.5, is_error_frame=True, channel=2))
    frames = read_log(tmp_path / "x.mf4")
    late = (SECONDS + 60) * 1_000_000
    expected = frames_from_rows([*ROWS, (late, 1, 0x40000005, b""), (late + 500_000, 2, 0x20000000, b"")])
    assert abs(int(frames.ts[0]) - int(expected.ts[0])) < 1_000_000
    assert_same(replace(frames, ts=frames.ts - frames.ts[0] + expected.ts[0]), expected)


def test_can_fd_and_numbers_of_an_id_alone(tmp_path: Path) -> None:
    records, seconds = mf4_records([(SECONDS * 1_000_000, 3, 0x98F00400, bytes(range(12)))] * 3, width=12)
    records["CAN_DataFrame.ID"][1] = 0x80000123
    records["CAN_DataFrame.IDE"][1] = 0
    records["CAN_DataFrame.DataLength"][1:] = [4, 100]
    seconds[1:] = [0.000_000_4, 0.000_000_6]
    write_mf4(tmp_path / "x.mf4", [(records, seconds)])
    frames = read_log(tmp_path / "x.mf4")
    assert frames.can_id.tolist() == [0x98F00400, 0x123, 0x98F00400]
    assert frames.data.shape == (3, 64)
    assert frames.data[0, :13].tolist() == [*range(12), 0]
    assert frames.length.tolist() == [12, 4, 64]
    assert (frames.ts - SECONDS * 1_000_000).tolist() == [0, 0, 1]
    assert frames.bus.tolist() == [3, 3, 3]


def rows_of(bus: int, times: list[int]) -> list[Row]:
    return [(SECONDS * 1_000_000 + ts, bus, 0x100 + place, bytes([place])) for place, ts in enumerate(times)]


@pytest.mark.parametrize("chunk_frames", [1, 2, 3, 100])
def test_groups_are_merged_by_time(tmp_path: Path, chunk_frames: int) -> None:
    one, two = rows_of(1, [0, 10, 10, 10, 10, 30]), rows_of(2, [5, 10, 10, 20, 40, 50, 60])
    write_mf4(tmp_path / "x.mf4", [mf4_records(one), mf4_records(two)])
    frames, index, bad, _ = read(tmp_path / "x.mf4", chunk_frames)
    assert not bad
    assert index.tolist() == list(range(13))
    assert_same(frames, frames_from_rows(sorted([*one, *two], key=lambda row: row[0])))
    with open_log(tmp_path / "x.mf4") as log:
        list(log)
        assert log.channels == {1: "can1", 2: "can2"}


@given(
    streams=st.lists(st.lists(st.integers(0, 20), max_size=12).map(sorted), min_size=1, max_size=3),
    size=st.integers(1, 4),
)
def test_a_merge_is_a_stable_sort_wherever_pieces_end(streams: list[list[int]], size: int) -> None:
    rows = [rows_of(bus, times) for bus, times in enumerate(streams)]
    pieces = [iter([frames_from_rows(of_one[at : at + size]) for at in range(0, len(of_one), size)]) for of_one in rows]
    merged = list(merge(pieces))
    expected = sorted([row for of_one in rows for row in of_one], key=lambda row: row[0])
    assert bool(merged) == bool(expected)
    if expected:
        assert_same(join_frames(merged), frames_from_rows(expected))


def test_a_group_whose_times_go_back_keeps_its_order() -> None:
    streams = [iter([frames_from_rows(rows_of(1, [0, 30, 10, 40]))]), iter([frames_from_rows(rows_of(2, [20, 35]))])]
    merged = join_frames(list(merge(streams)))
    assert merged.ts.tolist() == [SECONDS * 1_000_000 + ts for ts in (0, 20, 30, 10, 35, 40)]


@pytest.mark.parametrize("chunk_frames", [2, 100])
def test_constant_fields_may_be_virtual_channels(tmp_path: Path, chunk_frames: int) -> None:
    rows = rows_of(0, [0, 1, 2, 3, 4])
    write_mf4(tmp_path / "x.mf4", [mf4_records(rows)], {"BusChannel": 7, "IDE": 1})
    frames, _, _, _ = read(tmp_path / "x.mf4", chunk_frames)
    assert frames.bus.tolist() == [7] * 5
    assert frames.can_id.tolist() == [can_id | 1 << 31 for _, _, can_id, _ in rows]
    assert frames.ts.tolist() == [ts for ts, _, _, _ in rows]


def test_times_out_of_bounds_are_bad_records(tmp_path: Path) -> None:
    records, _ = mf4_records(rows_of(1, [0, 0, 0, 0]))
    write_mf4(tmp_path / "x.mf4", [(records, np.array([-2e9, 0.0, 1.0, 1e300]))])
    _, index, bad, counts = read(tmp_path / "x.mf4")
    assert index.tolist() == [1, 2]
    assert counts == {BadReason.TIME_OUT_OF_BOUNDS: 2}
    assert [record.index for record in bad] == [0, 3]


def test_a_measurement_without_frames_is_no_log(tmp_path: Path) -> None:
    with MDF(version="4.10") as mdf:
        mdf.append(Signal(np.arange(3), np.arange(3.0), name="EngineSpeed"))
        mdf.save(tmp_path / "x.mf4")
    with pytest.raises(LogError, match="no frames of CAN buses"):
        read_log(tmp_path / "x.mf4")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_whatever_is_cut_or_broken_is_records_or_no_log(tmp_path: Path) -> None:
    write_mf4(tmp_path / "whole.mf4", [mf4_records(rows_of(1, list(range(50))))])
    whole, path = (tmp_path / "whole.mf4").read_bytes(), tmp_path / "x.mf4"
    for at in range(0, len(whole), 97):
        for content in (whole[:at], whole[:at] + b"\xff\xff\xff\xff" + whole[at + 4 :]):
            path.write_bytes(content)
            with suppress(LogError), open_log(path, chunk_frames=20) as log:
                assert all(len(chunk.frames) + len(chunk.bad) for chunk in log)
    gc.collect()  # asammdf's destructor complains of what its constructor gave up: here, not in a later test


@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("folder", "name", "count"),
    [
        ("01_truck_j1939_gps", "00000001.MF4", 57_849),
        ("03_car_obd_extended_mux_gps", "00000002-60FE415D.MF4", 73_785),
        ("04_nmea2000_boat", "00000002.MF4", 9_600),
    ],
)
def test_a_recording_is_the_same_as_mf4_and_as_candump(folder: str, name: str, count: int) -> None:
    candump, candump_index, _, _ = read(DATA / folder / "frames.candump.log.gz")
    frames, index, bad, _ = read(DATA / folder / name, 10_000)
    assert len(frames) == count
    assert not bad
    assert_same(frames, candump)
    assert np.array_equal(index, candump_index)


@pytest.mark.shared_data
@pytest.mark.parametrize("kept", [0.5, 0.95, 0.999])
def test_what_a_recorder_wrote_before_its_power_went_is_read(tmp_path: Path, kept: float) -> None:
    whole = (DATA / "04_nmea2000_boat" / "00000002.MF4").read_bytes()
    (tmp_path / "x.mf4").write_bytes(whole[: int(len(whole) * kept)])
    frames, _, _, counts = read(tmp_path / "x.mf4", 1000)
    assert set(counts) <= {BadReason.TRUNCATED_FILE}
    candump, _, _, _ = read(DATA / "04_nmea2000_boat" / "frames.candump.log.gz")
    assert len(candump) * (kept - 0.1) < len(frames) < len(candump)
    assert_same(frames, select_frames(candump, slice(len(frames))))
