"""The two sources give the same answers, so that the old one can be deleted without anybody noticing."""

import asyncio
import json
import socket
import threading
from typing import Any

import pytest
from django.test import override_settings

from studio.sources import Question, SourceError
from studio.sources.direct import clickhouse, parameters
from tests.distribution.conftest import SECOND, START, SnapshotKeys, Store
from tests.studio.conftest import NAN, SOURCE, Person, Site

pytestmark = [pytest.mark.redis, pytest.mark.clickhouse]

STAMP = {"message_id": "m", "index": 0, "fields": "{}"}
POSITION = {
    "ts": START, "ordinal": 0, "lat": 52.5, "lon": 9.5, "alt": None, "speed": 3.5, "heading": 90.0, "hdop": 1.0,
    "satellites": 9, "quality": 1, "reason": "jump", "release": 1, "received": START,
}  # fmt: skip

DTC = {
    "source": SOURCE, "ts": START, "spn": 110, "fmi": 3, "occurrence": 1, "active": 1, "first_seen": START,
    "last_seen": START + SECOND, "ended": None, "count": 2, "oc": 1, "cm": 0, "lamps": 0xFF04, "text": "hot",
    "version": 1 << 32 | 1,
}  # fmt: skip

FINDING = {
    "rule": 7, "ts": START, "index": 0, "kind": "event", "name": "Hot", "state": "raised", "severity": "error",
    "text": 'too "hot"', "since": START - SECOND, "capture": '{"A.b": [1.5, "ok", "K"], "C": [null, "error", ""]}',
    "group_by": "", "release": 1, "received": START,
}  # fmt: skip


def add_findings(machine: int, store: Store, snapshots: SnapshotKeys) -> None:
    """One that was raised and cleared and is raised again, one of another rule that is over."""
    store.rule(FINDING["rule"], "Engine 'too hot'")
    over = [FINDING | {"rule": 8, "ts": START + i, "state": state} for i, state in enumerate(("raised", "cleared"))]
    again = [FINDING | {"ts": START + 2, "state": "cleared"}, FINDING | {"ts": START + 3, "severity": "critical"}]
    store.insert("finding", [FINDING, *again, *over])
    snapshots.finding(again[1] | {"machine": machine}, 4)
    snapshots.finding(over[1] | {"machine": machine}, 0)
    snapshots.open_counts(machine, 0, 0, 0, 1)


@pytest.fixture
def data(alice: Person, bob: Person, store: Store, snapshots: SnapshotKeys, group: int) -> str:
    """Two sources of a signal with gaps in its quality, an enum beside it, and one record of each kind."""
    store.machine = alice.machine.number
    name = f"M{group}"
    store.catalogue((group, 0, name, "Speed"), spn=190, minimum=0.0, enum={})
    store.catalogue((group, 1, name, "Mode"), spn=None, minimum=None, enum={0: "idle", 1: "work"})
    quality = [0, 0, 5, 5, 0, 2, 1, 0, 6, 0]
    rows = [(group, SOURCE, START + i * SECOND, [i + 0.5, 1.0], [quality[i], 0]) for i in range(10)]
    store.frames(*rows, (group, 1 << 16 | 255, START, [1.25, NAN], [0, 5]))
    store.insert("position", [POSITION])
    store.insert("dtc", [DTC, DTC | {"ts": START + 1, "active": 0, "ended": START + SECOND, "lamps": 0x1BE4}])
    store.insert(
        "event", [STAMP | {"ts": START, "name": "e", "state": "on", "severity": "info", "value": None, "text": "t"}]
    )
    store.insert("log", [STAMP | {"ts": START, "level": "INFO", "severity": "info", "logger": "l", "message": "m"}])
    snapshots.row(store.machine, group, SOURCE, [9.5, 1.0], [0, 0])
    snapshots.row(store.machine, group, 1 << 16 | 255, [NAN, 2.0], [5, 6])
    snapshots.position(store.machine, POSITION | {"machine": store.machine})
    snapshots.contact(store.machine, START)
    store.catalogue((group + 1, 0, "derived", "On"), kind="derived", store="on_change")
    changes = [(START - SECOND, [1.5], [0]), (START - 1, [NAN], [5]), (START + SECOND, [2.5], [0])]
    store.frames(*[(group + 1, 0x00FEFF, *change) for change in changes])
    add_findings(store.machine, store, snapshots)
    return f"{name}.Speed"


def answers(person: Person, name: str) -> dict[str, Any]:
    base = f"/studio/api/machines/{person.machine.number}/"
    window = {"from": str(START), "to": str(START + 60 * SECOND)}
    asked = [("", {}), ("signals/", {}), (f"signals/{name}", window | {"points": "100"}), ("snapshot", {})]
    asked += [(f"signals/{name}", window | {"source": str(SOURCE)}), ("signals/no.such", {}), ("positions", {})]
    asked += [("dtcs", {"limit": "1"}), ("dtcs", {}), ("events", window), ("logs", {"limit": "0"}), ("logs", {})]
    asked += [("dtcs", {"state": state}) for state in ("active", "previously_active", "over")]
    asked += [("signals/derived.On", {"from": str(START), "to": str(START + 2 * SECOND)})]
    asked += [("findings", {}), ("findings", {"open": "true"}), ("findings", {"open": "false", "limit": "2"})]
    asked += [("findings", {"state": state}) for state in ("raised", "cleared", "open")]
    asked += [("findings", window | {"open": "1"}), ("findings", window | {"from": str(START + 3)})]
    found = {f"{path}?{query}": person.get(base + path, **query) for path, query in asked}
    found["machines"] = person.get("/studio/api/machines/")
    return {path: (response.status_code, comparable(response)) for path, response in found.items()}


def comparable(response: Any) -> Any:
    """Without what differs from one moment or one text to the next."""
    body = json.loads(response.content)
    if response.status_code != 200:
        return body["code"]
    if isinstance(body, dict):
        for value in body.get("values", ()):
            del value["age_seconds"]
    return body


def test_both_sources_answer_alike(site: Site, alice: Person, bob: Person, data: str) -> None:
    through_api = answers(alice, data)
    with override_settings(STUDIO_DATA_SOURCE="direct", DATA_API_URL="http://127.0.0.1:1"):
        direct = answers(alice, data)
        assert alice.get(f"/studio/api/machines/{bob.machine.number}/snapshot").status_code == 404
    assert direct.keys() == through_api.keys()
    for path, answer in through_api.items():
        assert direct[path] == answer, path
    assert len(through_api[next(path for path in through_api if "points" in path)][1]["series"]) == 2
    ((derived,),) = [body["series"] for path, (_, body) in through_api.items() if "derived" in path]
    assert (derived["before"]["value"], derived["before"]["quality"], len(derived["points"])) == (None, "error", 1)
    (opened,) = through_api["findings?{'open': 'true'}"][1]
    assert [opened] == through_api["snapshot?{}"][1]["findings"]
    assert (opened["title"], opened["ended"]) == ("Engine 'too hot'", None)
    assert [each["ended"] is None for each in through_api["findings?{}"][1]] == [True, True, True, False, False]


def test_whole_numbers_are_written_as_such() -> None:
    for text in ("--5", "٣", "1" * 30, "5\n", ""):
        with pytest.raises(SourceError) as refused:
            parameters.integer(Question("events", 1, parameters={"limit": text}), "limit", 100, 1, 10_000)
        assert refused.value.code == "invalid_parameter"


def test_the_password_of_clickhouse_is_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, caplog.at_level("DEBUG"):
        asked: list[bytes] = []
        answering = threading.Thread(target=_answer_once, args=[server, asked])
        answering.start()
        address = f"http://duco:hidden@127.0.0.1:{server.getsockname()[1]}"
        with override_settings(CLICKHOUSE_URL=address), pytest.raises(SourceError):
            asyncio.run(clickhouse.rows("SELECT 1", {}))
        answering.join()
    # `duco:hidden`, as Basic says it: the password goes where it belongs.
    assert b"Basic ZHVjbzpoaWRkZW4=" in asked[0]
    assert "HTTP Request: POST" in caplog.text
    assert "hidden" not in caplog.text


def _answer_once(server: socket.socket, asked: list[bytes]) -> None:
    connection, _ = server.accept()
    with connection:
        asked.append(connection.recv(65_536))
        connection.sendall(b"HTTP/1.1 500 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
