"""Units as numbers: a dimension, a factor and an origin; what compiles is free of them.

Pint knows the words (`parsing.checker.unit_words`). A word that it does not know is a dimension of its own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import Literal

from parsing.checker.unit_words import ANGLE, Dimension, Word, factors_of, look_up

TIME = "second"

Scale = Literal["ratio", "temperature", "time"]
"""`temperature` and `time`: points on a scale whose zero is arbitrary (degC, `ts`); their differences are ratios."""

_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Unit:
    """In base units a value is `value * factor + origin`; only points have an origin.

    `shown` is how people read it ([bar]·[L/min]). `bare`: a number without a unit. `known`: pint knows all its words.
    """

    shown: str
    dimension: Dimension
    factor: Fraction
    origin: Fraction = Fraction(0)
    scale: Scale = "ratio"
    bare: bool = False
    known: bool = True
    delta: bool = False
    """Of the difference of two points: no point can be compared with it, though both are in kelvin."""
    any: bool = False
    """Fits every unit: of an attribute that nobody gave one."""

    angle: Fraction = Fraction(1)
    """How many radians are in the factor, of a revolution 2π; 1 where it is plain that they belong there."""

    @property
    def is_point(self) -> bool:
        return self.scale != "ratio"


BARE = Unit("a number without a unit", (), Fraction(1), bare=True)
RATIO = Unit("a ratio", (), Fraction(1))
SECONDS = Unit("[s]", ((TIME, Fraction(1)),), Fraction(1))
METRES = Unit("[m]", (("meter", Fraction(1)),), Fraction(1))
TIME_POINT = replace(SECONDS, shown="a time", scale="time")
ANY = Unit("a unit that nobody gave", (), Fraction(1), any=True)


@lru_cache(maxsize=10_000)
def unit_of(text: str) -> Unit:
    """The unit of a text as engineers write it, dirty ones included; what nobody knows is only equal to itself."""
    text = text.strip()
    factors = factors_of(text)
    if factors is None:
        return _own(text)
    words = [(look_up(word), power) for word, power in factors]
    if any(word is None for word, _ in words):
        return _own(text)
    return _composed(text, [(word, power) for word, power in words if word is not None])


def _own(text: str) -> Unit:
    return Unit(f"[{text}]", ((f"[{text}]", Fraction(1)),), Fraction(1), known=False)


def _composed(text: str, words: list[tuple[Word, Fraction]]) -> Unit:
    if len(words) == 1 and words[0][0].origin and words[0][1] == 1:
        word = words[0][0]
        return Unit(f"[{text}]", word.dimension, word.factor, word.origin, "temperature")
    dimension: dict[str, Fraction] = {}
    factor = angle = Fraction(1)
    for word, power in words:
        factor *= _power(word.factor, power)
        angle *= _power(word.angle, power)
        for base, exponent in word.dimension:
            dimension[base] = dimension.get(base, Fraction(0)) + exponent * power
    if all(word.bare for word, _ in words):
        return BARE if not words else replace(BARE, shown=f"[{text}]")
    return Unit(f"[{text}]", _sorted(dimension), factor, angle=angle)


def _power(number: Fraction, power: Fraction) -> Fraction:
    return number ** int(power) if power.denominator == 1 else Fraction(float(number) ** float(power))


def _sorted(dimension: dict[str, Fraction]) -> Dimension:
    return tuple(sorted((base, exponent) for base, exponent in dimension.items() if exponent))


@lru_cache(maxsize=10_000)
def product(left: Unit, right: Unit, power: int) -> Unit:
    """Of values of `left` and `right` (power 1), or of the quotient (power -1). Both are ratios."""
    if left.any or right.any:
        return ANY
    if left.bare and right.bare:
        return BARE
    if right.bare:
        return left
    if left.bare and power == 1:
        return right
    dimension = dict(left.dimension)
    for base, exponent in right.dimension:
        dimension[base] = dimension.get(base, Fraction(0)) + exponent * power
    unit = Unit(_shown_product(left, right, power), _sorted(dimension), left.factor * right.factor**power)
    angle = Fraction(1) if _is_of_work(left) or _is_of_work(right) else left.angle * right.angle**power
    return _named(replace(unit, known=left.known and right.known, angle=angle))


def _named(unit: Unit) -> Unit:
    shown = unit.shown
    if not unit.dimension and unit.factor == 1:
        return replace(RATIO, known=unit.known)
    return unit if len(shown) <= _LONGEST else replace(unit, shown=f"[{writable(unit)}]")


def _shown_product(left: Unit, right: Unit, power: int) -> str:
    if power == 1:
        return f"{left.shown}·{right.shown}"
    over = f"({right.shown})" if "·" in right.shown or "/[" in right.shown else right.shown
    return f"{'1' if left.bare or left == RATIO else left.shown}/{over}"


@lru_cache(maxsize=1000)
def root(unit: Unit) -> Unit:
    """Of the square root of a value."""
    if unit.bare or unit.any:
        return unit
    dimension = tuple((base, exponent / 2) for base, exponent in unit.dimension)
    factor, angle = (Fraction(math.sqrt(each)).limit_denominator(10**15) for each in (unit.factor, unit.angle))
    return _named(Unit(f"√{unit.shown}", dimension, factor, known=unit.known, angle=angle))


def difference(unit: Unit) -> Unit:
    """Of the difference of two values of it."""
    if not unit.is_point:
        return unit
    if unit.scale == "time":
        return SECONDS
    return replace(unit, origin=Fraction(0), scale="ratio", delta=True)


def per_second(unit: Unit) -> Unit:
    return product(difference(unit), SECONDS, -1)


def comparable(left: Unit, right: Unit) -> bool:
    """Whether values of both can be added or compared after a conversion.

    Angles count only where they are all there is: torque by speed of rotation is a power, but an angle is no number
    and a speed of rotation no frequency.
    """
    if left.any or right.any:
        return True
    if "time" in (left.scale, right.scale):
        return left.scale == right.scale
    if (left.is_point and right.delta) or (left.delta and right.is_point):
        return False
    if left.dimension == right.dimension:
        return left.bare == right.bare or left.factor == right.factor == 1
    without = [tuple(part for part in unit.dimension if part[0] != ANGLE) for unit in (left, right)]
    return without[0] == without[1] and bool(without[0]) and {base for base, _ in without[0]} != {TIME}


def _is_of_work(unit: Unit) -> bool:
    """Torque, energy, power, moment of inertia: their formulas count rotation in radians, and their units do not say
    so.
    """
    rest = {base: exponent for base, exponent in unit.dimension if base not in (ANGLE, TIME)}
    return rest == {"gram": 1, "meter": 2}


def angle_taken(source: Unit, target: Unit) -> Fraction | None:
    """What a conversion counts an angle as that only one of the two has: a revolution as 2π; None where there is none.

    Squares of angles are of formulas that are in radians anyway: ω²r.
    """
    apart = dict(source.dimension).get(ANGLE, Fraction(0)) - dict(target.dimension).get(ANGLE, Fraction(0))
    if source.any or target.any or abs(apart) != 1 or _is_of_work(source) or _is_of_work(target):
        return None
    taken = source.angle / target.angle
    return None if taken == 1 else taken


def conversion(source: Unit, target: Unit) -> tuple[Fraction, Fraction]:
    """Factor and what is then added, from values of `source` to values of `target`; they are comparable."""
    if source.any or target.any:
        return Fraction(1), Fraction(0)
    return source.factor / target.factor, (source.origin - target.origin) / target.factor


def writable(unit: Unit) -> str:
    """How the unit can be written in brackets, from its base units; the factor is lost."""
    parts = [_written(base, exponent) for base, exponent in unit.dimension if exponent > 0]
    below = [_written(base, -exponent) for base, exponent in unit.dimension if exponent < 0]
    under = f"/{below[0]}" if len(below) == 1 else f"/({'*'.join(below)})" if below else ""
    return ("*".join(parts) or "1") + under


_BASE_WORDS = {"gram": "kg", "meter": "m", "second": "s", "kelvin": "K", "ampere": "A", "radian": "rad"}


def _written(base: str, exponent: Fraction) -> str:
    word = _BASE_WORDS.get(base, base.strip("[]"))
    return word if exponent == 1 else f"{word}^{exponent}"
