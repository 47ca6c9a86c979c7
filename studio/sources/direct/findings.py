"""What checks and events found on a machine: the list, and what is open now."""

from typing import Any, Final

import msgpack
import orjson

from studio.sources import Question, SourceError
from studio.sources.direct.catalogue import titles_of
from studio.sources.direct.clickhouse import rfc3339, rows, table
from studio.sources.direct.parameters import integer, span
from studio.sources.direct.snapshot_hash import fields_of

# Behind a finding's head stands its severity from 1 on, 0 = cleared, and then the row (docs/contracts/redis.md).
HEAD_BYTES: Final = 23
PLAIN: Final = ("machine", "rule", "index", "kind", "name", "state", "severity", "text", "group_by", "release")
TIMES: Final = ("ts", "since", "received")
COLUMNS: Final = (*PLAIN, "capture", *TIMES, "ended")
STATES: Final = ("raised", "cleared")
NEWEST_OF_EACH_RULE: Final = """
    (SELECT * FROM {table} FINAL WHERE machine = {{machine:UInt32}} AND (rule, ts) IN (
        SELECT rule, max(ts) FROM {table} WHERE machine = {{machine:UInt32}} GROUP BY rule
    ) ORDER BY `index` DESC LIMIT 1 BY rule) AS t
"""


async def findings(question: Question) -> list[dict[str, Any]]:
    begin, end = span(question, None)
    name, is_open = table("finding"), _is_open(question)
    chosen = ", ".join([*(f"f.`{column}`" for column in (*PLAIN, "capture")), *map(_micros, TIMES)])
    sql = f"""
        SELECT {chosen}, if(f.state = 'raised' AND n.rule > 0, toUnixTimestamp64Micro(n.ts), NULL)
        FROM (
            SELECT * FROM {NEWEST_OF_EACH_RULE.format(table=name) if is_open else f"{name} AS t FINAL"}
            WHERE t.machine = {{machine:UInt32}}
              AND t.ts >= fromUnixTimestamp64Micro({{begin:Int64}}, 'UTC')
              AND t.ts < fromUnixTimestamp64Micro({{end:Int64}}, 'UTC')
              AND ({{state:String}} = '' OR t.state = {{state:String}})
              {"AND t.state = 'raised'" if is_open else ""}
            ORDER BY t.ts DESC, t.rule DESC, t.`index` DESC LIMIT {{limit:UInt32}}
        ) AS f
        ASOF LEFT JOIN (SELECT rule, ts FROM {name} WHERE machine = {{machine:UInt32}}) AS n
        ON n.rule = f.rule AND n.ts > f.ts
        ORDER BY f.ts DESC, f.rule DESC, f.`index` DESC
    """  # noqa: S608 - our own names
    limit = integer(question, "limit", 100, 1, 10_000)
    bound = {"machine": question.machine, "begin": begin, "end": end, "state": _state(question), "limit": limit}
    found = [dict(zip(COLUMNS, row, strict=True)) for row in await rows(sql, bound)]
    return await _shown(found)


def _micros(column: str) -> str:
    return f"toUnixTimestamp64Micro(f.{column})"


def _state(question: Question) -> str:
    state = question.parameters.get("state", "")
    if "state" in question.parameters and state not in STATES:
        raise SourceError(400, "invalid_parameter", f"state is {' or '.join(STATES)}.")
    return state


def _is_open(question: Question) -> bool:
    given = question.parameters.get("open", "false")
    if given not in {"true", "false"}:
        raise SourceError(400, "invalid_parameter", "open is false or true.")
    return given == "true"


async def open_findings(machine: int) -> list[dict[str, Any]]:
    """Newest first. Raises SourceError."""
    stored = (await fields_of(machine, "findings")).values()
    found = [msgpack.unpackb(value[HEAD_BYTES + 1 :]) for value in stored if value[HEAD_BYTES]]
    return await _shown(sorted(found, key=lambda row: (row["ts"], row["rule"]), reverse=True))


async def _shown(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    titles = await titles_of(row["rule"] for row in found)
    return [_finding(row, titles.get(row["rule"], "")) for row in found]


def _finding(row: dict[str, Any], title: str) -> dict[str, Any]:
    ended = row.get("ended")
    return {
        **{name: row[name] for name in PLAIN},
        "title": title,
        "ts": rfc3339(row["ts"]),
        "ts_us": row["ts"],
        "since": rfc3339(row["since"]),
        "ended": None if ended is None else rfc3339(ended),
        "received": rfc3339(row["received"]),
        "capture": [
            {"name": name, "value": value, "quality": quality, "unit": unit}
            for name, (value, quality, unit) in orjson.loads(row["capture"]).items()
        ],
    }
