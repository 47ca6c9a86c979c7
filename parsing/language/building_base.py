"""What all of the builder needs: its diagnostics, the comments that wait for a node, and lists of clauses."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from typing import Any, NamedTuple

from parsing.language import limits
from parsing.language.ast import NO_REMARKS, Remarks, Span
from parsing.language.codes import DiagnosticCode
from parsing.language.diagnostics import Diagnostic, Related
from parsing.language.expressions import Name, Unit
from parsing.language.lexing import Comment

_CONDITIONS = frozenset(("raise", "clear"))
"""Of an event: who says one twice may want either."""

_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\"}


class Clause(NamedTuple):
    """One of a list of clauses or options, by its keyword."""

    keyword: str
    value: Any
    start: int
    end: int

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


def did_you_mean(word: str, candidates: Iterable[str]) -> str:
    """Advice: the nearest candidate, or all of them where none is near and they are few."""
    known = list(candidates)
    near = get_close_matches(word[: limits.LONGEST_NAME], known, 1, 0.6)
    if near:
        return f"did you mean `{near[0]}`?"
    return f"one of: {', '.join(known)}"


class BuilderBase:
    """Methods named as in the grammar are given the start and the end of what was read, and the values in it."""

    def __init__(self, file: str, comments: list[Comment], subject: Callable[[], str]) -> None:
        self.diagnostics: list[Diagnostic] = []
        self.nodes = 0
        """Of the expression that is being read."""
        self.damaged = -1
        """Where the last syntax error stands: what an item around it lacks need not be said."""
        self._file = file
        self._comments = comments
        self._subject = subject

    def report(
        self, code: DiagnosticCode, span: tuple[int, int], why: str, advice: str, *related: tuple[int, int, str]
    ) -> None:
        """Say what is wrong in the item that is being read."""
        self.report_of(self._subject(), code, span, why, advice, *related)

    def report_of(
        self,
        subject: str,
        code: DiagnosticCode,
        span: tuple[int, int],
        why: str,
        advice: str,
        *related: tuple[int, int, str],
    ) -> None:
        if self.is_full:
            return
        if len(self.diagnostics) == limits.MOST_DIAGNOSTICS:
            code, why, advice = DiagnosticCode.MORE_ERRORS, "the text is read no further", "correct those before it"
        more = tuple(Related(self._file, Span(start, end), text) for start, end, text in related)
        self.diagnostics.append(Diagnostic(code, self._file, Span(*span), subject, why, advice, more))

    @property
    def is_full(self) -> bool:
        """Whether more need not be read: nobody would be told what is wrong with it."""
        return len(self.diagnostics) > limits.MOST_DIAGNOSTICS

    # Tokens

    def name(self, text: str, start: int, end: int) -> Name:
        if len(text) > limits.LONGEST_NAME:
            self.report(
                DiagnosticCode.TOO_MUCH_TEXT,
                (start, end),
                f"a name of {len(text):,} characters; at most {limits.LONGEST_NAME}",
                "shorten it; what it means has room in a title or in `doc`",
            )
            text = text[: limits.LONGEST_NAME]
        if text[0] == "`":
            text = text.strip("`")
        return Name(text, Span(start, end))

    def string(self, text: str, start: int, end: int) -> str:
        if len(text) > limits.LONGEST_TEXT + 2:
            self.report(
                DiagnosticCode.TOO_MUCH_TEXT,
                (start, end),
                f"a text of {len(text):,} characters; at most {limits.LONGEST_TEXT:,}",
                "shorten it",
            )
            return ""
        if "\\" not in text:
            return text[1:-1]
        for found in _ESCAPE.finditer(text):
            if found[1][0] not in _ESCAPES and len(found[1]) == 1:
                self.report(
                    DiagnosticCode.QUOTES,
                    (start + found.start(), start + found.end()),
                    f"`{found[0]}` stands for no character",
                    r"a backslash itself is written `\\`; others are `\"`, `\n`, `\t`, `\u00b0`",
                )
        value = _ESCAPE.sub(_unescape, text[1:-1])
        if value.isascii():
            return value
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # joins what was escaped in halves

    def unit_of(self, text: str, start: int, end: int) -> Unit:
        if len(text) > limits.LONGEST_NAME:
            self.report(DiagnosticCode.TOO_MUCH_TEXT, (start, end), f"a unit of {len(text):,} characters", "shorten it")
            text = "[]"
        return Unit(text[1:-1].strip(), Span(start, end))

    # Lists

    def none(self, _start: int, _end: int) -> list[Any]:
        return []

    def first(self, _start: int, _end: int, one: Any) -> list[Any]:
        return [] if one is None else [one]

    def append(self, start: int, end: int, given: list[Any], one: Any) -> list[Any]:
        if len(given) >= limits.MOST_ITEMS:
            why = f"there are {limits.MOST_ITEMS:,} before this one, and more are not read"
            raise limits.TooMuchError((start, end), why, "split the text")
        if one is not None:
            given.append(one)
        return given

    def no_title(self, _start: int, _end: int) -> str:
        return ""

    def title(self, _start: int, _end: int, text: str) -> str:
        return text

    def doc(self, start: int, end: int, text: str) -> Clause:
        return Clause("doc", text, start, end)

    def gather(self, clauses: Iterable[Clause]) -> dict[str, Clause]:
        """By keyword. Of those said twice the first counts, and the second is reported."""
        given: dict[str, Clause] = {}
        for clause in clauses:
            before = given.setdefault(clause.keyword, clause)
            if before is not clause:
                self.report(
                    DiagnosticCode.REPEATED_CLAUSE,
                    clause.span,
                    f"`{clause.keyword}` was said before",
                    "join the conditions of both with `or`"
                    if clause.keyword in _CONDITIONS
                    else "remove one of the two",
                    (before.start, before.end, "said here first"),
                )
        return given

    def missing(self, item: tuple[int, int], head_end: int, why: str, advice: str) -> None:
        """Say at its head what an item lacks, unless a part of it could not be read."""
        start, end = item
        if not start <= self.damaged <= end:
            self.report(DiagnosticCode.MISSING_CLAUSE, (start, head_end), why, advice)

    # Comments

    def remarks(self, start: int, end: int, clauses: Sequence[Clause] | None = None) -> Remarks:
        """Take the comments at and in the node from those that wait. `clauses` None: it has no braces."""
        comments = self._comments
        if not comments or comments[-1].anchor < start:
            return NO_REMARKS
        first = bisect_left(comments, start, key=_anchor)
        last = bisect_left(comments, end + 1, lo=first, key=_anchor)
        taken = comments[first:last]
        del comments[first:last]
        if not taken:
            return NO_REMARKS
        behind = ""
        if taken[-1].behind and taken[-1].anchor == end:
            behind = taken.pop().text
        found: list[tuple[str, Remarks]] = []
        closing = () if clauses is None else (Clause("}", None, end - 1, end),)
        for keyword, _, begin, finish in (*(clauses or ()), *closing):
            above = [one for one in taken if one.anchor == begin and not one.behind]
            beside = [one for one in taken if one.anchor == finish and one.behind]
            if above or beside:
                found.append((keyword, Remarks(_texts(above), "".join(_texts(beside)))))
                taken = [one for one in taken if one not in above and one not in beside]
        return Remarks(_texts(taken), behind, tuple(found))


def _anchor(comment: Comment) -> int:
    return comment.anchor


def _texts(comments: Iterable[Comment]) -> tuple[str, ...]:
    return tuple(one.text for one in comments)


def _unescape(found: re.Match[str]) -> str:
    code = found[1]
    return chr(int(code[1:], 16)) if len(code) > 1 else _ESCAPES.get(code, code)
