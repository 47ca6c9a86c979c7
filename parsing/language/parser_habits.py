"""Words of other formats, and what is said at another place here than there."""

from __future__ import annotations

import re

from parsing.language.codes import DiagnosticCode
from parsing.language.lexing import Token
from parsing.language.parser_trouble import Repair, Trouble

_FACTORS = frozenset(("factor", "resolution", "gain"))
_BIG = frozenset(("motorola", "big_endian", "bigendian"))
_LITTLE = frozenset(("intel", "little_endian", "littleendian"))
_NUMBER = r"([+-]?)\s*([0-9]+(?:\.[0-9]+)?)"
_LIMIT = re.compile(rf"(min|max)(?:imum)?\b\s*[=:]?\s*{_NUMBER}(?![\w.])", re.IGNORECASE)
_SECOND = re.compile(rf"[\s,]*{_LIMIT.pattern}", re.IGNORECASE)
_CONDITIONS = frozenset(("if", "while", "where"))
_TITLED = {"DERIVED": "a derived signal", "CONST": "a constant"}
_LONGEST_SHOWN = 60
_BITS_OF_A_BYTE = "12345678"


def _factor(trouble: Trouble) -> Repair | None:
    if "SCALE" not in trouble.expected or trouble.token.text.lower() not in _FACTORS:
        return None
    return _unknown(trouble, "`scale` is said here", "use:  scale", trouble.instead("SCALE", "scale"))


def _limits(trouble: Trouble) -> Repair | None:
    """`min 0 max 100`; the number tells `min` from minutes."""
    first = _LIMIT.match(trouble.text, trouble.token.start)
    if "RANGE" not in trouble.expected or first is None:
        return None
    second = _SECOND.match(trouble.text, first.end())
    why = "both ends stand in one `range` here"
    if second is None or second[1].lower() == first[1].lower():
        limit = f"{first[2].strip('+')}{first[3]}"
        shown = f"{limit}..HIGHEST" if first[1].lower() == "min" else f"LOWEST..{limit}"
        return _unknown(trouble, why, f"use:  range {shown}", skip_to=first.end())
    low, high = (first, second) if first[1].lower() == "min" else (second, first)
    start, end = trouble.token.start, second.end()
    instead = [Token("RANGE", "range", start, end)]
    for found in (low, high):
        if found[2] == "-":
            instead.append(Token("MINUS", "-", start, end))
        instead.append(Token("FLOAT" if "." in found[3] else "INT", found[3], start, end))
        if found is low:
            instead.append(Token("DOTS", "..", start, end))
    shown = "".join(one.text for one in instead[1:])
    return _unknown(trouble, why, f"use:  range {shown}", tuple(instead), end)


def _byte_order(trouble: Trouble) -> Repair | None:
    word = trouble.token.text.lower()
    if "SCALE" not in trouble.expected or word not in _BIG | _LITTLE:
        return None
    if word in _LITTLE:
        return _unknown(trouble, "signals are little-endian unless their place says `be`", "leave it out")
    why = "`be` is said here, behind the place"
    if "BE" in trouble.expected:
        return _unknown(trouble, why, "use:  be", trouble.instead("BE", "be"))
    return _unknown(trouble, why, "as in:  at byte 4 be")


def _unknown(trouble: Trouble, why: str, advice: str, instead: tuple[Token, ...] = (), skip_to: int = 0) -> Repair:
    token = trouble.token
    why = f"`{token.text}` is no word of the language: {why}"
    span = (token.start, max(skip_to, token.end))
    return Repair(DiagnosticCode.UNKNOWN_WORD, why, advice, instead, skip_to, span)


def _title(trouble: Trouble) -> Repair | None:
    """`derived power "Power" : f64 …`."""
    token, symbols = trouble.token, trouble.symbols[-2:]
    what = _TITLED.get(symbols[0]) if symbols[1:] == ["NAME"] else None
    if token.kind != "STRING" or what is None:
        return None
    shown = token.text if len(token.text) < _LONGEST_SHOWN else '"…"'
    return Repair(DiagnosticCode.MISPLACED_OPTION, f"{what} has no title", f"write at its end:  doc {shown}")


def _if(trouble: Trouble) -> Repair | None:
    """`raise if t > 5`, `check oil { if running …`."""
    token = trouble.token
    if "WHEN" not in trouble.expected or token.text.lower() not in _CONDITIONS:
        return None
    return _unknown(trouble, "`when` is said here", "did you mean `when`?", trouble.instead("WHEN", "when"))


def _time_first(trouble: Trouble) -> Repair | None:
    """`raise for 5s when t > 5`; and `raise when for 5s t > 5`, where `for` was taken for a name."""
    token, previous = trouble.token, trouble.previous
    if token.kind == "FOR" and "WHEN" in trouble.expected and trouble.following.text[:1].isdigit():
        first, time, forget = token, trouble.following, 0
    elif previous.kind == "FOR" and trouble.symbols[-2:] == ["WHEN", "NAME"] and token.text[:1].isdigit():
        first, time, forget = previous, token, 1
    else:
        return None
    said = f"for {time.text[:_LONGEST_SHOWN]}"
    return Repair(
        DiagnosticCode.MISPLACED_OPTION,
        f"`{said}` comes behind the condition",
        f"use:  when CONDITION {said}",
        skip_to=time.end,
        span=(first.start, time.end),
        forget=forget,
    )


def _pgn(trouble: Trouble) -> Repair | None:
    """`on can pgn 61444`."""
    token, previous = trouble.token, trouble.previous
    if token.kind != "PGN" or previous.kind != "CAN" or trouble.following.kind not in {"INT", "HEX"}:
        return None
    return Repair(
        DiagnosticCode.CAN_ID,
        "a PGN belongs to `on j1939`; `on can` takes the whole identifier",
        f"use:  on j1939 pgn {trouble.following.text[:_LONGEST_SHOWN]}",
        (previous._replace(kind="J1939", text="j1939"), token),
        span=(previous.start, trouble.following.end),
        forget=1,
    )


def _repeated_send(trouble: Trouble) -> Repair | None:
    """`every 100ms until 5s send …`."""
    if trouble.token.kind != "SEND" or "SET" not in trouble.expected or "EVERY" not in trouble.symbols:
        return None
    return Repair(
        DiagnosticCode.UNEXPECTED,
        "`every` goes with `set` only",
        'send each frame at a time of its own:  at 1s send EEC1 x"F0 7D"',
        gives_up=True,
    )


def _bit_of_byte(trouble: Trouble) -> Repair | None:
    """`at byte 3 bit 5`."""
    token, bit = trouble.token, trouble.following
    if token.text != "bit" or trouble.symbols[-2:] != ["BYTE", "INT"] or bit.text not in _BITS_OF_A_BYTE:
        return None
    place = f"{trouble.previous.text}.{bit.text}"
    start, end = trouble.stack.starts[-2], bit.end
    return Repair(
        DiagnosticCode.UNEXPECTED,
        "a bit of a byte is said with a point; bits of a byte count from 1",
        f"use:  byte {place}",
        (Token("BYTE", "byte", start, end), Token("FLOAT", place, start, end)),
        bit.end,
        (start, end),
        forget=2,
    )


HABITS = (_factor, _limits, _byte_order, _bit_of_byte, _title, _if, _time_first, _pgn, _repeated_send)
