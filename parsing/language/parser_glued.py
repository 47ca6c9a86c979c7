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


GLUED = (_name, _hex, _digits, _unit)
