"""A machine's newest positions, events and logs."""

from typing import Any, Final

from studio.sources import Question
from studio.sources.direct.clickhouse import QUALITIES, rfc3339, rows, table
from studio.sources.direct.parameters import integer, span

# Resource -> its table, its columns beside the times and the release, and the rest of its order.
TABLES: Final = {
    "positions": (
        "position",
        ("ordinal", "lat", "lon", "alt", "speed", "heading", "hdop", "satellites", "quality", "reason"),
        ("ordinal",),
    ),
    "logs": (
        "log",
        ("message_id", "index", "level", "severity", "logger", "message", "fields"),
        ("message_id", "index"),
    ),
    "events": (
        "event",
        ("message_id", "index", "name", "state", "severity", "value", "text", "fields"),
        ("message_id", "index"),
    ),
}


async def records(question: Question) -> list[dict[str, Any]]:
    name, columns, order = TABLES[question.resource]
    begin, end = span(question, None)
    chosen = ", ".join(f"t.`{column}`" for column in columns)
    newest_first = ", ".join(f"t.`{column}` DESC" for column in ("ts", *order))
    sql = f"""
        SELECT toUnixTimestamp64Micro(t.ts), toUnixTimestamp64Micro(t.received), t.`release`, {chosen}
        FROM {table(name)} AS t FINAL WHERE t.machine = {{machine:UInt32}}
          AND t.ts >= fromUnixTimestamp64Micro({{begin:Int64}}, 'UTC')
          AND t.ts < fromUnixTimestamp64Micro({{end:Int64}}, 'UTC')
        ORDER BY {newest_first} LIMIT {{limit:UInt32}}
    """  # noqa: S608 - our own names
    limit = integer(question, "limit", 100, 1, 10_000)
    found = await rows(sql, {"machine": question.machine, "begin": begin, "end": end, "limit": limit})
    return [_record(columns, row) for row in found]


def _record(columns: tuple[str, ...], row: list[Any]) -> dict[str, Any]:
    ts, received, release, *values = row
    shown = dict(zip(columns, values, strict=True))
    if "quality" in shown:
        shown["quality"] = QUALITIES[shown["quality"]]
    return {"ts": rfc3339(ts), "ts_us": ts, **shown, "release": release, "received": rfc3339(received)}
