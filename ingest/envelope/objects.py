"""Objects of the kinds `vehicle_dtc`, `vehicle_position`, `vehicle_log` and `vehicle_event`."""

from collections.abc import Callable
from typing import Any

import orjson

from ingest.envelope.fields import MAX_NAME, MAX_TEXT, Fields
from ingest.envelope.records import (
    NULL_ADDRESS,
    OCCURRENCES_UNKNOWN,
    DtcObject,
    EnvelopeObject,
    EventObject,
    LogObject,
    PositionObject,
    RejectedError,
)
from parsing.codes import Code
from parsing.quality import Quality

MAX_OBJECTS = 10_000
MAX_FIELDS = 10_000  # bytes of JSON
EVENT_STATES = ("raised", "cleared", "once")
SEVERITIES = ("info", "warning", "error", "critical")
_LOG_FIELDS = frozenset({"ts", "message", "level", "logger"})
_EVENT_FIELDS = frozenset({"ts", "name", "state", "severity", "value", "text"})
_MAX_LATITUDE = 90.0
_MAX_LONGITUDE = 180.0


def read_objects(kind: str, document: Any) -> tuple[EnvelopeObject, ...]:
    """One object or a list of them; the first that breaks a rule rejects all.

    Raises RejectedError: `invalid_field`, `time_out_of_bounds`, `too_many_frames`, `empty`.
    """
    read = READERS[kind]
    if not isinstance(document, list):
        return (read(Fields(document, "")),)
    if not document:
        raise RejectedError(Code.EMPTY, "the list is empty")
    if len(document) > MAX_OBJECTS:
        raise RejectedError(Code.TOO_MANY_FRAMES, f"{len(document)} objects, at most {MAX_OBJECTS}")
    return tuple(read(Fields(item, f"[{index}]")) for index, item in enumerate(document))


def _read_dtc(fields: Fields) -> DtcObject:
    return DtcObject(
        ts=fields.time("ts"),
        spn=fields.integer("spn", 0, 524_287),
        fmi=fields.integer("fmi", 0, 31),
        oc=fields.integer("oc", 0, 127, OCCURRENCES_UNKNOWN),
        cm=fields.integer("cm", 0, 1, 0),
        active=fields.boolean("active", default=True),
        bus=fields.integer("bus", 0, 255, 0),
        sa=fields.integer("sa", 0, 255, NULL_ADDRESS),
        text=fields.text("text", MAX_TEXT, ""),
    )


def _read_position(fields: Fields) -> PositionObject:
    ts, lat, lon = fields.time("ts"), fields.number("lat"), fields.number("lon")
    outside = [
        name
        for name, value, limit in (("lat", lat, _MAX_LATITUDE), ("lon", lon, _MAX_LONGITUDE))
        if not -limit <= value <= limit
    ]
    return PositionObject(
        ts=ts,
        lat=lat,
        lon=lon,
        alt=fields.optional_number("alt"),
        speed=fields.optional_number("speed"),
        heading=fields.optional_number("heading"),
        hdop=fields.optional_number("hdop"),
        satellites=fields.optional_integer("satellites", 0, 65_535),
        quality=Quality.OUT_OF_RANGE if outside else Quality.OK,
        reason=",".join(outside),
    )


def _read_log(fields: Fields) -> LogObject:
    return LogObject(
        ts=fields.time("ts"),
        message=fields.text("message", MAX_TEXT),
        level=fields.text("level", MAX_NAME, ""),
        logger=fields.text("logger", MAX_NAME, ""),
        fields=_as_json(fields, _LOG_FIELDS),
    )


def _read_event(fields: Fields) -> EventObject:
    return EventObject(
        ts=fields.time("ts"),
        name=fields.text("name", MAX_NAME),
        state=fields.choice("state", EVENT_STATES, "once"),
        severity=fields.choice("severity", SEVERITIES, "info"),
        value=fields.optional_number("value"),
        text=fields.text("text", MAX_TEXT, ""),
        fields=_as_json(fields, _EVENT_FIELDS),
    )


def _as_json(fields: Fields, known: frozenset[str]) -> str:
    others = fields.others(known)
    if not others:
        return "{}"
    try:
        encoded = orjson.dumps(others)
    except TypeError as error:  # MessagePack holds what JSON cannot: binary, timestamps
        raise fields.wrong("fields", f"cannot be kept as JSON: {str(error)[:100]}") from None
    if len(encoded) > MAX_FIELDS:
        raise fields.wrong("fields", f"take over {MAX_FIELDS} bytes as JSON")
    return encoded.decode()


READERS: dict[str, Callable[[Fields], EnvelopeObject]] = {
    "vehicle_dtc": _read_dtc,
    "vehicle_position": _read_position,
    "vehicle_log": _read_log,
    "vehicle_event": _read_event,
}
