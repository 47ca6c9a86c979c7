"""Derived signals and rules get their names from the release, and are read by them like any signal."""

import uuid
from dataclasses import asdict
from typing import Any

import pytest
from clickhouse_connect.driver.client import Client
from django.test import override_settings

from distribution.catalogue import fill_catalogue
from distribution.clickhouse import connect
from distribution.queries import signals
from distribution.schema import CE_TECHNOLOGY, RAW_DATA_CACHE_STORE, ce_technology
from distribution.schema.migrations import migrate
from parsing.release import Release, dump_release, load_release
from parsing.rules.generate import compile_program
from parsing.rules.program import Check, Constant, Derived, Op, Operation, Program, Read, Rule, RuleInput, SignalInput
from tests.distribution.conftest import SECOND, START, Person, SnapshotKeys, Store
from tests.pipeline.catalogue import CONTENT

pytestmark = [pytest.mark.clickhouse, pytest.mark.redis]

SPEED = SignalInput(group=10, slot=1, timeout=None)


def derived(number: int, name: str, group: int | None, **more: Any) -> Derived:
    given: dict[str, Any] = {
        "inputs": (SPEED,), "attributes": (), "value": Read(0), "hold": None, "minimum": None, "maximum": 9000.0,
        "store": "always" if group else "never", "unit": "rpm", "type": "number", "enum": None, "comment": "made",
    }  # fmt: skip
    return Derived(id=number, name=name, group=group, **given | more)


def check(number: int, name: str, title: str) -> Check:
    expect = Operation(Op.GREATER, (Read(0), Constant(0.0)))
    return Check(number, name, title, (RuleInput(1),), (), None, expect, "error", "too slow", "")


def release(number: int, *rules: Rule) -> Release:
    compiled = compile_program(Program(rules), dict.fromkeys((rule.id for rule in rules), 1))
    content = CONTENT | {"rules": [asdict(rule) for rule in compiled]}
    return load_release(dump_release(number=number, content=content, published="2026-01-01T00:00:00Z"))


@pytest.fixture
def client() -> Any:
    prefix = f"test_{uuid.uuid4().hex[:8]}_"
    with override_settings(CLICKHOUSE_DATABASE_PREFIX=prefix):
        connection = connect()
        migrate(connection)
        yield connection
        for name in (CE_TECHNOLOGY, RAW_DATA_CACHE_STORE):
            connection.command(f"DROP DATABASE IF EXISTS {prefix}{name}")
        connection.close()


def rules_of(client: Client) -> list[Any]:
    columns = "rule, kind, name, title, `set`, severity, text, unit, type, `group`, comment, release"
    sql = f"SELECT {columns} FROM {ce_technology('rule_catalogue')} FINAL ORDER BY rule"  # noqa: S608
    return list(client.query(sql).result_rows)


def test_the_catalogue_has_derived_signals_and_rules(client: Client) -> None:
    told = release(5, derived(1, "Twice", 90, store="on_change"), derived(2, "Hidden", None), check(3, "Slow", "Slow!"))
    # Nine signals of messages, one that is derived and stored, and three rules.
    assert fill_catalogue(client, told) == 9 + 1 + 3
    assert fill_catalogue(client, told) == 0
    columns = "slot, kind, message, signal, `set`, unit, maximum, comment, store, release"
    read = f"SELECT {columns} FROM {ce_technology('signal_catalogue')} FINAL WHERE `group` = 90"  # noqa: S608
    expected = (0, "derived", "derived", "Twice", "pipeline tests", "rpm", 9000.0, "made", "on_change", 5)
    assert client.query(read).result_rows == [expected]
    kinds = f"SELECT kind, store, count() FROM {ce_technology('signal_catalogue')} GROUP BY kind, store ORDER BY kind"  # noqa: S608  # fmt: skip
    assert client.query(kinds).result_rows == [("derived", "on_change", 1), ("message", "always", 9)]
    assert rules_of(client) == [
        (1, "derived", "Twice", "", "pipeline tests", "", "", "rpm", "number", 90, "made", 5),
        (2, "derived", "Hidden", "", "pipeline tests", "", "", "rpm", "number", None, "made", 5),
        (3, "check", "Slow", "Slow!", "pipeline tests", "error", "too slow", "", "", None, "", 5),
    ]


def test_a_newer_release_renames_and_keeps_what_is_gone(client: Client) -> None:
    fill_catalogue(client, release(5, derived(1, "Twice", 90), check(3, "Slow", "Slow!")))
    fill_catalogue(client, release(6, derived(1, "Double", 90)))
    # An older one that comes late changes nothing.
    assert fill_catalogue(client, release(4, derived(1, "Old", 90))) == 0
    assert [(row[0], row[2], row[-1]) for row in rules_of(client)] == [(1, "Double", 6), (3, "Slow", 5)]


def test_a_derived_signal_is_read_like_any_other(client: Client, alice: Person, snapshots: SnapshotKeys) -> None:
    fill_catalogue(client, release(5, derived(1, "Twice", 90)))
    store, source = Store(client, alice.machine.number), 0x00FEFF
    store.frames(*[(90, source, START + i * SECOND, [i / 2], [0]) for i in range(500)])
    snapshots.row(store.machine, 90, source, [249.5], [0])
    assert signals.of_groups([90])[0].name == "derived.Twice"
    (listed,) = alice.get("signals/").json()
    assert (listed["name"], listed["kind"], listed["store"]) == ("derived.Twice", "derived", "always")
    span = {"from": START, "to": START + 500 * SECOND}
    (series,) = alice.get("signals/derived.Twice", points=20, **span).json()["series"]
    assert (len(series["points"]), series["bus"], series["source_address"], series["before"]) == (20, 0, 254, None)
    raw = alice.get("signals/derived.Twice", raw=1, limit=3, **span).json()
    assert [row["value"] for row in raw["rows"]] == [0.0, 0.5, 1.0]
    (value,) = alice.get("snapshot").json()["values"]
    assert (value["name"], value["value"], value["unit"]) == ("derived.Twice", 249.5, "rpm")
    view = f"SELECT name, count(), max(value) FROM {ce_technology('signal')} GROUP BY name"  # noqa: S608
    assert client.query(view).result_rows == [("derived.Twice", 500, 249.5)]
