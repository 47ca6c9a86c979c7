"""From scratch: what the linter has to say too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from parsing.checker.check import Checked, check
from parsing.checker.sources import Source
from parsing.dbc.records import ImportedSet
from parsing.language.diagnostics import Diagnostic
from parsing.language.parser import parse
from parsing.proof.prove import prove


@dataclass(frozen=True, slots=True)
class Linted:
    """What is said of the texts that were asked about: what cannot be read; else what the checker says, and, where none
    of that is an error, which samples and sequences fail. `elsewhere` are the errors of other texts.
    """

    diagnostics: tuple[Diagnostic, ...]
    failures: tuple[Diagnostic, ...] = ()
    elsewhere: tuple[Diagnostic, ...] = ()


def lint_whole(texts: Mapping[str, str], beside: Mapping[str, str], records: Sequence[ImportedSet]) -> Linted:
    """Of `texts`, by the names of their sets; `beside` and `records` are all other sets."""
    parsed = {name: parse(text, name) for name, text in texts.items()}
    unread = tuple(one for each in parsed.values() for one in each.diagnostics)
    if any(one.is_error for one in unread):
        # Half of what the checker said would be about what is missing.
        return Linted(unread)
    sources = [Source(name, each.document, texts[name]) for name, each in parsed.items()]
    sources += [Source(name, parse(text, name).document, text) for name, text in beside.items()]
    checked = check(sources, records)
    own = (*unread, *(one for one in checked.diagnostics if one.file in texts))
    elsewhere = tuple(one for one in checked.diagnostics if one.file not in texts and one.is_error)
    failures = () if any(one.is_error for one in own) else failures_of(sources, checked, frozenset(texts))
    return Linted(own, tuple(failures), elsewhere)


def failures_of(sources: Sequence[Source], checked: Checked, names: frozenset[str]) -> Iterator[Diagnostic]:
    """Of the sets of these names, which stand first and have no errors; the others may have."""
    for outcome in prove([each for each in sources if each.name in names], checked):
        yield from outcome.failures
