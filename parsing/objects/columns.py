"""What the tables of each kind of object need of a definition's signals, found by their names."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from parsing.objects.records import ObjectKind

MAX_NAME = 255
MAX_TEXT = 10_000

EVENT_STATES = ("raised", "cleared", "once")
SEVERITIES = ("info", "warning", "error", "critical")


class IntegerColumn(NamedTuple):
    """What must be a whole number within bounds, both of which belong to it; None: required."""

    name: str
    low: int
    high: int
    default: int | None


FAULT_INTEGERS = (
    IntegerColumn("spn", 0, 524_287, None),
    IntegerColumn("fmi", 0, 31, None),
    IntegerColumn("oc", 0, 127, 127),
    IntegerColumn("cm", 0, 1, 0),
    IntegerColumn("bus", 0, 255, 0),
    IntegerColumn("sa", 0, 255, 254),
)

POSITION_UNITS = {
    "lat": "deg", "lon": "deg", "alt": "m", "speed": "m/s", "heading": "deg", "hdop": "", "satellites": "",
}  # fmt: skip
"""Columns of `position` that are numbers, and the unit in which they are stored."""

COLUMNS: dict[ObjectKind, tuple[str, ...]] = {
    "position": ("ts", *POSITION_UNITS),
    "log": ("ts", "message", "level", "logger", "severity"),
    "fault": ("ts", *(column.name for column in FAULT_INTEGERS), "active", "text"),
    "report": ("ts", "name", "state", "severity", "value", "text"),
}

TEXT_COLUMNS = {"message": MAX_TEXT, "text": MAX_TEXT, "level": MAX_NAME, "logger": MAX_NAME, "name": MAX_NAME,
                "state": MAX_NAME, "severity": MAX_NAME}  # fmt: skip
"""Columns that are texts, and how many characters they hold."""

_DEGREES = {"deg": 1.0, "°": 1.0, "degree": 1.0, "degrees": 1.0, "rad": 180 / math.pi}
_METRES = {"m": 1.0, "km": 1000.0, "cm": 0.01, "mm": 0.001, "ft": 0.3048, "mi": 1609.344}
_METRES_A_SECOND = {
    "m/s": 1.0, "km/h": 1 / 3.6, "kph": 1 / 3.6, "kmh": 1 / 3.6, "mph": 0.44704, "mi/h": 0.44704, "kn": 1852 / 3600,
    "kt": 1852 / 3600, "knot": 1852 / 3600, "cm/s": 0.01, "mm/s": 0.001,
}  # fmt: skip
_FACTORS = {"deg": _DEGREES, "m": _METRES, "m/s": _METRES_A_SECOND, "": {}}


def position_factor(column: str, unit: str) -> float | None:
    """What a signal's value is multiplied with to be in the unit of its column; 1 without a unit, None where the unit
    is of another quantity.
    """
    stored = POSITION_UNITS[column]
    return 1.0 if unit in ("", stored) else _FACTORS[stored].get(unit)
