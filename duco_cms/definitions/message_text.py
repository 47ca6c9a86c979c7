"""One message as the signal language writes it, and where that is in the text of its set."""

from collections.abc import Iterable

from duco_cms.definitions.models import DefinitionSet, Enum, Message, Signal, SignalGroup
from duco_cms.definitions.pieces import assembled, pieces_of, remarks_of
from duco_cms.definitions.rows import imported_of
from duco_cms.definitions.stored import Row, StoredSet, stored_set
from parsing.checker.check import check
from parsing.checker.sources import Source
from parsing.dbc.records import ImportedSet
from parsing.language import ast
from parsing.language.diagnostics import Diagnostic
from parsing.language.document_of import enums_of, items_of
from parsing.language.formatter import format_document
from parsing.language.notes import HEADER
from parsing.language.parser import parse


def message_text(message: Message, signals: Iterable[Signal]) -> str:
    """As it would be with these signals, saved or not. A signal without a group is an unconditional one."""
    return _text_of(_imported(message, signals))


def checked_message(message: Message, signals: Iterable[Signal]) -> tuple[str, list[Diagnostic]]:
    """Its text with these signals, and what is said of it by itself: what rules and other messages make of it is said
    of the set.
    """
    imported, name = _imported(message, signals), message.definition_set.name
    items = [item for _, item in items_of(imported)]
    text = format_document(ast.Document(tuple(items)), enums_of(imported))
    parsed = parse(text, name)
    checked = check([Source(name, parsed.document, text)])
    own = {item.name.text for item in items if isinstance(item, ast.Message)}
    said = [each for each in (*parsed.diagnostics, *checked.diagnostics) if each.subject.partition(".")[0] in own]
    return _text_of(imported), said


def _imported(message: Message, signals: Iterable[Signal]) -> ImportedSet:
    """The message, and the enums that its signals may have."""
    definition_set = message.definition_set
    return imported_of(StoredSet(definition_set, enum_rows(definition_set), [message_row(message, signals)], []))


def _text_of(imported: ImportedSet) -> str:
    (item,) = (item for _, item in items_of(imported) if isinstance(item, ast.Message))
    return format_document(ast.Document((item,)), enums_of(imported))


def message_row(message: Message, signals: Iterable[Signal]) -> Row:
    """As `stored` has it, with these signals, saved or not."""
    return _row(message, {"groups": _groups(message, signals)})


def enum_rows(definition_set: DefinitionSet) -> list[Row]:
    """As `stored` has them."""
    return [_row(enum, {}) for enum in definition_set.enums.order_by("id")]


def line_in_set(message: Message) -> int:
    """Where the message begins in the text of its set, from 1; 1 where it is not in it."""
    own = message_text(message, Signal.objects.filter(group__message=message, retired=False).select_related("enum"))
    definition_set = message.definition_set
    pieces = pieces_of(stored_set(definition_set))
    whole = assembled(pieces, remarks_of(definition_set), remarks_of(definition_set, HEADER))
    starts = (start for piece, start in zip(pieces, whole.starts, strict=True) if piece.text == own)
    return whole.text.count("\n", 0, next(starts, 0)) + 1


def _groups(message: Message, signals: Iterable[Signal]) -> list[Row]:
    groups = list(SignalGroup.objects.filter(message=message).order_by("id")) if message.pk else []
    unconditional = next((group for group in groups if not group.condition), None)
    if unconditional is None:
        unconditional = SignalGroup(message=message, condition=[])
        groups.insert(0, unconditional)
    by_group: dict[int | None, list[Row]] = {group.pk: [] for group in groups}
    for signal in signals:
        row = _row(signal, {"enum__name": signal.enum.name if signal.enum else None})
        # New ones have no slot yet: they are behind the others.
        by_group[signal.group_id or unconditional.pk].append({**row, "slot": _last(row["slot"])})
    rows = (_row(group, {"signals": by_group[group.pk], "id": group.pk or 0}) for group in groups)
    return [row for row in rows if row["known"] or row["signals"]]


def _last(slot: int | None) -> int:
    return 2**16 if slot is None else slot


def _row(instance: Enum | Message | SignalGroup | Signal, more: Row) -> Row:
    return {each.attname: getattr(instance, each.attname) for each in instance._meta.concrete_fields} | more
