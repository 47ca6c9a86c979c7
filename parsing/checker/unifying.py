"""Bringing two values to one unit, or saying why that cannot be."""

from __future__ import annotations

from dataclasses import replace

from parsing.checker.angles import told, warn_of_angle
from parsing.checker.environment import Environment
from parsing.checker.quantities import is_a, is_simple, name_of, quantity_of
from parsing.checker.units import Unit, comparable, difference
from parsing.checker.values import Value, converted, number_text
from parsing.language.codes import DiagnosticCode


def unified(left: Value, right: Value, env: Environment) -> tuple[Value, Value] | None:
    """Both in one unit: the left one's, unless only the left is a constant. None: it cannot be, and was said."""
    left, right = _adapted(left, right), _adapted(right, left)
    if not fits(left, right, env):
        return None
    left, right = told(left, right)
    if (left.constant is not None and right.constant is None and not right.unit.any) or left.unit.any:
        return converted(left, right.unit), right
    return left, converted(right, left.unit)


def _adapted(value: Value, other: Value) -> Value:
    """A number as written that means the same in the other's unit: 0 needs none, but on a scale whose zero is somewhere
    else; and what is compared with a difference of temperatures is one.
    """
    if not value.literal:
        return value
    if value.unit.bare and value.constant == 0 and not other.unit.is_point:
        return replace(value, unit=other.unit)
    if value.unit.is_point and other.unit.delta:
        return replace(value, unit=difference(value.unit))
    return value


def fits(left: Value, right: Value, env: Environment) -> bool:
    """Whether their units can be brought together; says so where not."""
    _assume(left, right, env)
    if comparable(left.unit, right.unit):
        warn_of_angle(left, right, env)
        return True
    if left.unit.bare != right.unit.bare:
        _report_naked(left, right, env)
    else:
        _report_mismatch(left, right, env)
    return False


def _assume(left: Value, right: Value, env: Environment) -> None:
    for value, other in ((left, right), (right, left)):
        if value.unit.any and not other.unit.any:
            text = "a plain number" if other.unit.bare else f"in {other.unit.shown}"
            why = f"no unit is known for {env.quote(value.span)}; it is taken to be {text}"
            env.report(DiagnosticCode.UNIT_ASSUMED, value.span, why, "say what unit the attribute has in the CMS")


def _report_naked(left: Value, right: Value, env: Environment) -> None:
    naked, other = (left, right) if left.unit.bare else (right, left)
    text = quoted_unit(other.unit)
    why = f"{env.quote(other.span)} is {in_unit(other.unit)}, {env.quote(naked.span)} has no unit"
    if naked.literal and text and naked.constant is not None:
        env.report(DiagnosticCode.NAKED_NUMBER, naked.span, why, f"use:  {number_text(naked.constant)} [{text}]")
        return
    env.report(DiagnosticCode.NAKED_NUMBER, naked.span, why, _with_unit(naked, other.unit, text, env))


def _with_unit(naked: Value, unit: Unit, text: str, env: Environment) -> str:
    """A plain number is a ratio: a half is 50 %. Or it counts in the unit already, which only its writer knows."""
    factor = env.quote(naked.span)
    if _LOOSE.intersection(factor):
        factor = f"({factor})"
    if unit.dimension or unit.factor == 1 or not text:
        return f"give it a unit where it is defined, or multiply it: {factor} * 1 [{text or '…'}]"
    whole = number_text(float(1 / unit.factor))
    return f"if 1 is all of it, use:  {factor} * {whole} [{text}]\nif {whole} is, use:  {factor} * 1 [{text}]"


_LOOSE = frozenset("+-?")
"""What binds looser than a product."""


def _report_mismatch(left: Value, right: Value, env: Environment) -> None:
    wrong, other = (left, right) if left.constant is not None and right.constant is None else (right, left)
    why = f"{env.quote(wrong.span)} is {is_a(wrong.unit)}, {env.quote(other.span)} is {is_a(other.unit)}"
    text = quoted_unit(other.unit)
    if wrong.literal and text:
        env.report(DiagnosticCode.UNIT_MISMATCH, wrong.span, why, f"use a number in [{text}]")
        return
    help_ = f"{name_of(wrong.unit)} and {name_of(other.unit)} cannot be brought to one unit"
    if wrong.unit.delta or other.unit.delta:
        help_ = "a difference is written in [K], a temperature in [degC]"
    env.report(DiagnosticCode.UNIT_MISMATCH, wrong.span, why, help_)


def in_unit(unit: Unit) -> str:
    """`in [bar]`, or what it is where it is composed."""
    return f"in {unit.shown}" if is_simple(unit) else is_a(unit)


def quoted_unit(unit: Unit) -> str:
    """What to write between brackets; empty where there is nothing."""
    if is_simple(unit):
        return unit.shown[1:-1]
    return quantity_of(unit)[1]


def report_type(value: Value, wanted: str, env: Environment) -> None:
    """Says that something else is wanted."""
    why = f"{env.quote(value.span)} is {KINDS[value.kind]}; {wanted} is wanted here"
    env.report(DiagnosticCode.WRONG_TYPE, value.span, why, _help(value, env) or f"write {wanted} here")


KINDS = {
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "enum": "a member of an enum",
    "text": "text",
    "unknown": "unknown",
}


def _help(value: Value, env: Environment) -> str:
    if value.kind == "boolean":
        return f"use:  ({env.quote(value.span)} ? 1 : 0)"
    if value.kind == "enum" and value.enum is not None:
        members = list(value.enum.members)[:2]
        return f"compare it with a member: {env.quote(value.span)} == {members[0] if members else '…'}"
    return ""
