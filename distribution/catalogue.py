"""The tables that give stored numbers their names: of signals and of rules (docs/contracts/rows.md)."""

from collections.abc import Callable, Iterator
from typing import Any

from clickhouse_connect.driver.client import Client

from distribution.schema import ce_technology
from parsing.release import Place, Release

Rows = Iterator[list[Any]]

SIGNAL_COLUMNS = [
    "group",
    "slot",
    "kind",
    "message",
    "signal",
    "set",
    "unit",
    "enum",
    "spn",
    "minimum",
    "maximum",
    "comment",
    "store",
    "release",
]
ALIAS_COLUMNS = ["message", "signal", "set", "group", "slot", "release"]
RULE_COLUMNS = [
    "rule",
    "kind",
    "name",
    "title",
    "set",
    "severity",
    "text",
    "unit",
    "type",
    "group",
    "comment",
    "release",
]


def fill_catalogue(client: Client, release: Release) -> int:
    """Write the release's signals and rules unless the tables know it or a newer one already; gives the rows written.

    What a release no longer has stays with the number of the last that had it: stored rows still need its name. The
    name that a signal had before this release stays as an alias.
    """
    _keep_names(client, release)
    return sum(
        _fill(client, ce_technology(name), columns, rows, release)
        for name, columns, rows in [
            ("signal_catalogue", SIGNAL_COLUMNS, _signals),
            ("rule_catalogue", RULE_COLUMNS, _rules),
        ]
    )


def _keep_names(client: Client, release: Release) -> None:
    """Before the signals are written: where this is cut short, it is done once more and gives the same rows."""
    if release.number <= _newest(client, ce_technology("signal_catalogue")):
        return
    names = {tuple(row[:2]): row[3:6] for row in _signals(release)}
    sql = f"SELECT `group`, slot, message, signal, `set` FROM {ce_technology('signal_catalogue')} FINAL"  # noqa: S608 - our own name, checked
    former = [
        [message, signal, definition_set, group, slot, release.number]
        for group, slot, message, signal, definition_set in client.query(sql).result_rows
        if (group, slot) in names and names[group, slot][:2] != [message, signal]
    ]
    if former:
        client.insert(ce_technology("signal_alias"), former, ALIAS_COLUMNS)


def _newest(client: Client, table: str) -> int:
    """The number of the newest release that the table knows; 0: none."""
    return int(client.query(f"SELECT max(release) FROM {table}").result_rows[0][0])  # noqa: S608 - our own name, checked


def _fill(client: Client, table: str, columns: list[str], rows: Callable[[Release], Rows], release: Release) -> int:
    new = list(rows(release)) if release.number > _newest(client, table) else []
    if new:
        client.insert(table, new, columns)
    return len(new)


def _signals(release: Release) -> Rows:
    enums = {enum.id: dict(enum.values) for enum in release.content.enums}
    stores = {rule.output.group: rule.output.store for rule in release.content.rules if rule.output is not None}
    for group, place in release.groups.items():
        yield from _signals_of_group(place, enums, stores.get(group, "always"), release.number)


def _signals_of_group(place: Place, enums: dict[int, dict[int, str]], store: str, number: int) -> Rows:
    for signal in place.group.signals:
        yield [
            place.group.id,
            signal.slot,
            place.kind,
            place.message.name,
            signal.name,
            place.definition_set.name,
            signal.unit,
            enums[signal.enum] if signal.enum is not None else {},
            signal.spn,
            signal.minimum,
            signal.maximum,
            signal.comment,
            store,
            number,
        ]


def _rules(release: Release) -> Rows:
    sets = {definition_set.id: definition_set.name for definition_set in release.content.sets}
    for rule in release.content.rules:
        output = rule.output
        yield [
            rule.id,
            rule.kind,
            rule.name,
            rule.title,
            sets[rule.set],
            rule.severity or "",
            rule.text,
            output.unit if output else "",
            output.type if output else "",
            output.group if output else None,
            rule.comment,
            release.number,
        ]
