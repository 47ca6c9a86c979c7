"""What the harness runs: a case is made of pieces, so that one that fails can be made smaller."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Case:
    """`run` takes the pieces, or some of them, and raises where something is wrong; `shown` says what they are."""

    pieces: list[bytes]
    run: Callable[[list[bytes]], None]
    shown: str


Maker = Callable[[Random], Case]


def shrink(case: Case, fails: Callable[[list[bytes]], bool]) -> list[bytes]:
    """Fewer pieces that fail as well; `fails` may say no to end it (Zeller's ddmin, without its complements)."""
    pieces, size = case.pieces, len(case.pieces) // 2
    while size:
        start = 0
        while start < len(pieces):
            fewer = pieces[:start] + pieces[start + size :]
            if fails(fewer):
                pieces = fewer
            else:
                start += size
        size //= 2
    return pieces
