"""What no definition reads, over the machines that one may see: ids, pages, enum values, fields, and what bits do."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import msgpack
import pytest
from django.test import override_settings

from distribution.api import unmodelled_live
from distribution.queries import unmodelled_survey
from ingest.decoding.records import RawRecord
from parsing.assemble import document_of
from parsing.can_id import ERROR_FLAG, EXTENDED_FLAG, REMOTE_FLAG
from tests.cms.callers import make_release
from tests.distribution.conftest import SECOND, Person, Store
from tests.distribution.recorded import NOW, Recording
from tests.distribution.test_records import problem
from tests.pipeline.buses import Sent, frames_of, records_of
from tests.pipeline.ruled import catalogue_of, content_of

pytestmark = pytest.mark.clickhouse

UNKNOWN, OTHER_SENDER = EXTENDED_FLAG | 0x18FF1203, EXTENDED_FLAG | 0x0CFF1221
ADDRESSED = EXTENDED_FLAG | 0x18EF2103
# Counts are told of the 1st, 2nd, 4th … frame of an envelope's machine.
SENT = 64
TEXT = """
message Paged on can 0x123 {
    signal page : u8 at byte 1
    mux page { case 1 { signal level : u8 at byte 2 } else reject }
}
message Gears on can 0x124 {
    signal gear : u8 enum Gear at byte 1
    signal mode : u8 enum Mode at byte 2
}
enum Gear { 0 = neutral 1 = first }
enum Mode { 0 = idle else = other }
log Lines on vehicle_log {
    signal message : text at $.message
    signal level : text at $.level
    signal heap : u32 at $.memory.heap
}
"""


@pytest.fixture
def mine(store: Store, alice: Person) -> Recording:
    return Recording(store, alice.machine.number, alice.machine.device)


@pytest.fixture
def theirs(store: Store, bob: Person) -> Recording:
    return Recording(store, bob.machine.number, bob.machine.device)


@pytest.fixture
def live(transactional_db: None, live_server: Any, model: Any) -> Iterator[None]:
    """TEXT published for the machines' model, and a Meta API that gives it."""
    document = document_of(content_of(TEXT))
    document["models"][0]["id"] = model.pk
    make_release(1, document)
    unmodelled_live._kept.clear()  # the release of another test has its number
    with override_settings(META_API_URL=live_server.url):
        yield


def frames(can_id: int, count: int, bus: int = 0, begin: int = NOW, step: int = 100_000) -> list[Sent]:
    """One every 100 ms: a counter in the lower half of byte 1, a constant, a byte that rises, one that is 0 or 255."""
    return [
        Sent(begin + n * step, bus, can_id, bytes([0xA0 | n % 16, 0x55, n * 7 % 256, 255 * (n // 3 % 2)]))
        for n in range(count)
    ]


def record(recording: Recording, *sent: list[Sent]) -> None:
    for each in sent:
        recording.add(list(records_of(frames_of(each), 20)))
    recording.decode(catalogue_of(content_of(TEXT)))


def ask(who: Person, path: str = "unmodelled", **parameters: Any) -> dict[str, Any]:
    response = who.browser.get(f"/data/v1/{path}", parameters)
    assert response.status_code == 200, response.content
    found: dict[str, Any] = response.json()
    return found


def test_ids_of_one_pgn_are_one_entry_with_their_senders(alice: Person, mine: Recording) -> None:
    record(mine, frames(UNKNOWN, SENT), frames(OTHER_SENDER, 4), frames(0x300, 2, bus=1), frames(ADDRESSED, 1))
    found = ask(alice)
    assert found["total"] == 3
    first, second, third = found["frames"]
    assert (first["pgn"], first["bus"], first["count"], first["page"]) == (0xFF12, 0, SENT + 4, None)
    assert first["ids"] == [{"id": "18FF1203", "count": SENT}, {"id": "0CFF1221", "count": 4}]
    assert (first["source_addresses"], first["priorities"]) == ([0x03, 0x21], [3, 6])
    assert (first["machines"], first["machine_numbers"]) == (1, [alice.machine.number])
    assert first["model_ids"] == [alice.machine.model_id]
    assert (second["ids"], second["pgn"], second["bus"]) == ([{"id": "300", "count": 2}], None, 1)
    # the destination of an addressed group is no part of its PGN
    assert (third["pgn"], third["ids"][0]["id"]) == (0xEF00, "18EF2103")


def test_an_unknown_page_is_told_with_its_message(alice: Person, mine: Recording) -> None:
    paged = [Sent(NOW + n * SECOND, 0, 0x123, bytes([n % 3, 7])) for n in range(9)]
    record(mine, paged)
    found = [(each["ids"][0]["id"], each["page"], each["count"]) for each in ask(alice)["frames"]]
    assert sorted(found) == [("123", 0, 3), ("123", 2, 3)]


def test_it_is_ranked_by_frames_machines_and_time(alice: Person, mine: Recording, store: Store, model: Any) -> None:
    from duco_cms.fleet.models import Machine

    colleague = Machine.objects.create(
        number=alice.machine.number + 1, device="second", name="2", model=model, organisation=alice.machine.organisation
    )
    record(mine, frames(0x300, 9), frames(0x301, 3), frames(0x302, 1, begin=NOW + 100 * SECOND))
    record(Recording(store, colleague.number, "second"), frames(0x301, 2))

    def ranked(**parameters: Any) -> list[str]:
        return [each["ids"][0]["id"] for each in ask(alice, **parameters)["frames"]]

    assert ranked() == ["300", "301", "302"]
    assert ranked(sort="machines") == ["301", "300", "302"]
    assert ranked(sort="last_seen") == ["302", "300", "301"]
    shorter = ask(alice, limit=1)
    assert (len(shorter["frames"]), shorter["total"]) == (1, 3)
    # it should say who sends most of it first
    (both,) = ask(alice, search="301")["frames"]
    assert both["machine_numbers"] == [alice.machine.number, colleague.number]


def test_it_is_searched_by_id_and_pgn_and_bounded_by_time(alice: Person, mine: Recording) -> None:
    record(mine, frames(UNKNOWN, 3), frames(OTHER_SENDER, 1), frames(0x312, 2, begin=NOW + 100 * SECOND))

    def found(**parameters: Any) -> list[int]:
        return [each["count"] for each in ask(alice, **parameters)["frames"]]

    assert found(search="1203") == [4]
    assert found(search="0xff12") == [4]
    assert found(search="65298") == [4]
    assert found(search="12") == [4, 2]
    assert found(search="7F7") == []
    assert found(**{"from": NOW + 50 * SECOND}) == [2]
    assert found(to=NOW + 50 * SECOND) == [4]


def test_machines_of_others_are_neither_counted_nor_named(
    alice: Person, bob: Person, mine: Recording, theirs: Recording
) -> None:
    record(mine, frames(0x300, 2))
    record(theirs, frames(0x300, 5), frames(0x301, 5))
    (entry,) = ask(alice)["frames"]
    assert (entry["count"], entry["machines"], entry["machine_numbers"]) == (2, 1, [alice.machine.number])
    told = ask(alice, "unmodelled/activity", id="300")
    assert [each["machine"] for each in told["senders"]] == [alice.machine.number]
    assert ask(alice, "unmodelled/activity", id="301")["senders"] == []
    theirs_, nobodys = (
        alice.browser.get("/data/v1/unmodelled/activity", {"id": "300", "machine": number})
        for number in (bob.machine.number, 5)
    )
    assert (theirs_.status_code, theirs_.content) == (404, nobodys.content)


def test_error_frames_are_no_messages(alice: Person, mine: Recording) -> None:
    record(mine, frames(0x300, 1), frames(ERROR_FLAG | 0x4, 5))
    assert [each["ids"][0]["id"] for each in ask(alice)["frames"]] == ["300"]


def test_who_has_no_machines_gets_an_empty_list(alice: Person, live: None) -> None:
    alice.machine.delete()
    for kind in ("frames", "enum_values", "json_fields"):
        assert ask(alice, kind=kind)[kind] == []


def test_values_that_an_enum_does_not_name(alice: Person, mine: Recording, theirs: Recording, live: None) -> None:
    gears = [Sent(NOW + n * SECOND, 0, 0x124, bytes([[0, 1, 5][n % 3], 9])) for n in range(30)]
    record(mine, gears)
    record(theirs, gears)
    (found,) = ask(alice, kind="enum_values")["enum_values"]
    assert (found["message"], found["signal"], found["enum"], found["value"]) == ("Gears", "gear", "Gear", 5)
    assert (found["count"], found["machines"], found["machine_numbers"]) == (10, 1, [alice.machine.number])
    assert (found["set"], found["message_id"], found["enum_id"]) == ("rules", 2, 1)
    assert ask(alice, kind="enum_values", to=NOW - 1)["enum_values"] == []


def lines(*objects: dict[str, Any], kind: str = "vehicle_log") -> list[RawRecord]:
    headers = {"kind": kind, "schema": "1", "content-type": "application/json", "origin": "hub/0/1"}
    return [
        RawRecord(0, n, headers | {"message-id": f"m{n}"}, json.dumps({"ts": NOW + n} | each).encode(), NOW)
        for n, each in enumerate(objects)
    ]


def test_fields_that_no_definition_reads(alice: Person, mine: Recording, theirs: Recording, live: None) -> None:
    line = {"message": "m", "level": "E", "memory": {"heap": 3, "stack": 4}, "extra": {"a": 1}, "battery": None}
    mine.add(lines(line, line | {"battery": 12.5}, line | {"battery": "low"}))
    theirs.add(lines(line | {"secret": "theirs"}))
    for each in (mine, theirs):
        each.decode(catalogue_of(content_of(TEXT)))
    found = ask(alice, kind="json_fields")
    told = {each["field"]: each for each in found["json_fields"]}
    # logger has a default of the shipped definition and is not in the lines; ts is the kind's own
    assert set(told) == {"memory.stack", "extra.a", "battery"}
    assert (told["battery"]["types"], told["battery"]["example"]) == (["number", "text"], "12.5")
    assert (told["extra.a"]["count"], told["extra.a"]["machines"]) == (3, 1)
    assert (told["extra.a"]["definition"], told["extra.a"]["kind"]) == ("Lines", "vehicle_log")
    assert found["looked_at"] == {"envelopes": 3, "of": 3, "complete": True}


def test_shipped_definitions_read_what_nothing_else_does(alice: Person, mine: Recording, live: None) -> None:
    mine.add(lines({"name": "start", "state": "raised", "rpm": 900, "text": "x" * 500}, kind="vehicle_event"))
    mine.decode(catalogue_of(content_of(TEXT)))
    (found,) = ask(alice, kind="json_fields")["json_fields"]
    assert (found["field"], found["definition"], found["set_id"]) == ("rpm", None, None)


def test_examples_and_fields_are_bounded(
    alice: Person, mine: Recording, live: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unmodelled_survey, "FIELDS_MOST", 3)
    mine.add(lines({"message": "m", "long": "x" * 5000, **{f"k{n}": n for n in range(9)}}))
    mine.decode(catalogue_of(content_of(TEXT)))
    found = ask(alice, kind="json_fields")
    assert (len(found["json_fields"]), found["looked_at"]["complete"]) == (3, False)
    long = next(each for each in found["json_fields"] if each["field"] == "long")
    assert len(long["example"]) == unmodelled_survey.EXAMPLE_CHARACTERS


def test_examples_of_what_json_cannot_say(alice: Person, mine: Recording, live: None) -> None:
    body = {"ts": NOW, "lat": 1.5, "lon": 2.5, "odd": [{b"k": 1}, b"\xff"]}
    (position,) = lines({}, kind="vehicle_position")
    headers = {**position.headers, "content-type": "application/msgpack"}
    mine.add([replace(position, headers=headers, body=msgpack.packb(body))])
    mine.decode(catalogue_of(content_of(TEXT)))
    (found,) = ask(alice, kind="json_fields")["json_fields"]
    assert (found["field"], found["example"]) == ("odd", """[{"b'k'":1},"ff"]""")


def test_what_the_bits_do(alice: Person, mine: Recording) -> None:
    record(mine, frames(UNKNOWN, SENT), frames(UNKNOWN | REMOTE_FLAG, 3), frames(OTHER_SENDER, 4))
    found = ask(alice, "unmodelled/activity", id="18FF1203")
    assert (found["machine"], found["bus"], found["frames"]) == (alice.machine.number, 0, SENT)
    assert (found["cycle_us"], found["lengths"]) == (100_000, [{"length": 4, "frames": SENT}])
    counting, constant, rising, flag = found["bytes"]
    assert counting["flips"][0] == SENT - 1
    assert counting["ones"][4:] == [0, SENT, 0, SENT]
    assert (constant["flips"], constant["distinct"], constant["minimum"]) == ([0] * 8, 1, 0x55)
    assert (flag["minimum"], flag["maximum"], flag["distinct"], flag["flips"]) == (0, 255, 2, [21] * 8)
    assert rising["distinct"] == SENT
    assert found["counters"] == [{"start": 0, "length": 4, "step": 1}, {"start": 16, "length": 8, "step": 7}]
    assert found["examples"][0]["data"] == "AF55B9FF"
    assert (found["complete"], found["missing"]) == (True, 0)


def test_frames_of_a_page_alone(alice: Person, mine: Recording, live: None) -> None:
    paged = [Sent(NOW + n * SECOND, 0, 0x123, bytes([n % 3, n])) for n in range(9)]
    record(mine, paged)
    found = ask(alice, "unmodelled/activity", id="123", page=2)
    assert (found["frames"], found["page"], found["bytes"][0]["minimum"]) == (3, 2, 2)
    assert found["cycle_us"] == 3 * SECOND


def test_it_says_what_the_raw_store_has_forgotten(alice: Person, mine: Recording) -> None:
    record(mine, frames(UNKNOWN, SENT))
    mine.forget()
    found = ask(alice, "unmodelled/activity", id="18FF1203")
    assert (found["frames"], found["missing"], found["bytes"], found["cycle_us"]) == (0, 4, [], None)
    assert found["senders"][0]["count"] == SENT


@pytest.mark.parametrize(
    ("path", "parameters"),
    [
        ("unmodelled", {"kind": "dreams"}),
        ("unmodelled", {"sort": "mood"}),
        ("unmodelled", {"search": "xyz"}),
        ("unmodelled", {"search": "1" * 9}),
        ("unmodelled", {"limit": 2001}),
        ("unmodelled", {"cursor": "a"}),
        ("unmodelled", {"kind": "json_fields", "from": "0"}),
        ("unmodelled/activity", {}),
        ("unmodelled/activity", {"id": "12"}),
        ("unmodelled/activity", {"id": "123", "bus": 256}),
        ("unmodelled/activity", {"id": "123", "page": -1}),
    ],
)
def test_parameters_are_bounded(alice: Person, path: str, parameters: dict[str, Any]) -> None:
    assert problem(alice.browser.get(f"/data/v1/{path}", parameters)) == (400, "invalid_parameter")


@pytest.mark.parametrize("kind", ["enum_values", "json_fields"])
def test_without_the_meta_api_it_says_so(alice: Person, mine: Recording, kind: str) -> None:
    with override_settings(META_API_URL="http://127.0.0.1:1"):
        assert problem(alice.browser.get("/data/v1/unmodelled", {"kind": kind})) == (503, "meta_unavailable")


def test_before_anything_is_published_shipped_definitions_count(
    alice: Person, mine: Recording, transactional_db: None, live_server: Any
) -> None:
    unmodelled_live._kept.clear()
    mine.add(lines({"message": "m", "extra": 1}))
    mine.decode(catalogue_of(content_of(TEXT)))
    with override_settings(META_API_URL=live_server.url):
        assert [each["field"] for each in ask(alice, kind="json_fields")["json_fields"]] == ["extra"]
        assert ask(alice, kind="enum_values")["enum_values"] == []
