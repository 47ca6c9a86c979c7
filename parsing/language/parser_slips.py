"""Words and signs that are forgotten, mistyped or too many, and braces."""

from __future__ import annotations

import re

from parsing.language.codes import DiagnosticCode
from parsing.language.lexing import RESERVED, Token
from parsing.language.parser_expecting import nearest, spellings
from parsing.language.parser_recovery import ITEMS, PLAIN_ITEMS
from parsing.language.parser_table import END
from parsing.language.parser_trouble import Repair, Trouble

_INSERTED = (
    "COLON",
    "AT",
    "WHEN",
    "ON",
    "EQUALS",
    "FROM",
    "BY",
    "WITH",
    "AS",
    "FOR",
    "DOTS",
    "ARROW",
    "RPAR",
    "COMMA",
    "LBRACE",
)
"""What is put in where it alone is missing."""

_IN_CALLS = ("COMMA", "COLON")
_TITLE = re.compile(r"[\w \t.,-]*?(?=[ \t]+on\b)")
_TITLE_BEFORE_BRACE = re.compile(r"[\w \t.,-]*?(?=[ \t]*\{)")
_ODD_NAME = re.compile(r"[\w./:-]{1,100}")


def _not_closed(trouble: Trouble) -> Repair | None:
    """An item begins, or the text ends, where a brace is open."""
    token, contexts = trouble.token, trouble.stack.contexts()
    if not contexts or "RBRACE" not in trouble.expected:
        return None
    in_first_column = token.start == 0 or trouble.text[token.start - 1] == "\n"
    if token.kind != END and not (token.kind in PLAIN_ITEMS or (token.kind in ITEMS and in_first_column)):
        return None
    brace = trouble.stack.starts[contexts[-1] - 2]
    where = "where the text ends" if token.kind == END else f"where the next item begins, `{token.text}`"
    return Repair(
        DiagnosticCode.NOT_CLOSED,
        f"this brace is still open {where}",
        "add:  }",
        span=(brace, brace + 1),
        gives_up=True,
        related=((token.start, token.end, "here"),),
    )


def _closes_nothing(trouble: Trouble) -> Repair | None:
    if trouble.token.kind != "RBRACE" or trouble.stack.contexts():
        return None
    if not trouble.stack.accepts(END):
        return None
    return Repair(
        DiagnosticCode.UNEXPECTED, "this brace closes nothing", "remove it, or look for one too many above it"
    )


def _equals(trouble: Trouble) -> Repair | None:
    if trouble.token.kind == "EQUALS" and "COMPARISON" in trouble.expected:
        return Repair(
            DiagnosticCode.OPERATOR,
            "`=` gives a value; `==` compares",
            "use:  ==",
            trouble.instead("COMPARISON", "=="),
        )
    if trouble.token.kind == "COMPARISON" and trouble.token.text == "==" and "EQUALS" in trouble.expected:
        return Repair(
            DiagnosticCode.OPERATOR,
            "`==` compares; a value is given with `=`",
            "use:  =",
            trouble.instead("EQUALS", "="),
        )
    return None


def _chain(trouble: Trouble) -> Repair | None:
    """`a < b < c`."""
    stack = trouble.stack
    if trouble.token.kind != "COMPARISON" or "AND" not in trouble.expected or "COMPARISON" not in trouble.symbols:
        return None
    place = len(trouble.symbols) - 1 - trouble.symbols[::-1].index("COMPARISON")
    left, sign, middle = (
        trouble.text[a:b].strip()
        for a, b in zip(
            stack.starts[place - 1 : place + 2], (*stack.starts[place : place + 2], trouble.previous.end), strict=True
        )
    )
    rest = f"{middle} {trouble.token.text} …"
    return Repair(
        DiagnosticCode.COMPARISON_CHAIN,
        "two comparisons in one; it is not clear what the second compares",
        f"use:  {left} {sign} {middle} and {rest}",
        trouble.instead("AND", "and"),
        span=(stack.starts[place - 1], trouble.token.end),
    )


def _title(trouble: Trouble) -> Repair | None:
    """A title without quotes."""
    if "STRING" not in trouble.expected or trouble.symbols[-1:] != ["NAME"] or not trouble.is_word:
        return None
    pattern = _TITLE if "ON" in trouble.expected else _TITLE_BEFORE_BRACE
    found = pattern.match(trouble.text, trouble.token.start, trouble.token.start + 200)
    if found is None or not found[0] or trouble.stack.accepts(trouble.token.kind):
        return None
    instead = Token("STRING", f'"{found[0]}"', *found.span())
    return Repair(
        DiagnosticCode.QUOTES,
        "a title stands between quotes",
        f"use:  {instead.text}",
        (instead,),
        instead.end,
        found.span(),
    )


def _word(trouble: Trouble) -> Repair | None:
    """A word of the language with a slip of the finger."""
    meant = nearest(trouble)
    if meant is None:
        return None
    why = f"`{trouble.token.text}` is no word that can stand here"
    kind = next(kind for kind in trouble.expected if spellings().get(kind) == meant)
    return Repair(DiagnosticCode.UNKNOWN_WORD, why, f"did you mean `{meant}`?", trouble.instead(kind, meant))


def _reserved(trouble: Trouble) -> Repair | None:
    """`signal in : u8`."""
    token = trouble.token
    if token.kind not in RESERVED or "NAME" not in trouble.expected or "LPAR" in trouble.expected:
        return None
    return Repair(
        DiagnosticCode.NAME,
        f"`{token.text}` is a word of the language",
        f"as a name it stands between backticks:  `{token.text}`",
        trouble.instead("NAME", f"`{token.text}`"),
    )


def _odd_name(trouble: Trouble) -> Repair | None:
    """`Eng-Speed`."""
    token, previous = trouble.token, trouble.previous
    if trouble.symbols[-1:] != ["NAME"] or token.start != previous.end or token.text[:1] not in {"-", ".", "/", ":"}:
        return None
    found = _ODD_NAME.match(trouble.text, previous.start)
    if found is None or found.end() <= token.end:
        return None
    return Repair(
        DiagnosticCode.NAME,
        "a name with other characters than letters, digits and `_` stands between backticks",
        f"use:  `{found[0].rstrip(':')}`",
        skip_to=found.end(),
        span=found.span(),
    )


def _missing(trouble: Trouble) -> Repair | None:
    """One word or sign, without which the rest is right."""
    token = trouble.token
    in_call = "RPAR" in trouble.expected
    if in_call and token.kind != "NAME" and trouble.stack.accepts("RPAR", token.kind):
        return _inserted(trouble, "RPAR", token.kind)
    for one in _IN_CALLS if in_call else _INSERTED:
        follows = [token.kind, "NAME"] if trouble.is_word else [token.kind]
        found = next((kind for kind in follows if trouble.stack.accepts(one, kind)), None)
        if found is not None:
            return _inserted(trouble, one, found)
    return None


def _inserted(trouble: Trouble, kind: str, follows: str) -> Repair:
    token, sign = trouble.token, spellings()[kind]
    where = "behind" if trouble.is_behind_line else "in front of"
    return Repair(
        DiagnosticCode.MISSING_WORD,
        f"`{sign}` is missing {where} this",
        f"add:  {sign}",
        (Token(kind, sign, token.start, token.start), token._replace(kind=follows)),
        span=trouble.place,
    )


def _stray(trouble: Trouble) -> Repair | None:
    """`scale: 0.1, offset = 5`."""
    token = trouble.token
    behind_word = trouble.previous.text.isidentifier() and trouble.symbols[-1:] != ["NAME"]
    if token.kind in {"EQUALS", "COLON"} and behind_word and "NAME" not in trouble.expected:
        why = f"no `{token.text}` stands behind `{trouble.previous.text}`"
        return Repair(DiagnosticCode.UNEXPECTED, why, "remove it")
    if token.kind == "COMMA" and "RPAR" not in trouble.expected:
        return Repair(DiagnosticCode.UNEXPECTED, "nothing is separated by commas here", "remove it")
    return None


SLIPS = (_not_closed, _closes_nothing, _equals, _chain, _title, _word, _reserved, _odd_name, _missing, _stray)
