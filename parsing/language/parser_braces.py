"""Braces that are forgotten or too many. Where it cannot be known which one is forgotten, the indentation tells."""

from __future__ import annotations

from parsing.language.codes import DiagnosticCode
from parsing.language.lexing import Token, Tokens
from parsing.language.parser_recovery import ITEMS, PLAIN_ITEMS, begins_line
from parsing.language.parser_table import END
from parsing.language.parser_trouble import Repair, Trouble

_LONGEST_BLOCK = 100_000
"""Characters; nobody indents more by hand."""


def _not_closed(trouble: Trouble) -> Repair | None:
    """An item begins, or the text ends, where a brace is open."""
    token, contexts = trouble.token, trouble.stack.contexts()
    if not contexts or "RBRACE" not in trouble.expected:
        return None
    in_first_column = token.start == 0 or trouble.text[token.start - 1] == "\n"
    if token.kind != END and not (token.kind in PLAIN_ITEMS or (token.kind in ITEMS and in_first_column)):
        return None
    where = "where the text ends" if token.kind == END else f"where the next item begins, `{token.text}`"
    here = (token.start, token.end, "here")
    found = _left_of_its_block(trouble.text, trouble.stack.starts[contexts[0] - 2], token.start)
    if found is None:
        brace = trouble.stack.starts[contexts[-1] - 2]
        return _open(brace, f"this brace is still open {where}", here, gives_up=True)
    brace, closing = found
    return _open(
        brace,
        "this brace seems to be the one that is not closed: the next `}` stands left of its block",
        (closing, closing + 1, "in front of this"),
        (token.start, token.end, f"a brace is still open {where}"),
        gives_up=True,
    )


def _left_of_its_block(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The first brace from `start` on that is closed left of the line it stands in, as the block around it should be;
    and the brace that closes it.
    """
    if end - start > _LONGEST_BLOCK:
        return None
    opened: list[tuple[int, int]] = []
    behind, indent = start, _indentation(text, start)
    for token in Tokens(text, start):
        if token.start >= end:
            break
        newline = text.rfind("\n", behind, token.start)
        if newline >= 0:
            indent = token.start - newline - 1
        behind = token.end
        if token.text == "{":
            opened.append((token.start, indent))
        elif token.text == "}" and opened:
            brace, block = opened.pop()
            if newline >= 0 and opened and indent < block and indent <= opened[-1][1]:
                return brace, token.start
    return None


def _clause_in_block(trouble: Trouble) -> Repair | None:
    """`case` where the case before is open."""
    token, contexts = trouble.token, trouble.stack.contexts()
    if not contexts or not begins_line(trouble.text, token.start) or not trouble.stack.accepts("RBRACE", token.kind):
        return None
    brace = trouble.stack.starts[contexts[-1] - 2]
    if _indentation(trouble.text, token.start) > _indentation(trouble.text, brace):
        return None
    why = f"this brace is still open where `{token.text}` begins"
    closing = Token("RBRACE", "}", token.start, token.start)
    return _open(brace, why, (token.start, token.end, "here"), instead=(closing, token))


def _indentation(text: str, start: int) -> int:
    """Characters in front of the first of the line."""
    line = text[text.rfind("\n", 0, start) + 1 : start]
    return len(line) - len(line.lstrip())


def _open(
    brace: int, why: str, *related: tuple[int, int, str], instead: tuple[Token, ...] = (), gives_up: bool = False
) -> Repair:
    return Repair(
        DiagnosticCode.NOT_CLOSED,
        why,
        "add:  }",
        instead,
        span=(brace, brace + 1),
        gives_up=gives_up,
        related=related,
    )


def _closes_nothing(trouble: Trouble) -> Repair | None:
    if trouble.token.kind != "RBRACE" or trouble.stack.contexts():
        return None
    if not trouble.stack.accepts(END):
        return None
    return Repair(
        DiagnosticCode.UNEXPECTED, "this brace closes nothing", "remove it, or look for one too many above it"
    )


BRACES = (_not_closed, _clause_in_block, _closes_nothing)
