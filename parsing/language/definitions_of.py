"""What a text defines: its enums, messages and objects as records, as a DBC file gives them too.

What cannot be used is left out here and said by the checker: a type that is none, a signal beyond the longest payload,
the second of two names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from parsing.dbc.records import ImportedEnum, ImportedSet, Note
from parsing.definitions import Otherwise
from parsing.language.ast import Enum, Message, ObjectDefinition
from parsing.language.messages_of import imported_message
from parsing.language.notes import HEADER, notes_of
from parsing.language.objects_of import imported_object
from parsing.language.types_of import Enums

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator

    from parsing.dbc.records import ImportedMessage
    from parsing.language.ast import Document

_Named = TypeVar("_Named", Enum, Message, ObjectDefinition)


def imported_set(name: str, document: Document) -> ImportedSet:
    """The set of that name; its findings are none.

    Limits that name another unit than their signal's are left out: who knows units converts them in the tree before.
    """
    known = Enums(_firsts(document, Enum).values())
    imported = (imported_message(message, known, position) for position, message in _firsts(document, Message).items())
    return ImportedSet(
        name=name,
        enums=imported_enums(document),
        messages=tuple(_apart(message for message in imported if message is not None)),
        findings=(),
        objects=tuple(imported_object(each, known) for each in _firsts(document, ObjectDefinition).values()),
        notes=tuple(Note(at, lines, "") for at, lines in (("", document.remarks), (HEADER, document.header)) if lines),
    )


def imported_enums(document: Document) -> tuple[ImportedEnum, ...]:
    """Those of the set alone."""
    enums = _firsts(document, Enum)
    known = Enums(enums.values())
    return tuple(_enum(enum, known, position) for position, enum in enums.items())


def _firsts(document: Document, kind: type[_Named]) -> dict[int, _Named]:
    """The items of the kind by their places; of several with one name the first."""
    by_name: dict[str, tuple[int, _Named]] = {}
    for position, item in enumerate(document.items):
        if isinstance(item, kind):
            by_name.setdefault(item.name.text, (position, item))
    return dict(by_name.values())


def _enum(enum: Enum, known: Enums, position: int) -> ImportedEnum:
    otherwise = [Otherwise(member.name.text, member.title) for member in enum.members if member.number is None]
    members = known.members(enum.name.text)
    notes = [("", enum.remarks)]
    notes += [("else" if each.number is None else str(each.number), each.remarks) for each in enum.members]
    return ImportedEnum(
        name=enum.name.text,
        values=tuple((number, member.name.text) for number, member in members.items()),
        type=known.type_text(enum.name.text),
        titles=tuple((number, member.title) for number, member in members.items() if member.title),
        otherwise=otherwise[0] if otherwise else None,
        notes=notes_of(notes),
        position=position,
    )


def _apart(messages: Iterable[ImportedMessage]) -> Iterator[ImportedMessage]:
    """Of several that match the same frames the first."""
    taken: set[Hashable] = set()
    for message in messages:
        by_pgn = message.match == "pgn"
        key = (message.pgn, message.source_address) if by_pgn else (message.can_id, message.extended, None)
        if key not in taken:
            taken.add(key)
            yield message
