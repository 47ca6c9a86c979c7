"""The parsed tables: Arrow schemas of what goes over the topic `parsed`.

`docs/contracts/rows.md` has the same tables for people; a test compares the two.
"""

from __future__ import annotations

import pyarrow as pa

_TIME = pa.timestamp("us", tz="UTC")


def _schema(*columns: tuple[str, pa.DataType] | tuple[str, pa.DataType, bool]) -> pa.Schema:
    """Columns as (name, type) or, where null is allowed, (name, type, True)."""
    return pa.schema([pa.field(name, kind, nullable=bool(rest)) for name, kind, *rest in columns])


def _list(kind: pa.DataType) -> pa.DataType:
    return pa.list_(pa.field("item", kind, nullable=False))


_MACHINE = ("machine", pa.uint32())
_TS = ("ts", _TIME)
_ORDINAL = ("ordinal", pa.uint8())
_SERIES = (_MACHINE, ("group", pa.uint32()), ("source", pa.uint32()), _TS, _ORDINAL)
_ORIGIN = (_MACHINE, _TS, ("message_id", pa.string()), ("index", pa.uint32()))
_COUNTED = (("count", pa.uint64()), ("first_ts", _TIME), ("last_ts", _TIME))
_STAMP = (("release", pa.uint32()), ("received", _TIME))

SCHEMAS: dict[str, pa.Schema] = {
    "frame_values": _schema(
        *_SERIES,
        ("values", _list(pa.float64())),
        ("qualities", _list(pa.uint8())),
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
        ("spn", pa.uint32()),
        ("fmi", pa.uint8()),
        _TS,
        ("occurrence", pa.uint32()),
        ("active", pa.uint8()),
        ("first_seen", _TIME),
        ("last_seen", _TIME),
        ("ended", _TIME, True),
        ("count", pa.uint32()),
        ("oc", pa.uint8()),
        ("cm", pa.uint8()),
        ("lamps", pa.uint16()),
        ("text", pa.string()),
        ("version", pa.uint64()),
        *_STAMP,
    ),
    "dtc_list": _schema(
        _MACHINE,
        ("source", pa.uint32()),
        _TS,
        ("dm", pa.uint8()),
        _ORDINAL,
        ("transport", pa.string()),
        ("lamps", pa.uint16()),
        ("spn", _list(pa.uint32())),
        ("fmi", _list(pa.uint8())),
        ("oc", _list(pa.uint8())),
        ("cm", _list(pa.uint8())),
        ("data", pa.binary()),
        *_STAMP,
    ),
    "transport_message": _schema(
        _MACHINE,
        ("source", pa.uint32()),
        ("pgn", pa.uint32()),
        _TS,
        _ORDINAL,
        ("length", pa.uint16()),
        ("data", pa.binary()),
        *_STAMP,
    ),
    "source_name": _schema(
        _MACHINE,
        ("bus", pa.uint8()),
        ("source_address", pa.uint8()),
        _TS,
        _ORDINAL,
        ("name", pa.uint64()),
        ("identity_number", pa.uint32()),
        ("manufacturer_code", pa.uint16()),
        ("ecu_instance", pa.uint8()),
        ("function_instance", pa.uint8()),
        ("function", pa.uint8()),
        ("vehicle_system", pa.uint8()),
        ("vehicle_system_instance", pa.uint8()),
        ("industry_group", pa.uint8()),
        ("arbitrary_address_capable", pa.uint8()),
        *_STAMP,
    ),
    "bus_fault": _schema(
        _MACHINE,
        ("bus", pa.uint8()),
        ("source_address", pa.uint8()),
        ("destination_address", pa.uint8()),
        ("pgn", pa.uint32()),
        ("reason", pa.string()),
        *_COUNTED,
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
        ("kind", pa.string()),
        ("name", pa.string()),
        ("state", pa.string()),
        ("severity", pa.string()),
        ("text", pa.string()),
        ("since", _TIME),
        ("capture", pa.string()),
        ("group_by", pa.string()),
        *_STAMP,
    ),
    "unmodelled": _schema(
        _MACHINE,
        ("bus", pa.uint8()),
        ("can_id", pa.uint32()),
        ("page", pa.int64()),
        *_COUNTED,
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
        ("short", pa.uint32()),
        ("first_ts", _TIME, True),
        ("last_ts", _TIME, True),
        *_STAMP,
    ),
}
