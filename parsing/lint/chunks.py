"""A text in chunks: each begins where a line begins with the word of an item."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache
from itertools import accumulate, pairwise

from parsing.language.parser_recovery import ITEMS
from parsing.language.parser_table import table

ENUM = r"enum\b[^\S\n]+(?:\w+|`[^`\n]+`)[^\n{#]*\{"
"""`enum` stands behind types too, on whichever line; no brace follows there."""


@cache
def _heads() -> re.Pattern[str]:
    words = sorted(text for text, kind in table().words.items() if kind in ITEMS and kind != "ENUM")
    return re.compile(rf"^(?:(?:{'|'.join(words)})\b|{ENUM})", re.MULTILINE)


def chunks_of(text: str) -> tuple[str, ...]:
    """Together they are the text. What stands before the first item is of its chunk."""
    starts = [match.start() for match in _heads().finditer(text)]
    return tuple(text[start:end] for start, end in pairwise([0, *starts[1:], len(text)]))


class Laid:
    """Chunks one behind the other, apart by the ends of their lines."""

    def __init__(self, chunks: Sequence[str]) -> None:
        ended = [chunk if chunk.endswith("\n") else f"{chunk}\n" for chunk in chunks[:-1]]
        self.text = "".join((*ended, *chunks[-1:]))
        self._starts = [0, *accumulate(map(len, ended))]

    def place(self, offset: int) -> tuple[int, int]:
        """In which chunk a character stands, and where in it."""
        number = bisect_right(self._starts, offset) - 1
        return number, offset - self._starts[number]
