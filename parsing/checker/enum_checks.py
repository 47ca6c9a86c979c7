"""Enums of a text."""

from __future__ import annotations

from typing import Literal

from parsing.checker.reporting import Findings, Reporter
from parsing.language import ast
from parsing.language.codes import DiagnosticCode
from parsing.language.types_of import Enums, number_type

_SENTINELS: tuple[Literal["not_available", "error"], ...] = ("not_available", "error")


def check_enum(enum: ast.Enum, file: str, enums: Enums, findings: Findings) -> None:
    reporter = Reporter(findings, file, enum.name.text)
    type_ = number_type(enum.type.text) if enum.type is not None else None
    if enum.type is not None and (type_ is None or type_.kind == "float"):
        why = f"{enum.type.text} is no integer"
        reporter.report(DiagnosticCode.ENUM_TYPE, enum.type.span, why, f"use:  enum {enum.name.text} : u8")
    elif type_ is not None:
        for member in enum.members:
            if member.number is not None and not type_.holds(member.number):
                why = f"{type_.text} never is {member.number}"
                help_ = f"use a wider type than {type_.text}, or another number"
                reporter.report(DiagnosticCode.MEMBER_BEYOND_WIDTH, member.span, why, help_)
    others = [member for member in enum.members if member.number is None]
    for member in others[1:]:
        why = "`else` has a name already"
        reporter.report(DiagnosticCode.REPEATED_DEFINITION, member.span, why, "delete one of the two")
    for name in _SENTINELS:
        _check_sentinel(enum, name, enums, reporter)


def _check_sentinel(enum: ast.Enum, name: Literal["not_available", "error"], enums: Enums, reporter: Reporter) -> None:
    """Members of these names give their numbers that quality, which a signal keeps as one range."""
    named = [member for member in enum.members if member.name.text == name and member.number is not None]
    if named and enum.name.text in enums and enums.named(enum.name.text, name) is None:
        why = f"the numbers that mean `{name}` have others between them"
        help_ = f"name one of them {name}, and the others otherwise"
        reporter.report(DiagnosticCode.SCATTERED_SENTINELS, named[-1].span, why, help_)
