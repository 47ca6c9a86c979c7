"""Query parameters, each bounded; anything else is a ParameterError."""

import base64
import binascii
import json
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.utils.dateparse import parse_datetime

from distribution.api.errors import ParameterError
from distribution.queries.history import Span

HOUR: Final = 3_600_000_000
# Stored times lie between (docs/contracts/codes.md, time_out_of_bounds).
FIRST: Final = 0
LAST: Final = 2**32 * 1_000_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_INTEGER: Final = re.compile(r"-?\d{1,19}\Z", re.ASCII)
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_CURSOR_LENGTH: Final = 1000
_TEXT_LENGTH: Final = 500
_BOUNDS: Final = {
    "Int64": (-(2**63), 2**63 - 1), "UInt32": (0, 2**32 - 1), "UInt16": (0, 2**16 - 1), "UInt8": (0, 255),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Parameters:
    """A request's query parameters by name; `allowed` are those that the route knows."""

    given: dict[str, str]
    allowed: frozenset[str]

    def __post_init__(self) -> None:
        """Raise ParameterError for a name that is not known: misspelt, it would be a filter that does nothing."""
        for name in sorted(self.given.keys() - self.allowed):
            raise ParameterError(
                f"There is no parameter {name[:64]!r} here; there are {', '.join(sorted(self.allowed))}."
            )

    def integer(self, name: str, default: int | None, least: int, most: int) -> int | None:
        text = self.given.get(name)
        if text is None:
            return default
        if not _INTEGER.match(text) or not least <= int(text) <= most:
            raise ParameterError(f"{name} is a whole number from {least} to {most}.")
        return int(text)

    def time(self, name: str, default: int) -> int:
        """µs since 1970, of an integer or of RFC 3339 text with an offset."""
        text = self.given.get(name)
        if text is None:
            return default
        us = int(text) if _INTEGER.match(text) else _micros(text)
        if us is None or not FIRST <= us <= LAST:
            raise ParameterError(
                f"{name} is RFC 3339 with an offset (2026-03-01T08:00:00Z; a + is %2B in a URL) or µs since 1970, "
                "between 1970 and 2106."
            )
        return us

    def span(self, length: int | None) -> Span:
        """`from` to `to`; `to` is now where it is not given, `from` so many µs before `to` (None = 1970)."""
        end = self.time("to", min(LAST, time.time_ns() // 1000 + 1))
        begin = self.time("from", FIRST if length is None else max(FIRST, end - length))
        if begin >= end:
            raise ParameterError("from lies before to.")
        return Span(begin, end)

    def flag(self, name: str) -> bool:
        text = self.given.get(name, "0")
        if text not in {"0", "1"}:
            raise ParameterError(f"{name} is 0 or 1.")
        return text == "1"

    def choice(self, name: str, words: Sequence[str]) -> int | None:
        """The place of the word that is given, or None."""
        text = self.given.get(name)
        if text is not None and text not in words:
            raise ParameterError(f"{name} is {' or '.join(words)}.")
        return None if text is None else words.index(text)

    def word(self, name: str, words: Sequence[str]) -> str | None:
        """The word that is given, one of `words`, or None."""
        place = self.choice(name, words)
        return None if place is None else words[place]

    def cursor(self, kinds: Sequence[str]) -> list[Any] | None:
        """The key at which the page before ended; `kinds` are the ClickHouse types of its parts."""
        text = self.given.get("cursor")
        if text is None:
            return None
        try:
            key = json.loads(base64.urlsafe_b64decode(text[:_CURSOR_LENGTH].encode("ascii") + b"=="))
        except (ValueError, binascii.Error, RecursionError):
            key = None
        if not isinstance(key, list) or len(key) != len(kinds) or not all(map(_fits, key, kinds)):
            raise ParameterError("cursor is not one that a page before gave.")
        return key


def _fits(part: object, kind: str) -> bool:
    if kind == "String":
        # JSON can hold half a surrogate pair, which is no text: it cannot be sent to the store.
        return isinstance(part, str) and len(part) <= _TEXT_LENGTH and not _SURROGATE.search(part)
    least, most = _BOUNDS[kind]
    return isinstance(part, int) and not isinstance(part, bool) and least <= part <= most


def cursor_of(key: Sequence[Any]) -> str:
    """Opaque to callers; Parameters.cursor reads it."""
    packed = json.dumps(list(key), separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def next_page(path: str, asked: Parameters, key: Sequence[Any]) -> dict[str, str]:
    """The header that leads to the page behind the one that ends at the key."""
    query = urlencode({**asked.given, "cursor": cursor_of(key)})
    return {"Link": f'<{path}?{query}>; rel="next"'}


def _micros(text: str) -> int | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    if moment is None or moment.tzinfo is None:
        return None
    return (moment - _EPOCH) // timedelta(microseconds=1)


def rfc3339(us: int) -> str:
    """UTC with six decimals, so that text sorts as time does."""
    seconds, micros = divmod(us, 1_000_000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{micros:06}Z"
