"""Lines and columns of a text."""

from __future__ import annotations

from typing import NamedTuple


class Position(NamedTuple):
    """Both count from 1; the column counts characters."""

    line: int
    column: int


def position_of(text: str, offset: int) -> Position:
    """Where the character at `offset` stands; behind the last one, where the next would."""
    offset = min(offset, len(text))
    return Position(text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))
