"""What was heard of J1939 as JSON: lamps as words, the parts of a source beside it, payloads as hex."""

from collections.abc import Mapping
from typing import Any, Final

from distribution.api.parameters import rfc3339
from distribution.api.present import record_json, source_json
from parsing.j1939 import Lamp, Lamps

ACTIVE: Final = "active"
PREVIOUSLY_ACTIVE: Final = "previously_active"
STATES: Final = (PREVIOUSLY_ACTIVE, ACTIVE)  # by the column `active`
LAMPS: Final = ("protect", "amber_warning", "red_stop", "malfunction")
LAMP_STATUSES: Final = ("off", "on", "error", "not_available")
LAMP_FLASHES: Final = ("slow", "fast", "reserved", "none")
NAME_FIELDS: Final = (
    "identity_number", "manufacturer_code", "ecu_instance", "function_instance", "function", "vehicle_system",
    "vehicle_system_instance", "industry_group", "arbitrary_address_capable",
)  # fmt: skip
Row = Mapping[str, Any]


def dtc_json(row: Row) -> dict[str, Any]:
    """An occurrence, as the last message that said something new of it left it."""
    return {
        "state": STATES[row["active"]],
        "began": rfc3339(row["ts"]),
        "began_us": row["ts"],
        "first_seen": rfc3339(row["first_seen"]),
        "last_seen": rfc3339(row["last_seen"]),
        "ended": None if row["ended"] is None else rfc3339(row["ended"]),
        **source_json(row["source"]),
        **_plain(row, "spn", "fmi", "occurrence", "count", "oc", "cm"),
        "lamps": lamps_json(row["lamps"]),
        "text": row["text"],
        **_stamp(row),
    }


def dtc_list_json(row: Row) -> dict[str, Any]:
    columns = (row[name] for name in ("spn", "fmi", "oc", "cm"))
    return {
        **_time(row),
        **source_json(row["source"]),
        **_plain(row, "dm", "ordinal", "transport"),
        "lamps": lamps_json(row["lamps"]),
        "dtcs": [dict(zip(("spn", "fmi", "oc", "cm"), dtc, strict=True)) for dtc in zip(*columns, strict=True)],
        "data": row["data"],
        **_stamp(row),
    }


def transport_message_json(row: Row) -> dict[str, Any]:
    return {
        **_time(row),
        **source_json(row["source"]),
        **_plain(row, "pgn", "ordinal", "length", "data"),
        **_stamp(row),
    }


def source_name_json(row: Row) -> dict[str, Any]:
    """`name` as hex: JSON's numbers end at 53 bits."""
    return {
        **_time(row),
        **_plain(row, "bus", "source_address", "ordinal"),
        "name": f"{row['name']:016x}",
        **_plain(row, *NAME_FIELDS),
        **_stamp(row),
    }


def lamps_json(raw: int) -> dict[str, dict[str, str]]:
    lamps = Lamps(raw)
    return {name: _lamp(getattr(lamps, name)) for name in LAMPS}


def _lamp(lamp: Lamp) -> dict[str, str]:
    return {"status": LAMP_STATUSES[lamp.status], "flash": LAMP_FLASHES[lamp.flash]}


def _plain(row: Row, *names: str) -> dict[str, Any]:
    return {name: row[name] for name in names}


def _time(row: Row) -> dict[str, Any]:
    return {"ts": rfc3339(row["ts"]), "ts_us": row["ts"]}


def _stamp(row: Row) -> dict[str, Any]:
    return record_json(_plain(row, "release", "received"))
