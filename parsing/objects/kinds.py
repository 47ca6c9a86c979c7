"""The four kinds of objects, as the tables of positions, trouble codes, log lines and reports have them.

Named tuples, as one is made for each object of each envelope: they are made in half the time that dataclasses take.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from parsing.source import GLOBAL_ADDRESS, NULL_ADDRESS, encode_source

if TYPE_CHECKING:
    from parsing.objects.records import ObjectKind
    from parsing.quality import Quality

__all__ = [
    "ENVELOPE_KINDS", "OCCURRENCES_UNKNOWN", "DtcObject", "EnvelopeObject", "EventObject", "LogObject",
    "PositionObject",
]  # fmt: skip

ENVELOPE_KINDS: dict[str, ObjectKind] = {
    "vehicle_dtc": "fault",
    "vehicle_position": "position",
    "vehicle_log": "log",
    "vehicle_event": "report",
}
"""Of each kind of envelope that holds objects, what its objects are called in definitions."""

OCCURRENCES_UNKNOWN = 127
"""J1939: occurrence count 127 is "not available"."""

OBJECT_SOURCE = encode_source(0, NULL_ADDRESS, GLOBAL_ADDRESS)
"""`source` of values that come of objects: of no bus and no node."""


class DtcObject(NamedTuple):
    ts: int
    spn: int
    fmi: int
    oc: int
    cm: int
    active: bool
    bus: int
    sa: int
    text: str

    @property
    def source(self) -> int:
        """`source` of docs/contracts/rows.md."""
        return self.bus << 16 | self.sa << 8 | GLOBAL_ADDRESS


class PositionObject(NamedTuple):
    """Degrees, metres and m/s; `reason` names what is out of range, by comma, or why it is suspect."""

    ts: int
    lat: float
    lon: float
    alt: float | None
    speed: float | None
    heading: float | None
    hdop: float | None
    satellites: int | None
    quality: Quality
    reason: str


class LogObject(NamedTuple):
    """`fields` is a JSON object."""

    ts: int
    message: str
    level: str
    severity: str
    logger: str
    fields: str


class EventObject(NamedTuple):
    """`fields` is a JSON object."""

    ts: int
    name: str
    state: str
    severity: str
    value: float | None
    text: str
    fields: str


EnvelopeObject = DtcObject | PositionObject | LogObject | EventObject
