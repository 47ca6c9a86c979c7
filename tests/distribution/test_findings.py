"""What rules found, over the Data API: of one machine, of all that a user may see, and what is open now."""

import json
import uuid
from typing import Any

import pytest
from clickhouse_connect.driver.client import Client
from django.test import override_settings

from distribution.api.serializers_findings import FindingSerializer
from distribution.schema import ce_technology, migrations
from tests.distribution.conftest import SECOND, START, Person, SnapshotKeys, Store
from tests.distribution.test_records import problem

pytestmark = [pytest.mark.clickhouse, pytest.mark.redis]

HOT, LOW = 7, 8
FLEET = "/data/v1/findings"


def finding(rule: int, second: int, state: str = "raised", **more: Any) -> dict[str, Any]:
    ts = START + second * SECOND
    capture = {"EEC1.Speed": [812.5, "ok", "rpm"], "Oil.Level": [None, "error", "%"]} if state == "raised" else {}
    return {
        "rule": rule, "ts": ts, "index": 0, "kind": "event", "name": f"Rule{rule}", "state": state,
        "severity": "error", "text": "too hot", "since": ts - SECOND, "capture": json.dumps(capture), "group_by": "",
    } | more  # fmt: skip


def seconds(body: list[dict[str, Any]]) -> list[int]:
    return [(each["ts_us"] - START) // SECOND for each in body]


@pytest.fixture
def told(store: Store, alice: Person) -> Store:
    """HOT was raised at 0 s, cleared at 10 s and raised at 20 s; LOW, a check, raised at 5 s and cleared at 30 s."""
    store.machine = alice.machine.number
    low = {"kind": "check", "severity": "warning"}
    store.insert("finding", [finding(HOT, 0), finding(LOW, 5, **low), finding(HOT, 10, "cleared"), finding(HOT, 20)])
    store.insert("finding", [finding(LOW, 30, "cleared", **low)])
    return store


def test_findings_come_newest_first_and_say_when_they_ended(alice: Person, told: Store) -> None:
    body = alice.get("findings").json()
    assert [(each["rule"], each["state"], each["ended"]) for each in body] == [
        (LOW, "cleared", None),
        (HOT, "raised", None),
        (HOT, "cleared", None),
        (LOW, "raised", "2026-03-01T00:00:30.000000Z"),
        (HOT, "raised", "2026-03-01T00:00:10.000000Z"),
    ]
    assert body[1] == {
        "machine": alice.machine.number, "rule": HOT, "index": 0, "kind": "event", "name": "Rule7", "title": "",
        "state": "raised", "severity": "error", "text": "too hot", "ts": "2026-03-01T00:00:20.000000Z",
        "ts_us": START + 20 * SECOND, "since": "2026-03-01T00:00:19.000000Z", "ended": None, "group_by": "",
        "capture": [
            {"name": "EEC1.Speed", "value": 812.5, "quality": "ok", "unit": "rpm"},
            {"name": "Oil.Level", "value": None, "quality": "error", "unit": "%"},
        ],
        "release": 1, "received": "2026-03-01T00:00:00.000000Z",
    }  # fmt: skip
    assert set(body[0]) == set(FindingSerializer().get_fields())


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"rule": HOT}, [20, 10, 0]),
        ({"kind": "check"}, [30, 5]),
        ({"severity": "error"}, [20, 10, 0]),
        ({"state": "cleared"}, [30, 10]),
        ({"state": "raised", "rule": LOW}, [5]),
        ({"open": "true"}, [20]),
        ({"open": "false"}, [30, 20, 10, 5, 0]),
        ({"open": "true", "to": START + 20 * SECOND}, []),
        ({"from": START + 5 * SECOND, "to": START + 20 * SECOND}, [10, 5]),
    ],
)
def test_filters_hold_on_a_machine_and_on_the_fleet(
    alice: Person, told: Store, parameters: dict[str, Any], expected: list[int]
) -> None:
    assert seconds(alice.get("findings", **parameters).json()) == expected
    assert seconds(alice.browser.get(FLEET, parameters).json()) == expected


@pytest.mark.parametrize(
    ("name", "value"),
    [("rule", "-1"), ("rule", "x"), ("kind", "derived"), ("severity", "fatal"), ("state", "open"), ("open", "1")],
)
def test_a_filter_that_is_none_is_refused(alice: Person, told: Store, name: str, value: str) -> None:
    for response in (alice.get("findings", **{name: value}), alice.browser.get(FLEET, {name: value})):
        assert problem(response) == (400, "invalid_parameter")
        assert name in json.loads(response.content)["detail"]


def test_a_later_release_replaces_what_it_found_anew(alice: Person, told: Store) -> None:
    # Decoded again, the clearing at 30 s is none, and the text is another.
    again = finding(LOW, 30, "raised", severity="critical", text="anew", release=2)
    told.insert("finding", [again])
    (newest, *_) = alice.get("findings", open="true").json()
    assert (newest["text"], newest["release"], newest["severity"]) == ("anew", 2, "critical")
    assert len(alice.get("findings").json()) == 5
    # Raised anew without having been cleared: the one before lasted until then.
    assert alice.get("findings", rule=LOW, state="raised").json()[1]["ended"] == "2026-03-01T00:00:30.000000Z"


def test_of_equal_times_the_last_counts(alice: Person, told: Store) -> None:
    told.insert("finding", [finding(9, 40), finding(9, 40, "cleared", index=1)])
    told.insert("finding", [finding(10, 40, "cleared"), finding(10, 40, index=1)])
    assert [each["rule"] for each in alice.get("findings", open="true").json()] == [10, HOT]


def test_what_is_long_past_is_found(alice: Person, told: Store) -> None:
    told.insert("finding", [finding(HOT, -days * 86_400) for days in (6, 40, 400, 4000)])
    days = [day // 86_400 for day in seconds(alice.get("findings", rule=HOT, state="raised").json())]
    assert days == [0, 0, -6, -40, -400, -4000]
    page = alice.get("findings", rule=HOT, state="raised", limit=3, to=START + 60 * SECOND)
    link = page["Link"].removeprefix("<").removesuffix('>; rel="next"')
    assert [day // 86_400 for day in seconds(alice.browser.get(link).json())] == [-40, -400, -4000]


def test_the_fleets_findings_are_those_of_ones_own_machines(alice: Person, bob: Person, told: Store) -> None:
    told.machine = bob.machine.number
    told.insert("finding", [finding(HOT, second) for second in (3, 20)])
    assert seconds(bob.browser.get(FLEET).json()) == [20, 3]
    assert seconds(bob.browser.get(FLEET, {"open": "true"}).json()) == [20]
    assert {each["machine"] for each in alice.browser.get(FLEET).json()} == {alice.machine.number}
    alice.machine.organisation.memberships.all().delete()
    assert alice.browser.get(FLEET).json() == []


def test_pages_give_each_finding_once(alice: Person, bob: Person, told: Store) -> None:
    # Staff see all machines; times, rules and machines are equal here and there.
    alice.browser.force_login(_staff())
    told.insert("finding", [finding(rule, second // 2, index=second % 2) for rule in (1, 2) for second in range(8)])
    told.machine = bob.machine.number
    told.insert("finding", [finding(rule, second) for rule in (1, 2) for second in range(6)])
    whole = alice.browser.get(FLEET, {"to": START + 60 * SECOND, "limit": 10_000}).json()
    keys = [(each["ts_us"], each["machine"], each["rule"], each["index"]) for each in whole]
    assert keys == sorted(set(keys), reverse=True)
    paged, response = [], alice.browser.get(FLEET, {"to": START + 60 * SECOND, "limit": 4})
    while True:
        paged += response.json()
        if "Link" not in response:
            break
        response = alice.browser.get(response["Link"].removeprefix("<").removesuffix('>; rel="next"'))
    assert paged == whole
    assert len(paged) == 33


def _staff() -> Any:
    from django.contrib.auth import get_user_model

    return get_user_model().objects.create_superuser("root")


def test_titles_are_the_catalogues(alice: Person, store: Store, snapshots: SnapshotKeys) -> None:
    store.machine = alice.machine.number
    titled, without = uuid.uuid4().int % 2**31, 2**31 + uuid.uuid4().int % 2**31
    store.rule(titled, "Engine too hot")
    store.rule(titled, "Engine overheats", release=2)
    store.rule(without, "")
    store.insert("finding", [finding(titled, 20), finding(without, 30)])
    assert [each["title"] for each in alice.get("findings").json()] == ["", "Engine overheats"]
    snapshots.finding(finding(titled, 20) | {"machine": alice.machine.number, "release": 1, "received": START}, 3)
    assert alice.get("snapshot").json()["findings"][0]["title"] == "Engine overheats"


def test_the_snapshot_has_what_is_open(alice: Person, told: Store, snapshots: SnapshotKeys) -> None:
    common = {"machine": alice.machine.number, "release": 1, "received": START}
    snapshots.finding(finding(HOT, 20) | common, 3)
    snapshots.finding(finding(LOW, 30, "cleared") | common, 0)
    snapshots.finding(finding(9, 25) | common, 1)
    found = alice.get("snapshot").json()["findings"]
    assert [each["rule"] for each in found] == [9, HOT]
    assert found[1] == alice.get("findings", open="true").json()[0]


def test_a_broken_finding_is_a_broken_store(alice: Person, database: object, snapshots: SnapshotKeys) -> None:
    key = f"{snapshots.prefix}findings:{alice.machine.number}"
    for broken in (b"", b"short", bytes(23) + b"\x01\xc1"):
        snapshots.redis.hset(key, "1", broken)
        assert problem(alice.get("snapshot")) == (503, "store_unavailable")
    snapshots.redis.hset(f"{snapshots.prefix}findings", str(alice.machine.number), b"?")
    assert problem(alice.browser.get("/data/v1/machines/")) == (503, "store_unavailable")


def test_rows_from_before_the_rules_keep(database: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    prefix = f"test_{uuid.uuid4().hex[:8]}_"
    every = migrations.migrations()
    with override_settings(CLICKHOUSE_DATABASE_PREFIX=prefix):
        try:
            monkeypatch.setattr(migrations, "migrations", lambda: [each for each in every if each.number < 5])
            migrations.migrate(database)
            old = f"INSERT INTO {ce_technology('finding')} (machine, rule, ts, severity) VALUES (1, 2, '2026-03-01', 'info')"  # noqa: E501, S608  # fmt: skip
            database.command(old)
            named = f"INSERT INTO {ce_technology('signal_catalogue')} (`group`, signal) VALUES (3, 's')"  # noqa: S608
            database.command(named)
            monkeypatch.undo()
            assert [each.number for each in migrations.migrate(database)] == [
                each.number for each in every if each.number > 4
            ]
            read = f"SELECT severity, kind, since = ts, capture FROM {ce_technology('finding')}"  # noqa: S608
            assert database.query(read).result_rows == [("info", "", 1, "{}")]
            kinds = f"SELECT kind FROM {ce_technology('signal_catalogue')}"  # noqa: S608
            assert database.query(kinds).result_rows == [("message",)]
        finally:
            for name in ("ce_technology", "raw_data_cache_store"):
                database.command(f"DROP DATABASE IF EXISTS {prefix}{name}")
