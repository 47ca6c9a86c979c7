"""A set as one text in the signal language, and texts brought into the rows: engineers edit either.

Items are known again by their names, and where the semantic diff is sure of it by what they say. What was edited keeps
its numbers; what is gone is retired.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from django.db import DatabaseError, transaction

from duco_cms.audit.acting import acting_user, summed_up
from duco_cms.audit.models import Action
from duco_cms.audit.record import record
from duco_cms.definitions.importing import ImportRefusedError, import_definitions
from duco_cms.definitions.item_import import bring_up_items
from duco_cms.definitions.locking import hold_releases
from duco_cms.definitions.models import DefinitionSet
from duco_cms.definitions.rows import imported_of
from duco_cms.definitions.stored import StoredSet
from duco_cms.definitions.stored_texts import stored_texts, text_of_stored
from parsing.checker.sources import Source, imported_sets
from parsing.dbc import ImportedSet
from parsing.language.diagnostics import Diagnostic
from parsing.language.diff import Change
from parsing.language.parser import Parsed, parse
from parsing.lint import Linted, Linter
from parsing.lint.changes import changes_between


class StaleTextError(Exception):
    """The set was changed since the text was read that is being put in its place."""


@dataclass(frozen=True, slots=True)
class TextReport:
    """What is said of a text, and what it changes or would change. `elsewhere` are diagnostics of other sets, which may
    come from the change; samples and sequences that fail are in `failures`. Errors in `diagnostics` refuse the text.
    """

    text: str
    diagnostics: tuple[Diagnostic, ...]
    elsewhere: tuple[tuple[Diagnostic, str], ...] = ()
    failures: tuple[Diagnostic, ...] = ()
    changes: tuple[Change, ...] = ()
    definition_set: DefinitionSet | None = None
    """None: nothing was applied."""

    @property
    def is_refused(self) -> bool:
        return any(diagnostic.is_error for diagnostic in self.diagnostics)


def text_of(definition_set: DefinitionSet) -> str:
    """All of a set: enums, messages, rules, definitions of objects, samples and sequences, in the order of its text."""
    (stored,) = stored_texts([definition_set])
    return stored.text


def etag_of(text: str) -> str:
    """Changes with the text."""
    return f'"{hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]}"'


@lru_cache(maxsize=16)
def read(text: str, name: str) -> Parsed:
    """The tree of a text, which is most often one that was read before."""
    return parse(text, name)


def source_of(text: str, name: str) -> Source:
    """A text as the checker takes it."""
    return Source(name, read(text, name).document, text)


def _beside(names: Iterable[str]) -> tuple[dict[str, str], list[ImportedSet]]:
    """Of all sets but those: sets with rules and the like as texts, others as the records that they are."""
    stored = stored_texts(DefinitionSet.objects.exclude(name__in=list(names)).order_by("name"))
    texts = {each.name: each.text for each in stored if each.records is None}
    return texts, [each.records for each in stored if each.records is not None]


def checkable(sets: Sequence[StoredSet]) -> tuple[list[Source], list[ImportedSet]]:
    """Sets with rules and the like as texts, others as the records that they are."""
    texts = [source_of(text_of_stored(each), each.name) for each in sets if each.written]
    return texts, [imported_of(each) for each in sets if not each.written]


_LINTER = Linter()


def linted(texts: Mapping[str, str]) -> Linted:
    """What is said of texts in the place of the sets of their names. What was said before of texts much like these is
    not found anew.
    """
    return _LINTER.lint(texts, *_beside(texts))


def check_texts(texts: Mapping[str, str]) -> list[tuple[Diagnostic, str]]:
    """What is said of texts in the place of the sets of their names, with failures of their samples and sequences; each
    with the text that it is of. Changes nothing.
    """
    said = linted(texts)
    return [(one, texts[one.file]) for one in (*said.diagnostics, *said.failures)]


def preview_text(name: str, text: str) -> TextReport:
    """What `apply_text` would report; changes nothing."""
    definition_set = DefinitionSet.objects.filter(name=name).first()
    return _judged(name, text, text_of(definition_set) if definition_set else "")


def apply_text(name: str, text: str, etag: str | None = None) -> TextReport:
    """Make the set of that name what the text says; it is made where there is none. All of it or nothing.

    `etag` is that of the text which was edited. Raises StaleTextError where the set has another by now, and
    ImportRefusedError for what rows cannot hold.
    """
    try:
        with transaction.atomic():
            return _applied(name, text, etag)
    except (DatabaseError, UnicodeEncodeError) as error:
        # Texts may have characters that PostgreSQL has not: binary zeros, halves of surrogate pairs.
        raise ImportRefusedError(f"The text cannot be stored: {error}. Correct it.") from error


def _applied(name: str, text: str, etag: str | None) -> TextReport:
    hold_releases()
    there = DefinitionSet.objects.filter(name=name).first()
    before = text_of(there) if there else ""
    if etag is not None and etag != etag_of(before):
        raise StaleTextError
    report = _judged(name, text, before)
    if report.is_refused:
        return report
    source = source_of(text, name)
    with summed_up():
        definition_set = import_definitions(imported_sets([source], [])[0])
        bring_up_items(definition_set, source.document, report.changes)
    if report.changes:
        action = Action.EDITED if there else Action.ADDED
        changes = [f"{each.path}: {each.text}" for each in report.changes]
        record(action, f"definition set {name}", acting_user(), changes=changes)
    return replace(report, definition_set=definition_set)


def _judged(name: str, text: str, before: str) -> TextReport:
    others, records = _beside([name])
    said = _LINTER.lint({name: text}, others, records)
    elsewhere = tuple((one, others[one.file]) for one in said.elsewhere)
    report = TextReport(text, said.diagnostics, elsewhere, said.failures)
    return report if report.is_refused else replace(report, changes=tuple(changes_between(before, text)))
