"""A text's signal as a record."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from parsing.dbc.attributes import SPN_LIMIT
from parsing.dbc.records import ImportedSignal
from parsing.definitions import MAX_PAYLOAD_BITS, RawRange, network_bit
from parsing.language import ast
from parsing.language.notes import notes_of

if TYPE_CHECKING:
    from parsing.language.ast import RawInterval, Signal
    from parsing.language.types_of import Enums, NumberType, SignalType


def imported_signal(signal: Signal, enums: Enums) -> ImportedSignal | None:
    """None where it is no number in a frame."""
    place, type_ = signal.place, enums.type_of(signal)
    if type_ is None or not isinstance(place, ast.BitPlace) or place.start < 0:
        return None
    first = network_bit(place.start) if place.big else place.start
    if first + type_.number.length > MAX_PAYLOAD_BITS or not is_linear(signal):
        return None
    minimum, maximum = limits_of(signal)
    not_available, error = _sentinels(signal, type_, enums)
    return ImportedSignal(
        name=signal.name.text,
        start=place.start,
        length=type_.number.length,
        byte_order="big" if place.big else "little",
        type=type_.number.kind,
        scale=signal.scale,
        offset=signal.offset,
        minimum=minimum,
        maximum=maximum,
        unit=signal.unit.text if signal.unit else "",
        enum=type_.enum,
        spn=signal.spn if signal.spn is not None and 0 <= signal.spn < SPN_LIMIT else None,
        sentinels="j1939" if signal.j1939_sentinels else "none",
        comment=signal.doc,
        not_available=not_available,
        error=error,
        notes=notes_of([("", signal.remarks)]),
    )


def end_of(signal: ImportedSignal) -> int:
    """Bits of a payload that has the whole signal."""
    return (signal.start if signal.byte_order == "little" else network_bit(signal.start)) + signal.length


def is_linear(signal: Signal) -> bool:
    """Whether scale and offset are numbers that can be calculated with."""
    return math.isfinite(signal.scale) and math.isfinite(signal.offset)


def limits_of(signal: Signal) -> tuple[float | None, float | None]:
    """Minimum and maximum; none where they allow nothing, or are in a unit that is not the signal's. An end that is
    infinite is none.
    """
    limits = signal.range
    if limits is None or not limits.low <= limits.high:
        return None, None
    if limits.unit is not None and limits.unit.text != (signal.unit.text if signal.unit else ""):
        return None, None
    return (
        limits.low if math.isfinite(limits.low) else None,
        limits.high if math.isfinite(limits.high) else None,
    )


def _sentinels(signal: Signal, type_: SignalType, enums: Enums) -> tuple[RawRange | None, RawRange | None]:
    """What is not available and what means an error: as the signal says, else as the enum's members are named."""
    not_available, error = _raw_range(signal.not_available, type_.number), _raw_range(signal.error, type_.number)
    if type_.enum is None or type_.number.kind == "float":
        return not_available, error
    return (
        not_available or _held(enums.named(type_.enum, "not_available"), type_.number),
        error or _held(enums.named(type_.enum, "error"), type_.number),
    )


def _raw_range(interval: RawInterval | None, type_: NumberType) -> RawRange | None:
    """None where it has numbers that the type does not have."""
    if interval is None or type_.kind == "float" or interval.low > interval.high:
        return None
    return _held(RawRange(interval.low, interval.high), type_)


def _held(numbers: RawRange | None, type_: NumberType) -> RawRange | None:
    """None where the type does not have them; an enum may be of a wider one, or say what never comes."""
    is_possible = numbers is not None and type_.holds(numbers.low) and type_.holds(numbers.high)
    return numbers if is_possible else None
