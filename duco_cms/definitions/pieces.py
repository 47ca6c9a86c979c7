"""A set's text, item by item, from its rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, NamedTuple

from django.db.models import QuerySet

from duco_cms.definitions.models import DefinitionSet, ObjectDefinition, Rule, Sample
from duco_cms.definitions.models import Sequence as SequenceRow
from duco_cms.definitions.models.written import RuleKind, Written
from duco_cms.definitions.rows import imported_enums, imported_of
from parsing.dbc import ImportedSet
from parsing.language.ast import Document
from parsing.language.document_of import document_of
from parsing.language.formatter import format_document

_OF_A_LINE = (RuleKind.CONST, RuleKind.DERIVED)


@dataclass(frozen=True, slots=True)
class Piece:
    """One item; `row` None: an enum or a message. `kind` is a rule's."""

    position: int
    text: str
    row: Written | None = None
    kind: str = ""


class Assembled(NamedTuple):
    """`starts`: where each piece begins, in the order given."""

    text: str
    starts: list[int]


def has_text(definition_set: DefinitionSet) -> bool:
    """Whether there is more in the set than enums and messages."""
    return any(rows.exists() for rows in _written_in(definition_set))


def _written_in(definition_set: DefinitionSet) -> tuple[QuerySet[Any], ...]:
    """What is not retired of it, in the order of the text and behind that in the order in which it was made."""
    of_set = {"definition_set": definition_set}
    rows: tuple[QuerySet[Any], ...] = (
        ObjectDefinition.objects.filter(**of_set, retired=False),
        Rule.objects.filter(**of_set, retired=False),
        Sample.objects.filter(**of_set),
        SequenceRow.objects.filter(**of_set),
    )
    return tuple(those.order_by("position", "pk") for those in rows)


def pieces_of(definition_set: DefinitionSet) -> list[Piece]:
    """All that is not retired, as the text has it; of equal positions enums first, test sequences last."""
    pieces = list(_of_records(imported_of(definition_set)))
    for rows in _written_in(definition_set):
        pieces += [Piece(row.position, row.text, row, getattr(row, "kind", "")) for row in rows]
    return sorted(pieces, key=attrgetter("position"))


def pieces_of_enums(definition_set: DefinitionSet) -> list[Piece]:
    """The enums alone, in the order of the text."""
    return list(_of_records(ImportedSet(definition_set.name, imported_enums(definition_set), (), ())))


def assembled(pieces: Sequence[Piece], remarks: Sequence[str] = ()) -> Assembled:
    """As the formatter puts items together. `remarks` are the comments behind the last."""
    parts: list[str] = []
    starts: list[int] = []
    length = 0
    before: Piece | None = None
    for piece in pieces:
        gap = "" if before is None or _stand_together(before, piece) else "\n"
        starts.append(length + len(gap))
        parts.append(gap + piece.text)
        length += len(parts[-1])
        before = piece
    if remarks:
        parts.append(("\n" if parts else "") + "".join(f"# {line}".rstrip() + "\n" for line in remarks))
    return Assembled("".join(parts), starts)


def remarks_of(definition_set: DefinitionSet) -> list[str]:
    """Comments that stand with no item."""
    return [line for at, above, _ in definition_set.notes if at == "" for line in above]


def _of_records(imported: ImportedSet) -> Iterator[Piece]:
    positions = sorted([*(enum.position for enum in imported.enums), *(one.position for one in imported.messages)])
    for position, item in zip(positions, document_of(imported).items, strict=True):
        yield Piece(position, format_document(Document((item,))))


def _stand_together(before: Piece, piece: Piece) -> bool:
    """As in `parsing.language.formatter`: lines of one kind, but for those with comments above them."""
    return before.kind == piece.kind and piece.kind in _OF_A_LINE and not piece.text.startswith("#")
