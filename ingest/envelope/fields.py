"""Checked access to the fields of one map of a body."""

import math
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from ingest.envelope.records import RejectedError
from parsing.codes import Code
from parsing.definitions import TIME_END

MAX_NAME = 255
MAX_TEXT = 10_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_RFC_3339 = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d{1,6})\d*)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


class Fields:
    """One map and the place it stands at, which every complaint names."""

    __slots__ = ("_map", "_where")

    def __init__(self, mapping: Any, where: str) -> None:
        if not isinstance(mapping, dict):
            raise RejectedError(Code.INVALID_FIELD, f"{where or 'body'} is not a map")
        self._map: dict[Any, Any] = mapping
        self._where = where

    def wrong(self, name: str, what: str, code: Code = Code.INVALID_FIELD) -> RejectedError:
        return RejectedError(code, f"{self._where}{'.' if self._where else ''}{name[:100]} {what}")

    def integer(self, name: str, low: int, high: int, default: int | None = None) -> int:
        value = self._map.get(name)
        if value is None and default is not None:
            return default
        if type(value) is not int or not low <= value <= high:
            raise self.wrong(name, f"is not an integer from {low} to {high}")
        return value

    def optional_integer(self, name: str, low: int, high: int) -> int | None:
        return None if self._map.get(name) is None else self.integer(name, low, high)

    def boolean(self, name: str, default: bool) -> bool:
        value = self._map.get(name)
        if value is None:
            return default
        if type(value) is not bool:
            raise self.wrong(name, "is not true or false")
        return value

    def number(self, name: str) -> float:
        value = self.optional_number(name)
        if value is None:
            raise self.wrong(name, "is missing")
        return value

    def optional_number(self, name: str) -> float | None:
        value = self._map.get(name)
        if value is None:
            return None
        if type(value) not in (int, float) or not math.isfinite(value):
            raise self.wrong(name, "is not a finite number")
        return float(value)

    def text(self, name: str, limit: int, default: str | None = None) -> str:
        value = self._map.get(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or len(value) > limit:
            raise self.wrong(name, f"is not text of at most {limit} characters")
        return value

    def choice(self, name: str, choices: tuple[str, ...], default: str) -> str:
        value = self._map.get(name)
        if value is None:
            return default
        if not isinstance(value, str) or value not in choices:
            raise self.wrong(name, f"is not one of {', '.join(choices)}")
        return value

    def time(self, name: str) -> int:
        """µs since 1970, from an integer of µs or RFC 3339 text (cut to whole µs)."""
        value = self._map.get(name)
        if isinstance(value, str):
            value = self._from_rfc_3339(name, value)
        if type(value) is not int:
            raise self.wrong(name, "is neither an integer of µs nor RFC 3339 text")
        if not 0 <= value < TIME_END:
            raise self.wrong(name, "is before 1970 or after 2106", Code.TIME_OUT_OF_BOUNDS)
        return value

    def binary(self, name: str) -> bytes | None:
        value = self._map.get(name)
        if value is not None and type(value) is not bytes:
            raise self.wrong(name, "is not binary")
        return value

    def rows(self, name: str) -> list[Any]:
        value = self._map.get(name)
        if not isinstance(value, list):
            raise self.wrong(name, "is not a list")
        return value

    def others(self, known: frozenset[str]) -> dict[Any, Any]:
        """Everything whose key is not known."""
        return {key: value for key, value in self._map.items() if key not in known}

    def _from_rfc_3339(self, name: str, text: str) -> int:
        match = _RFC_3339.fullmatch(text[:100])
        if match is None:
            raise self.wrong(name, "is not RFC 3339 text")
        date, time, fraction, zone = match.groups()
        offset = "+00:00" if zone in "Zz" else zone
        try:
            moment = datetime.fromisoformat(f"{date}T{time}.{(fraction or '0').ljust(6, '0')}{offset}")
        except ValueError:
            raise self.wrong(name, "is not a time that exists") from None
        return (moment - _EPOCH) // _MICROSECOND
