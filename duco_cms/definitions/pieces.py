"""A set's text, item by item, from its rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import NamedTuple

from duco_cms.definitions.models import DefinitionSet
from duco_cms.definitions.models.written import RuleKind, Written
from duco_cms.definitions.rows import imported_enums, imported_of
from duco_cms.definitions.stored import StoredSet
from parsing.dbc import ImportedSet
from parsing.language.ast import Document
from parsing.language.document_of import enums_of, items_of
from parsing.language.formatter import format_document
from parsing.language.printing import remark_lines

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


def pieces_of(stored: StoredSet) -> list[Piece]:
    """All of the set, as the text has it; of equal positions enums first, test sequences last."""
    pieces = list(_of_records(imported_of(stored)))
    pieces += [Piece(row.position, row.text, row, getattr(row, "kind", "")) for row in stored.written]
    return sorted(pieces, key=attrgetter("position"))


def pieces_of_enums(stored: StoredSet) -> list[Piece]:
    """The enums alone, in the order of the text."""
    return list(_of_records(ImportedSet(stored.name, imported_enums(stored.enums), (), ())))


def assembled(pieces: Sequence[Piece], remarks: Sequence[str] = (), header: Sequence[str] = ()) -> Assembled:
    """As the formatter puts items together. `remarks` are the comments behind the last, `header` those of the whole."""
    parts = [f"{line}\n" for line in remark_lines(header)]
    starts: list[int] = []
    length = sum(map(len, parts))
    before: Piece | None = None
    for piece in pieces:
        gap = "\n" if parts and not (before is not None and _stand_together(before, piece)) else ""
        starts.append(length + len(gap))
        parts.append(gap + piece.text)
        length += len(parts[-1])
        before = piece
    if remarks:
        parts += ["\n" if pieces else "", *(f"{line}\n" for line in remark_lines(remarks))]
    return Assembled("".join(parts), starts)


def remarks_of(definition_set: DefinitionSet, part: str = "") -> list[str]:
    """Comments that stand with no item: those behind the last, or with `HEADER` those of the whole."""
    return [line for at, above, _ in definition_set.notes if at == part for line in above]


def _of_records(imported: ImportedSet) -> Iterator[Piece]:
    enums = enums_of(imported)
    for position, item in items_of(imported):
        yield Piece(position, format_document(Document((item,)), enums))


def _stand_together(before: Piece, piece: Piece) -> bool:
    """As in `parsing.language.formatter`: lines of one kind, but for those with comments above them."""
    return before.kind == piece.kind and piece.kind in _OF_A_LINE and not piece.text.startswith("#")
