"""Words and signs that are forgotten, mistyped, too many, or in the place of others."""

from __future__ import annotations

import re

from parsing.language.building import OUTCOMES
from parsing.language.building_expressions import OF_RULES
from parsing.language.codes import DiagnosticCode
from parsing.language.lexing import RESERVED, Token
from parsing.language.parser_expecting import nearest, spellings
from parsing.language.parser_trouble import Repair, Trouble
from parsing.quality import STATES

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
_STANDS_FOR = frozenset(
    ["AT", "WHEN", "ON", "FROM", "BY", "WITH", "AS", "FOR", "DOTS", "UNTIL", "EXPECT", "SET", "SEND"],
)
"""Words of clauses (and the `..` of ranges) that other languages have other words for."""

_ASKED = frozenset((*STATES, *OF_RULES, *OUTCOMES))
_TITLE = re.compile(r"[\w \t.,-]*?(?=[ \t]+on\b)")
_TITLE_BEFORE_BRACE = re.compile(r"[\w \t.,-]*?(?=[ \t]*\{)")
_ODD_NAME = re.compile(r"[\w./:-]{1,100}")


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


def _state(trouble: Trouble) -> Repair | None:
    """`expect hot raised`."""
    token = trouble.token
    if token.text not in _ASKED or not trouble.stack.accepts("IS", "NAME"):
        return None
    span = (token.start, token.end)
    asked = (Token("IS", "is", token.start, token.start), token._replace(kind="NAME"))
    return Repair(
        DiagnosticCode.MISSING_WORD, "`is` is missing in front of this", f"use:  is {token.text}", asked, span=span
    )


def _stand_in(trouble: Trouble) -> Repair | None:
    """`raise if t > 5`: a word in the place of the only one that could stand between those around it."""
    token = trouble.token
    if not trouble.is_word:
        return None
    fitting = [kind for kind in _STANDS_FOR & trouble.expected if trouble.accepts_following(kind)]
    if len(fitting) != 1 or any(trouble.accepts_following(fitting[0], kind) for kind in (token.kind, "NAME")):
        return None
    meant = spellings()[fitting[0]]
    why = f"`{token.text}` is no word that can stand here"
    return Repair(DiagnosticCode.UNKNOWN_WORD, why, f"did you mean `{meant}`?", trouble.instead(fitting[0], meant))


def _missing(trouble: Trouble) -> Repair | None:
    """One word or sign, without which the rest is right."""
    token = trouble.token
    in_call = "RPAR" in trouble.expected
    if in_call and token.kind != "NAME" and trouble.stack.accepts("RPAR", token.kind):
        return _inserted(trouble, "RPAR", token.kind)
    for one in _IN_CALLS if in_call else _INSERTED:
        follows = [token.kind, "NAME"] if trouble.is_word else [token.kind]
        found = next((kind for kind in follows if trouble.stack.accepts(one, kind)), None)
        if found is not None and not (one in _STANDS_FOR and found == "NAME" and _is_stray_word(trouble, one)):
            return _inserted(trouble, one, found)
    return None


def _is_stray_word(trouble: Trouble, kind: str) -> bool:
    """Whether it would not fit even behind a word of that kind: another word comes that cannot stand behind it."""
    return trouble.following.text.isidentifier() and not trouble.accepts_following(kind, "NAME")


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


SLIPS = (_equals, _chain, _title, _word, _reserved, _odd_name, _state, _stand_in, _missing, _stray)
