"""What is known of an expression: its code, type, unit and the values it can have."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from parsing.checker import intervals
from parsing.checker.intervals import UNBOUNDED, Interval
from parsing.checker.units import BARE, Unit, conversion
from parsing.language.ast import Span
from parsing.rules.program import Constant, Expr, Op, Operation

if TYPE_CHECKING:
    from parsing.checker.symbols import EnumSymbol, Symbol

Kind = Literal["number", "integer", "boolean", "enum", "text", "unknown"]
"""`unknown`: something was wrong and has been said; nothing more is said of what is made of it."""

_EXACT = 2**53


@dataclass(frozen=True, slots=True)
class Value:
    """`symbol`: what was read, where it is nothing but that. `literal`: a number as written."""

    expr: Expr
    kind: Kind
    unit: Unit
    interval: Interval
    span: Span
    enum: EnumSymbol | None = None
    symbol: Symbol | None = None
    literal: bool = False

    @property
    def is_known(self) -> bool:
        return self.kind != "unknown"

    @property
    def constant(self) -> float | None:
        return self.expr.value if isinstance(self.expr, Constant) else None

    @property
    def is_condition(self) -> bool:
        """A whole number that is only 0 or 1 is one too: DBC files have no other booleans."""
        bit = self.kind == "integer" and self.unit.bare and self.interval.low >= 0 and self.interval.high <= 1
        return self.kind == "boolean" or bit


def unknown(span: Span) -> Value:
    return Value(Constant(0.0), "unknown", BARE, UNBOUNDED, span)


def boolean(expr: Expr, truth: Interval, span: Span) -> Value:
    return Value(expr, "boolean", BARE, truth, span)


def constant(number: float, kind: Kind, unit: Unit, span: Span) -> Value:
    return Value(Constant(number), kind, unit, Interval(number, number), span)


def converted(value: Value, target: Unit) -> Value:
    """In another unit, with what a conversion needs. Callers know that the two are comparable."""
    if value.unit == target:
        return value
    factor, added = conversion(value.unit, target)
    if factor == 1 and added == 0:
        return replace(value, unit=target)
    number = value.constant
    if number is not None:
        exact = Fraction(repr(number)) if math.isfinite(number) else None
        result = float(exact * factor + added) if exact is not None else number
        return replace(value, expr=Constant(result), unit=target, interval=Interval(result, result), kind="number")
    kind: Kind = value.kind if factor.denominator == added.denominator == 1 else "number"
    expr, interval = _scaled(value.expr, value.interval, factor)
    if added:
        shift = float(added)
        expr = Operation(Op.ADD, (expr, Constant(shift)))
        interval = intervals.add(interval, Interval(shift, shift))
    return replace(value, expr=expr, unit=target, interval=interval, kind=kind)


def _scaled(expr: Expr, interval: Interval, factor: Fraction) -> tuple[Expr, Interval]:
    """Divides where the factor is one over a whole number: 7 kPa are 0.07 bar, and 7 * 0.01 is not 0.07."""
    if factor == 1:
        return expr, interval
    if factor.numerator == 1 and factor.denominator < _EXACT:
        divisor = float(factor.denominator)
        return Operation(Op.DIVIDE, (expr, Constant(divisor))), intervals.divide(interval, Interval(divisor, divisor))
    number = float(factor)
    return Operation(Op.MULTIPLY, (expr, Constant(number))), intervals.multiply(interval, Interval(number, number))


def number_text(number: float) -> str:
    """As short as it can be written exactly, with at most 6 digits behind the point where it is no constant."""
    if number == int(number) and abs(number) < _EXACT if math.isfinite(number) else False:
        return str(int(number))
    if abs(number) < sys.float_info.min:
        return "0"  # the end of what is more than 0
    return f"{number:.7g}"
