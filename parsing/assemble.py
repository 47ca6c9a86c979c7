"""A release's content from imported sets, with ids counted up: for decoding without a CMS, benchmarks and tests."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

from parsing.definitions import Binding, Content, DefinitionSet, Enum, Group, Message, Model, Signal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from parsing.dbc.records import ImportedGroup, ImportedMessage, ImportedSet, ImportedSignal


@dataclass(frozen=True, slots=True)
class _Counters:
    enum: Iterator[int] = field(default_factory=lambda: count(1))
    message: Iterator[int] = field(default_factory=lambda: count(1))
    group: Iterator[int] = field(default_factory=lambda: count(1))


def build_content(sets: Sequence[ImportedSet], models: Mapping[str, Iterable[tuple[str, int | None]]]) -> Content:
    """Typed content.

    `models` gives each model's name its bindings: (name of a set, bus or None). Ids count up from 1 in the order given,
    slots from 0 in each group.
    """
    counters = _Counters()
    enums: list[Enum] = []
    set_ids = {imported.name: number for number, imported in enumerate(sets, 1)}
    content_sets = []
    for imported in sets:
        ids = {enum.name: next(counters.enum) for enum in imported.enums}
        enums += [Enum(ids[enum.name], enum.name, enum.values) for enum in imported.enums]
        messages = tuple(_message(message, ids, counters) for message in imported.messages)
        content_sets.append(DefinitionSet(set_ids[imported.name], imported.name, messages))
    content_models = tuple(
        Model(number, name, tuple(Binding(set_ids[bound], bus) for bound, bus in bindings))
        for number, (name, bindings) in enumerate(models.items(), 1)
    )
    return Content(tuple(enums), tuple(content_sets), content_models)


def document_of(content: Content) -> dict[str, Any]:
    """The same as plain values, for `dump_release`."""
    return _listed(asdict(content))  # type: ignore[no-any-return]


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
    )


def _group(group: ImportedGroup, enums: Mapping[str, int], counters: _Counters) -> Group:
    signals = tuple(_signal(signal, slot, enums) for slot, signal in enumerate(group.signals))
    return Group(next(counters.group), group.condition, signals)


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
    )


def _listed(value: Any) -> Any:
    """JSON has lists where Python has tuples."""
    if isinstance(value, dict):
        return {key: _listed(each) for key, each in value.items()}
    return [_listed(each) for each in value] if isinstance(value, (list, tuple)) else value
