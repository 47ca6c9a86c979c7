"""The parsed tables: Arrow schemas of what goes over the topic `parsed`, and the `source` of a row.

`docs/contracts/rows.md` has the same tables for people; a test compares the two.
"""

from __future__ import annotations

from typing import NamedTuple

import pyarrow as pa

NULL_ADDRESS = 254
"""J1939-81: the address of a node that has none; source address of frames that are not J1939."""

GLOBAL_ADDRESS = 255
"""J1939-21: everybody; destination address of broadcasts and of frames that are not J1939."""

_BYTE_MAX = 255
_TIME = pa.timestamp("us", tz="UTC")


class Source(NamedTuple):
    bus: int
    source_address: int
    destination_address: int


def encode_source(bus: int, source_address: int = NULL_ADDRESS, destination_address: int = GLOBAL_ADDRESS) -> int:
    """The u32 that stands for a series' origin; each part is 0 to 255 (ValueError otherwise)."""
    parts = (bus, source_address, destination_address)
    if not all(0 <= part <= _BYTE_MAX for part in parts):
        msg = f"bus and addresses are 0 to 255, not {parts}"
        raise ValueError(msg)
    return bus << 16 | source_address << 8 | destination_address


def decode_source(source: int) -> Source:
    """Inverse of `encode_source`."""
    return Source(source >> 16 & 0xFF, source >> 8 & 0xFF, source & 0xFF)


def _schema(*columns: tuple[str, pa.DataType] | tuple[str, pa.DataType, bool]) -> pa.Schema:
    """Columns as (name, type) or, where null is allowed, (name, type, True)."""
    return pa.schema([pa.field(name, kind, nullable=bool(rest)) for name, kind, *rest in columns])


_MACHINE = ("machine", pa.uint32())
_TS = ("ts", _TIME)
_ORDINAL = ("ordinal", pa.uint8())
_SERIES = (_MACHINE, ("group", pa.uint32()), ("source", pa.uint32()), _TS, _ORDINAL)
_ORIGIN = (_MACHINE, _TS, ("message_id", pa.string()), ("index", pa.uint32()))
_STAMP = (("release", pa.uint32()), ("received", _TIME))

SCHEMAS: dict[str, pa.Schema] = {
    "frame_values": _schema(
        *_SERIES,
        ("values", pa.list_(pa.field("item", pa.float64(), nullable=False))),
        ("qualities", pa.list_(pa.field("item", pa.uint8(), nullable=False))),
        *_STAMP,
    ),
    "position": _schema(
        _MACHINE,
        _TS,
        _ORDINAL,
        ("lat", pa.float64()),
        ("lon", pa.float64()),
        ("alt", pa.float64(), True),
        ("speed", pa.float64(), True),
        ("heading", pa.float64(), True),
        ("hdop", pa.float64(), True),
        ("satellites", pa.uint16(), True),
        ("quality", pa.uint8()),
        ("reason", pa.string()),
        *_STAMP,
    ),
    "dtc": _schema(
        _MACHINE,
        ("source", pa.uint32()),
        _TS,
        ("spn", pa.uint32()),
        ("fmi", pa.uint8()),
        ("oc", pa.uint8()),
        ("cm", pa.uint8()),
        ("active", pa.uint8()),
        ("text", pa.string()),
        *_STAMP,
    ),
    "log": _schema(
        *_ORIGIN,
        ("level", pa.string()),
        ("severity", pa.string()),
        ("logger", pa.string()),
        ("message", pa.string()),
        ("fields", pa.string()),
        *_STAMP,
    ),
    "event": _schema(
        *_ORIGIN,
        ("name", pa.string()),
        ("state", pa.string()),
        ("severity", pa.string()),
        ("value", pa.float64(), True),
        ("text", pa.string()),
        ("fields", pa.string()),
        *_STAMP,
    ),
    "text_value": _schema(*_SERIES, ("slot", pa.uint16()), ("value", pa.string()), ("quality", pa.uint8()), *_STAMP),
    "finding": _schema(
        _MACHINE,
        ("rule", pa.uint32()),
        _TS,
        ("index", pa.uint32()),
        ("state", pa.string()),
        ("severity", pa.string()),
        ("text", pa.string()),
        *_STAMP,
    ),
    "unmodelled": _schema(
        _MACHINE,
        ("bus", pa.uint8()),
        ("can_id", pa.uint32()),
        ("page", pa.int64()),
        ("count", pa.uint64()),
        ("first_ts", _TIME),
        ("last_ts", _TIME),
        *_STAMP,
    ),
    "envelope": _schema(
        ("partition", pa.uint16()),
        ("offset", pa.int64()),
        ("origin", pa.string()),
        ("message_id", pa.string()),
        ("device", pa.string()),
        _MACHINE,
        ("kind", pa.string()),
        ("frames", pa.uint32()),
        ("rows", pa.uint32()),
        ("unmodelled", pa.uint32()),
        ("first_ts", _TIME, True),
        ("last_ts", _TIME, True),
        *_STAMP,
    ),
}
