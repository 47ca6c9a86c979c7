"""The definitions as they stand as records that run, of some sets or of all with their rules."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from duco_cms.definitions.artefact import Content
from duco_cms.definitions.content import build_content
from duco_cms.definitions.examination import Diagnostic, MalformedContentError, examine, typed_content
from duco_cms.definitions.judging import diagnostic_of
from duco_cms.definitions.numbers import RowNumbers
from duco_cms.definitions.stored import StoredSet
from duco_cms.definitions.texts import checkable, read
from parsing import definitions
from parsing.checker.check import Checked, check
from parsing.checker.content import content_with_rules
from parsing.checker.sources import Source


@dataclass(frozen=True, slots=True)
class CheckedRows:
    """Of all sets. `checked` holds what could be made where `errors` has some; the texts are those of `sources`."""

    sources: Sequence[Source]
    checked: Checked
    errors: list[Diagnostic]

    def content(self) -> definitions.Content:
        """With compiled rules; without where there are errors."""
        content = self.checked.content
        return replace(content, rules=()) if self.errors else content_with_rules(self.checked)


def check_rows(sets: Sequence[StoredSet]) -> CheckedRows:
    """All sets, whose content as records is well formed: rules under the numbers that their rows have, and nothing is
    proved. Raises MalformedContentError.
    """
    typed = typed_content(build_content(sets))
    sources, records = checkable(sets)
    unread = [one for each in sources for one in read(each.text, each.name).diagnostics if one.is_error]
    checked = check(sources, records, None, RowNumbers(sets, give=False), typed)
    texts = {each.name: each.text for each in sources}
    said = unread or [one for one in checked.diagnostics if one.is_error]
    return CheckedRows(sources, checked, [diagnostic_of(one, texts.get(one.file, "")) for one in said])


def records_of(sets: Sequence[StoredSet]) -> definitions.Content:
    """Without rules and models. Raises MalformedContentError for what machines could not run."""
    return sound({**build_content(sets), "models": [], "rules": []})


def sound(content: Content) -> definitions.Content:
    """As records. Raises MalformedContentError for what machines could not run."""
    typed = typed_content(content)
    names = {each.name for each in typed.sets}
    faults = [each for each in examine(content, typed, names) if each.severity == "error"]
    if faults:
        raise MalformedContentError(faults)
    return typed
