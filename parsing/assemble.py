"""A release's content from imported sets, with ids counted up: for decoding without a CMS, benchmarks and tests."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, is_dataclass
from itertools import count
from typing import TYPE_CHECKING, Any

from parsing.dbc.records import ImportedEnum, ImportedGroup, ImportedMessage, ImportedSet, ImportedSignal
from parsing.definitions import Binding, Content, DefinitionSet, Enum, Group, Message, Model, Signal
from parsing.objects.records import NEVER_SUSPECT, ObjectDefinition, ObjectSignal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from parsing.objects.records import ImportedObject

_MESSAGE_FIELDS = (
    "name", "match", "can_id", "extended", "pgn", "j1939", "length", "cycle_time", "frame_format", "comment", "title",
    "timeout", "source_address", "dtcs",
)  # fmt: skip
_SIGNAL_FIELDS = (
    "name", "start", "length", "byte_order", "type", "scale", "offset", "minimum", "maximum", "unit", "spn",
    "sentinels", "comment", "not_available", "error",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Counters:
    enum: Iterator[int] = field(default_factory=lambda: count(1))
    message: Iterator[int] = field(default_factory=lambda: count(1))
    group: Iterator[int] = field(default_factory=lambda: count(1))
    object: Iterator[int] = field(default_factory=lambda: count(1))


def build_content(sets: Sequence[ImportedSet], models: Mapping[str, Iterable[tuple[str, int | None]]]) -> Content:
    """Typed content, in which no object is suspect: judgements are compiled elsewhere.

    `models` gives each model's name its bindings: (name of a set, bus or None). Ids count up from 1 in the order given,
    slots from 0 in each group; groups of objects come behind those of all messages.
    """
    counters = _Counters()
    set_ids = {imported.name: number for number, imported in enumerate(sets, 1)}
    enums = [{enum.name: _enum(enum, counters) for enum in imported.enums} for imported in sets]
    ids = [{name: enum.id for name, enum in those.items()} for those in enums]
    content_sets = tuple(
        DefinitionSet(
            set_ids[imported.name],
            imported.name,
            tuple(_message(message, those, counters) for message in imported.messages),
        )
        for imported, those in zip(sets, ids, strict=True)
    )
    content_models = tuple(
        Model(number, name, tuple(Binding(set_ids[bound], bus) for bound, bus in bindings))
        for number, (name, bindings) in enumerate(models.items(), 1)
    )
    objects = tuple(
        _object(each, set_ids[imported.name], those, counters)
        for imported, those in zip(sets, ids, strict=True)
        for each in imported.objects
    )
    return Content(tuple(enum for those in enums for enum in those.values()), content_sets, content_models, objects)


def imported_of(definition_set: DefinitionSet, enums: Iterable[Enum]) -> ImportedSet:
    """The set without its ids and slots; `enums` are its own. Inverse of `build_content`, of messages and enums."""
    enums = list(enums)
    names = {enum.id: enum.name for enum in enums}
    return ImportedSet(
        name=definition_set.name,
        enums=tuple(ImportedEnum(e.name, e.values, e.type, e.titles, e.otherwise) for e in enums),
        messages=tuple(_imported_message(message, names) for message in definition_set.messages),
        findings=(),
    )


def document_of(content: Content) -> dict[str, Any]:
    """The same as plain values, for `dump_release`."""
    return _plain(content)  # type: ignore[no-any-return]


def _enum(enum: ImportedEnum, counters: _Counters) -> Enum:
    return Enum(next(counters.enum), enum.name, enum.values, enum.type, enum.titles, enum.otherwise)


def _message(message: ImportedMessage, enums: Mapping[str, int], counters: _Counters) -> Message:
    return Message(
        id=next(counters.message),
        name=message.name,
        match=message.match,
        can_id=message.can_id,
        extended=message.extended,
        pgn=message.pgn,
        j1939=message.j1939,
        length=message.length,
        cycle_time=message.cycle_time,
        frame_format=message.frame_format,
        comment=message.comment,
        groups=tuple(_group(group, enums, counters) for group in message.groups),
        title=message.title,
        timeout=message.timeout,
        source_address=message.source_address,
        dtcs=message.dtcs,
    )


def _group(group: ImportedGroup, enums: Mapping[str, int], counters: _Counters) -> Group:
    signals = tuple(_signal(signal, slot, enums) for slot, signal in enumerate(group.signals))
    return Group(next(counters.group), group.condition, signals, group.title)


def _signal(signal: ImportedSignal, slot: int, enums: Mapping[str, int]) -> Signal:
    return Signal(
        slot=slot,
        name=signal.name,
        start=signal.start,
        length=signal.length,
        byte_order=signal.byte_order,
        type=signal.type,
        scale=signal.scale,
        offset=signal.offset,
        minimum=signal.minimum,
        maximum=signal.maximum,
        unit=signal.unit,
        enum=enums[signal.enum] if signal.enum else None,
        spn=signal.spn,
        sentinels=signal.sentinels,
        comment=signal.comment,
        not_available=signal.not_available,
        error=signal.error,
    )


def _object(each: ImportedObject, set_id: int, enums: Mapping[str, int], counters: _Counters) -> ObjectDefinition:
    signals = [
        ObjectSignal(
            slot=slot,
            name=signal.name,
            type=signal.type,
            length=signal.length,
            path=signal.path,
            scale=signal.scale,
            offset=signal.offset,
            minimum=signal.minimum,
            maximum=signal.maximum,
            unit=signal.unit,
            enum=enums[signal.enum] if signal.enum else None,
            comment=signal.comment,
        )
        for slot, signal in enumerate(each.signals)
    ]
    return ObjectDefinition(
        id=next(counters.object),
        set=set_id,
        kind=each.kind,
        name=each.name,
        title=each.title,
        each=each.each,
        group=next(counters.group),
        signals=tuple(signals),
        judgement=NEVER_SUSPECT,
        severity=each.severity,
        comment=each.comment,
    )


def _imported_message(message: Message, enums: Mapping[int, str]) -> ImportedMessage:
    fields = {name: getattr(message, name) for name in _MESSAGE_FIELDS}
    return ImportedMessage(**fields, groups=tuple(_imported_group(group, enums) for group in message.groups))


def _imported_group(group: Group, enums: Mapping[int, str]) -> ImportedGroup:
    signals = []
    for signal in group.signals:
        fields = {name: getattr(signal, name) for name in _SIGNAL_FIELDS}
        signals.append(ImportedSignal(**fields, enum=None if signal.enum is None else enums[signal.enum]))
    return ImportedGroup(group.condition, tuple(signals), group.title)


def _plain(value: Any) -> Any:
    """JSON has lists where Python has tuples, and objects where it has records. `dataclasses.asdict` would copy all
    that cannot change.
    """
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return {each.name: _plain(getattr(value, each.name)) for each in fields(value)} if is_dataclass(value) else value
