"""What a DBC cannot say: found by reading what was written, so that nothing changes unsaid."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from parsing.dbc.multiplexing import merge
from parsing.dbc.reader import read_dbc
from parsing.definitions import Condition

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from parsing.dbc.records import ImportedMessage, ImportedSignal
    from parsing.definitions import DefinitionSet, Enum, Group, Message, Signal

HALF = 16
MESSAGE_FIELDS = (
    "name", "match", "can_id", "extended", "pgn", "j1939", "length", "cycle_time", "frame_format", "comment",
    "title", "timeout", "source_address", "dtcs",
)  # fmt: skip
SIGNAL_FIELDS = (
    "name", "start", "length", "byte_order", "type", "scale", "offset", "minimum", "maximum", "unit", "spn",
    "sentinels", "comment", "not_available", "error",
)  # fmt: skip
_SHOWN_CHARACTERS = 40


@dataclass(frozen=True, slots=True)
class Unsayable:
    """`where` names the definition: a message, `message.signal` or an enum."""

    where: str
    text: str


@dataclass(frozen=True, slots=True)
class Written:
    """A message, the names that it and its signals have in the file, and which signals select others."""

    message: Message
    name: str
    signals: Mapping[str, str]
    multiplexors: frozenset[str]


def compare(
    text: str, definition_set: DefinitionSet, enums: Iterable[Enum], written: Iterable[Written]
) -> Iterator[Unsayable]:
    """How the definitions differ from what is read in the text."""
    imported = read_dbc(text, definition_set.name)
    by_name = {message.name: message for message in imported.messages}
    values = {enum.name: enum.values for enum in imported.enums}
    by_id = {enum.id: enum for enum in enums}
    read_as: dict[int, set[str | None]] = {enum: set() for enum in by_id}
    for each in written:
        found = by_name.get(each.name)
        if found is None:
            yield Unsayable(each.message.name, "is not read: another message matches the same frames")
            continue
        yield from _message(each, found)
        yield from _signals(each, found, by_id, values, read_as)
    for number, names in read_as.items():
        yield from _enum(by_id[number], names)


def _message(written: Written, found: ImportedMessage) -> Iterator[Unsayable]:
    message = written.message
    yield from _differences(message.name, MESSAGE_FIELDS, message, found)
    conditions = Counter(_merged(group, written) for group in message.groups)
    if any(count > 1 for count in conditions.values()):
        yield Unsayable(message.name, "groups with the same condition are read as one")
    for group in message.groups:
        if group.title:
            yield Unsayable(message.name, f"the title of a page is not written: {_shown(group.title)}")
        if not group.signals:
            yield Unsayable(
                message.name, f"a group without signals is not written: {_said(group) or 'the unconditional one'}"
            )
    names = Counter(signal.name for group in message.groups for signal in group.signals)
    for name, count in names.items():
        if count > 1:
            yield Unsayable(f"{message.name}.{name}", "several signals have this name: one of them is read")


def _signals(
    written: Written,
    found: ImportedMessage,
    enums: Mapping[int, Enum],
    values: Mapping[str, tuple[tuple[int, str], ...]],
    read_as: Mapping[int, set[str | None]],
) -> Iterator[Unsayable]:
    homes = {signal.name: (group.condition, signal) for group in found.groups for signal in group.signals}
    for group in written.message.groups:
        for signal in group.signals:
            where = f"{written.message.name}.{signal.name}"
            if written.signals[signal.name] not in homes:
                yield Unsayable(where, f"cannot be written: a DBC cannot say the condition {_said(group)}")
                continue
            condition, read = homes[written.signals[signal.name]]
            yield from _signal(where, signal, read)
            if condition != _merged(group, written):
                yield Unsayable(where, f"condition: {_said(group)} is read as another")
            enum = enums.get(signal.enum) if signal.enum is not None else None
            yield from _values(where, enum, values.get(read.enum or "", ()))
            if enum is not None:
                read_as[enum.id].add(read.enum)


def _signal(where: str, signal: Signal, read: ImportedSignal) -> Iterator[Unsayable]:
    yield from _differences(where, SIGNAL_FIELDS, signal, read)
    if signal.type == "float" and signal.length == HALF:
        yield Unsayable(where, "a float of 16 bits is none of the DBC format: other tools may not read it")


def _values(where: str, enum: Enum | None, read: tuple[tuple[int, str], ...]) -> Iterator[Unsayable]:
    values = tuple(sorted(enum.values)) if enum is not None else ()
    if values != read:
        yield Unsayable(where, f"values of its enum: {_shown(values)} is read as {_shown(read)}")


def _enum(enum: Enum, names: set[str | None]) -> Iterator[Unsayable]:
    """A DBC gives values to signals; the enum is named after the first of them when it is read, and has only values."""
    if not names:
        yield Unsayable(enum.name, "an enum that no signal uses is not written")
    elif names != {enum.name}:
        yield Unsayable(enum.name, f"the enum's name is read as {', '.join(sorted(name or 'none' for name in names))}")
    for what, said in (("type", enum.type), ("titles", enum.titles), ("name for other numbers", enum.otherwise)):
        if said:
            yield Unsayable(enum.name, f"not written: its {what}, {_shown(said)}")


def _differences(where: str, fields: Iterable[str], said: object, read: object) -> Iterator[Unsayable]:
    for field in fields:
        before, after = getattr(said, field), getattr(read, field)
        if before != after:
            yield Unsayable(where, f"{field}: {_shown(before)} is read as {_shown(after)}")


def _merged(group: Group, written: Written) -> tuple[Condition, ...]:
    """The group's condition as the file should say it."""
    names = written.signals
    return tuple(Condition(names.get(name, name), merge(ranges)) for name, ranges in group.condition)


def _said(group: Group) -> str:
    parts = (f"{name} = {'|'.join(f'{low}-{high}' for low, high in ranges)}" for name, ranges in group.condition)
    return ", ".join(parts)


def _shown(value: object) -> str:
    if value is None:
        return "none"
    text = repr(value)
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}…"
