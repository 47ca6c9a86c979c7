"""What a release would hold: the rows' content with compiled rules and judgements, or what is wrong with it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from duco_cms.definitions.artefact import Content
from duco_cms.definitions.content import build_content
from duco_cms.definitions.examination import (
    Diagnostic,
    MalformedContentError,
    examine,
    examine_compiled,
    typed_content,
)
from duco_cms.definitions.models import DefinitionSet
from duco_cms.definitions.numbers import RowNumbers
from duco_cms.definitions.stored import stored_sets
from duco_cms.definitions.texts import checkable, read
from parsing.assemble import document_of
from parsing.checker.check import Checked, check
from parsing.checker.content import content_with_rules
from parsing.checker.sources import Source
from parsing.language.codes import TITLES
from parsing.language.diagnostics import Diagnostic as Said
from parsing.language.rendering import render
from parsing.proof.prove import prove
from parsing.uncollected import uncollected


@dataclass(frozen=True, slots=True)
class Judged:
    """`content` has no rules where `diagnostics` has errors."""

    content: Content
    diagnostics: list[Diagnostic]

    @property
    def errors(self) -> list[Diagnostic]:
        return [diagnostic for diagnostic in self.diagnostics if diagnostic.severity == "error"]


@uncollected()
def judge(*, give: bool) -> Judged:
    """All definitions as they stand. `give` numbers for good to what checks make of signals."""
    sets = stored_sets(DefinitionSet.objects.order_by("name"))
    content = build_content(sets)
    try:
        typed = typed_content(content)
    except MalformedContentError as error:
        return Judged(content, error.diagnostics)
    written = frozenset(each.name for each in sets if each.written)
    found = examine(content, typed, written)
    if not written or any(each.severity == "error" for each in found):
        return Judged(content, found)
    sources, records = checkable(sets)
    said: list[Said] = [one for each in sources for one in read(each.text, each.name).diagnostics]
    if not _has_errors(said):
        checked = check(sources, records, None, RowNumbers(sets, give=give), typed)
        said = list(checked.diagnostics)
        said += [] if _has_errors(said) else _failures(sources, checked)
    found += _in_words(said, sources)
    if _has_errors(said):
        return Judged(content, found)
    compiled = content_with_rules(checked)
    made = document_of(replace(compiled, enums=(), sets=(), models=()))
    content = {**content, "objects": made["objects"], "rules": made["rules"]}
    # What the checks let through and workers would refuse is a fault of the checks: it must not be published either.
    return Judged(content, [*examine_compiled(content, compiled), *found])


def _has_errors(said: Iterable[Said]) -> bool:
    return any(one.is_error for one in said)


def _failures(sources: Sequence[Source], checked: Checked) -> Iterator[Said]:
    return (failure for outcome in prove(sources, checked) for failure in outcome.failures)


def _in_words(said: Iterable[Said], sources: Sequence[Source]) -> list[Diagnostic]:
    """Errors first. Hints are for who writes a text, not for who publishes it."""
    texts = {each.name: each.text for each in sources}
    found = [diagnostic_of(one, texts[one.file]) for one in said if not one.code.value.startswith("H")]
    return sorted(found, key=lambda each: each.severity != "error")


def diagnostic_of(said: Said, text: str) -> Diagnostic:
    """What the language says, among what else is wrong with definitions."""
    severity: Literal["error", "warning"] = "error" if said.is_error else "warning"
    where = f"{said.file} / {said.subject}" if said.subject else said.file
    why = f"{TITLES[said.code]}: {said.why}"
    return Diagnostic(severity, said.code.value, where, why, said.help, shown=render(said, text))
