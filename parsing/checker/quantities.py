"""What a dimension is called, and which unit the field writes for it."""

from __future__ import annotations

from functools import cache

from parsing.checker.unit_words import ANGLE, Dimension
from parsing.checker.units import Unit, unit_of, writable

_QUANTITIES = {
    "kW": "a power", "kN": "a force", "bar": "a pressure", "L/min": "a volume flow", "N*m": "an energy or a torque",
    "km/h": "a speed", "m": "a length", "s": "a time", "kg": "a mass", "rpm": "a speed of rotation", "deg": "an angle",
    "Hz": "a frequency", "degC": "a temperature", "V": "a voltage", "A": "a current", "ohm": "a resistance",
    "Ah": "a charge", "m/s^2": "an acceleration", "m^2": "an area", "L": "a volume", "kg/h": "a mass flow",
    "rad/s^2": "an angular acceleration", "g/kWh": "a specific consumption", "kg/m^3": "a density",
    "bar/s": "a pressure per time", "K/s": "a temperature per time", "kW/s": "a power per time",
    "A/s": "a current per time",
    "V/s": "a voltage per time", "m/s^3": "a jerk", "N*m/deg": "a torque per angle", "s^2": "a time squared",
}  # fmt: skip
"""The unit that is proposed for each, and its name."""


@cache
def _by_dimension() -> dict[Dimension, tuple[str, str]]:
    return {unit_of(text).dimension: (name, text) for text, name in _QUANTITIES.items()}


def quantity_of(unit: Unit) -> tuple[str, str]:
    """Its name with an article (empty where it has none), and a unit to write for it (empty for plain numbers)."""
    if not unit.dimension:
        return "", ""
    found = _by_dimension().get(unit.dimension)
    if found is None:
        # Torque by speed of rotation is a power, whatever the angles say.
        without = tuple(part for part in unit.dimension if part[0] != ANGLE)
        found = _by_dimension().get(without) if without != unit.dimension else None
    return found or ("", writable(unit))


def is_a(unit: Unit) -> str:
    """`a power (kW)`, `a number without a unit`, `[foo], a unit of its own`."""
    name, text = quantity_of(unit)
    if unit.bare or unit.any or unit.scale == "time":
        return unit.shown
    if not unit.known:
        return f"in {unit.shown}, which no table of units has"
    if unit.is_point or unit.delta:
        return f"{name_of(unit)} ({unit.shown})"
    if not unit.dimension:
        return f"a ratio ({unit.shown})" if unit.shown.startswith("[") else unit.shown
    shown = unit.shown if is_simple(unit) else text
    return f"{name} ({shown})" if name else f"in {shown}" if is_simple(unit) else f"in [{text}]"


def is_simple(unit: Unit) -> bool:
    """Whether it stands as somebody wrote it, in brackets."""
    return unit.shown.startswith("[") and unit.shown.count("[") == 1


def name_of(unit: Unit) -> str:
    """`a force`; where the quantity has no name, its unit."""
    if unit.scale == "temperature":
        return "a temperature"
    if unit.delta:
        return "a difference of temperatures"
    return quantity_of(unit)[0] or unit.shown
