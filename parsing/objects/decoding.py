"""Objects of one body by one definition: what the tables of their kind get, and values and texts of their signals."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from parsing.codes import Code
from parsing.definitions import TIME_END
from parsing.objects.columns import MAX_TEXT
from parsing.objects.faults import FieldFault, ObjectFault, place, wrong
from parsing.objects.numbers import judge_number
from parsing.objects.paths import walk, written
from parsing.objects.plan import ObjectPlan, compile_plan, place_of
from parsing.objects.reading import reader_of
from parsing.objects.times import InvalidTime
from parsing.quality import Quality

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parsing.objects.kinds import EnvelopeObject
    from parsing.objects.records import ObjectDefinition, Path

MAX_OBJECTS = 10_000


class TextValue(NamedTuple):
    """`number` is the object's."""

    number: int
    slot: int
    value: str
    quality: Quality


@dataclass(frozen=True, slots=True)
class ObjectRows:
    """Of the objects of one body, in their order: `values` and `qualities` have `plan.size` entries each (see there);
    both are empty where nothing needs them.
    """

    plan: ObjectPlan
    objects: tuple[EnvelopeObject, ...]
    values: tuple[list[float], ...]
    qualities: tuple[list[int], ...]
    texts: tuple[TextValue, ...]


@dataclass(slots=True)
class _Rows:
    """Under construction."""

    objects: list[EnvelopeObject] = field(default_factory=list)
    values: list[list[float]] = field(default_factory=list)
    qualities: list[list[int]] = field(default_factory=list)
    texts: list[TextValue] = field(default_factory=list)


class ObjectDecoder:
    """Reads bodies by one definition; `default` is that of its kind."""

    __slots__ = (
        "_clock",
        "_each",
        "_empty",
        "_has_numbers",
        "_has_plain_times",
        "_read",
        "_texts",
        "_time",
        "_unread",
        "plan",
    )

    def __init__(self, definition: ObjectDefinition, default: ObjectDefinition) -> None:
        self.plan = compile_plan(definition, default)
        self._read = reader_of(self.plan, default)
        self._each = definition.each
        self._clock = self.plan.clock
        self._time = place_of(self.plan.signals["ts"])
        self._has_plain_times = self._clock.is_plain and not self._time.rest
        self._texts = tuple((signal, place_of(signal)) for signal in self.plan.texts)
        self._has_numbers = bool(self.plan.group or self.plan.judgement.suspicions)
        self._empty = [0.0] * self.plan.size
        self._unread = [int(Quality.ABSENT)] * self.plan.size

    def decode(self, document: Any) -> ObjectRows:
        """The objects of an unpacked body; the first that breaks a rule rejects all.

        Raises ObjectFault: `invalid_field`, `time_out_of_bounds`, `too_many_frames`, `empty`.
        """
        rows = _Rows()
        if not isinstance(document, list):
            self._take_body(rows, document, "")
        else:
            _check_count(len(document))
            for index, body in enumerate(document):
                self._take_body(rows, body, index)
        objects, texts = tuple(rows.objects), tuple(rows.texts)
        return ObjectRows(self.plan, objects, tuple(rows.values), tuple(rows.qualities), texts)

    def _take_body(self, rows: _Rows, body: Any, where: int | str) -> None:
        """`where` is its place in a list of bodies, as a number: as text only who complains needs it."""
        try:
            if self._each is None:
                self._take(rows, body, None)
                return
        except FieldFault as fault:
            raise fault.at(_at(where)) from None
        self._take_listed(rows, body, self._each, _at(where))

    def _take_listed(self, rows: _Rows, body: Any, steps: Path, where: str) -> None:
        at = place(where, written(steps))
        if not isinstance(body, dict):
            raise ObjectFault(Code.INVALID_FIELD, f"{where or 'body'} is not a map")
        members = walk(body, steps)
        if not isinstance(members, list):
            raise ObjectFault(Code.INVALID_FIELD, f"{at} is not a list")
        _check_most(len(rows.objects) + len(members))
        for index, member in enumerate(members):
            try:
                self._take(rows, member, body)
            except FieldFault as fault:
                raise fault.at(f"{at}[{index}]") from None

    def _take(self, rows: _Rows, member: Any, body: dict[Any, Any] | None) -> None:
        if not isinstance(member, dict):
            raise FieldFault(Code.INVALID_FIELD, "", "is not a map")
        values, qualities = self._empty.copy(), self._unread.copy()
        for slot, key, rest, quick, low, high, signal in self.plan.numbers:
            raw = member.get(key)
            if raw is None and body is not None:
                raw = body.get(key)
            if rest:
                raw = walk(raw, rest)
            if raw is None:
                continue
            kind = type(raw)
            if kind in quick and low <= raw <= high:
                values[slot] = raw if kind is float else float(raw)
                qualities[slot] = 0
            else:
                values[slot], qualities[slot] = judge_number(raw, signal)
        rows.objects.append(self._read(member, body, self._time_of(member, body), values, qualities))
        if self._has_numbers:
            rows.values.append(values)
            rows.qualities.append(qualities)
        if self._texts:
            rows.texts += self._text_values(len(rows.objects) - 1, member, body)

    def _time_of(self, member: dict[Any, Any], body: dict[Any, Any] | None) -> int:
        raw = member.get(self._time.key)
        if type(raw) is int and self._has_plain_times:
            ts = raw
        else:
            try:
                ts = self._clock.read(self._time.read(member, body))
            except InvalidTime as error:
                raise wrong(self.plan.signals["ts"], str(error)) from None
        if not 0 <= ts < TIME_END:
            raise FieldFault(
                Code.TIME_OUT_OF_BOUNDS, written(self.plan.signals["ts"].path), "is before 1970 or after 2106"
            )
        return ts

    def _text_values(self, number: int, member: dict[Any, Any], body: dict[Any, Any] | None) -> Iterator[TextValue]:
        for signal, at in self._texts:
            raw = at.read(member, body)
            if raw is None:
                continue
            value, quality = _text(raw, signal.type)
            yield TextValue(number, signal.slot, value, quality)


def _text(raw: Any, kind: str) -> tuple[str, Quality]:
    """Of bytes the hexadecimal digits."""
    if kind == "bytes":
        raw = raw.hex() if type(raw) is bytes else None
    if not isinstance(raw, str):
        return "", Quality.ERROR
    return raw[:MAX_TEXT], Quality.OK if len(raw) <= MAX_TEXT else Quality.OUT_OF_RANGE


def _at(where: int | str) -> str:
    return where if isinstance(where, str) else f"[{where}]"


def _check_count(count: int) -> None:
    if count == 0:
        raise ObjectFault(Code.EMPTY, "the list is empty")
    _check_most(count)


def _check_most(count: int) -> None:
    if count > MAX_OBJECTS:
        raise ObjectFault(Code.TOO_MANY_FRAMES, f"{count} objects, at most {MAX_OBJECTS}")
