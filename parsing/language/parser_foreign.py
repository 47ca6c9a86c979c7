"""What hands used to other languages, word processors and formats write."""

from __future__ import annotations

import re
from typing import NamedTuple

from parsing.language.codes import DiagnosticCode
from parsing.language.lexing import Token
from parsing.language.parser_trouble import Repair, Trouble

_DBC_WORDS = re.compile(r"(?:BO|SG|CM|BA|BU|VAL|NS|BS|SIG|EV|SGTYPE)_\w*|VERSION")
_LONGEST_SHOWN = 60

UNIT_SIGNS = "°µμΩ‰²³"
"""What units begin with and no name does."""

_HEX_WORD = re.compile(r"(?:0[xX])?(?:[0-9A-Fa-f]{2})+")


class _Operator(NamedTuple):
    meant: str
    kinds: tuple[tuple[str, str], ...]


_OPERATORS = {
    "&&": _Operator("and", (("AND", "and"),)),
    "&": _Operator("and", (("AND", "and"),)),
    "∧": _Operator("and", (("AND", "and"),)),
    "||": _Operator("or", (("OR", "or"),)),
    "|": _Operator("or", (("OR", "or"),)),
    "\u2228": _Operator("or", (("OR", "or"),)),
    "!": _Operator("not", (("NOT", "not"),)),
    "¬": _Operator("not", (("NOT", "not"),)),
    "===": _Operator("==", (("COMPARISON", "=="),)),
    "<>": _Operator("!=", (("COMPARISON", "!="),)),
    "≠": _Operator("!=", (("COMPARISON", "!="),)),
    "≤": _Operator("<=", (("COMPARISON", "<="),)),
    "=<": _Operator("<=", (("COMPARISON", "<="),)),
    "≥": _Operator(">=", (("COMPARISON", ">="),)),
    "=>": _Operator(">=", (("COMPARISON", ">="), ("ARROW", "->"))),
    "→": _Operator("->", (("ARROW", "->"),)),
    "\u00d7": _Operator("*", (("STAR", "*"),)),
    "·": _Operator("*", (("STAR", "*"),)),
    "÷": _Operator("/", (("SLASH", "/"),)),
    "\u2212": _Operator("-", (("MINUS", "-"),)),
    "\u2013": _Operator("-", (("MINUS", "-"), ("DOTS", ".."))),
    ":=": _Operator("=", (("EQUALS", "="),)),
}
_LOGIC = frozenset(("and", "or", "not"))


def _operator(trouble: Trouble) -> Repair | None:
    token = trouble.token
    if token.kind != "FOREIGN":
        return None
    if token.text in {"^", "**"}:
        return Repair(
            DiagnosticCode.OPERATOR,
            f"there is no operator `{token.text}`",
            "a square is written:  x * x",
            gives_up=True,
        )
    meant = _OPERATORS.get(token.text)
    for kind, text in meant.kinds if meant else ():
        if kind in trouble.expected:
            return Repair(
                DiagnosticCode.OPERATOR,
                f"`{token.text}` is written `{text}` here",
                f"use:  {text}",
                trouble.instead(kind, text),
            )
    return None


def _capitals(trouble: Trouble) -> Repair | None:
    """`a AND b`; and `NOT a`, where `NOT` was taken for a name."""
    token, previous = trouble.token, trouble.previous
    if _is_in_capitals(token) and token.text.upper() in trouble.expected and token.text.upper() != "NOT":
        return _written_small(token, trouble.instead(token.text.upper(), token.text.lower()))
    if not _is_in_capitals(previous) or previous.text.upper() != "NOT" or trouble.symbols[-1:] != ["NAME"]:
        return None
    following = token._replace(kind="NAME") if trouble.is_word else token
    return _written_small(previous, (previous._replace(kind="NOT", text="not"), following), forget=1)


def _is_in_capitals(token: Token) -> bool:
    return token.kind == "NAME" and token.text.lower() in _LOGIC


def _written_small(token: Token, instead: tuple[Token, ...], forget: int = 0) -> Repair:
    meant = token.text.lower()
    why = f"`{token.text}` is written `{meant}` here"
    return Repair(DiagnosticCode.OPERATOR, why, f"use:  {meant}", instead, 0, (token.start, token.end), forget)


def _quotes(trouble: Trouble) -> Repair | None:
    token = trouble.token
    if token.kind not in {"CURLY_TEXT", "SINGLE_TEXT", "UNCLOSED_TEXT"}:
        return None
    inner = token.text.strip("“”„‟«»'\"").replace("\\", "").replace('"', "")
    text = f'"{inner}"'
    instead = trouble.instead("STRING", text)
    gives_up = "STRING" not in trouble.expected
    if token.kind == "UNCLOSED_TEXT":
        return _unclosed(trouble, instead, gives_up=gives_up)
    what = "single quotes" if token.kind == "SINGLE_TEXT" else "the quotes of a word processor"
    why = f"{what}; texts stand between straight double quotes"
    shown = text if len(text) < _LONGEST_SHOWN else '"…"'
    return Repair(DiagnosticCode.QUOTES, why, f"use:  {shown}", instead, gives_up=gives_up)


def _unclosed(trouble: Trouble, text: tuple[Token, ...], *, gives_up: bool) -> Repair:
    """In a title it has taken the rest of the head with it."""
    token, accepts = trouble.token, trouble.stack.accepts
    if accepts("STRING", "LBRACE") and token.text.rstrip().endswith("{"):
        text = (*text, Token("LBRACE", "{", token.end - 1, token.end))
    elif accepts("STRING", "ON") or accepts("STRING", "FOR") or (accepts("STRING", "LBRACE") and "{" in token.text):
        gives_up = True
    return Repair(
        DiagnosticCode.NOT_CLOSED,
        "the text does not end on its line",
        'add the closing `"`; a line break in a text is written `\\n`',
        text,
        gives_up=gives_up,
    )


def _comment(trouble: Trouble) -> Repair | None:
    token = trouble.token
    if token.kind not in {"SLASHES", "BLOCK"}:
        return None
    if token.kind == "BLOCK" and not token.text.endswith("*/"):
        return Repair(
            DiagnosticCode.NOT_CLOSED,
            "this comment is not closed; all behind it is taken for comment",
            "begin each line of the comment with `#`",
            span=(token.start, token.start + 2),
        )
    return Repair(
        DiagnosticCode.FOREIGN_TEXT,
        f"a comment begins with `#`, not with `{token.text[:2]}`",
        "use:  # in front of each line of the comment",
        span=(token.start, token.start + 2),
    )


def _dbc(trouble: Trouble) -> Repair | None:
    if not trouble.is_word or not _DBC_WORDS.fullmatch(trouble.token.text):
        return None
    return Repair(
        DiagnosticCode.FOREIGN_TEXT,
        f"`{trouble.token.text}` is a statement of a DBC file",
        "import the file as a DBC; its messages can then be edited as text",
        gives_up=True,
    )


def _json(trouble: Trouble) -> Repair | None:
    if trouble.token.kind != "BROKEN_OBJECT":
        return None
    return Repair(
        DiagnosticCode.FOREIGN_TEXT,
        "what begins here is no JSON",
        "check its quotes, commas and braces; keys stand between double quotes",
        gives_up=True,
    )


def _payload(trouble: Trouble) -> Repair | None:
    token = trouble.token
    if "PAYLOAD" not in trouble.expected:
        return None
    if token.kind in {"STRING", "UNCLOSED_TEXT"}:
        digits = token.text.strip('"')
        end = token.end
    elif token.text in {"x", "X"} and trouble.text[token.end : token.end + 1] == '"':
        line = trouble.text[token.end + 1 : token.end + 1_000].split("\n", 1)[0]
        digits = line.split('"')[0]
        end = token.end + len(digits) + 2
    elif _HEX_WORD.fullmatch(token.text):
        digits, end = token.text.removeprefix("0x").removeprefix("0X"), token.end
    else:
        return None
    valid = not digits.strip("0123456789abcdefABCDEF \t")
    why = "bytes begin with x" if valid else "bytes are pairs of hex digits, and not all of these are any"
    shown = f'x"{digits}"' if valid and len(digits) < _LONGEST_SHOWN else 'x"F0 7D 85"'
    instead = Token("PAYLOAD", 'x""', token.start, end)
    return Repair(DiagnosticCode.NUMBER, why, f"use:  {shown}", (instead,), end, (token.start, end))


def _character(trouble: Trouble) -> Repair | None:
    token = trouble.token
    if token.kind != "UNKNOWN":
        return None
    if token.text == ";":
        return Repair(DiagnosticCode.FOREIGN_TEXT, "nothing ends with a semicolon here", "remove it")
    if token.text == "[":
        run = trouble.run(token.end)
        instead = Token("BRACKETS", f"[{run}]", token.start, token.end + len(run))
        return Repair(
            DiagnosticCode.NOT_CLOSED,
            "the bracket of a unit is not closed",
            f"use:  [{run}]",
            (instead,),
            instead.end,
            (token.start, instead.end),
        )
    if token.text == "`":
        return Repair(
            DiagnosticCode.NOT_CLOSED, "a name in backticks does not end on its line", "close it", gives_up=True
        )
    if trouble.is_behind_number and token.text in UNIT_SIGNS:
        return None
    shown = f"`{token.text}`" if token.text.isprintable() else "a character that cannot be seen"
    why = f"{shown} (U+{ord(token.text):04X}) has no meaning outside of texts and comments"
    return Repair(DiagnosticCode.FOREIGN_TEXT, why, "remove it", gives_up=token.text.isprintable())


FOREIGN = (_operator, _capitals, _quotes, _comment, _dbc, _json, _payload, _character)
