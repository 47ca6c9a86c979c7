"""What the rows of a definition set say, as an import gives it: to be written as text."""

from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from duco_cms.definitions.stored import Row, StoredSet
from parsing.dbc import ImportedEnum, ImportedGroup, ImportedMessage, ImportedSet, ImportedSignal
from parsing.dbc.records import Note
from parsing.definitions import Condition, DtcList, Otherwise, Range, RawRange

MESSAGE_FIELDS = (
    "name", "match", "can_id", "extended", "pgn", "j1939", "length", "cycle_time", "comment", "title", "timeout",
    "source_address", "position",
)  # fmt: skip
SIGNAL_FIELDS = (
    "name", "start", "length", "byte_order", "type", "scale", "offset", "minimum", "maximum", "unit", "spn",
    "sentinels", "comment",
)  # fmt: skip


def imported_of(stored: StoredSet) -> ImportedSet:
    """In the order of the text, and behind that in the order in which it was made."""
    messages = sorted(stored.messages, key=itemgetter("position", "id"))
    return ImportedSet(
        name=stored.name,
        enums=imported_enums(stored.enums),
        messages=tuple(_message(message) for message in messages),
        findings=(),
        notes=_notes(stored.definition_set.notes),
    )


def imported_enums(enums: Sequence[Row]) -> tuple[ImportedEnum, ...]:
    """In the same order."""
    return tuple(_enum(enum) for enum in sorted(enums, key=itemgetter("position", "id")))


def _enum(enum: Row) -> ImportedEnum:
    return ImportedEnum(
        name=enum["name"],
        values=tuple((number, text) for number, text in enum["values"]),
        type=enum["type"] or None,
        titles=tuple((number, title) for number, title in enum["titles"]),
        otherwise=Otherwise(enum["otherwise"], enum["otherwise_title"]) if enum["otherwise"] else None,
        notes=_notes(enum["notes"]),
        position=enum["position"],
    )


def _message(message: Row) -> ImportedMessage:
    fields: dict[str, Any] = {name: message[name] for name in MESSAGE_FIELDS}
    return ImportedMessage(
        **fields,
        frame_format=message["frame_format"] or None,
        groups=tuple(_group(group) for group in sorted(message["groups"], key=itemgetter("position", "id"))),
        dtcs=tuple(DtcList(*each) for each in message["dtcs"]),
        notes=_notes(message["notes"]),
    )


def _group(group: Row) -> ImportedGroup:
    condition = tuple(Condition(name, tuple(Range(*each) for each in ranges)) for name, ranges in group["condition"])
    signals = sorted(group["signals"], key=itemgetter("position", "slot"))
    return ImportedGroup(condition, tuple(_signal(signal) for signal in signals), group["title"])


def _signal(signal: Row) -> ImportedSignal:
    fields: dict[str, Any] = {name: signal[name] for name in SIGNAL_FIELDS}
    return ImportedSignal(
        **fields,
        enum=signal["enum__name"],
        not_available=RawRange(*signal["not_available"]) if signal["not_available"] else None,
        error=RawRange(*signal["error"]) if signal["error"] else None,
        notes=_notes(signal["notes"]),
    )


def _notes(notes: list[Any]) -> tuple[Note, ...]:
    return tuple(Note(at, tuple(above), behind) for at, above, behind in notes)
