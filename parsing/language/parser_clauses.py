"""Clauses of rules as other languages begin and join them."""

from __future__ import annotations

from parsing.language.codes import DiagnosticCode
from parsing.language.parser_trouble import Repair, Trouble

_RAISING = frozenset(("trigger", "fire", "alarm", "start", "activate", "set"))
_ACTIONS = frozenset(("flag", "replace", "drop", "suspect"))
_BEHIND_TIME = ["FOR", "duration"]


def _for_inside(trouble: Trouble) -> Repair | None:
    """`when a for 3s or b`."""
    if trouble.token.kind not in {"AND", "OR"} or trouble.symbols[-2:] != _BEHIND_TIME:
        return None
    start = trouble.stack.starts[-2]
    part = trouble.text[start : trouble.previous.end]
    return Repair(
        DiagnosticCode.MISPLACED_OPTION,
        "`for` stands at the end and covers the whole condition",
        f"move `{part}` there; or give the part that lasts an event of its own and ask that:\n"
        f"event lasting {{ raise when PART {part} }}   …   when lasting is active {trouble.token.text} …",
        span=(start, trouble.previous.end),
        gives_up=True,
    )


def _then(trouble: Trouble) -> Repair | None:
    """`when a then b`, of a check."""
    token = trouble.token
    if token.text.lower() != "then" or "EXPECT" not in trouble.expected or trouble.following.text in _ACTIONS:
        return None
    return Repair(
        DiagnosticCode.UNKNOWN_WORD,
        f"`{token.text}` is no word of the language: what has to hold then is said by `expect`",
        "did you mean `expect`?",
        trouble.instead("EXPECT", "expect"),
    )


def _trigger(trouble: Trouble) -> Repair | None:
    """`trigger when a`, of an event."""
    token = trouble.token
    if token.text.lower() not in _RAISING or "RAISE" not in trouble.expected or trouble.following.kind != "WHEN":
        return None
    return Repair(
        DiagnosticCode.UNKNOWN_WORD,
        f"`{token.text}` is no word that can stand here: an event is raised",
        "did you mean `raise`?",
        trouble.instead("RAISE", "raise"),
    )


CLAUSES = (_for_inside, _then, _trigger)
