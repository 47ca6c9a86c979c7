"""The Data API over HTTP, on the real stores."""

import base64
import json
import math
from urllib.parse import quote

import pytest
from django.test import Client as Browser
from django.test import override_settings
from django.urls import get_resolver

from distribution.queries import reader
from distribution.snapshot import read as snapshot_reader
from tests.distribution.conftest import SECOND, START, Person, SnapshotKeys, Store
from tests.distribution.test_records import SOURCE, position, problem

pytestmark = [pytest.mark.clickhouse, pytest.mark.redis]

FROM, TO = "2026-03-01T00:00:00Z", "2026-03-01T01:00:00Z"


@pytest.fixture
def speed(store: Store, group: int, alice: Person) -> str:
    """Alice's machine has an hour of a signal at 1 Hz; gives its name."""
    store.machine = alice.machine.number
    store.catalogue((group, 0, f"EEC1.{group}", "Engine/Speed 100%"), spn=190)
    rows = [(group, SOURCE, START + i * SECOND, [float(i)], [0]) for i in range(3600)]
    store.frames(*rows)
    store.frames((group, SOURCE, START + 10 * SECOND, [math.nan], [5]), release=2)
    return f"EEC1.{group}.Engine/Speed 100%"


def machine_paths() -> list[str]:
    """Every route of one machine."""
    patterns = get_resolver("distribution.api.urls").url_patterns
    routes = [pattern.name for pattern in patterns if "<int:machine>" in str(pattern.pattern)]
    lists = ["findings", "positions", "dtcs", "dtc-lists", "transport-messages", "sources", "bus-faults"]
    lists += ["logs", "events", "unmodelled", "frames", "explain?group=0&slot=0&ts=0"]
    # Beside them the machine, its signals, one of them, and the snapshot.
    assert len(routes) == len(lists) + 4
    return ["", "signals/", "signals/a.b", "snapshot", *lists]


def test_another_organisations_machine_is_as_one_that_is_not_there(
    alice: Person, bob: Person, database: object, snapshots: SnapshotKeys
) -> None:
    for path in machine_paths():
        other = alice.browser.get(f"/data/v1/machines/{bob.machine.number}/{path}")
        missing = alice.browser.get(f"/data/v1/machines/2147483646/{path}")
        huge = alice.browser.get(f"/data/v1/machines/{10**30}/{path}")
        assert problem(other) == (404, "not_found"), path
        assert other.content == missing.content == huge.content
        # Nor does a wrong parameter tell them apart.
        misasked = f"{path}{'&' if '?' in path else '?'}x=1"
        assert alice.browser.get(f"/data/v1/machines/{bob.machine.number}/{misasked}").content == other.content
        # The route is there: its owner gets an answer.
        own = bob.get(path)
        assert own.status_code == 200 or problem(own) in ((404, "unknown_signal"), (404, "unknown_value")), path


def test_anonymous_users_get_nothing(alice: Person) -> None:
    browser = Browser()
    for path in [
        "/data/v1/machines/",
        "/data/v1/findings",
        *(f"/data/v1/machines/{alice.machine.number}/{p}" for p in machine_paths()),
    ]:
        assert browser.get(path).status_code == 401, path


def test_machines_are_those_of_the_user_with_last_contact(alice: Person, bob: Person, snapshots: SnapshotKeys) -> None:
    snapshots.contact(alice.machine.number, START + 123_456)
    snapshots.open_counts(alice.machine.number, 1, 0, 2, 300)
    machine = {
        "machine": alice.machine.number,
        "device": alice.machine.device,
        "name": "alice",
        "model": "EX-1",
        "model_id": alice.machine.model_id,
        "organisation": "alice's",
        "last_contact": "2026-03-01T00:00:00.123456Z",
        "open_findings": {"info": 1, "warning": 0, "error": 2, "critical": 300},
    }
    assert alice.browser.get("/data/v1/machines/").json() == [machine]
    assert alice.get("").json() == machine
    (bobs,) = bob.browser.get("/data/v1/machines/").json()
    assert (bobs["last_contact"], set(bobs["open_findings"].values())) == (None, {0})


def test_raw_rows_come_page_by_page_with_their_quality(alice: Person, speed: str, group: int) -> None:
    path, rows, cursor, pages = f"signals/{quote(speed)}", [], None, 0
    while cursor or not pages:
        more = {"cursor": cursor} if cursor else {}
        body = alice.get(path, raw=1, limit=1000, **{"from": FROM, "to": TO}, **more).json()
        rows, cursor, pages = rows + body["rows"], body["next"], pages + 1
    assert (pages, len(rows)) == (4, 3600)
    assert rows[11] == {
        "ts": "2026-03-01T00:00:11.000000Z",
        "ts_us": START + 11 * SECOND,
        "value": 11.0,
        "quality": "ok",
        "source": SOURCE,
        "group": group,
        "slot": 0,
        "ordinal": 0,
        "release": 1,
    }
    # NaN is null, and the newer release has replaced the row.
    assert (rows[10]["value"], rows[10]["quality"], rows[10]["release"]) == (None, "error", 2)
    assert body["sources"] == [{"source": SOURCE, "bus": 1, "source_address": 0x21, "destination_address": 255}]
    assert body["name"] == speed
    assert body["signals"][0]["spn"] == 190


def test_a_plot_has_at_most_the_points_asked_for(alice: Person, speed: str) -> None:
    body = alice.get(f"signals/{quote(speed)}", points=50, **{"from": FROM, "to": str(START + 3600 * SECOND)}).json()
    (series,) = body["series"]
    assert (series["source"], len(series["points"])) == (SOURCE, 50)
    assert series["points"][0] == [FROM.replace("Z", ".000000Z"), 0.0]
    assert [bad["quality"] for bad in series["bad"]] == ["error"]
    nothing = alice.get(f"signals/{quote(speed)}", source=1, **{"from": FROM, "to": TO}).json()
    assert nothing["series"] == []


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ({"from": "yesterday"}, "from"),
        ({"from": "2026-03-01T00:00:00"}, "from"),
        ({"from": "2026-13-01T00:00:00Z"}, "from"),
        ({"to": str(2**63)}, "to"),
        ({"to": "1900-01-01T00:00:00Z"}, "to"),
        ({"from": TO, "to": FROM}, "from"),
        ({"points": "1"}, "points"),
        ({"points": "10001"}, "points"),
        ({"points": "١٢"}, "points"),
        ({"source": "-1"}, "source"),
        ({"source": str(2**24)}, "source"),
        ({"raw": "yes"}, "raw"),
        ({"raw": "1", "limit": "0"}, "limit"),
        ({"raw": "1", "limit": "50001"}, "limit"),
        ({"raw": "1", "cursor": "nonsense"}, "cursor"),
        ({"raw": "1", "cursor": "WzFd"}, "cursor"),
        ({"raw": "1", "cursor": "WzEsMiwzLDQsOTk5OTldCg"}, "cursor"),
        ({"nosuch": "1"}, "nosuch"),
    ],
)
def test_a_wrong_parameter_is_named(alice: Person, speed: str, parameters: dict[str, str], named: str) -> None:
    response = alice.get(f"signals/{quote(speed)}", **parameters)
    assert problem(response) == (400, "invalid_parameter")
    assert named in json.loads(response.content)["detail"]


def test_half_a_character_in_a_cursor_is_no_text(alice: Person, database: object) -> None:
    key = base64.urlsafe_b64encode(json.dumps([START, "\ud800", 0]).encode()).decode()
    assert problem(alice.get("logs", cursor=key)) == (400, "invalid_parameter")


def test_answers_of_the_store_are_bounded(database: object) -> None:
    with pytest.raises(reader.TooMuchError):
        reader.read("SELECT repeat(toString(number), 100000) FROM numbers(1000)", {})


def test_an_unknown_signal_is_told_from_one_without_rows(alice: Person, speed: str) -> None:
    assert problem(alice.get("signals/No.Such")) == (404, "unknown_signal")
    assert problem(alice.get("signals/" + "x" * 1000)) == (404, "unknown_signal")
    # The last hour has no rows of it.
    assert alice.get(f"signals/{quote(speed)}").json()["series"] == []


def test_signals_are_those_that_the_machine_has_sent(
    alice: Person, bob: Person, speed: str, group: int, store: Store, snapshots: SnapshotKeys
) -> None:
    store.catalogue((group + 1, 0, "Other", "x"))
    snapshots.row(alice.machine.number, group, SOURCE, [1.0], [0])
    assert [signal["name"] for signal in alice.get("signals/").json()] == [speed]
    assert bob.get("signals/").json() == []


def test_the_snapshot_has_the_last_value_of_each_signal(
    alice: Person, group: int, store: Store, snapshots: SnapshotKeys
) -> None:
    store.catalogue(*[(group, slot, f"M{group}", f"s{slot}") for slot in range(4)])
    number = alice.machine.number
    snapshots.row(number, group, SOURCE, [1.5, math.inf, 0.0], [1, 5, 6])
    # A group without definition: its release is not in the catalogue yet.
    snapshots.row(number, group + 9, SOURCE, [1.5], [0])
    snapshots.position(number, position(START) | {"machine": number})
    body = alice.get("snapshot").json()
    assert [(value["name"], value["value"], value["quality"]) for value in body["values"]] == [
        (f"M{group}.s0", 1.5, "suspect"),
        (f"M{group}.s1", None, "error"),
    ]
    first = body["values"][0]
    assert (first["ts"], first["ts_us"], first["release"]) == ("2026-03-01T00:00:00.000000Z", START, 3)
    assert first["received"] == "2026-03-01T00:00:01.000000Z"
    assert (first["source"], first["bus"], first["source_address"], first["group"], first["slot"]) == (
        SOURCE, 1, 0x21, group, 0,
    )  # fmt: skip
    assert body["position"]["lat"] == 50.5
    assert (body["position"]["ts"], body["position"]["quality"]) == ("2026-03-01T00:00:00.000000Z", "ok")


def test_a_store_that_is_away_is_a_problem_and_no_secret(
    alice: Person, monkeypatch: pytest.MonkeyPatch, snapshots: SnapshotKeys
) -> None:
    monkeypatch.setattr(reader, "_clients", {})
    with override_settings(CLICKHOUSE_URL="http://user:hidden@127.0.0.1:9"):
        response = alice.get("positions")
    assert problem(response) == (503, "store_unavailable")
    assert b"hidden" not in response.content
    snapshot_reader.connection.cache_clear()
    with override_settings(SNAPSHOT_REDIS_URL="redis://127.0.0.1:9/0"):
        assert problem(alice.get("snapshot")) == (503, "store_unavailable")
    snapshot_reader.connection.cache_clear()
