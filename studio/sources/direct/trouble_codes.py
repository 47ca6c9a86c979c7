"""A machine's trouble codes: each time that one was active."""

from typing import Any, Final

from studio.sources import Question, SourceError
from studio.sources.direct.clickhouse import rfc3339, rows, table
from studio.sources.direct.parameters import integer, span

STATES: Final = ("previously_active", "active")
LAMPS: Final = ("protect", "amber_warning", "red_stop", "malfunction")
STATUSES: Final = ("off", "on", "error", "not_available")
FLASHES: Final = ("slow", "fast", "reserved", "none")
TIMES: Final = ("ts", "first_seen", "last_seen", "ended", "received")
COLUMNS: Final = ("active", "source", "spn", "fmi", "occurrence", "count", "oc", "cm", "lamps", "text", "release")


async def trouble_codes(question: Question) -> list[dict[str, Any]]:
    begin, end = span(question, None)
    chosen = [f"toUnixTimestamp64Micro(t.{name})" for name in TIMES] + [f"t.`{name}`" for name in COLUMNS]
    sql = f"""
        SELECT {", ".join(chosen)} FROM {table("dtc")} AS t FINAL WHERE t.machine = {{machine:UInt32}}
          AND t.ts >= fromUnixTimestamp64Micro({{begin:Int64}}, 'UTC')
          AND t.ts < fromUnixTimestamp64Micro({{end:Int64}}, 'UTC')
          AND ({{active:Int8}} < 0 OR t.active = {{active:Int8}})
        ORDER BY t.ts DESC, t.source DESC, t.spn DESC, t.fmi DESC, t.occurrence DESC LIMIT {{limit:UInt32}}
    """  # noqa: S608 - our own names
    limit = integer(question, "limit", 100, 1, 10_000)
    bound = {"machine": question.machine, "begin": begin, "end": end, "active": _active(question), "limit": limit}
    return [_trouble_code(dict(zip((*TIMES, *COLUMNS), row, strict=True))) for row in await rows(sql, bound)]


def _active(question: Question) -> int:
    state = question.parameters.get("state")
    if state is None:
        return -1
    if state not in STATES:
        raise SourceError(400, "invalid_parameter", f"state is {' or '.join(STATES)}.")
    return STATES.index(state)


def _trouble_code(row: dict[str, Any]) -> dict[str, Any]:
    source = row["source"]
    return {
        "state": STATES[row["active"]],
        "began": rfc3339(row["ts"]),
        "began_us": row["ts"],
        "first_seen": rfc3339(row["first_seen"]),
        "last_seen": rfc3339(row["last_seen"]),
        "ended": None if row["ended"] is None else rfc3339(row["ended"]),
        "source": source,
        "bus": source >> 16,
        "source_address": source >> 8 & 255,
        "destination_address": source & 255,
        **{name: row[name] for name in ("spn", "fmi", "occurrence", "count", "oc", "cm")},
        "lamps": {name: _lamp(row["lamps"] >> 2 * place) for place, name in enumerate(LAMPS)},
        "text": row["text"],
        "release": row["release"],
        "received": rfc3339(row["received"]),
    }


def _lamp(bits: int) -> dict[str, str]:
    """J1939-73: statuses in the lower byte, flashes in the upper."""
    return {"status": STATUSES[bits & 3], "flash": FLASHES[bits >> 8 & 3]}
