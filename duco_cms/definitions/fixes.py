"""What a diagnostic's advice would put in the place of what is marked, where that is all there is to do."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from parsing.language.ast import Span
from parsing.language.codes import DiagnosticCode
from parsing.language.diagnostics import Diagnostic

_GUESS = re.compile(r"did you mean (.+)\?")
_USE = re.compile(r"(?:use|say which):  (.+)")
_PART = re.compile(r"`[^`]+`|[^\s`]+")
_OR = re.compile(r"  \(or ([^()]+)\)$")
_PLACEHOLDERS = re.compile(r"\b(?:LOWEST|HIGHEST|CONDITION|NAME)\b|…|, which |   or ")

# These mark more than their advice replaces, or show how a thing is called.
_NOT_IN_PLACE = frozenset((DiagnosticCode.WRONG_ARGUMENTS, DiagnosticCode.POSITION_SIGNALS))


class Fix(NamedTuple):
    """`text` in the place of the characters of `span`."""

    span: Span
    text: str


def fixes_of(diagnostic: Diagnostic, text: str) -> list[Fix]:
    """The likeliest first; none where the advice is more than a replacement. `text` is the one that was checked."""
    if diagnostic.code in _NOT_IN_PLACE:
        return []
    return [Fix(_widened(diagnostic.span, text, new), new) for new in _replacements(diagnostic)]


def _replacements(diagnostic: Diagnostic) -> Iterator[str]:
    for line in diagnostic.help.splitlines():
        if guess := _GUESS.fullmatch(line):
            parts = (part for part in _PART.findall(guess[1]) if part != "or")
            yield from (_without_quotes(part, diagnostic.code) for part in parts)
        elif use := _USE.fullmatch(line):
            other = _OR.search(use[1])
            written = [use[1][: other.start()], other[1]] if other else [use[1]]
            yield from (each for each in written if not _PLACEHOLDERS.search(each))


def _without_quotes(part: str, code: DiagnosticCode) -> str:
    """Words of the language are quoted when they are told; names only where they are written so."""
    return part.strip("`") if code is DiagnosticCode.UNKNOWN_WORD else part


def _widened(span: Span, text: str, new: str) -> Span:
    """`40 degC` marks the unit alone, and is to be `40 [degC]`: what stands before it already is replaced as well."""
    before = text[: span.start].rstrip(" ")
    first, _, rest = new.partition(" ")
    if rest and re.search(rf"(?<![\w.]){re.escape(first)}$", before):
        return Span(len(before) - len(first), span.end)
    return span
