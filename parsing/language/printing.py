"""Names, numbers, texts and comments as the formatter writes them, and lines that are broken where they get long."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from parsing.language.ast import Remarks
from parsing.language.building_numbers import LARGEST_PLAIN, MICROSECONDS
from parsing.language.expressions import Name, Unit
from parsing.language.lexing import RESERVED
from parsing.language.parser_recovery import MEMBERS
from parsing.language.parser_table import table

INDENT = "    "
WIDEST = 110

_PLAIN = re.compile(r"[^\W\d]\w*")
_QUOTED = RESERVED | MEMBERS | {"JSON", "TOPIC"}
"""Words that are taken for words of the language somewhere where a name could stand too."""

_ESCAPED = re.compile(r'["\\\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]')
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def name(given: Name | str) -> str:
    text = given if isinstance(given, str) else given.text
    plain = _PLAIN.fullmatch(text) and table().words.get(text) not in _QUOTED
    return text if plain else f"`{text}`"


def text(value: str) -> str:
    return f'"{_ESCAPED.sub(_escape, value)}"'


def _escape(found: re.Match[str]) -> str:
    return _ESCAPES.get(found[0]) or f"\\u{ord(found[0]):04x}"


def title(value: str) -> str:
    """With the space in front of it, or nothing."""
    return f" {text(value)}" if value else ""


def number(value: float) -> str:
    """As short as it can be read back; whole ones without a point."""
    if value.is_integer() and abs(value) < LARGEST_PLAIN:
        return str(int(value))
    return repr(value)


def hexadecimal(value: int, digits: int = 2) -> str:
    return f"{'-' if value < 0 else ''}0x{abs(value):0{digits}X}"


def duration(microseconds: int) -> str:
    """In the largest unit of which it is a whole number; more than a second in seconds, with up to three decimals."""
    if not microseconds:
        return "0s"
    fitting = [word for word, size in MICROSECONDS.items() if microseconds % size == 0]
    word = fitting[-1] if fitting else "ms"
    if fitting == ["ms"] and microseconds > MICROSECONDS["s"]:
        word = "s"
    size = MICROSECONDS[word]
    whole, rest = divmod(microseconds, size)
    decimals = f".{rest * 1000 // size:03d}".rstrip("0") if rest else ""
    return f"{whole}{decimals}{word}"


def unit(given: Unit | None) -> list[str]:
    return [f"[{given.text}]"] if given else []


def doc(value: str) -> list[str]:
    return [f"doc {text(value)}"] if value else []


def payload(data: bytes) -> str:
    """Bytes in hex, of long ones 32 a line."""
    lines = [data[start : start + 32].hex(" ").upper() for start in range(0, len(data), 32)]
    return f'x"{f"{chr(10)}{INDENT * 2}".join(lines)}"'


# Lines


def fold(pieces: Iterable[str], indent: str) -> list[str]:
    """In one line, or in as few as they need, those that follow with more indentation."""
    lines: list[str] = []
    for piece in pieces:
        if lines and len(lines[-1]) + 1 + len(piece) <= WIDEST:
            lines[-1] += f" {piece}"
        else:
            lines.append((f"{indent}{INDENT}" if lines else indent) + piece)
    return lines


def listing(parts: Sequence[str]) -> list[str]:
    """With commas behind all but the last."""
    return [*(f"{part}," for part in parts[:-1]), *parts[-1:]]


def remarked(lines: list[str], remarks: Remarks, indent: str, clauses: Iterable[str] = ()) -> list[str]:
    """With the comments above and behind; those inside at what is none of the clauses printed go above, too."""
    known = {*clauses, "}"}
    lost = [one for keyword, inner in remarks.clauses if keyword not in known for one in comments(inner)]
    above = remark_lines([*remarks.above, *lost], indent)
    if remarks.behind:
        lines = [*lines[:-1], f"{lines[-1]}  # {remarks.behind}"]
    return [*above, *lines]


def remark_lines(given: Iterable[str], indent: str = "") -> list[str]:
    return [f"{indent}# {one}".rstrip() for one in given]


def comments(remarks: Remarks) -> list[str]:
    return [*remarks.above, *([remarks.behind] if remarks.behind else [])]


def body(head: str, clauses: Iterable[tuple[str, list[str]]], remarks: Remarks, indent: str) -> list[str]:
    """Braces with clauses between them, each with its keyword and lines. Without keyword: lines with their comments."""
    notes = dict(remarks.clauses)
    inner = f"{indent}{INDENT}"
    given = list(clauses)
    lines = [f"{indent}{head} {{"]
    for keyword, written in given:
        lines += remarked(written, notes.get(keyword, Remarks()), inner) if keyword else written
    lines += remark_lines(comments(notes.get("}", Remarks())), inner)
    lines.append(f"{indent}}}")
    return remarked(lines, remarks, indent, [keyword for keyword, _ in given])
