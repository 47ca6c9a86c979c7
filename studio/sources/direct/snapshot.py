"""The latest values, from the hash that docs/contracts/redis.md describes."""

import math
import struct
import time
from dataclasses import dataclass
from typing import Any, Final

import msgpack

from studio.sources import Question
from studio.sources.direct import catalogue
from studio.sources.direct.clickhouse import QUALITIES, rfc3339
from studio.sources.direct.findings import open_findings
from studio.sources.direct.snapshot_hash import POSITION, fields_of

HEAD: Final = struct.Struct("<qBIqH")
ABSENT: Final = QUALITIES.index("absent")


@dataclass(frozen=True, slots=True)
class Row:
    group: int
    source: int
    ts: int
    ordinal: int
    release: int
    received: int
    values: tuple[float, ...]
    qualities: bytes


def _row(name: bytes, packed: bytes) -> Row:
    group, source = (int(part) for part in name.split(b":"))
    ts, ordinal, release, received, count = HEAD.unpack_from(packed)
    values = struct.unpack_from(f"<{count}d", packed, HEAD.size)
    start = HEAD.size + 8 * count
    return Row(group, source, ts, ordinal, release, received, values, packed[start : start + count])


def _values(row: Row, signals: list[dict[str, Any]], now: int) -> list[dict[str, Any]]:
    stamp = {
        "source": row.source,
        "bus": row.source >> 16,
        "source_address": row.source >> 8 & 255,
        "destination_address": row.source & 255,
        "ts": rfc3339(row.ts),
        "ts_us": row.ts,
        "ordinal": row.ordinal,
        "received": rfc3339(row.received),
        "age_seconds": max(0.0, (now - row.received) / 1e6),
        "release": row.release,
    }
    return [
        {
            **{name: signal[name] for name in ("name", "message", "signal", "unit", "group", "slot")},
            "value": row.values[slot] if math.isfinite(row.values[slot]) else None,
            "quality": QUALITIES[row.qualities[slot]],
            **stamp,
        }
        for signal in signals
        if (slot := signal["slot"]) < len(row.values) and row.qualities[slot] != ABSENT
    ]


def _position(packed: bytes | None) -> dict[str, Any] | None:
    if packed is None:
        return None
    row: dict[str, Any] = msgpack.unpackb(packed[HEAD.size :])
    del row["machine"]
    return {
        **row,
        "quality": QUALITIES[row["quality"]],
        "ts": rfc3339(row["ts"]),
        "ts_us": row["ts"],
        "received": rfc3339(row["received"]),
    }


async def snapshot(question: Question) -> dict[str, Any]:
    found = await fields_of(question.machine or 0)
    position = found.pop(POSITION, None)
    rows = sorted((_row(name, packed) for name, packed in found.items()), key=lambda row: (row.group, row.source))
    signals = await catalogue.of_groups({row.group for row in rows})
    now = time.time_ns() // 1000
    values = [value for row in rows for value in _values(row, [s for s in signals if s["group"] == row.group], now)]
    return {
        "machine": question.machine,
        "values": values,
        "position": _position(position),
        "findings": await open_findings(question.machine or 0),
    }
