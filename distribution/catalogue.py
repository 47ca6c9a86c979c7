"""The table of signals that gives stored (group, slot) pairs their names (docs/contracts/rows.md)."""

from collections.abc import Iterator
from typing import Any

from clickhouse_connect.driver.client import Client

from distribution.schema import ce_technology
from parsing.release import Place, Release

COLUMNS = [
    "group",
    "slot",
    "message",
    "signal",
    "set",
    "unit",
    "enum",
    "spn",
    "minimum",
    "maximum",
    "comment",
    "release",
]


def fill_catalogue(client: Client, release: Release) -> int:
    """Write the release's signals unless the table knows it or a newer one already; gives the rows written.

    What a release no longer has stays with the number of the last that had it: stored rows still need its name.
    """
    table = ce_technology("signal_catalogue")
    newest = client.query(f"SELECT max(release) FROM {table}").result_rows[0][0]  # noqa: S608 - our own name, checked
    rows = list(_rows(release)) if release.number > newest else []
    if rows:
        client.insert(table, rows, COLUMNS)
    return len(rows)


def _rows(release: Release) -> Iterator[list[Any]]:
    enums = {enum.id: dict(enum.values) for enum in release.content.enums}
    for place in release.groups.values():
        yield from _group_rows(place, enums, release.number)


def _group_rows(place: Place, enums: dict[int, dict[int, str]], number: int) -> Iterator[list[Any]]:
    for signal in place.group.signals:
        yield [
            place.group.id,
            signal.slot,
            place.message.name,
            signal.name,
            place.definition_set.name,
            signal.unit,
            enums[signal.enum] if signal.enum is not None else {},
            signal.spn,
            signal.minimum,
            signal.maximum,
            signal.comment,
            number,
        ]
