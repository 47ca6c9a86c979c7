"""Conversions that take an angle for a number: nobody sees the 2π in them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from parsing.checker.environment import Environment
from parsing.checker.quantities import quantity_of
from parsing.checker.unit_words import ANGLE
from parsing.checker.units import TIME, Unit, angle_taken, unit_of
from parsing.checker.values import Value, number_text
from parsing.language.codes import DiagnosticCode


def warn_of_angle(left: Value, right: Value, env: Environment) -> None:
    """Says so where only one of two values, which are brought to one unit, has an angle."""
    angled, plain = (left, right) if _has_angle(left.unit) else (right, left)
    taken = angle_taken(angled.unit, plain.unit)
    if taken is None:
        return
    word, is_what = ("deg", "degree") if _is_of_degrees(taken) else ("rev", "revolution")
    worth = "2π/360" if word == "deg" else "2π"
    why = (
        f"{angled.unit.shown} has an angle in it, {plain.unit.shown} has none: a {is_what} counts as {worth}, "
        f"which makes it {number_text(float(taken))} times as much"
    )
    rest = _without_turning(plain.unit)
    radius = ", as a radius is" if rest == "m" else ""
    help_ = f"say in a unit what is meant: [{rest}/{word}] for each {is_what}, "
    env.report(DiagnosticCode.ANGLE_TAKEN, angled.span, why, f"{help_}[{rest}/rad] for each radian{radius}")


def told(left: Value, right: Value) -> tuple[Value, Value]:
    """Both as they go on once `warn_of_angle` has looked at them: it is said once, not of all that is made of them."""
    if angle_taken(left.unit, right.unit) is None:
        return left, right
    one = Fraction(1)
    return replace(left, unit=replace(left.unit, angle=one)), replace(right, unit=replace(right.unit, angle=one))


def _is_of_degrees(taken: Fraction) -> bool:
    degree = unit_of("deg").angle
    return taken in (degree, 1 / degree)


def _has_angle(unit: Unit) -> bool:
    return any(base == ANGLE for base, _ in unit.dimension)


def _without_turning(unit: Unit) -> str:
    """Of a speed `m`, of a flow `L`: what there is of it for each revolution, as far as that is plain."""
    dimension = tuple(part for part in unit.dimension if part[0] not in (ANGLE, TIME))
    name, text = quantity_of(replace(unit, dimension=dimension))
    return text if name else "…"
