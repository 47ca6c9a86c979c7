"""A batch of envelopes becomes rows, objects and rejects, whatever is in it and however it is cut."""

from types import MappingProxyType

import msgpack
import numpy as np
import orjson
import pytest

from ingest.decoding.decode import decode
from ingest.decoding.records import RawRecord
from ingest.decoding.tables import tables_of
from ingest.meta.catalogue import Catalogue
from ingest.meta.directory import MachineEntry
from ingest.processor.state import MachineState, advance, listeners_of, trails_of
from parsing.j1939 import J1939Listener
from parsing.objects.judging import Trail
from parsing.release import dump_release, load_release
from tests.pipeline.catalogue import CONTENT, EEC1, GEAR, MODEL, STATUS

EXTENDED = 1 << 31
T0 = 1_700_000_000_000_000


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    release = load_release(dump_release(number=3, content=CONTENT, published="2026-01-01T00:00:00Z"))
    machines = {"ex-1": MachineEntry(1, MODEL, "stable"), "ex-2": MachineEntry(2, MODEL, "stable")}
    machines["ex-new"] = MachineEntry(9, 99, "stable")
    return Catalogue(release, MappingProxyType(machines))


def can(frames: list[tuple[int, int, str]], bus: int = 1) -> bytes:
    """(µs after T0, SocketCAN id, payload in hex) as a MessagePack body."""
    payloads = [bytes.fromhex(payload) for _, _, payload in frames]
    return msgpack.packb(
        {
            "t0": T0,
            "bus": bus,
            "dt": np.array([dt for dt, _, _ in frames], "<u4").tobytes(),
            "id": np.array([can_id for _, can_id, _ in frames], "<u4").tobytes(),
            "len": bytes(len(payload) for payload in payloads),
            "data": b"".join(payload.ljust(8, b"\xff") for payload in payloads),
        }
    )


def record(offset: int, body: bytes, device: str = "ex-1", **headers: str) -> RawRecord:
    given = {
        "device": device, "kind": "vehicle_can", "schema": "1", "content-type": "application/msgpack",
        "message-id": f"id-{offset}", "origin": f"hub/0/{offset}",
    }  # fmt: skip
    return RawRecord(0, offset, given | headers, body, T0 + offset)


def no_trails(_machine: int) -> dict[int, Trail]:
    return {}


def fresh(_machine: int) -> J1939Listener:
    return J1939Listener()


def rows_of(records: list[RawRecord], catalogue: Catalogue) -> list[dict]:
    return tables_of(decode(records, catalogue, fresh, no_trails), {})["frame_values"].to_pylist()


def test_frames_become_rows_with_their_source(catalogue: Catalogue) -> None:
    body = can([(0, EEC1 | EXTENDED, "F07D859B0FFFFF85"), (5, GEAR, "03")])
    speed, gear = sorted(rows_of([record(0, body)], catalogue), key=lambda row: row["group"])
    assert speed["values"] == [8.0, 499.375]
    assert speed["qualities"] == [0, 0]
    assert speed["source"] == 1 << 16 | 0x00 << 8 | 255
    assert speed["machine"] == 1
    assert speed["release"] == 3
    assert gear["source"] == 1 << 16 | 254 << 8 | 255, "a frame that is not J1939 has the null address"
    assert gear["values"] == [3.0]


def test_frames_of_one_time_are_told_apart_by_their_ordinal(catalogue: Catalogue) -> None:
    rows = rows_of([record(0, can([(7, GEAR, "01"), (7, GEAR, "02"), (7, GEAR, "03"), (8, GEAR, "04")]))], catalogue)
    assert [(row["ordinal"], row["values"][0]) for row in rows] == [(0, 1.0), (1, 2.0), (2, 3.0), (0, 4.0)]


def test_an_id_repeated_300_times_at_one_time_is_a_dead_letter_and_nothing_else_suffers(catalogue: Catalogue) -> None:
    bad = can([(0, GEAR, "01")] * 300 + [(1, EEC1 | EXTENDED, "F07D859B0FFFFF85")])
    decoded = decode([record(0, bad), record(1, can([(0, GEAR, "05")]))], catalogue, fresh, no_trails)
    assert str(decoded.envelopes[0].rejected.code) == "repeated_time"
    tables = tables_of(decoded, {})
    assert [row["values"] for row in tables["frame_values"].to_pylist()] == [[5.0]]
    assert tables["envelope"]["offset"].to_pylist() == [1]


def test_256_rows_of_one_time_are_stored(catalogue: Catalogue) -> None:
    rows = rows_of([record(0, can([(0, GEAR, "01")] * 256))], catalogue)
    assert [row["ordinal"] for row in rows] == list(range(256))


def test_equal_positions_beyond_an_ordinal_are_a_dead_letter(catalogue: Catalogue) -> None:
    body = orjson.dumps([{"ts": T0, "lat": 48.0, "lon": 11.0}] * 300)
    headers = {"kind": "vehicle_position", "content-type": "application/json"}
    decoded = decode([record(0, body, **headers)], catalogue, fresh, no_trails)
    assert str(decoded.envelopes[0].rejected.code) == "repeated_time"


def test_what_no_definition_knows_is_counted_a_machine_each(catalogue: Catalogue) -> None:
    unknown_page = (0, STATUS | EXTENDED, "09FFFFFFFFFFFFFF")
    first = can([(0, 0x777, "00"), (1, 0x777, "00"), unknown_page])
    second = can([(0, 0x777, "00")])
    decoded = decode([record(0, first), record(1, second, "ex-2")], catalogue, fresh, no_trails)
    found = [(each.envelope, each.bus, each.can_id, each.page, each.count) for each in decoded.unmodelled]
    assert found == [(0, 1, 0x777, -1, 2), (0, 1, STATUS | EXTENDED, 9, 1), (1, 1, 0x777, -1, 1)]
    assert "frame_values" not in tables_of(decoded, {})


def test_a_machine_whose_model_is_not_released_is_kept_and_counted(catalogue: Catalogue) -> None:
    decoded = decode([record(0, can([(0, GEAR, "01")]), "ex-new")], catalogue, fresh, no_trails)
    assert decoded.envelopes[0].rejected is None
    assert [each.can_id for each in decoded.unmodelled] == [GEAR]


@pytest.mark.parametrize("device", ["", "someone-else"])
def test_envelopes_of_nobody_are_dead_letters(catalogue: Catalogue, device: str) -> None:
    code = "unknown_machine" if device else "no_device"
    decoded = decode([record(0, can([(0, GEAR, "01")]), device)], catalogue, fresh, no_trails)
    assert str(decoded.envelopes[0].rejected.code) == code


def test_rows_and_counts_do_not_depend_on_how_the_stream_is_cut(catalogue: Catalogue) -> None:
    records = [
        record(
            number,
            can([(dt, GEAR, f"{dt % 10:02x}") for dt in range(3)] + [(9, 0x700 + number % 3, "00")]),
            f"ex-{1 + number % 2}",
        )
        for number in range(40)
    ]

    def run(step: int) -> tuple[list, list, list]:
        rows, reports, states = [], [], {}
        for start in range(0, len(records), step):
            decoded = decode(records[start : start + step], catalogue, listeners_of(states), trails_of(states))
            changed, counted = advance(decoded, states, {})
            states |= changed
            reports += counted["unmodelled"]
            rows += tables_of(decoded, counted)["frame_values"].to_pylist()
        key = lambda row: (row["machine"], row["group"], row["ts"], row["ordinal"], row["received"])  # noqa: E731
        return sorted(rows, key=key), reports, [state.pack() for _, state in sorted(states.items())]

    whole = run(40)
    assert run(1) == whole
    assert run(7) == whole
    assert len(whole[0]) == 120


def test_state_is_bounded_and_reads_back(catalogue: Catalogue) -> None:
    frames = [(0, 0x100 + number, "00") for number in range(600) if 0x100 + number != GEAR]
    changed, _ = advance(decode([record(0, can(frames))], catalogue, fresh, no_trails), {}, {})
    state = changed[1]
    assert len(state.unmodelled) == 512
    assert state.unmodelled_other == 599 - 512
    assert MachineState.unpack(state.pack()) == state
