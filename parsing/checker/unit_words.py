"""The words of units: how the field spells them, and what pint says that they are.

Pint takes a third of a second to load, so it is loaded with the first word that is asked for.
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from pint import UnitRegistry

Dimension = tuple[tuple[str, Fraction], ...]
"""Base units and their exponents, by name."""


class Word(NamedTuple):
    """In base units a value is `value * factor + origin`. `bare` words (`count`) only say that it is a number. `angle`:
    how many radians are in the factor, of a revolution 2π.
    """

    dimension: Dimension
    factor: Fraction
    origin: Fraction
    bare: bool
    angle: Fraction = Fraction(1)


_BARE = Word((), Fraction(1), Fraction(0), bare=True)

_NUMBERS = frozenset((
    "-", "--", "none", "n/a", "na", "unitless", "number", "count", "counts", "cnt", "bit", "bits", "flag", "flags",
    "piece", "pieces", "pcs", "step", "steps", "index", "#", "1", "ratio", "pulse", "pulses", "item", "items", "raw",
))  # fmt: skip
"""What stands where there is no unit, in lower case."""

_ROTATION = frozenset((
    "1/min", "min-1", "min^-1", "1/minute", "u/min", "upm", "r/min", "rev/min", "revs/min", "rpm", "rev/minute",
))  # fmt: skip
"""Speeds of rotation, in lower case: nothing else in machines is told per minute."""

_SPELLINGS = {
    "c": "degC", "celsius": "degC", "degc": "degC", "deg c": "degC", "°c": "degC", "ºc": "degC", "cel": "degC",
    "deg. c": "degC", "degree c": "degC", "degrees c": "degC", "° c": "degC",
    "degf": "degF", "deg f": "degF", "°f": "degF", "ºf": "degF", "fahrenheit": "degF", "degk": "K", "deg k": "K",
    "deg": "deg", "°": "deg", "º": "deg", "degs": "deg", "degree": "deg", "degrees": "deg",
    "km/h": "km/h",
    "kph": "km/h", "kmh": "km/h", "km/hr": "km/h", "kmph": "km/h", "mph": "mph",
    "percent": "%", "pct": "%", "per cent": "%", "‰": "permille",
}  # fmt: skip
"""Whole texts, in lower case, and what they mean."""

_WORDS = {
    "%": "percent", "nm": "N*m", "knm": "kN*m", "volts": "V", "volt": "V", "amps": "A", "amp": "A", "watts": "W",
    "sec": "s", "secs": "s", "seconds": "s", "msec": "ms", "usec": "us", "hr": "h", "hrs": "h", "hours": "h",
    "mins": "min", "minutes": "min", "days": "day", "kpa": "kPa", "mpa": "MPa", "hpa": "hPa", "bar": "bar",
    "mbar": "mbar", "psi": "psi", "l": "L", "ltr": "L", "litre": "L", "litres": "L", "liters": "L", "ltrs": "L",
    "grams": "g", "lbs": "lb", "gals": "gallon", "gal": "gallon", "ohms": "ohm", "kohm": "kiloohm", "rpm": "rpm",
    "hz": "Hz", "khz": "kHz", "kmh": "km/h",
    "kph": "km/h", "deg": "deg", "degrees": "deg", "°": "deg", "º": "deg",
    "rev": "turn", "revs": "turn", "degc": "degC", "°c": "degC", "ºc": "degC", "degf": "degF", "°f": "degF",
    "kwh": "kWh", "kw": "kW", "ah": "Ah", "km": "km", "mph": "mph", "meters": "m", "metres": "m", "var": "VA",
    "counts": "count", "bits": "bit",
}  # fmt: skip
"""Single words, in lower case, and what they mean; asked for only where pint does not know the word as it stands."""

_PREFERRED = {"Nm": "N*m", "kNm": "kN*m", "C": "degC", "rev": "turn", "G": "g_0", "VAR": "VA", "gal": "gallon"}
"""Words that pint reads otherwise than the field does."""

UNITS = (
    "rpm", "km/h", "m/s", "m/s^2", "bar", "kPa", "MPa", "psi", "degC", "K", "degF", "%", "kW", "kWh", "N*m", "kN",
    "L", "L/min", "L/h", "m", "km", "mm", "s", "ms", "min", "h", "deg", "rad", "deg/s", "V", "mV", "A", "Hz", "kg",
    "t", "count",
)  # fmt: skip
"""Those that machines send most, as they are written best."""

ANGLE = "radian"
_WITHOUT_PI = 10**12
"""Pint has π to 37 digits; numerators and denominators of other factors of angles are below this."""

_TENS = {"10": 10, "100": 100, "1000": 1000}
"""Numbers that may stand in a unit: L/100km."""

_LONGEST = 40
_MOST_FACTORS = 12
_HIGHEST_POWER = 9
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_TOKEN = re.compile(r"\s*(?:(?P<word>[^\W\d_]+|[%°º‰Ω][^\W\d_]*|#)|(?P<number>-?\d+)|(?P<sign>\*\*|[*·⋅.^/()]))")


def factors_of(text: str) -> list[tuple[str, Fraction]] | None:
    """The words of a text and their powers, [] where it only says that there is no unit; None: cannot be read."""
    lower = text.lower()
    if not text or lower in _NUMBERS:
        return []
    if len(text) > _LONGEST:
        return None
    if lower in _ROTATION:
        return [("rpm", Fraction(1))]
    tokens = _tokens(_SPELLINGS.get(lower, text))
    return None if tokens is None else _Factors(tokens).read()


def _tokens(text: str) -> list[str] | None:
    text = re.sub(r"[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+", lambda match: "^" + match[0].translate(_SUPERSCRIPTS), text.strip())
    tokens: list[str] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            return None
        tokens.append("^" if match[0].strip() == "**" else match[0].strip())
        at = match.end()
    return tokens


class _Factors:
    """Reads products, quotients and whole powers of words; nothing else is a unit."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._at = 0
        self._found: dict[str, Fraction] = {}

    def read(self) -> list[tuple[str, Fraction]] | None:
        if not self._product(1) or self._at < len(self._tokens) or len(self._found) > _MOST_FACTORS:
            return None
        return list(self._found.items())

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _product(self, sign: int) -> bool:
        """`sign` -1 below a stroke. `a/b*c` is read from the left, as calculators do."""
        if not self._factor(sign):
            return False
        while self._peek() and self._peek() != ")":
            below = self._peek() == "/"
            if self._peek() in ("*", "·", "⋅", ".", "/"):
                self._at += 1
            if not self._factor(-sign if below else sign):
                return False
        return True

    def _factor(self, sign: int) -> bool:
        word = self._peek()
        self._at += 1
        if word == "(":
            inside = self._product(sign) and self._peek() == ")"
            self._at += 1
            return inside
        if word == "1":
            return True
        if word in _TENS:
            self._found[word] = self._found.get(word, Fraction(0)) + sign
            return self._factor(sign)  # L/100km: the number belongs to the word behind it
        if not word or word.isdigit() or word in "*·⋅.^/)-" or word.startswith("-"):
            return False
        power = self._power()
        self._found[word] = self._found.get(word, Fraction(0)) + sign * power
        return abs(power) <= _HIGHEST_POWER

    def _power(self) -> int:
        raised = self._peek() == "^"
        following = self._tokens[self._at + raised] if self._at + raised < len(self._tokens) else ""
        if not re.fullmatch(r"-?\d{1,3}", following):
            return 1
        self._at += 1 + raised
        return int(following)


@lru_cache(maxsize=2000)
def look_up(word: str) -> Word | None:
    """What a single word means, or None."""
    if word.lower() in _NUMBERS:
        return _BARE
    if word in _TENS:
        return Word((), Fraction(_TENS[word]), Fraction(0), bare=False)
    preferred = _PREFERRED.get(word)
    if preferred is not None:
        return _composed(preferred)
    mapped = _WORDS.get(word.lower())
    found = _ask(word)
    return found if found is not None or mapped is None else _composed(mapped)


def _composed(text: str) -> Word | None:
    """Of the tables above only: at most a product or a quotient of two words."""
    left, sign, right = text.partition("*") if "*" in text else text.partition("/")
    first = _ask(left)
    second = _ask(right) if right else None
    if first is None or second is None:
        return first
    power = -1 if sign == "/" else 1
    dimension = dict(first.dimension)
    for base, exponent in second.dimension:
        dimension[base] = dimension.get(base, Fraction(0)) + power * exponent
    kept = tuple(sorted((base, exponent) for base, exponent in dimension.items() if exponent))
    return Word(kept, first.factor * second.factor**power, Fraction(0), False, first.angle * second.angle**power)


def _ask(word: str) -> Word | None:
    import pint  # noqa: PLC0415 - a third of a second, and only a compiler needs it

    registry = _registry()
    try:
        unit = registry.parse_units(word)
        factor, base = registry.get_root_units(unit)
        origin = registry.Quantity(Fraction(0), unit).to_root_units().magnitude
    except (pint.PintError, TypeError, ValueError, AttributeError):
        # Logarithmic units (dB) have no factor; pint fails on them in the arithmetic of fractions.
        return None
    dimension = tuple(sorted((str(name), _exact(power)) for name, power in base._units.items()))  # noqa: SLF001
    bare = dimension in {((name, Fraction(1)),) for name in ("count", "bit")}
    return _BARE if bare else Word(dimension, _exact(factor), _exact(origin), False, _angle(_exact(factor), dimension))


def _angle(factor: Fraction, dimension: Dimension) -> Fraction:
    """Of rpm 2π, of deg 2π/360, of rad 1. A factor without π is that of radians."""
    power = dict(dimension).get(ANGLE, Fraction(0))
    if not power or max(factor.numerator, factor.denominator) < _WITHOUT_PI:
        return Fraction(1)
    degree, turn = (_exact(_registry().get_root_units(word)[0]) ** int(power) for word in ("degree", "turn"))
    return degree if factor == degree else turn


def _exact(number: Any) -> Fraction:
    return Fraction(number)


@cache
def _registry() -> UnitRegistry[Fraction]:
    """Pint's own, with fractions: a litre is 1/1000 m³, not 0.0010000000000000002."""
    import pint  # noqa: PLC0415

    return pint.UnitRegistry(non_int_type=Fraction, cache_folder=None)
