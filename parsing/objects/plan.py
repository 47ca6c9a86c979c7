"""A definition of objects made ready to read bodies with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from parsing.objects.columns import COLUMNS, TEXT_COLUMNS
from parsing.objects.conditions import judgement_of
from parsing.objects.numbers import NumberSignal, number_signal
from parsing.objects.paths import walk
from parsing.objects.times import TIME_UNITS, Clock

if TYPE_CHECKING:
    from parsing.objects.records import ObjectDefinition, ObjectKind, ObjectSignal
    from parsing.rules.program import Judgement

NOT_NUMBERS = ("text", "bytes")


class Place(NamedTuple):
    """Where a value stands: `key` in the object, or in the body that holds a list of objects; `rest` from there."""

    key: str
    rest: tuple[str | int, ...]

    def read(self, member: dict[Any, Any], body: dict[Any, Any] | None) -> Any:
        raw = member.get(self.key)
        if raw is None and body is not None:
            raw = body.get(self.key)
        return walk(raw, self.rest) if self.rest else raw


@dataclass(frozen=True, slots=True)
class ObjectPlan:
    """`signals` are by name the definition's own and, for columns that it does not have, those of the kind's default.

    Values of an object have one place a slot: `width` of the definition's own, and behind them, up to `size`, those of
    the default's. `numbers` are those that something needs, `texts` the definition's own that no column takes.
    """

    definition: ObjectDefinition
    signals: dict[str, ObjectSignal]
    numbers: tuple[NumberSignal, ...]
    width: int
    size: int
    texts: tuple[ObjectSignal, ...]
    clock: Clock
    consumed: frozenset[str]
    judgement: Judgement

    @property
    def kind(self) -> ObjectKind:
        return self.definition.kind

    @property
    def has_values(self) -> bool:
        """Whether any number is the definition's own."""
        return any(number.slot < self.width for number in self.numbers)

    @property
    def group(self) -> int:
        """0: the values are not stored as signals."""
        return self.definition.group


def compile_plan(definition: ObjectDefinition, default: ObjectDefinition) -> ObjectPlan:
    """`default` is the kind's. Both have been checked (`parsing.objects.checks`)."""
    own = {signal.name: signal for signal in definition.signals}
    width = 1 + max((signal.slot for signal in definition.signals), default=-1)
    inherited = [
        replace(signal, slot=width + number)
        for number, signal in enumerate(each for each in default.signals if each.name not in own)
    ]
    signals = own | {signal.name: signal for signal in inherited}
    columns = COLUMNS[definition.kind]
    needed = signals.values() if definition.kind in ("position", "report") or _has_values(definition) else ()
    numbers = [each for each in needed if each.type not in NOT_NUMBERS and each.name != "ts"]
    return ObjectPlan(
        definition=definition,
        signals=signals,
        numbers=tuple(number_signal(signal) for signal in numbers),
        width=width,
        size=width + len(inherited),
        texts=tuple(
            signal
            for signal in definition.signals
            if signal.type in NOT_NUMBERS and not (signal.name in columns and signal.name in (*TEXT_COLUMNS, "ts"))
        ),
        clock=_clock(signals["ts"]),
        consumed=frozenset(str(signal.path[0]) for signal in signals.values() if len(signal.path) == 1),
        judgement=judgement_of(definition.judgement, definition.group),
    )


def _has_values(definition: ObjectDefinition) -> bool:
    return bool(definition.group or definition.judgement.suspicions)


def place_of(signal: ObjectSignal) -> Place:
    key, *rest = signal.path
    return Place(str(key), tuple(rest))


def _clock(signal: ObjectSignal) -> Clock:
    unit = TIME_UNITS[signal.unit]
    return Clock(signal.scale * unit, signal.offset * unit, signal.type == "float")
