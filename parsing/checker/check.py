"""From texts and imported sets to what runs, or to what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from parsing.attributes import attributes_read
from parsing.checker.attributes import check_tests
from parsing.checker.collecting import catalogue_of
from parsing.checker.definitions import DefinitionChecker
from parsing.checker.identities import CountedIdentities, Identities
from parsing.checker.reporting import Findings
from parsing.checker.rules import RuleChecker
from parsing.checker.scope import Catalogue, Scope, Vocabulary
from parsing.checker.sources import Source, content_of, enums_of, imported_sets
from parsing.checker.symbols import Place
from parsing.dbc.records import ImportedSet
from parsing.definitions import Content
from parsing.language.diagnostics import Diagnostic
from parsing.objects.conditions import record_of
from parsing.rules.program import Judgement, Program


@dataclass(frozen=True, slots=True)
class Checked:
    """`judgements` by set and name of the definition of objects; the content has them too.

    Where a diagnostic is an error, content and program hold what could be made all the same.
    """

    content: Content
    program: Program
    judgements: Mapping[tuple[str, str], Judgement]
    diagnostics: tuple[Diagnostic, ...]
    catalogue: Catalogue = field(repr=False)
    """The names of all sets, for who proves or explains what was checked."""

    remembered: Mapping[Place, int] = field(repr=False)
    """Bytes that rules remember of each machine, by where they stand."""

    @property
    def is_publishable(self) -> bool:
        return not any(diagnostic.is_error for diagnostic in self.diagnostics)


def check(
    sources: Sequence[Source],
    imported: Sequence[ImportedSet] = (),
    attributes: Mapping[str, str] | None = None,
    ids: Identities | None = None,
    content: Content | None = None,
    vocabulary: Vocabulary | None = None,
) -> Checked:
    """Checks texts together with sets that came otherwise; names of sets are unique.

    `attributes`: the units of machines' attributes by name; None: nothing is known of them, and any is taken to be in
    the unit of what it is compared with. `ids` and `content`: numbers that were given before; without them numbers
    count up. `vocabulary`: of all names, where these are a part of what there is.
    """
    findings = Findings()
    content = content_of(imported_sets(sources, imported)) if content is None else content
    ids = CountedIdentities(content) if ids is None else ids
    catalogue = catalogue_of(sources, enums_of(sources, imported), content, ids, findings)
    catalogue.vocabulary = vocabulary
    rules = RuleChecker(sources, catalogue, attributes, ids, findings)
    program = rules.check()
    judgements: dict[tuple[str, str], Judgement] = {}
    for source, names in zip(sources, catalogue.sets, strict=False):
        definitions = DefinitionChecker(source, Scope(catalogue, names), attributes, findings)
        judgements.update({(source.name, name): found for name, found in definitions.check().items()})
    if attributes is None and not findings.has_errors:
        check_tests(sources, catalogue, attributes_read(program.rules, judgements.values()), findings)
    content = _with_judgements(content, judgements)
    said = findings.in_order([source.name for source in sources])
    return Checked(content, program, judgements, said, catalogue, rules.remembered)


def _with_judgements(content: Content, judgements: Mapping[tuple[str, str], Judgement]) -> Content:
    names = {each.id: each.name for each in content.sets}
    found = [judgements.get((names[each.set], each.name)) for each in content.objects]
    objects = (
        each if judgement is None else replace(each, judgement=record_of(judgement))
        for each, judgement in zip(content.objects, found, strict=True)
    )
    return replace(content, objects=tuple(objects))
