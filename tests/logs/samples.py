"""Frames that are hard to keep, and the ways to write and compare them."""

from datetime import UTC, datetime
from pathlib import Path

import can
import numpy as np
from asammdf import MDF, Signal
from asammdf.blocks import v4_constants as v4c
from asammdf.blocks.source_utils import Source
from asammdf.blocks.v4_blocks import ChannelConversion

from ingest.envelope.candump import Row
from ingest.frames import CanFrames, join_frames
from ingest.logs import BadReason, BadRecord, open_log
from tests.conftest import SHARED_DATA as DATA

__all__ = [
    "DATA", "ROWS", "SECONDS", "as_message", "assert_same", "candump_text", "mf4_records", "read", "write_mf4",
]  # fmt: skip

SECONDS = 1_700_000_000
# Times a float cannot hold exactly; two frames of one time; both id lengths; a short and an empty payload.
ROWS: list[Row] = [
    (SECONDS * 1_000_000, 1, 0x98F00400, bytes(range(8))),
    (SECONDS * 1_000_000 + 1, 2, 0x123, b"\x01\x02"),
    (SECONDS * 1_000_000 + 333_333, 1, 0x7FF, b""),
    (SECONDS * 1_000_000 + 333_333, 1, 0x9FFFFFFF, b"\xff" * 8),
    (SECONDS * 1_000_000 + 59_999_999, 2, 0x80000001, b"12345678"),
]
_FIELDS = [("CAN_DataFrame.BusChannel", "u1"), ("CAN_DataFrame.ID", "<u4"), ("CAN_DataFrame.IDE", "u1"),
           ("CAN_DataFrame.DataLength", "u1")]  # fmt: skip


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


def read(path: Path, chunk_frames: int = 65_536) -> tuple[CanFrames, np.ndarray, list[BadRecord], dict[BadReason, int]]:
    """A whole log: frames, their frame_index, bad records and their counts. Checks what every chunk promises."""
    parts, index, bad, counts = [], [], [], dict[BadReason, int]()
    with open_log(path, chunk_frames=chunk_frames) as log:
        before = 0
        for chunk in log:
            total = len(chunk.frames) + sum(chunk.bad_counts.values())
            assert 0 < total <= chunk_frames
            assert len(chunk.index) == len(chunk.frames)
            places = sorted([*chunk.index.tolist(), *(record.index for record in chunk.bad)])
            assert places == sorted(set(places))
            assert not places or before <= places[0] <= places[-1] < before + total
            assert all(len(record.detail) <= 500 for record in chunk.bad)
            assert all(chunk.bad_counts.values())
            before += total
            parts.append(chunk.frames)
            index.append(chunk.index)
            bad += chunk.bad
            for reason, count in chunk.bad_counts.items():
                counts[reason] = counts.get(reason, 0) + count
        assert log.position == log.size or bad
    frames = join_frames(parts) if parts else None
    return frames, np.concatenate(index) if index else np.empty(0, np.int64), bad, counts


def mf4_records(rows: list[Row], width: int = 8) -> tuple[np.ndarray, np.ndarray]:
    """Records of "CAN_DataFrame", and their seconds from MF4_START on."""
    records = np.zeros(len(rows), [*_FIELDS, ("CAN_DataFrame.DataBytes", "u1", (width,))])
    records["CAN_DataFrame.BusChannel"] = [bus for _, bus, _, _ in rows]
    records["CAN_DataFrame.ID"] = [can_id & 0x1FFFFFFF for _, _, can_id, _ in rows]
    records["CAN_DataFrame.IDE"] = [can_id >> 31 for _, _, can_id, _ in rows]
    records["CAN_DataFrame.DataLength"] = [len(data) for _, _, _, data in rows]
    for record, (_, _, _, data) in zip(records, rows, strict=True):
        record["CAN_DataFrame.DataBytes"][: len(data)] = list(data)
    return records, np.array([(ts - SECONDS * 1_000_000) / 1e6 for ts, _, _, _ in rows])


def write_mf4(path: Path, groups: list[tuple[np.ndarray, np.ndarray]], constants: dict[str, int] | None = None) -> None:
    """A group for each pair of records and seconds; the fields of `constants` are virtual channels."""
    source = Source("CAN", "CAN", "", Source.SOURCE_BUS, v4c.BUS_TYPE_CAN)
    with MDF(version="4.10") as mdf:
        mdf.header.start_time = datetime.fromtimestamp(SECONDS, UTC)
        for records, seconds in groups:
            name = records.dtype.names[0].partition(".")[0]
            mdf.append(Signal(records, seconds, name=name, source=source, encoding="utf-8"))
        for channel in [channel for group in mdf.groups for channel in group.channels]:
            field = channel.name.removeprefix("CAN_DataFrame.")
            if constants and field in constants:
                channel.channel_type = v4c.CHANNEL_TYPE_VIRTUAL
                channel.conversion = ChannelConversion(
                    conversion_type=v4c.CONVERSION_TYPE_LIN, a=0.0, b=float(constants[field])
                )
        mdf.save(path, overwrite=True)
