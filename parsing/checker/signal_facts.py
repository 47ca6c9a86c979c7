"""What is known of a signal's values before any frame has come: from its raw bits up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from parsing.checker.intervals import EITHER, UNBOUNDED, Interval, hull, meet
from parsing.checker.units import BARE, Unit, unit_of
from parsing.checker.values import Kind, number_text
from parsing.definitions import RawRange, Signal
from parsing.objects.records import ObjectSignal

_EXACT_BITS = 53
_BYTE = 8
_HIGHEST_VALID_BYTE = 0xFA
"""J1939-71: of several bytes, a top one of FB to FD is reserved, of FE an error and of FF not available."""


@dataclass(frozen=True, slots=True)
class SignalFacts:
    """`raw` are the numbers of valid values, `reach` what scale and offset make of them, `interval` those of them that
    `range` allows, which the signal says itself.
    """

    kind: Kind
    unit: Unit
    raw: tuple[int, int] | None
    reach: Interval
    interval: Interval
    scale: float
    offset: float
    range: Interval | None

    def limit_text(self, which: Literal["low", "high"]) -> str:
        """Why a value can be no smaller, or no larger."""
        end = self.interval.high if which == "high" else self.interval.low
        if self.raw is None or self.scale == 0:
            return "the end of its range"
        numbers = f"scale {number_text(self.scale)}, offset {number_text(self.offset)}"
        valid = value_interval(self.raw, self.scale, self.offset)
        if end == (valid.high if which == "high" else valid.low):
            at_high = (which == "high") == (self.scale > 0)
            return f"raw {self.raw[1] if at_high else self.raw[0]}, {numbers}"
        return f"the end of its range: raw {number_text((end - self.offset) / self.scale)}, {numbers}"


NOTHING_KNOWN = SignalFacts("unknown", BARE, None, UNBOUNDED, UNBOUNDED, 1.0, 0.0, None)


def facts_of(record: Signal | ObjectSignal | None) -> SignalFacts:
    if record is None:
        return NOTHING_KNOWN
    given = _range_of(record)
    kind = _kind(record)
    unit = BARE if kind == "enum" else unit_of(record.unit)
    if isinstance(record, ObjectSignal) or record.type == "float":
        possible = EITHER if kind == "boolean" else UNBOUNDED
        return SignalFacts(kind, unit, None, possible, _within(possible, given), record.scale, record.offset, given)
    raw = valid_raw(record)
    reach = value_interval(raw, record.scale, record.offset)
    return SignalFacts(kind, unit, raw, reach, _within(reach, given), record.scale, record.offset, given)


def _range_of(record: Signal | ObjectSignal) -> Interval | None:
    if record.minimum is None and record.maximum is None:
        return None
    low = UNBOUNDED.low if record.minimum is None else record.minimum
    high = UNBOUNDED.high if record.maximum is None else record.maximum
    return Interval(low, high)


def _within(possible: Interval, given: Interval | None) -> Interval:
    """A range that cannot be met makes no value valid; what then is deduced would only confuse."""
    return (meet(possible, given) if given else None) or possible


def _kind(record: Signal | ObjectSignal) -> Kind:
    if record.type in ("text", "bytes"):
        return "text"
    if record.type == "boolean":
        return "boolean"
    if record.enum is not None:
        return "enum"
    whole = record.scale.is_integer() and record.offset.is_integer() and record.type != "float"
    return "integer" if whole else "number"


def raw_limits(record: Signal) -> tuple[int, int]:
    """All that the bits of an integer can hold."""
    if record.type == "signed":
        return -(1 << (record.length - 1)), (1 << (record.length - 1)) - 1
    return 0, (1 << record.length) - 1


def valid_raw(record: Signal) -> tuple[int, int]:
    """The least and the greatest raw number of an integer that is no sentinel."""
    return between_sentinels(record, *raw_limits(record))


def between_sentinels(record: Signal, low: int, high: int) -> tuple[int, int]:
    """Without the sentinels at both ends of raw numbers; two side by side are taken in either order."""
    said = [each for _, each in sentinels_of(record)]
    for each in (*said, *said):
        if each.low <= low <= each.high < high:
            low = each.high + 1
        if low < each.low <= high <= each.high:
            high = each.low - 1
    return low, high


def sentinels_of(record: Signal) -> list[tuple[str, RawRange]]:
    """Raw numbers of an integer that are no values, and what they mean."""
    if takes_j1939_sentinels(record):
        top = RawRange(highest_valid(record.length) + 1, raw_limits(record)[1])
        return [("no value (J1939)", top)] if top.low <= top.high else []
    said = [("`not_available`", record.not_available), ("`error`", record.error)]
    return [(name, given) for name, given in said if given is not None]


def takes_j1939_sentinels(record: Signal) -> bool:
    """Whether those count; what a signal says itself takes their place."""
    says = record.not_available is not None or record.error is not None
    return record.sentinels == "j1939" and record.type == "unsigned" and not says


def highest_valid(bits: int) -> int:
    """Of J1939's sentinels (docs/contracts/rows.md)."""
    if bits == 1:
        return 1
    if bits % _BYTE == 0 and bits > _BYTE:
        return ((_HIGHEST_VALID_BYTE + 1) << (bits - _BYTE)) - 1
    return (1 << bits) - 3


def value_interval(raw: tuple[int, int], scale: float, offset: float) -> Interval:
    """The values of all raw numbers between: rounded as the engine does, and once where that may be so."""
    ends = [float(number) * scale + offset for number in raw]
    found = Interval(min(ends), max(ends))
    if max(abs(number) for number in raw) >> _EXACT_BITS and scale.is_integer() and offset.is_integer():
        exact = [float(number * int(scale) + int(offset)) for number in raw]
        found = hull(found, Interval(min(exact), max(exact)))
    return found
