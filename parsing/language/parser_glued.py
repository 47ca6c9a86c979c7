"""Numbers with something glued to them: `10degC`, `18FEF100`, `2nd_gear`, `1_000`."""

from __future__ import annotations

import re

from parsing.language.codes import DiagnosticCode
from parsing.language.lexing import Token
from parsing.language.parser_expecting import described
from parsing.language.parser_trouble import Repair, Trouble

NUMBER_AND_REST = re.compile(r"([0-9]+(?:\.[0-9]+)?)(.*)", re.DOTALL)
_HEX_DIGITS = re.compile(r"[0-9A-Fa-f]+")
_LEAST_HEX = 4
_ID = re.compile(r"(?:0[xX])?([0-9A-Fa-f]{1,10})[xXhH]?")
_FLAG = 1 << 31
"""In decimal numbers of DBC files it says that an identifier has 29 bits."""
_LARGEST = {3: 0x7FF, 8: 0x1FFF_FFFF}


def _name(trouble: Trouble) -> Repair | None:
    text = trouble.token.text
    if trouble.token.kind != "GLUED" or "NAME" not in trouble.expected or "INT" in trouble.expected:
        return None
    why = "a name does not begin with a digit, unless it stands between backticks"
    return Repair(DiagnosticCode.NAME, why, f"use:  `{text}`", trouble.instead("NAME", f"`{text}`"))


def _hex(trouble: Trouble) -> Repair | None:
    token = trouble.token
    if token.kind != "GLUED" or "HEX" not in trouble.expected:
        return None
    if token.text[:2] in {"0x", "0X", "0b", "0B"}:
        return Repair(
            DiagnosticCode.NUMBER,
            f"{described(token)} is no number: hex numbers have the digits 0 to 9 and A to F",
            "as in:  0x18FEF100",
            trouble.instead("HEX", "0x000"),
        )
    if len(token.text) < _LEAST_HEX or not _HEX_DIGITS.fullmatch(token.text):
        return None
    instead = trouble.instead("HEX", f"0x{token.text}")
    return Repair(DiagnosticCode.NUMBER, "hex numbers begin with 0x", f"use:  0x{token.text.upper()}", instead)


def _can_id(trouble: Trouble) -> Repair | None:
    """`on can 245`, `on can 18FEF100`, and `18FEF100x` as CANalyzer writes."""
    token = trouble.token
    if trouble.previous.kind not in {"CAN", "ID"} or "HEX" not in trouble.expected:
        return None
    found = _ID.fullmatch(token.text)
    if found is None:
        return None
    lengths = (8,) if trouble.previous.kind == "ID" else (3, 8)
    hexadecimal = _identifier(int(found[1], 16), len(found[1]), lengths)
    decimal = _from_decimal(int(token.text), lengths) if token.text.isdecimal() else ""
    instead = trouble.instead("HEX", hexadecimal or decimal or "0x00000000")
    said = [hexadecimal] if hexadecimal else []
    said += [f"{decimal} if {token.text} is decimal"] if decimal else []
    advice = f"use:  {', or '.join(said)}" if said else "as in:  0x123, 0x18FEF100"
    return Repair(DiagnosticCode.CAN_ID, "identifiers are hex numbers, and those begin with 0x", advice, instead)


def _from_decimal(number: int, lengths: tuple[int, ...]) -> str:
    return _identifier(number - _FLAG, 8, lengths) if number >= _FLAG else _identifier(number, 0, lengths)


def _identifier(number: int, digits: int, lengths: tuple[int, ...]) -> str:
    """In three digits or eight, at least as many as are given; empty where it is too large for them."""
    fitting = (one for one in lengths if one >= digits and number <= _LARGEST[one])
    return next((f"0x{number:0{one}X}" for one in fitting), "")


def _digits(trouble: Trouble) -> Repair | None:
    token = trouble.token
    plain = token.text.replace("_", "")
    if token.kind != "GLUED" or not plain.isdigit():
        return None
    return Repair(DiagnosticCode.NUMBER, "digits stand without `_`", f"use:  {plain}", trouble.instead("INT", plain))


def _unit(trouble: Trouble) -> Repair | None:
    token = trouble.token
    if token.kind != "GLUED":
        return None
    number = NUMBER_AND_REST.match(token.text)[1]  # type: ignore[index]
    kind = "FLOAT" if "." in number else "INT"
    if kind not in trouble.expected:
        return None
    run = trouble.run(token.start)[len(number) :]
    end = token.start + len(number) + len(run)
    digits = Token(kind, number, token.start, token.start + len(number))
    span = (token.start, end)
    if not trouble.stack.accepts(kind, "BRACKETS"):
        why = f"{described(token)} is no number"
        return Repair(DiagnosticCode.NUMBER, why, f"use:  {number}", (digits,), end, span)
    unit = Token("BRACKETS", f"[{run}]", digits.end, end)
    advice = f"use:  {number} [{run}]"
    return Repair(DiagnosticCode.UNIT_BRACKETS, "units stand between brackets", advice, (digits, unit), end, span)


GLUED = (_name, _can_id, _hex, _digits, _unit)
