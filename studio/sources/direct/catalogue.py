"""Names of (group, slot) pairs, from `ce_technology.signal_catalogue`."""

from collections.abc import Iterable
from typing import Any

from studio.sources import Question
from studio.sources.direct.clickhouse import rows, table
from studio.sources.direct.snapshot_hash import POSITION, fields_of

COLUMNS = "`group`, slot, kind, message, signal, `set`, unit, enum, spn, minimum, maximum, comment, store"


def _signal(row: list[Any]) -> dict[str, Any]:
    group, slot, kind, message, signal, definition_set, unit, enum, spn, minimum, maximum, comment, store = row
    return {
        "name": f"{message}.{signal}",
        "kind": kind,
        "message": message,
        "signal": signal,
        "set": definition_set,
        "group": group,
        "slot": slot,
        "unit": unit,
        "enum": enum or None,
        "spn": spn,
        "minimum": minimum,
        "maximum": maximum,
        "comment": comment,
        "store": store,
    }


async def of_groups(groups: Iterable[int]) -> list[dict[str, Any]]:
    wanted = sorted(set(groups))
    if not wanted:
        return []
    sql = f"SELECT {COLUMNS} FROM {table('signal_catalogue')} FINAL WHERE `group` IN {{groups:Array(UInt32)}} ORDER BY message, signal, `group`, slot"  # noqa: E501, S608 - our own names  # fmt: skip
    return [_signal(row) for row in await rows(sql, {"groups": wanted})]


async def named(name: str) -> list[dict[str, Any]]:
    """Where no signal has the name, those that had it in a release before."""
    has_it = "concat(message, '.', signal) = {name:String}"
    had_it = f"(`group`, slot) IN (SELECT `group`, slot FROM {table('signal_alias')} WHERE {has_it})"  # noqa: S608 - our own names  # fmt: skip
    return await _where(has_it, name) or await _where(had_it, name)


async def _where(condition: str, name: str) -> list[dict[str, Any]]:
    sql = f"SELECT {COLUMNS} FROM {table('signal_catalogue')} FINAL WHERE {condition} ORDER BY `group`, slot"  # noqa: S608 - our own names  # fmt: skip
    # In HTTP parameters a backslash begins an escape.
    return [_signal(row) for row in await rows(sql, {"name": name.replace("\\", "\\\\")})]


async def titles_of(rules: Iterable[int]) -> dict[int, str]:
    wanted = sorted(set(rules))
    if not wanted:
        return {}
    sql = f"SELECT rule, title FROM {table('rule_catalogue')} FINAL WHERE rule IN {{rules:Array(UInt32)}}"  # noqa: S608
    return {rule: title for rule, title in await rows(sql, {"rules": wanted})}  # noqa: C416 - rows are lists


async def signals(question: Question) -> list[dict[str, Any]]:
    """Those of every message that the machine has sent."""
    names = await fields_of(question.machine or 0)
    return await of_groups(int(name.split(b":")[0]) for name in names if name != POSITION)
