"""Frames that were recorded: as they were sent, in the order of the stream, and only those that were asked for."""

import json
from typing import Any

import pytest

from distribution.queries import frames as queries
from distribution.schema import ce_technology
from parsing.can_id import ERROR_FLAG, EXTENDED_FLAG, REMOTE_FLAG
from tests.distribution.conftest import SECOND, Person, Store
from tests.distribution.recorded import NOW, Recording
from tests.distribution.test_records import problem
from tests.pipeline.buses import Sent, frames_of, records_of
from tests.pipeline.ruled import catalogue_of, content_of

pytestmark = pytest.mark.clickhouse

EEC1, TSC1, PLAIN = EXTENDED_FLAG | 0x18F00400, EXTENDED_FLAG | 0x0C000003, 0x123
TEXT = "message Plain on can 0x123 { signal x : u8 at byte 1 }"


def sent(count: int = 40) -> list[Sent]:
    """A frame a second, of four ids by turns."""
    ids = (EEC1, PLAIN, TSC1, PLAIN | REMOTE_FLAG)
    return [Sent(NOW + n * SECOND, n % 2, ids[n % 4], bytes([n, 0xAB])[: 2 if n % 3 else 1]) for n in range(count)]


@pytest.fixture
def recording(store: Store, alice: Person) -> Recording:
    return Recording(store, alice.machine.number, alice.machine.device)


@pytest.fixture
def decoded(recording: Recording) -> Recording:
    """Ten envelopes of four frames."""
    recording.add(list(records_of(frames_of(sent()), 4)))
    recording.decode(catalogue_of(content_of(TEXT)))
    return recording


def ask(who: Person, **parameters: Any) -> dict[str, Any]:
    span = {"from": NOW, "to": NOW + 3600 * SECOND}
    response = who.get("frames", **(span | parameters))
    assert response.status_code == 200, response.content
    found: dict[str, Any] = response.json()
    return found


def pages(who: Person, **parameters: Any) -> list[dict[str, Any]]:
    found = [ask(who, **parameters)]
    while found[-1]["next"]:
        assert len(found) < 100
        found.append(ask(who, **parameters, cursor=found[-1]["next"]))
    return found


def test_frames_come_back_as_they_were_sent(alice: Person, decoded: Recording) -> None:
    body = ask(alice)
    assert (len(body["frames"]), body["next"], body["missing"]) == (40, None, 0)
    types = ["data", "data", "data", "remote"]
    ids = ["18F00400", "123", "0C000003", "123"]
    # A device has the frames of one bus behind those of the other.
    by_time = sorted(body["frames"], key=lambda frame: frame["ts_us"])
    for n, (one, frame) in enumerate(zip(sent(), by_time, strict=True)):
        assert frame["ts_us"] == one.ts
        assert frame["ts"].endswith("Z")
        assert (frame["bus"], frame["data"]) == (one.bus, one.payload.hex().upper())
        assert (frame["id"], frame["type"]) == (ids[n % 4], types[n % 4])
    places = [(each["partition"], each["offset"], each["index"]) for each in body["frames"]]
    assert len(set(places)) == 40
    assert places == sorted(places)


@pytest.mark.parametrize("limit", [1, 3, 4, 7, 40])
def test_pages_have_each_frame_once(alice: Person, decoded: Recording, limit: int) -> None:
    whole = ask(alice)["frames"]
    found = pages(alice, limit=limit)
    assert [frame for page in found for frame in page["frames"]] == whole
    assert all(len(page["frames"]) <= limit for page in found)


def test_a_request_opens_a_bounded_number_of_envelopes_and_says_where_to_go_on(
    alice: Person, decoded: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MOST_ENVELOPES", 4)
    monkeypatch.setattr(queries, "_BODIES", 2)
    found = pages(alice, id="7FF")
    assert [page["frames"] for page in found] == [[], [], []]
    assert [len(page["frames"]) for page in pages(alice)] == [16, 16, 8]


def test_dead_letters_of_a_device_that_was_another_machine_stay_with_it(
    alice: Person, bob: Person, decoded: Recording
) -> None:
    """The device goes to Bob's machine: what it sent before is none of his business."""
    theirs = decoded.add(list(records_of(frames_of([Sent(NOW, 0, PLAIN, b"\x07")]), 1)))
    decoded.reject(theirs, "repeated_time")
    alice.machine.device, bob.machine.device = "gone", decoded.device
    alice.machine.save()
    bob.machine.save()
    assert ask(bob, dead_letters=1)["frames"] == []
    his = Recording(decoded.store, bob.machine.number, decoded.device, decoded.partition, list(decoded.records))
    sent_by_bob = his.add(list(records_of(frames_of([Sent(NOW, 0, PLAIN, b"\x08")]), 1)), received=NOW + SECOND)
    his.reject(sent_by_bob, "repeated_time")
    assert [each["data"] for each in ask(bob, dead_letters=1)["frames"]] == ["08"]
    assert ask(alice, dead_letters=1)["frames"] == []


@pytest.mark.parametrize(
    ("parameters", "numbers"),
    [
        ({"id": "18F00400"}, range(0, 40, 4)),
        ({"id": "18f00400"}, range(0, 40, 4)),
        ({"id": "123"}, range(1, 40, 2)),
        ({"id": "00000123"}, []),
        ({"pgn": 0xF004}, range(0, 40, 4)),
        ({"pgn": 0}, range(2, 40, 4)),
        ({"bus": 1}, range(1, 40, 2)),
        ({"bus": 1, "id": "18F00400"}, []),
        ({"from": NOW + 5 * SECOND, "to": NOW + 9 * SECOND}, range(5, 9)),
    ],
)
def test_only_what_was_asked_for(alice: Person, decoded: Recording, parameters: Any, numbers: Any) -> None:
    found = ask(alice, **parameters)["frames"]
    assert sorted((each["ts_us"] - NOW) // SECOND for each in found) == list(numbers)


def test_error_frames_and_those_of_can_fd_are_there(alice: Person, recording: Recording) -> None:
    long = bytes(range(48))
    recording.add(list(records_of(frames_of([Sent(NOW, 0, PLAIN, long), Sent(NOW + 1, 0, ERROR_FLAG | 4, b"")]), 2)))
    recording.decode(catalogue_of(content_of(TEXT)))
    fd, error = ask(alice)["frames"]
    assert bytes.fromhex(fd["data"]) == long
    assert (error["type"], error["id"], error["data"]) == ("error", "004", "")


def test_what_was_decoded_and_is_forgotten_is_counted(alice: Person, decoded: Recording) -> None:
    decoded.forget()
    assert ask(alice) == {"frames": [], "missing": 10, "next": None}


def test_envelopes_that_were_decoded_again_are_there_once(alice: Person, decoded: Recording) -> None:
    decoded.decode(catalogue_of(content_of(TEXT), number=2))
    assert len(ask(alice)["frames"]) == 40


def test_the_ledger_is_read_by_its_bounds_of_time(decoded: Recording) -> None:
    asked = {"machine": 1, "kind": "vehicle_can", "begin": NOW, "end": NOW + SECOND, "partition": 0, "offset": 0}
    sql = queries._LEDGER.format(table=ce_technology("envelope"))
    # ClickHouse refuses the question where it has no use for one of these.
    forced = {"force_data_skipping_indices": "first_ts_bounds, last_ts_bounds"}
    decoded.store.client.query(sql, parameters=asked | {"limit": 1}, settings=forced)


def test_frames_of_dead_letters_are_apart(alice: Person, decoded: Recording, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = decoded.add(list(records_of(frames_of([Sent(NOW + n, 0, PLAIN, b"\x07") for n in range(6)]), 2)))
    decoded.reject(bad, "repeated_time")
    broken = [decoded.records[0].__class__(decoded.partition, 99, bad[0].headers, b"\xc1", NOW)]
    decoded.reject(broken, "invalid_body")
    assert len(ask(alice)["frames"]) == 40
    found = ask(alice, dead_letters=1)
    assert [each["ts_us"] - NOW for each in found["frames"]] == list(range(6))
    assert {each["data"] for each in found["frames"]} == {"07"}
    monkeypatch.setattr(queries, "MOST_ENVELOPES", 1)
    monkeypatch.setattr(queries, "_BODIES", 1)
    assert [each for page in pages(alice, dead_letters=1) for each in page["frames"]] == found["frames"]


def test_another_machines_frames_are_its_own(alice: Person, bob: Person, decoded: Recording) -> None:
    assert ask(bob)["frames"] == []
    assert ask(bob, dead_letters=1)["frames"] == []
    theirs = bob.browser.get(f"/data/v1/machines/{alice.machine.number}/frames")
    assert problem(theirs) == (404, "not_found")


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ({"id": "1F0040"}, "id"),
        ({"id": "20000000"}, "id"),
        ({"id": "800"}, "id"),
        ({"id": "xyz"}, "id"),
        ({"id": "١٢٣"}, "id"),
        ({"pgn": str(0x40000)}, "pgn"),
        ({"bus": "256"}, "bus"),
        ({"limit": "5001"}, "limit"),
        ({"limit": "0"}, "limit"),
        ({"dead_letters": "yes"}, "dead_letters"),
        ({"cursor": "nonsense"}, "cursor"),
        ({"message": "x"}, "message"),
    ],
)
def test_a_wrong_parameter_is_named(alice: Person, parameters: dict[str, str], named: str) -> None:
    response = alice.get("frames", **parameters)
    assert problem(response) == (400, "invalid_parameter")
    assert named in json.loads(response.content)["detail"]


def test_the_answer_has_the_fields_that_the_document_says(alice: Person, decoded: Recording) -> None:
    from distribution.api.serializers_frames import FrameSerializer, FramesSerializer

    body = ask(alice, limit=1)
    assert set(body) == set(FramesSerializer().get_fields())
    assert set(body["frames"][0]) == set(FrameSerializer().get_fields())
