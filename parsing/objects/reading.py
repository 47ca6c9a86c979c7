"""One object of a body as the tables of its kind have it, from its numbers and its texts."""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import orjson

from parsing.codes import Code
from parsing.objects.columns import (
    EVENT_STATES,
    FAULT_INTEGERS,
    POSITION_UNITS,
    SEVERITIES,
    TEXT_COLUMNS,
    position_factor,
)
from parsing.objects.faults import FieldFault, wrong
from parsing.objects.kinds import DtcObject, EventObject, LogObject, PositionObject
from parsing.objects.numbers import judge_number, number_signal
from parsing.objects.paths import walk
from parsing.objects.plan import ObjectPlan, Place, place_of
from parsing.objects.severity import SeverityReader
from parsing.quality import Quality

if TYPE_CHECKING:
    from parsing.objects.columns import IntegerColumn
    from parsing.objects.kinds import EnvelopeObject
    from parsing.objects.records import ObjectDefinition, ObjectSignal

MAX_FIELDS = 10_000  # bytes of JSON
_MAX_LATITUDE = 90.0
_MAX_LONGITUDE = 180.0
_MAX_SATELLITES = 65_535
_USABLE = int(Quality.OUT_OF_RANGE)
"""The worst quality with which a number is still the measured one."""
_ABSENT = int(Quality.ABSENT)


Map = dict[Any, Any]
Read = Callable[[Map, "Map | None", int, list[float], list[int]], "EnvelopeObject"]
"""Of an object, the body that lists it (None: it stands alone), its time, and values and qualities of its numbers by
slot. Raises FieldFault where what is required is not there.
"""


def reader_of(plan: ObjectPlan, default: ObjectDefinition) -> Read:
    """What makes objects of the plan's kind."""
    match plan.kind:
        case "position":
            return PositionReader(plan).read
        case "log":
            return LogReader(plan, default).read
        case "fault":
            return FaultReader(plan).read
        case "report":
            return ReportReader(plan).read


class TextColumn:
    """A text of at most so many characters; None for `default`: it must be there."""

    __slots__ = ("_default", "_key", "_limit", "_rest", "_signal")

    def __init__(self, plan: ObjectPlan, name: str, default: str | None) -> None:
        self._signal = plan.signals[name]
        self._key, self._rest = place_of(self._signal)
        self._limit = TEXT_COLUMNS[name]
        self._default = default

    def read(self, member: Map, body: Map | None) -> str:
        value = self._find(member, body)
        if value is None and self._default is not None:
            return self._default
        if not isinstance(value, str) or len(value) > self._limit:
            raise wrong(self._signal, f"is not text of at most {self._limit} characters")
        return value

    def choice(self, member: Map, body: Map | None, choices: tuple[str, ...]) -> str:
        value = self._find(member, body)
        if value is None and self._default is not None:
            return self._default
        if not isinstance(value, str) or value not in choices:
            raise wrong(self._signal, f"is not one of {', '.join(choices)}")
        return value

    def _find(self, member: Map, body: Map | None) -> Any:
        value = member.get(self._key)
        if value is None and body is not None:
            value = body.get(self._key)
        return walk(value, self._rest) if self._rest else value


class PositionReader:
    __slots__ = ("_columns", "_is_plain", "_lat", "_lon", "_of_columns")

    def __init__(self, plan: ObjectPlan) -> None:
        signals = [plan.signals[name] for name in POSITION_UNITS]
        factors = [position_factor(name, plan.signals[name].unit) for name in POSITION_UNITS]
        self._lat, self._lon = signals[0], signals[1]
        self._columns = tuple((signal.slot, factor or 1.0) for signal, factor in zip(signals, factors, strict=True))
        self._of_columns = itemgetter(*(signal.slot for signal in signals))
        self._is_plain = all(factor == 1 for _, factor in self._columns)

    def read(self, _: Map, __: Map | None, ts: int, values: list[float], qualities: list[int]) -> PositionObject:
        if self._is_plain and not any(self._of_columns(qualities)):
            lat, lon, alt, speed, heading, hdop, satellites = self._of_columns(values)
        else:
            lat, lon, alt, speed, heading, hdop, satellites = [
                values[slot] * factor if qualities[slot] <= _USABLE else None for slot, factor in self._columns
            ]
            if lat is None or lon is None:
                raise self._missing(qualities)
        quality, reason = Quality.OK, self._outside(qualities, lat, lon)
        if reason:
            quality = Quality.OUT_OF_RANGE
        if satellites is not None:
            satellites = int(satellites) if 0 <= satellites <= _MAX_SATELLITES else None
        return PositionObject(ts, lat, lon, alt, speed, heading, hdop, satellites, quality, reason)

    def _outside(self, qualities: list[int], lat: float, lon: float) -> str:
        north = qualities[self._lat.slot] or not -_MAX_LATITUDE <= lat <= _MAX_LATITUDE
        east = qualities[self._lon.slot] or not -_MAX_LONGITUDE <= lon <= _MAX_LONGITUDE
        if not (north or east):
            return ""
        return "lat,lon" if north and east else "lat" if north else "lon"

    def _missing(self, qualities: list[int]) -> FieldFault:
        for signal in (self._lat, self._lon):
            if qualities[signal.slot] == _ABSENT:
                return wrong(signal, "is missing")
        bad = self._lat if qualities[self._lat.slot] > _USABLE else self._lon
        return wrong(bad, "is not a finite number")


class LogReader:
    __slots__ = ("_consumed", "_level", "_logger", "_message", "_severity", "_subject")

    def __init__(self, plan: ObjectPlan, default: ObjectDefinition) -> None:
        self._message = TextColumn(plan, "message", None)
        self._level = TextColumn(plan, "level", "")
        self._logger = TextColumn(plan, "logger", "")
        self._severity = _severity_reader(plan.definition if plan.definition.severity else default)
        self._subject = _subject(plan)
        self._consumed = plan.consumed

    def read(self, member: Map, body: Map | None, ts: int, _: list[float], __: list[int]) -> LogObject:
        level = self._level.read(member, body)
        subject = level if self._subject is None else _text_or_nothing(self._subject.read(member, body))
        message, logger = self._message.read(member, body), self._logger.read(member, body)
        return LogObject(ts, message, level, self._severity.of(subject), logger, _others(member, self._consumed))


def _severity_reader(definition: ObjectDefinition) -> SeverityReader:
    if definition.severity is None:
        raise ValueError(f"{definition.name} has no severity map")
    return SeverityReader(definition.severity)


def _subject(plan: ObjectPlan) -> Place | None:
    """Where the text stands that the severity map reads; None: it is the level."""
    said = plan.definition.severity
    if said is not None:
        return None if said.signal == "level" else place_of(plan.signals[said.signal])
    return place_of(plan.signals["severity"]) if "severity" in plan.signals else None


def _text_or_nothing(value: Any) -> str:
    return value if isinstance(value, str) else ""


class FaultReader:
    """Its integers identify a fault, so they are read as they stand in the body, and not as values with a quality."""

    __slots__ = ("_active", "_active_at", "_integers", "_text")

    def __init__(self, plan: ObjectPlan) -> None:
        self._integers = tuple(_integer_column(plan, column) for column in FAULT_INTEGERS)
        self._active = plan.signals["active"]
        self._active_at = place_of(self._active)
        self._text = TextColumn(plan, "text", "")

    def read(self, member: Map, body: Map | None, ts: int, _: list[float], __: list[int]) -> DtcObject:
        numbers: list[int] = []
        for key, rest, low, high, default, is_plain, signal in self._integers:
            raw = member.get(key)
            if raw is None and body is not None:
                raw = body.get(key)
            if rest:
                raw = walk(raw, rest)
            if is_plain and type(raw) is int and low <= raw <= high:
                numbers.append(raw)
            elif raw is None and default is not None:
                numbers.append(default)
            else:
                numbers.append(_integer(raw, signal, low, high))
        spn, fmi, oc, cm, bus, sa = numbers
        return DtcObject(ts, spn, fmi, oc, cm, self._is_active(member, body), bus, sa, self._text.read(member, body))

    def _is_active(self, member: Map, body: Map | None) -> bool:
        raw = self._active_at.read(member, body)
        if raw is None:
            return True
        value, quality = judge_number(raw, self._active)
        if quality != Quality.OK:
            raise wrong(self._active, "is not true or false")
        return value != 0


def _integer_column(
    plan: ObjectPlan, column: IntegerColumn
) -> tuple[str, tuple[str | int, ...], int, int, int | None, bool, ObjectSignal]:
    """Its signal's path, the column's bounds and default, and whether a number that the signal takes as it stands."""
    signal = plan.signals[column.name]
    number = number_signal(signal)
    is_plain = int in number.quick and number.low <= column.low and column.high <= number.high
    key, rest = place_of(signal)
    return key, rest, column.low, column.high, column.default, is_plain, signal


def _integer(raw: Any, signal: ObjectSignal, low: int, high: int) -> int:
    value, quality = judge_number(raw, signal)
    if quality != Quality.OK or not low <= value <= high or value != int(value):
        raise wrong(signal, f"is not an integer from {low} to {high}")
    return int(value)


class ReportReader:
    __slots__ = ("_consumed", "_map", "_name", "_severity", "_state", "_subject", "_text", "_value")

    def __init__(self, plan: ObjectPlan) -> None:
        self._name = TextColumn(plan, "name", None)
        self._state = TextColumn(plan, "state", "once")
        self._severity = TextColumn(plan, "severity", "info")
        said = plan.definition.severity
        self._map = SeverityReader(said) if said else None
        self._subject = place_of(plan.signals[said.signal]) if said else None
        self._value = plan.signals["value"].slot
        self._text = TextColumn(plan, "text", "")
        self._consumed = plan.consumed

    def read(self, member: Map, body: Map | None, ts: int, values: list[float], qualities: list[int]) -> EventObject:
        name, state = self._name.read(member, body), self._state.choice(member, body, EVENT_STATES)
        severity, text = self._severity_of(member, body), self._text.read(member, body)
        value = values[self._value] if qualities[self._value] <= _USABLE else None
        return EventObject(ts, name, state, severity, value, text, _others(member, self._consumed))

    def _severity_of(self, member: Map, body: Map | None) -> str:
        if self._map is None or self._subject is None:
            return self._severity.choice(member, body, SEVERITIES)
        return self._map.of(_text_or_nothing(self._subject.read(member, body)))


def _others(member: Map, consumed: frozenset[str]) -> str:
    """What no signal takes, as a JSON object."""
    others = {key: value for key, value in member.items() if key not in consumed}
    if not others:
        return "{}"
    try:
        encoded = orjson.dumps(others)
    except TypeError as error:  # MessagePack holds what JSON cannot: binary, timestamps
        what = f"cannot be kept as JSON: {str(error)[:100]}"
        raise FieldFault(Code.INVALID_FIELD, "fields", what) from None
    if len(encoded) > MAX_FIELDS:
        raise FieldFault(Code.INVALID_FIELD, "fields", f"take over {MAX_FIELDS} bytes as JSON")
    return encoded.decode()
