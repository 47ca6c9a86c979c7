"""Reading one message of `live:{machine}` (docs/contracts/redis.md)."""

import math
import struct
from dataclasses import dataclass
from typing import Any, Final

import msgpack

ABSENT: Final = 6
# A row has at most one value for each of a group's slots, and slots are u8 where it matters.
VALUES_MAXIMUM: Final = 4096


@dataclass(frozen=True, slots=True)
class Row:
    """The newest row of a (group, source) in an envelope. ts in µs; a value without a number is None."""

    group: int
    source: int
    ts: int
    ordinal: int
    values: list[float | None]
    qualities: list[int]


@dataclass(frozen=True, slots=True)
class Update:
    """What one envelope said. received in µs; position, events and findings as the contract has them, times in µs."""

    machine: int
    release: int
    received: int
    rows: tuple[Row, ...]
    position: dict[str, Any] | None
    events: tuple[dict[str, Any], ...]
    findings: tuple[dict[str, Any], ...]


def _row(fields: Any) -> Row:
    group, source, ts, ordinal, values, qualities = fields
    count = len(qualities)
    if count > VALUES_MAXIMUM or len(values) != 8 * count:
        raise ValueError("values and qualities differ in length")
    numbers = struct.unpack(f"<{count}d", values)
    return Row(
        int(group),
        int(source),
        int(ts),
        int(ordinal),
        [n if q != ABSENT and math.isfinite(n) else None for n, q in zip(numbers, qualities, strict=True)],
        list(qualities),
    )


def read_update(machine: int, payload: bytes) -> Update | None:
    """None where the payload is not of version 1 or not well formed."""
    try:
        body = msgpack.unpackb(payload)
        if body["v"] != 1:
            return None
        return Update(
            machine,
            int(body["release"]),
            int(body["received"]),
            tuple(_row(row) for row in body["rows"]),
            body.get("position"),
            tuple(body.get("events") or ()),
            tuple(body.get("findings") or ()),
        )
    except (ValueError, TypeError, KeyError, OverflowError, msgpack.UnpackException):
        return None
