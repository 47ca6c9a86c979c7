"""Event times in bodies: numbers in some unit of time, or RFC 3339 text."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_RFC_3339 = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d{1,6})\d*)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_MOST_CHARACTERS = 100

TIME_UNITS = {
    "": 1.0, "us": 1.0, "µs": 1.0, "μs": 1.0, "ms": 1e3, "s": 1e6, "sec": 1e6, "ns": 1e-3, "min": 6e7, "h": 3.6e9,
    "d": 8.64e10,
}  # fmt: skip
"""µs in one of each; a time that names no unit is in µs."""


class InvalidTime(ValueError):
    """Why a value is no time, as words that follow the field's name."""


def micros_from_text(text: str) -> int:
    """µs since 1970 (possibly before) of RFC 3339 text, cut to whole µs. Raises InvalidTime."""
    match = _RFC_3339.fullmatch(text[:_MOST_CHARACTERS])
    if match is None:
        raise InvalidTime("is not RFC 3339 text")
    date, time, fraction, zone = match.groups()
    offset = "+00:00" if zone in "Zz" else zone
    try:
        moment = datetime.fromisoformat(f"{date}T{time}.{(fraction or '0').ljust(6, '0')}{offset}")
    except ValueError:
        raise InvalidTime("is not a time that exists") from None
    return (moment - _EPOCH) // _MICROSECOND


@dataclass(frozen=True, slots=True)
class Clock:
    """How a number is a time: `number * factor + offset` µs since 1970. `fractions`: numbers may have some."""

    factor: float
    offset: float
    fractions: bool

    @property
    def is_plain(self) -> bool:
        """Whether whole numbers are times as they stand."""
        return self.factor == 1 and self.offset == 0

    def read(self, value: Any) -> int:
        """µs since 1970, of a number or RFC 3339 text. Raises InvalidTime."""
        if isinstance(value, str):
            return micros_from_text(value)
        if type(value) is int:
            return self._micros(value)
        if type(value) is float and math.isfinite(value) and (self.fractions or value.is_integer()):
            return self._micros(value)
        raise InvalidTime(f"is neither {'an integer of µs' if self.is_plain else 'a number'} nor RFC 3339 text")

    def _micros(self, value: float) -> int:
        if type(value) is int and self.factor.is_integer() and self.offset.is_integer():
            return value * int(self.factor) + int(self.offset)
        try:
            return round(value * self.factor + self.offset)
        except (OverflowError, ValueError):
            raise InvalidTime("is a time without end") from None


MICROSECONDS = Clock(1.0, 0.0, fractions=False)
