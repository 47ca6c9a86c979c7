"""Checked access to the fields of one map of a body."""

from typing import Any

from ingest.envelope.records import RejectedError
from parsing.codes import Code
from parsing.definitions import TIME_END
from parsing.objects.times import MICROSECONDS, InvalidTime


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

    def time(self, name: str) -> int:
        """µs since 1970, from an integer of µs or RFC 3339 text (cut to whole µs)."""
        try:
            value = MICROSECONDS.read(self._map.get(name))
        except InvalidTime as error:
            raise self.wrong(name, str(error)) from None
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
