"""Lists of the Data API: each newest first and page by page, in the shapes that the document says."""

import json
from typing import Any

import pytest

from tests.distribution.conftest import DAY, SECOND, START, Person, Store

pytestmark = pytest.mark.clickhouse

SOURCE = 1 << 16 | 0x21 << 8 | 255
# Some rows are forgotten by when they were received: these never.
NEVER = 4_102_444_800 * SECOND


def problem(response: Any) -> tuple[int, str]:
    assert response["Content-Type"] == "application/problem+json"
    return response.status_code, json.loads(response.content)["code"]


def position(ts: int) -> dict[str, Any]:
    return {
        "ts": ts, "ordinal": 0, "lat": 50.5, "lon": 7.25, "alt": None, "speed": 1.5, "heading": None, "hdop": None,
        "satellites": 9, "quality": 0, "reason": "", "release": 1, "received": START,
    }  # fmt: skip


def dtc(ts: int) -> dict[str, Any]:
    return {
        "ts": ts, "source": SOURCE, "spn": 100, "fmi": 3, "occurrence": 1, "active": 1, "first_seen": ts - SECOND,
        "last_seen": ts + SECOND, "ended": None, "count": 4, "oc": 1, "cm": 0, "lamps": 0xCF47, "text": "t",
        "version": 1 << 32 | 1,
    }  # fmt: skip


def dtc_list(ts: int) -> dict[str, Any]:
    return {
        "ts": ts, "source": SOURCE, "dm": 1, "transport": "tp", "lamps": 0xFF40, "spn": [110, 175], "fmi": [3, 0],
        "oc": [1, 2], "cm": [0, 1], "data": bytes.fromhex("40ff6e000301"), "received": NEVER,
    }  # fmt: skip


def name_of(ts: int) -> dict[str, Any]:
    return {
        "ts": ts, "bus": 1, "source_address": 0x21, "name": 0x8012_3456_789A_BCDE, "identity_number": 1,
        "manufacturer_code": 2, "ecu_instance": 3, "function_instance": 4, "function": 5, "vehicle_system": 6,
        "vehicle_system_instance": 7, "industry_group": 1, "arbitrary_address_capable": 1,
    }  # fmt: skip


def rows_of(table: str) -> list[dict[str, Any]]:
    """25 rows over three months, two of a time."""
    times = [START + (i // 2) * 8 * DAY for i in range(25)]
    own: dict[str, list[dict[str, Any]]] = {
        "position": [position(ts) | {"ordinal": i % 2} for i, ts in enumerate(times)],
        "dtc": [dtc(ts) | {"spn": 100 + i % 2} for i, ts in enumerate(times)],
        "dtc_list": [dtc_list(ts) | {"ordinal": i % 2} for i, ts in enumerate(times)],
        "transport_message": [
            {"ts": ts, "source": SOURCE, "pgn": 65251 + i % 2, "length": 2, "data": b"\x00\xff", "received": NEVER}
            for i, ts in enumerate(times)
        ],
        "source_name": [name_of(ts) | {"ordinal": i % 2} for i, ts in enumerate(times)],
        "bus_fault": [
            {"bus": 1, "source_address": i % 3, "destination_address": 255, "pgn": i, "reason": "timeout", "count": i,
             "first_ts": START, "last_ts": ts}
            for i, ts in enumerate(times)
        ],
        "log": [
            {"ts": ts, "message_id": f"m'{i}", "index": i, "level": "INFO", "severity": "info", "logger": "l",
             "message": "é", "fields": "{}"}
            for i, ts in enumerate(times)
        ],
        "event": [
            {"ts": ts, "message_id": "m", "index": i, "name": "n", "state": "once", "severity": "info",
             "value": None, "text": "", "fields": "{}"}
            for i, ts in enumerate(times)
        ],
        "unmodelled": [
            {"bus": 1, "can_id": 5, "page": i - 1, "count": i, "first_ts": START, "last_ts": ts}
            for i, ts in enumerate(times)
        ],
    }  # fmt: skip
    return own[table]


UNTIMED = {"unmodelled", "bus_fault"}
LISTS = {
    "positions": "position",
    "dtcs": "dtc",
    "dtc-lists": "dtc_list",
    "transport-messages": "transport_message",
    "sources": "source_name",
    "bus-faults": "bus_fault",
    "logs": "log",
    "events": "event",
    "unmodelled": "unmodelled",
}


@pytest.mark.parametrize(("path", "table"), LISTS.items())
def test_records_come_newest_first_and_page_by_page(
    alice: Person, bob: Person, store: Store, path: str, table: str
) -> None:
    store.machine = alice.machine.number
    store.insert(table, rows_of(table))
    whole = alice.get(path).json()
    assert len(whole) == 25
    if table not in UNTIMED:
        times = [row.get("ts_us", row.get("began_us")) for row in whole]
        assert times == sorted(times, reverse=True)
        span = {"from": START + 8 * DAY, "to": START + 16 * DAY}
        assert len(alice.get(path, **span).json()) == 2
    paged, response = [], alice.get(path, limit=7)
    while True:
        paged += response.json()
        if "Link" not in response:
            break
        response = alice.browser.get(response["Link"].removeprefix("<").removesuffix('>; rel="next"'))
    assert paged == whole
    assert bob.get(path).json() == []


def test_records_have_the_fields_that_the_document_says(alice: Person, store: Store) -> None:
    from distribution.api import records

    store.machine = alice.machine.number
    serializers = {
        "positions": records.PositionSerializer, "dtcs": records.DtcSerializer, "dtc-lists": records.DtcListSerializer,
        "transport-messages": records.TransportMessageSerializer, "sources": records.SourceNameSerializer,
        "bus-faults": records.BusFaultSerializer, "logs": records.LogSerializer, "events": records.EventSerializer,
        "unmodelled": records.UnmodelledSerializer,
    }  # fmt: skip
    assert serializers.keys() == LISTS.keys()
    for path, serializer in serializers.items():
        store.insert(LISTS[path], rows_of(LISTS[path])[:1])
        assert set(alice.get(path).json()[0]) == set(serializer().get_fields()), path


def test_a_trouble_code_is_its_newest_row(alice: Person, store: Store) -> None:
    store.machine = alice.machine.number
    over = {"active": 0, "ended": START + 9 * SECOND, "version": 1 << 32 | 2}
    store.insert("dtc", [dtc(START), dtc(START) | {"spn": 7}, dtc(START + 5) | {"occurrence": 2}])
    store.insert("dtc", [dtc(START) | over])
    # A row that comes late, as it was before.
    store.insert("dtc", [dtc(START)])
    found = alice.get("dtcs").json()
    assert [(one["spn"], one["occurrence"], one["state"], one["ended"]) for one in found] == [
        (100, 2, "active", None), (100, 1, "previously_active", "2026-03-01T00:00:09.000000Z"), (7, 1, "active", None),
    ]  # fmt: skip
    assert alice.get("dtcs", state="previously_active").json() == found[1:2]
    assert alice.get("dtcs", state="active").json() == [found[0], found[2]]
    assert problem(alice.get("dtcs", state="1")) == (400, "invalid_parameter")
    assert problem(alice.get("dtc-lists", state="active")) == (400, "invalid_parameter")
    lit = {"status": "on", "flash": "none"}
    off = {"status": "off", "flash": "slow"}
    assert found[2] == {
        "state": "active", "began": "2026-03-01T00:00:00.000000Z", "began_us": START,
        "first_seen": "2026-02-28T23:59:59.000000Z", "last_seen": "2026-03-01T00:00:01.000000Z", "ended": None,
        "source": SOURCE, "bus": 1, "source_address": 0x21, "destination_address": 255, "spn": 7, "fmi": 3,
        "occurrence": 1, "count": 4, "oc": 1, "cm": 0, "text": "t", "release": 1,
        "received": "2026-03-01T00:00:00.000000Z",
        "lamps": {
            "protect": {"status": "not_available", "flash": "none"}, "amber_warning": {**lit, "flash": "none"},
            "red_stop": off, "malfunction": lit,
        },
    }  # fmt: skip


def test_what_was_heard_of_j1939_is_shown_as_it_is(alice: Person, store: Store) -> None:
    store.machine = alice.machine.number
    for table in ("dtc_list", "transport_message", "source_name"):
        store.insert(table, rows_of(table)[:1])
    (found,) = alice.get("dtc-lists").json()
    assert found["dtcs"] == [{"spn": 110, "fmi": 3, "oc": 1, "cm": 0}, {"spn": 175, "fmi": 0, "oc": 2, "cm": 1}]
    assert (found["data"], found["transport"], found["source_address"]) == ("40ff6e000301", "tp", 0x21)
    assert found["lamps"]["malfunction"] == {"status": "on", "flash": "none"}
    (message,) = alice.get("transport-messages").json()
    assert (message["data"], message["length"], message["pgn"], message["bus"]) == ("00ff", 2, 65251, 1)
    (source,) = alice.get("sources").json()
    assert (source["name"], source["function"], source["source_address"]) == ("80123456789abcde", 5, 0x21)
