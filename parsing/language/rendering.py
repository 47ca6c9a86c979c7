"""Diagnostics for people and for programs."""

from __future__ import annotations

import unicodedata
from typing import Any

from parsing.language.codes import TITLES, DiagnosticCode
from parsing.language.diagnostics import Diagnostic
from parsing.language.positions import position_of

_RIGHT = 55
"""Column in which the subject stands."""

_WIDEST = 110
_BEFORE = 50
"""Characters that are shown in front of what is marked, where the line is cut."""


def render(diagnostic: Diagnostic, text: str) -> str:
    """Show it with the line that it is about, which is cut where it is very long. Several lines, without colour.

    `text` is the one that `diagnostic.file` names.
    """
    place = _place(diagnostic.file, text, diagnostic.span.start)
    right = f"{diagnostic.subject}, {place}" if diagnostic.subject else place
    shown, before, marked = _excerpt(text, *diagnostic.span)
    mark = " " * _cells(before) + "^" * max(1, _cells(marked))
    first, *more = diagnostic.why.splitlines() or [""]
    lines = [
        f"{f'{diagnostic.code.value} {TITLES[diagnostic.code]}':<{_RIGHT - 1}} {right}",
        f"  {shown}",
        f"  {mark}   {first}".rstrip(),
        *(f"  {' ' * len(mark)}   {line}" for line in more),
        *(f"  {line}" for line in diagnostic.help.splitlines()),
    ]
    for related in diagnostic.related:
        where = _place("", text, related.span.start) if related.file == diagnostic.file else related.file
        lines.append(f"  {where}: {related.text}")
    return "\n".join(lines) + "\n"


def severity_of(code: DiagnosticCode) -> str:
    return {"E": "error", "W": "warning", "H": "hint"}[code.value[0]]


def to_json(diagnostic: Diagnostic, text: str) -> dict[str, Any]:
    """Give it as plain values; lines and columns count from 1, and the end is behind the last character.

    Of related places in other texts than `text` neither is known.
    """
    related = [
        {"file": one.file, "text": one.text} | (_range(text, *one.span) if one.file == diagnostic.file else {})
        for one in diagnostic.related
    ]
    return {
        "code": diagnostic.code.value,
        "severity": severity_of(diagnostic.code),
        "title": TITLES[diagnostic.code],
        "file": diagnostic.file,
        **_range(text, *diagnostic.span),
        "subject": diagnostic.subject,
        "why": diagnostic.why,
        "help": diagnostic.help,
        "related": related,
    }


def _range(text: str, start: int, end: int) -> dict[str, int]:
    first, last = position_of(text, start), position_of(text, end)
    return {"line": first.line, "column": first.column, "end_line": last.line, "end_column": last.column}


def _place(file: str, text: str, offset: int) -> str:
    line, column = position_of(text, offset)
    return f"{file}:{line}:{column}" if file else f"line {line}, column {column}"


def _excerpt(text: str, start: int, end: int) -> tuple[str, str, str]:
    """Give the line without its indentation, what of it is in front of the mark, and what is marked."""
    begin = text.rfind("\n", 0, start) + 1
    finish = text.find("\n", start)
    finish = len(text) if finish < 0 else finish
    while begin < start and text[begin].isspace():
        begin += 1
    left = "…" if start - begin > _BEFORE and finish - begin > _WIDEST else ""
    begin = start - _BEFORE if left else begin
    right = "…" if finish - begin > _WIDEST else ""
    finish = begin + _WIDEST if right else finish
    line = text[begin:finish].rstrip()
    marked = line[start - begin : max(start, end) - begin]
    return f"{left}{_printable(line)}{right}", left + _printable(line[: start - begin]), _printable(marked)


def _printable(text: str) -> str:
    return "".join(one if one.isprintable() else "    " if one == "\t" else "·" for one in text)


def _cells(text: str) -> int:
    """Columns that it takes on a terminal."""
    return sum(
        0 if unicodedata.combining(one) else 2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text
    )
