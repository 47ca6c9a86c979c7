"""Rules, definitions of objects, samples and sequences of a text, brought into the rows that are there."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from duco_cms.definitions.importing import ImportRefusedError
from duco_cms.definitions.models import DefinitionSet, ObjectDefinition, Rule, Sample
from duco_cms.definitions.models import Sequence as SequenceRow
from duco_cms.definitions.models.written import TEXT_CHARACTERS, RuleKind, Titled, take_groups
from parsing.language import ast
from parsing.language.ast import Document
from parsing.language.diff import Change
from parsing.language.formatter import format_document

BATCH = 500
RULE_KINDS: dict[type, RuleKind] = {
    ast.Const: RuleKind.CONST,
    ast.Derived: RuleKind.DERIVED,
    ast.Check: RuleKind.CHECK,
    ast.Event: RuleKind.EVENT,
}

RECORDS = (ast.Message, ast.Enum)
"""Kept as records, not as they are written."""


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a text, and its place in it."""

    node: ast.Item
    position: int
    text: str


def canonical(node: ast.Item) -> str:
    """The text of the item alone, with its comments."""
    return format_document(Document((node,)))


def bring_up_items(definition_set: DefinitionSet, document: Document, changes: Sequence[Change]) -> None:
    """Make the set's rules, objects, samples and sequences those of the text. `changes` tell what was renamed.

    Raises ImportRefusedError for what rows cannot hold.
    """
    nodes = [(position, node) for position, node in enumerate(document.items) if type(node) not in RECORDS]
    items = [Item(node, position, canonical(node)) for position, node in nodes]
    _refuse_long(items)
    renamed = {change.path: change.before for change in changes if change.aspect == "renamed"}
    _Rules(definition_set, renamed).bring_up([each for each in items if type(each.node) in RULE_KINDS])
    _bring_up_objects(definition_set, items, renamed)
    _bring_up_titled(Sample, definition_set, [each for each in items if isinstance(each.node, ast.Golden)])
    _bring_up_titled(SequenceRow, definition_set, [each for each in items if isinstance(each.node, ast.Test)])


def _refuse_long(items: Iterable[Item]) -> None:
    long = next((item for item in items if len(item.text) > TEXT_CHARACTERS), None)
    if long is not None:
        raise ImportRefusedError(f"{long.text[:40]}… has over {TEXT_CHARACTERS:,} characters. Split it in two.")


class _Rules:
    """Of one set. A rule of another kind is another rule, whatever its name."""

    def __init__(self, definition_set: DefinitionSet, renamed: Mapping[str, str]) -> None:
        self._set = definition_set
        self._renamed = renamed
        self._rows: dict[tuple[str, str], Rule] = {}
        for row in Rule.objects.filter(definition_set=definition_set).order_by("retired", "-pk"):
            self._rows.setdefault((row.kind, row.name), row)

    def bring_up(self, items: Sequence[Item]) -> None:
        changed: list[Rule] = []
        moved: list[Rule] = []
        same: list[int] = []
        new: list[Rule] = []
        for item in items:
            kind, name = RULE_KINDS[type(item.node)], name_of(item.node)
            known = self._known(kind, name)
            row = known or Rule(definition_set=self._set, kind=kind)
            before = row.name, row.text, row.retired, row.position
            row.name, row.text, row.position, row.retired = name, item.text, item.position, False
            if known is None:
                new.append(row)
            elif before[:3] != (row.name, row.text, row.retired):
                changed.append(row)
            else:
                same.append(row.pk)
                moved += [row] if before[3] != row.position else []
        # All others are retired first: names are unique among what is not, and a text may exchange them.
        Rule.objects.filter(definition_set=self._set, retired=False).exclude(pk__in=same).update(retired=True)
        derived = [row for row in new if row.kind == RuleKind.DERIVED]
        for row, group in zip(derived, take_groups(len(derived)), strict=True):
            row.group = group
        Rule.objects.bulk_update(moved, ["position"], batch_size=BATCH)
        Rule.objects.bulk_update(changed, ["name", "text", "position", "retired"], batch_size=BATCH)
        Rule.objects.bulk_create(new, batch_size=BATCH)

    def _known(self, kind: str, name: str) -> Rule | None:
        before = self._renamed.get(name)
        row = self._rows.get((kind, before)) if before is not None else None
        if row is not None and not row.retired:
            return self._rows.pop((kind, row.name))
        return self._rows.pop((kind, name), None)


def _bring_up_objects(definition_set: DefinitionSet, items: Iterable[Item], renamed: Mapping[str, str]) -> None:
    rows: dict[tuple[str, str], ObjectDefinition] = {}
    for row in ObjectDefinition.objects.filter(definition_set=definition_set).order_by("retired", "-pk"):
        rows.setdefault((row.kind, row.name), row)
    ObjectDefinition.objects.filter(definition_set=definition_set).update(retired=True)
    for item in items:
        if not isinstance(item.node, ast.ObjectDefinition):
            continue
        kind, name = item.node.kind, item.node.name.text
        known = rows.get((kind, renamed.get(name, ""))) or rows.get((kind, name))
        row = known or ObjectDefinition(definition_set=definition_set, kind=kind)
        row.name, row.text, row.position, row.retired = name, item.text, item.position, False
        take_slots(row, item.node, renamed)
        row.save()


def take_slots(row: ObjectDefinition, node: ast.ObjectDefinition, renamed: Mapping[str, str]) -> None:
    """A signal keeps its slot under a new name; one that is new gets the next. Raises ImportRefusedError where none
    is left.

    `renamed`: names of before, by `definition.signal`.
    """
    names = [signal.name.text for signal in node.signals]
    before = dict(row.slots)
    for name in names:
        old = renamed.get(f"{node.name.text}.{name}")
        if old in before and old not in names:
            row.slots = {**{each: slot for each, slot in row.slots.items() if each != old}, name: before[old]}
    try:
        row.give_slots(names)
    except ValueError as error:
        raise ImportRefusedError(str(error)) from error


def _bring_up_titled(
    model: type[Sample] | type[SequenceRow], definition_set: DefinitionSet, items: Sequence[Item]
) -> None:
    """Those of one title are known again in their order; what is gone is deleted, as no release has numbers of them."""
    there: dict[str, list[Titled]] = defaultdict(list)
    for one in model.objects.filter(definition_set=definition_set).order_by("position", "pk"):
        there[one.title].append(one)
    kept: list[Titled] = []
    for item in items:
        title = title_of(item.node)
        known = there[title].pop(0) if there[title] else None
        row: Titled = known or model(definition_set=definition_set, title=title)
        if known is None or (row.text, row.position) != (item.text, item.position):
            row.text, row.position = item.text, item.position
            row.save()
        kept.append(row)
    model.objects.filter(definition_set=definition_set).exclude(pk__in=[row.pk for row in kept]).delete()


def title_of(node: ast.Item) -> str:
    """As rows keep it."""
    title = node.title if isinstance(node, ast.Golden | ast.Test) else ""
    return title[: Titled._meta.get_field("title").max_length or 0]


def name_of(node: ast.Item) -> str:
    """Empty for samples and tests, which have titles."""
    return "" if isinstance(node, ast.Golden | ast.Test) else node.name.text
