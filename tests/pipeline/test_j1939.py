"""J1939 in a stream of envelopes: nothing depends on how it is cut, and no listener is made in vain."""

from types import MappingProxyType
from typing import Any

import msgpack
import orjson
import pytest

from ingest.decoding.decode import decode
from ingest.decoding.outcome import Decoded
from ingest.decoding.records import RawRecord
from ingest.decoding.tables import tables_of
from ingest.meta.catalogue import Catalogue
from ingest.meta.directory import MachineEntry
from ingest.processor.state import MachineState, UnreadableState, advance, listeners_of, trails_of
from parsing.j1939 import J1939Listener
from parsing.objects.judging import Trail
from parsing.quality import Quality
from parsing.release import dump_release, load_release
from tests.pipeline.buses import (
    DM1_PGN,
    EXTENDED,
    T0,
    Sent,
    claim,
    dm1,
    frames_of,
    in_packets,
    long_message,
    records_of,
)
from tests.pipeline.catalogue import CONTENT, GEAR, LONG_PGN, MODEL

Tables = dict[str, list[dict[str, Any]]]
SECOND = 1_000_000
SOURCE = 1 << 16 | 3 << 8 | 255
NAME = 0x8012_3456_789A_BCDE


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    release = load_release(dump_release(number=3, content=CONTENT, published="2026-01-01T00:00:00Z"))
    machines = {"ex-1": MachineEntry(1, MODEL, "stable"), "ex-2": MachineEntry(2, MODEL, "stable")}
    return Catalogue(release, MappingProxyType(machines))


def no_trails(_machine: int) -> dict[int, Trail]:
    return {}


def fresh(_machine: int) -> J1939Listener:
    return J1939Listener()


def rows(decoded: Decoded) -> Tables:
    _, counted = advance(decoded, {}, {})
    return {name: table.to_pylist() for name, table in tables_of(decoded, counted).items()}


def decoded_rows(sent: list[Sent], catalogue: Catalogue) -> Tables:
    """Of all of it in one envelope."""
    return rows(decode(list(records_of(frames_of(sent), len(sent))), catalogue, fresh, no_trails))


def micros(moment: Any) -> int:
    return round(moment.timestamp() * 1e6)


def reports(dtcs: list[dict[str, Any]], offset: int = 0, device: str = "ex-1") -> RawRecord:
    headers = {
        "device": device, "kind": "vehicle_dtc", "schema": "1", "content-type": "application/json",
        "message-id": f"report-{offset}",
    }  # fmt: skip
    return RawRecord(0, offset, headers, orjson.dumps(dtcs), T0 + offset)


def busy_bus() -> list[Sent]:
    """More than a thousand frames, no two of one time: everything that a listener tells, and rows of single frames."""
    sent: list[Sent] = [claim(T0 + 1, NAME, 3), claim(T0 + 2, NAME, 4)]
    for second in range(60):
        at = T0 + second * SECOND
        sent += [Sent(at + 5_000 + 7 * i, 1, GEAR, bytes([i])) for i in range(6)]
        sent += long_message(at + 10_000, second, step=1_100)
        # Between the packets of the one before; of every third nobody knows the page.
        sent += long_message(at + 12_005, second, sender=8, to=9, mode=second % 3, step=900)
        sent += in_packets(at + 20_000, DM1_PGN, bytes.fromhex("40FF6E000301AF000002"), sender=5)
        sent.append(dm1(at + 30_000, "6E000301" if second % 10 < 7 else "00000000"))
        broken = long_message(at + 40_000, second, sender=11)
        sent += broken[:2] if second % 2 else broken[1:]
    return sorted(sent)


def in_pieces(sent: list[Sent], catalogue: Catalogue, size: int, batch: int) -> tuple[Tables, MachineState]:
    """Without what tells of the envelope: the ledger, and received times."""
    records = list(records_of(frames_of(sent), size))
    states: dict[int, MachineState] = {}
    found: Tables = {}
    for start in range(0, len(records), batch):
        decoded = decode(records[start : start + batch], catalogue, listeners_of(states), trails_of(states))
        changed, counted = advance(decoded, states, {})
        states |= changed
        for name, table in tables_of(decoded, counted).items():
            found.setdefault(name, []).extend(table.drop_columns(["received"]).to_pylist())
    del found["envelope"]
    # Unknown ids are counted an envelope at a time, so how often they are told goes by the envelopes.
    del found["unmodelled"]
    states[1].envelopes = 0
    return {name: sorted(table, key=str) for name, table in found.items()}, states[1]


def test_nothing_depends_on_how_the_stream_is_cut(catalogue: Catalogue) -> None:
    sent = busy_bus()
    whole, state = in_pieces(sent, catalogue, len(sent), 1)
    assert {name: len(table) for name, table in whole.items()} == {
        "frame_values": 60 * 6 + 60 * 2 + 40 * 2, "transport_message": 180, "dtc_list": 120, "dtc": 6 + 6 + 2,
        "source_name": 2, "bus_fault": 5 + 5 + 5,
    }  # fmt: skip
    assert {(each["reason"], each["source_address"]) for each in whole["bus_fault"]} == {
        ("unknown_page", 8), ("timeout", 11), ("no_session", 11),
    }  # fmt: skip
    for size, batch in [(1, 1), (1, 500), (7, 3), (100, 1), (100, 500), (1000, 1)]:
        assert in_pieces(sent, catalogue, size, batch) == (whole, state), (size, batch)


def test_a_message_of_several_packets_has_rows_of_its_own_definition(catalogue: Catalogue) -> None:
    sent = long_message(T0, 600)
    tables = decoded_rows(sent, catalogue)
    found = {row["group"]: row for row in tables["frame_values"]}
    assert found[40]["values"] == [0.0, 300.0]
    assert found[41]["values"] == [600.0]
    assert {(row["source"], micros(row["ts"]), row["ordinal"]) for row in found.values()} == {(SOURCE, T0 + 3000, 0)}
    (message,) = tables["transport_message"]
    assert (message["pgn"], message["length"], message["source"]) == (LONG_PGN, 20, SOURCE)
    assert tables["envelope"][0]["rows"] == 2


def test_the_receiver_of_a_connection_is_in_the_source(catalogue: Catalogue) -> None:
    tables = decoded_rows(long_message(T0, 1, to=9), catalogue)
    assert {row["source"] for row in tables["frame_values"]} == {1 << 16 | 3 << 8 | 9}


def test_rows_are_those_of_the_envelope_with_the_last_packet(catalogue: Catalogue) -> None:
    records = list(records_of(frames_of(long_message(T0, 1)), 2))
    decoded = decode(records, catalogue, fresh, no_trails)
    tables = rows(decoded)
    assert {row["received"] for row in tables["frame_values"]} == {tables["envelope"][1]["received"]}
    assert [row["rows"] for row in tables["envelope"]] == [0, 2]


def test_a_definition_of_one_frame_is_not_believed_of_several(catalogue: Catalogue) -> None:
    tables = decoded_rows(in_packets(T0, 61444, bytes(9)), catalogue)
    assert "frame_values" not in tables
    assert len(tables["transport_message"]) == 1


def test_single_frames_count_first_and_then_those_of_several(catalogue: Catalogue) -> None:
    """Two reassembled at the time at which two single frames of the same message come, of which one comes later."""
    at = T0 + 3000
    early, late = (Sent(at, 1, EXTENDED | 6 << 26 | LONG_PGN << 8 | 3, bytes([mode, 0])) for mode in (1, 0))
    first, second = long_message(T0, 7), [one._replace(ts=at) for one in long_message(T0, 8)]
    tables = decoded_rows([*first[:3], early, first[3], *second, late], catalogue)
    found = [(row["ordinal"], *row["values"]) for row in tables["frame_values"] if row["group"] == 40]
    assert sorted(found) == [(0, 1.0, 0.0), (1, 0.0, 0.0), (2, 0.0, 3.5), (3, 0.0, 4.0)]
    assert tables["envelope"][0]["short"] == 2, "single frames of a message of 20 bytes"


def test_what_is_alike_beyond_an_ordinal_is_dropped_and_counted(catalogue: Catalogue) -> None:
    one = [each._replace(ts=T0) for each in long_message(T0, 5)]
    tables = decoded_rows(one * 300, catalogue)
    assert [row["ordinal"] for row in tables["transport_message"]] == list(range(256))
    assert sum(row["group"] == 40 for row in tables["frame_values"]) == 256
    assert tables["envelope"][0]["rows"] == 512, "and the envelope is none the worse"
    decoded = decode(list(records_of(frames_of(one * 300), 1200)), catalogue, fresh, no_trails)
    assert advance(decoded, {}, {})[0][1].bus_faults == {f"1/3/255/{LONG_PGN}/repeated_time": [44, T0, T0]}


def test_single_frames_leave_no_ordinal_to_messages_of_several(catalogue: Catalogue) -> None:
    single = Sent(T0, 1, EXTENDED | 6 << 26 | LONG_PGN << 8 | 3, bytes(8))
    sent = [single] * 255 + [each._replace(ts=T0) for each in long_message(T0, 5)] * 3
    tables = decoded_rows(sent, catalogue)
    assert sorted(row["ordinal"] for row in tables["frame_values"] if row["group"] == 40) == list(range(256))
    assert len(tables["transport_message"]) == 3
    fault = tables["bus_fault"][-1]
    assert (fault["reason"], fault["count"]) == ("repeated_time", 2)


def test_a_rejected_envelope_is_not_heard(catalogue: Catalogue) -> None:
    """Its frames will come again when it is replayed."""
    sent = [dm1(T0)] + [Sent(T0, 1, GEAR, b"\1")] * 300
    decoded = decode(list(records_of(frames_of(sent), len(sent))), catalogue, fresh, no_trails)
    assert str(decoded.envelopes[0].rejected.code) == "repeated_time"
    assert decoded.heard.listeners == {}
    assert decoded.heard.lists == []


def test_a_machine_without_j1939_has_no_listener_and_none_in_its_state(catalogue: Catalogue) -> None:
    def never(machine: int) -> J1939Listener:
        raise AssertionError(machine)

    decoded = decode(list(records_of(frames_of([Sent(T0, 1, GEAR, b"\1")]), 1)), catalogue, never, no_trails)
    changed, _ = advance(decoded, {}, {})
    assert changed[1].j1939 == b""
    assert "j1939" not in msgpack.unpackb(changed[1].pack())


def test_each_machine_has_a_listener_of_its_own(catalogue: Catalogue) -> None:
    """Two machines send the halves of the same message by turns."""
    first, second = (list(records_of(frames_of(long_message(T0, 1)), 1, device)) for device in ("ex-1", "ex-2"))
    by_turns = [record for pair in zip(first, second, strict=True) for record in pair]
    messages = rows(decode(by_turns, catalogue, fresh, no_trails))["transport_message"]
    assert sorted(row["machine"] for row in messages) == [1, 2]


def test_reports_of_the_device_stand_between_frames(catalogue: Catalogue) -> None:
    """Active by DM1, ended by the device, active again by DM1: in that order alone there are two occurrences."""
    own = {"spn": 110, "fmi": 3, "oc": 1, "bus": 1, "sa": 0, "text": "oil"}
    frames = frames_of([dm1(T0), dm1(T0 + 2 * SECOND)])
    before, after = records_of(frames, 1)
    report = reports([own | {"ts": T0 + SECOND, "active": False}], offset=9)
    found = rows(decode([before, report, after], catalogue, fresh, no_trails))["dtc"]
    assert [(row["occurrence"], row["active"], row["text"]) for row in found] == [
        (1, 1, ""), (1, 0, "oil"), (2, 1, ""),
    ]  # fmt: skip
    assert micros(found[1]["ended"]) == T0 + SECOND
    assert [row["version"] for row in found] == [3 << 32 | 1, 3 << 32 | 2, 3 << 32 | 1]


def test_frames_of_another_width_are_heard_in_their_place(catalogue: Catalogue) -> None:
    """A CAN FD frame among them makes its envelope a wide one."""
    sent = long_message(T0, 1)
    wide = Sent(T0 + 1500, 1, GEAR, bytes(64))
    parts = [frames_of(sent[:2]), frames_of([wide, sent[2]]), frames_of(sent[3:])]
    records = [next(iter(records_of(part, 9, first=number))) for number, part in enumerate(parts)]
    assert len(rows(decode(records, catalogue, fresh, no_trails))["transport_message"]) == 1


def test_a_batch_that_comes_again_gives_the_same(catalogue: Catalogue) -> None:
    first, second = (list(records_of(frames_of(part), 3)) for part in (busy_bus()[:300], busy_bus()[300:600]))
    states, _ = advance(decode(first, catalogue, fresh, no_trails), {}, {})
    kept = states[1].pack()
    outcomes = []
    for _ in range(2):
        decoded = decode(second, catalogue, listeners_of(states), trails_of(states))
        changed, counted = advance(decoded, states, {})
        outcomes.append((changed, {name: table.to_pylist() for name, table in tables_of(decoded, counted).items()}))
    assert states[1].pack() == kept, "the state before is as it was"
    assert outcomes[0] == outcomes[1]


def test_state_of_the_first_version_is_read() -> None:
    old = {
        "v": 1, "machine": 5, "envelopes": 2, "without_message_id": 0, "frames": 7,
        "unmodelled": {"1/5/-1": [3, 1, 2]}, "unmodelled_other": 4,
    }  # fmt: skip
    state = MachineState.unpack(msgpack.packb(old))
    assert (state.envelopes, state.unmodelled, state.unmodelled_other) == (2, {"1/5/-1": [3, 1, 2]}, 4)
    assert MachineState.unpack(state.pack()) == state


def test_state_that_cannot_be_read_is_said() -> None:
    with pytest.raises(UnreadableState, match="version 4"):
        MachineState.unpack(msgpack.packb({"v": 4}))
    with pytest.raises(UnreadableState, match="machine 5"):
        MachineState(5, j1939=msgpack.packb({"version": 99})).listener()


def test_faults_are_bounded_to_the_first_that_came(catalogue: Catalogue) -> None:
    """By turns packets that nothing has announced, and messages of an unknown page, of more nodes than are kept."""
    sent: list[Sent] = []
    for number in range(600):
        message = long_message(T0 + 100 * number, 1, number % 30, number // 30, mode=2, step=20)
        sent += message[1:2] if number % 2 else message
    states = {}
    for batch in (1, 500):
        _, states[batch] = in_pieces(sent, catalogue, 7, batch)
    assert len(states[1].bus_faults) == 512
    assert states[1].bus_faults_other == 600 - 512
    assert states[1] == states[500]
    assert list(states[1].bus_faults) == list(states[500].bus_faults)
    assert MachineState.unpack(states[1].pack()) == states[1]


def test_a_message_of_several_packets_that_ends_early_is_decoded_as_far_as_it_goes(catalogue: Catalogue) -> None:
    tables = decoded_rows(in_packets(T0, LONG_PGN, bytes([1, *range(2, 18)])), catalogue)
    assert tables["envelope"][0]["short"] == 1
    (row,) = [row for row in tables["frame_values"] if row["group"] == 40]
    assert row["values"] == [1.0, 0.0]
    assert row["qualities"] == [Quality.OK, Quality.ABSENT]


def test_claims_of_one_time_are_told_apart(catalogue: Catalogue) -> None:
    tables = decoded_rows([claim(T0, NAME, 3), claim(T0, NAME + 1, 3)], catalogue)
    assert [(row["ordinal"], row["name"]) for row in tables["source_name"]] == [(0, NAME), (1, NAME + 1)]
    assert tables["source_name"][0]["arbitrary_address_capable"] == 1
