"""Numbers, times and bytes as they are written."""

from __future__ import annotations

import math
import re
from fractions import Fraction

from parsing.language import limits
from parsing.language.ast import RawInterval, Span
from parsing.language.building_base import BuilderBase
from parsing.language.codes import DiagnosticCode

MICROSECONDS = {"ms": 1_000, "s": 1_000_000, "min": 60_000_000, "h": 3_600_000_000, "d": 86_400_000_000}

_LONGEST_NUMBER = 60
"""Characters."""

_DURATION = re.compile(r"([0-9.]+)([a-z]+)")


LARGEST_PLAIN = 1e16
"""Whole numbers from there on are written with an exponent."""

_MOST_DECIMALS = 12
"""More say nothing: what is calculated is not that exact."""


def decimals_of(text: str) -> int:
    """How many digits behind the point a number is written to; 0: it is whole, or written in full."""
    mantissa, _, exponent = text.lower().partition("e")
    if len(text) > _LONGEST_NUMBER:
        return 0
    decimals = len(mantissa.partition(".")[2]) - int(exponent or 0)
    return decimals if 0 < decimals <= _MOST_DECIMALS else 0


class Numbers(BuilderBase):
    def decimal(self, start: int, end: int, text: str) -> int:
        return self._whole(start, end, text, 10)

    def hexadecimal(self, start: int, end: int, text: str) -> int:
        return self._whole(start, end, text, 16)

    int_number = decimal
    hex_number = hexadecimal

    def float_number(self, start: int, end: int, text: str) -> float:
        value = float(text) if len(text) <= _LONGEST_NUMBER else math.inf
        if math.isinf(value):
            self._too_large(start, end, "a number", "the largest is about 1.8e308, with at most 60 characters")
            return 0.0
        return value

    def _whole(self, start: int, end: int, text: str, base: int) -> int:
        value = int(text, base) if len(text) <= _LONGEST_NUMBER else limits.LARGEST_WHOLE_NUMBER + 1
        if value > limits.LARGEST_WHOLE_NUMBER:
            self._too_large(start, end, "a whole number", "whole numbers have at most 64 bits: 18446744073709551615")
            return 1
        return value

    def _too_large(self, start: int, end: int, what: str, advice: str) -> None:
        self.report(DiagnosticCode.NUMBER, (start, end), f"{what} too large to be kept exactly", advice)

    def minus(self, _start: int, _end: int, value: int) -> int:
        return -value

    def positive(self, _start: int, _end: int, value: float) -> float:
        return float(value)

    def negative(self, _start: int, _end: int, value: float) -> float:
        return -float(value)

    def fraction(self, start: int, end: int, above: float, below: float) -> float:
        if not below:
            self.report(DiagnosticCode.NUMBER, (start, end), "a division by zero", "write the number that is meant")
            return 1.0
        return above / below

    def raw_single(self, start: int, end: int, value: int) -> RawInterval:
        return RawInterval(value, value, Span(start, end))

    def raw_range(self, start: int, end: int, low: int, high: int) -> RawInterval:
        return RawInterval(low, high, Span(start, end))

    def duration(self, start: int, end: int, text: str) -> int:
        """Give µs."""
        found = _DURATION.fullmatch(text)
        if found is None or len(text) > _LONGEST_NUMBER:
            self._too_large(start, end, "a time", "the largest is 106751991d")
            return 0
        value = Fraction(found[1]) * MICROSECONDS[found[2]]
        if value.denominator != 1:
            self.report(
                DiagnosticCode.DURATION,
                (start, end),
                "not a whole number of microseconds, which is what times are counted in",
                "the smallest time is 0.001ms",
            )
        if value > limits.LONGEST_DURATION:
            self._too_large(start, end, "a time", "the largest is 106751991d")
            return 0
        return int(value)

    def data(self, text: str, start: int, end: int) -> bytes:
        """Bytes of `x"F0 7D"`."""
        try:
            return bytes.fromhex(text[2:-1])
        except ValueError:
            self.report(
                DiagnosticCode.NUMBER,
                (start, end),
                "bytes are pairs of hex digits, and one here has a single digit",
                'write each byte with two digits: x"0F 7D"',
            )
            return b""
