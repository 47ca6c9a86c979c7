"""A signal that is renamed is found by the name that it had, as long as no other has it."""

# ruff: noqa: F811 - fixtures of another file are arguments here

import json
from typing import Any

import pytest

from distribution.catalogue import fill_catalogue
from distribution.queries import signals
from distribution.schema import ce_technology
from parsing.release import Release, dump_release, load_release
from tests.distribution.conftest import SECOND, START, Person, Store
from tests.distribution.test_catalogue import client  # noqa: F401 - a fixture
from tests.pipeline.catalogue import CONTENT

pytestmark = [pytest.mark.clickhouse, pytest.mark.redis]


def release(number: int, names: dict[str, str] | None = None) -> Release:
    """With messages and signals under other names."""
    content = json.loads(json.dumps(CONTENT))
    for message in content["sets"][0]["messages"]:
        for named in (message, *(each for group in message["groups"] for each in group["signals"])):
            named["name"] = (names or {}).get(named["name"], named["name"])
    return load_release(dump_release(number=number, content=content, published="2026-01-01T00:00:00Z"))


def places(name: str) -> list[tuple[str, int, int]]:
    return [(each.name, each.group, each.slot) for each in signals.named(name)]


def test_the_name_before_is_an_alias(client: Any) -> None:
    fill_catalogue(client, release(1))
    fill_catalogue(client, release(2, {"EngineSpeed": "Speed"}))
    fill_catalogue(client, release(3, {"EngineSpeed": "Speed", "EEC1": "Engine"}))
    now = [("Engine.Speed", 10, 1)]
    assert [places(name) for name in ("Engine.Speed", "EEC1.Speed", "EEC1.EngineSpeed")] == [now, now, now]
    assert places("EEC1.ActualTorque") == [("Engine.ActualTorque", 10, 0)]
    assert places("EEC1.Nothing") == []
    # it should write the same where it is cut short and done again
    sql = f"SELECT count() FROM {ce_technology('signal_alias')} FINAL"  # noqa: S608
    (before,) = client.query(sql).result_rows
    client.command(f"DELETE FROM {ce_technology('signal_catalogue')} WHERE release = 3")  # noqa: S608
    fill_catalogue(client, release(3, {"EngineSpeed": "Speed", "EEC1": "Engine"}))
    assert client.query(sql).result_rows == [before]


def test_a_name_is_that_of_the_signal_that_has_it_now(client: Any) -> None:
    fill_catalogue(client, release(1))
    fill_catalogue(client, release(2, {"EngineSpeed": "ActualTorque", "ActualTorque": "EngineSpeed"}))
    assert places("EEC1.EngineSpeed") == [("EEC1.EngineSpeed", 10, 0)]
    # it should be found again by the first name where it goes back to it
    fill_catalogue(client, release(3, {"EngineSpeed": "Speed"}))
    fill_catalogue(client, release(4))
    assert places("EEC1.EngineSpeed") == [("EEC1.EngineSpeed", 10, 1)]
    assert places("EEC1.Speed") == [("EEC1.EngineSpeed", 10, 1)]


def test_history_by_the_name_before(store: Store, alice: Person, group: int) -> None:
    store.machine = alice.machine.number
    store.catalogue((group, 0, f"M{group}", "Now"), release=2)
    names = ["message", "signal", "set", "group", "slot", "release"]
    store.client.insert(ce_technology("signal_alias"), [[f"M{group}", "Before", "s", group, 0, 2]], names)
    store.frames((group, 255, START, [1.5], [0]))
    answer = alice.get(f"signals/M{group}.Before", **{"from": START, "to": START + SECOND})
    assert answer.status_code == 200
    assert answer.json()["name"] == f"M{group}.Before"
    assert [each["name"] for each in answer.json()["signals"]] == [f"M{group}.Now"]
    assert len(answer.json()["series"][0]["points"]) == 1
