"""One item of a set edited by itself: what is said of it in its set, and how it becomes a row."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from duco_cms.definitions.item_import import RULE_KINDS, canonical, name_of, take_slots, title_of
from duco_cms.definitions.models import DefinitionSet, ObjectDefinition, Rule, Sample
from duco_cms.definitions.models import Sequence as SequenceRow
from duco_cms.definitions.models.written import Written
from duco_cms.definitions.pieces import Piece, assembled, pieces_of
from duco_cms.definitions.stored import stored_set
from duco_cms.definitions.texts import linted
from parsing.language import ast
from parsing.language.diagnostics import Diagnostic
from parsing.language.diff import diff_documents
from parsing.language.parser import parse

NODES: dict[type[Written], tuple[type[ast.Item], ...]] = {
    Rule: tuple(RULE_KINDS),
    ObjectDefinition: (ast.ObjectDefinition,),
    Sample: (ast.Golden,),
    SequenceRow: (ast.Test,),
}
WHAT: dict[type[Written], str] = {
    Rule: "a const, derived signal, check or event",
    ObjectDefinition: "a position, log, fault or report",
    Sample: "a golden sample",
    SequenceRow: "a test",
}


class NotOneItemError(ValueError):
    """The text is not one item of the kind that is wanted; says what is."""


@dataclass(frozen=True, slots=True)
class ItemReport:
    """What is said of an item; places are in its own text. `node` None: it cannot be read. Errors refuse it, failures
    of a sample or test do not.
    """

    node: ast.Item | None
    diagnostics: tuple[Diagnostic, ...]
    failures: tuple[Diagnostic, ...] = ()

    @property
    def is_refused(self) -> bool:
        return any(diagnostic.is_error for diagnostic in self.diagnostics)


def read_item(row: Written, text: str) -> ItemReport:
    """Of the text by itself: the row is out of use, so that its set does not matter. Raises NotOneItemError."""
    parsed = parse(text)
    if any(one.is_error for one in parsed.diagnostics):
        return ItemReport(None, parsed.diagnostics)
    return ItemReport(_only_item(parsed.document, type(row)), parsed.diagnostics)


def examine_item(definition_set: DefinitionSet, row: Written, text: str) -> ItemReport:
    """Of the text in the place of the row's, or behind all others where the row is new. Raises NotOneItemError."""
    own = read_item(row, text)
    if own.node is None:
        return own
    node = own.node
    whole, start = _in_place(definition_set, row, text)
    end, said = start + len(text), linted({definition_set.name: whole})
    return ItemReport(node, _within(said.diagnostics, start, end), _within(said.failures, start, end))


def take(row: Written, node: ast.Item) -> None:
    """Make the row what the item says; it is not saved. Raises ImportRefusedError where a signal gets no slot."""
    before = parse(row.text).document
    row.text = canonical(node)
    match row:
        case Rule():
            row.kind, row.name = RULE_KINDS[type(node)], name_of(node)
        case ObjectDefinition() if isinstance(node, ast.ObjectDefinition):
            row.kind, row.name = node.kind, name_of(node)
            changes = diff_documents(before, ast.Document((node,)))
            take_slots(row, node, {each.path: each.before for each in changes if each.aspect == "renamed"})
        case Sample() | SequenceRow():
            row.title = title_of(node)


def kind_of(node: ast.Item) -> str:
    """As rows keep it; empty for samples and tests."""
    return node.kind if isinstance(node, ast.ObjectDefinition) else str(RULE_KINDS.get(type(node), ""))


def _only_item(document: ast.Document, model: type[Written]) -> ast.Item:
    """With the comments around it, which would have no place else."""
    if len(document.items) != 1 or not isinstance(document.items[0], NODES[model]):
        raise NotOneItemError(f"Write {WHAT[model]}, and one alone.")
    node = document.items[0]
    remarks = replace(node.remarks, above=(*document.header, *node.remarks.above, *document.remarks))
    return replace(node, remarks=remarks)


def _in_place(definition_set: DefinitionSet, row: Written, text: str) -> tuple[str, int]:
    """The set's text with the item in it, and where that begins."""
    pieces = pieces_of(stored_set(definition_set))
    own = Piece(row.position, text if text.endswith("\n") else f"{text}\n", row)
    at = next((number for number, piece in enumerate(pieces) if piece.row == row), len(pieces))
    pieces[at : at + 1] = [own]
    whole = assembled(pieces)
    return whole.text, whole.starts[at]


def _within(said: Iterable[Diagnostic], start: int, end: int) -> tuple[Diagnostic, ...]:
    """Those of the item, as if its text were all there is; other places have the set's name."""
    return tuple(
        replace(one, file="", span=ast.Span(one.span.start - start, one.span.end - start))
        for one in said
        if start <= one.span.start < end
    )
