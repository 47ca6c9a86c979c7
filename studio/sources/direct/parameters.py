"""The relayed parameters: what they may be, and what they are when they are not given."""

import re
import time
from typing import Final

from django.utils.dateparse import parse_datetime

from studio.sources import Question, SourceError

HOUR: Final = 3_600_000_000
INTEGER: Final = re.compile(r"-?\d{1,19}", re.ASCII)
LAST: Final = 2**32 * 1_000_000


def _micros(text: str) -> int:
    if text.isascii() and text.isdigit():
        return int(text)
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise SourceError(400, "invalid_parameter", "from and to are RFC 3339 with an offset, or µs since 1970.")
    return round(moment.timestamp() * 1_000_000)


def span(question: Question, length: int | None) -> tuple[int, int]:
    """From (included) to (not included), µs; now, and `length` before it, where they are not given."""
    given = question.parameters
    end = _micros(given["to"]) if "to" in given else time.time_ns() // 1000 + 1
    begin = _micros(given["from"]) if "from" in given else (0 if length is None else max(0, end - length))
    if not 0 <= begin < end <= LAST:
        raise SourceError(400, "invalid_parameter", "from lies before to, both between 1970 and 2106.")
    return begin, end


def integer(question: Question, name: str, default: int, least: int, most: int) -> int:
    text = question.parameters.get(name, str(default))
    if not INTEGER.fullmatch(text) or not least <= int(text) <= most:
        raise SourceError(400, "invalid_parameter", f"{name} is a whole number from {least} to {most}.")
    return int(text)
