"""J1939 of recorded logs: every message of several packets and every DM1 of the references, and no other."""

from __future__ import annotations

import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from parsing.engine.frames import Frames
from parsing.j1939 import Heard, J1939Listener
from parsing.source import decode_source

DATA = Path(__file__).parents[3] / "shared" / "data"
TRUCK, BOAT = DATA / "01_truck_j1939_gps", DATA / "04_nmea2000_boat"
EXTENDED = 0x8000_0000

pytestmark = [
    pytest.mark.shared_data,
    pytest.mark.skipif(not DATA.is_dir(), reason="the recorded logs (../shared/data) are not beside the checkout"),
]


@cache
def hear(folder: Path) -> Heard:
    lines = [line.split() for line in gzip.decompress((folder / "frames.candump.log.gz").read_bytes()).splitlines()]
    identities, payloads = zip(*(line[2].decode().split("#") for line in lines), strict=True)
    times = [int(line[0].strip(b"()").replace(b".", b"")) for line in lines]
    frames = Frames(
        np.array([int(line[1].removeprefix(b"can")) for line in lines], np.uint8),
        np.array([int(one, 16) | (EXTENDED if len(one) == 8 else 0) for one in identities], np.uint32),
        np.array([len(payload) // 2 for payload in payloads], np.uint16),
        np.frombuffer(b"".join(bytes.fromhex(one).ljust(8, b"\0") for one in payloads), np.uint8).reshape(-1, 8),
    )
    return J1939Listener().hear(np.array(times, np.int64), frames)


def reference(name: str) -> list[dict[str, Any]]:
    text = gzip.decompress((TRUCK / f"{name}.jsonl.gz").read_bytes()).decode()
    return [json.loads(line) for line in text.splitlines()]


def seconds(ts: int) -> float:
    return round(ts / 1e6, 6)


def test_every_message_of_several_packets() -> None:
    found = [
        {
            "frame_index": message.index,
            "timestamp": seconds(message.ts),
            "pgn": message.pgn,
            "sa": message.source_address,
            "da": message.destination_address,
            "length": len(message.payload),
            "data": message.payload.hex(),
        }
        for message in hear(TRUCK).messages
    ]

    assert found == reference("reference_tp_messages")
    assert len(found) == 152


def test_every_dm1() -> None:
    found = [
        {
            "frame_index": one.index,
            "timestamp": seconds(one.ts),
            "sa": decode_source(one.source).source_address,
            "transport": one.transport,
            "lamp_bytes": one.payload[:2].hex(),
            "dtcs": [{"spn": dtc.spn, "fmi": dtc.fmi, "oc": dtc.oc, "cm": dtc.cm} for dtc in one.said.dtcs],
            "data": one.payload.hex(),
        }
        for one in hear(TRUCK).lists
        if one.said.dm == 1
    ]

    assert found == reference("reference_dm1")
    assert len(found) == 127


def test_lamps_and_dtcs_as_another_tool_reads_them() -> None:
    words = {0: "Off", 1: "On"}
    found = [
        {
            "Malfunction Indicator Lamp Status": words[one.said.lamps.malfunction.status],
            "Red Stop Lamp Status": words[one.said.lamps.red_stop.status],
            "Amber Warning Lamp Status": words[one.said.lamps.amber_warning.status],
            "Bytes": one.payload.hex().upper(),
            "DTCs": [{"spn": dtc.spn, "fmi": dtc.fmi, "oc": dtc.oc} for dtc in one.said.dtcs],
        }
        for one in hear(TRUCK).lists
    ]

    wanted = reference("reference_dm1_pretty_j1939")
    assert found == [{key: value for key, value in row.items() if key not in ("SA", "PGN")} for row in wanted]
    # It leaves out a lamp that is not available.
    assert {one.said.lamps.protect.status for one in hear(TRUCK).lists} == {3}


def test_the_dtcs_of_the_truck_are_active_all_along() -> None:
    heard = hear(TRUCK)
    last = {(row.spn, row.fmi): row for row in heard.occurrences}

    assert sorted(last) == [(609, 9), (609, 12), (980, 9), (3216, 20)]
    assert {(row.occurrence, row.active, row.began) for row in last.values()} == {(1, True, heard.lists[0].ts)}
    # The log is 127 s long: new, after a minute, and after another.
    assert [row.update for row in heard.occurrences] == [1] * 4 + [2] * 4 + [3] * 4
    assert [row.ts - heard.lists[0].ts >= 60_000_000 * (row.update - 1) for row in heard.occurrences] == [True] * 12


def test_nothing_is_wrong_with_the_truck() -> None:
    assert hear(TRUCK).faults == []
    assert hear(TRUCK).claims == []


def test_claims_of_the_boat_are_told_once_though_they_come_three_times() -> None:
    claims = hear(BOAT).claims

    assert [claim.source_address for claim in claims] == [0x00, 0x01, 0x02, 0x03, 0x23, 0x8E, 0x8F]
    assert {claim.fields.industry_group for claim in claims} == {4}  # marine
    assert all(claim.fields.arbitrary_address_capable for claim in claims)
