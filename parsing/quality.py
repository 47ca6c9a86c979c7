"""How far a value can be trusted (docs/contracts/rows.md), from good to bad."""

from __future__ import annotations

from enum import IntEnum


class Quality(IntEnum):
    """Stored as u8. A number is kept whatever its quality; only `ABSENT` says that there is none."""

    OK = 0
    SUSPECT = 1
    OUT_OF_RANGE = 2
    STALE = 3
    NOT_AVAILABLE = 4
    ERROR = 5
    ABSENT = 6


EVERY = (1 << len(Quality)) - 1
"""All qualities, as bits: bit q stands for quality q."""

STATES = {"valid": 1 << Quality.OK | 1 << Quality.SUSPECT, **{each.name.lower(): 1 << each for each in Quality}}
"""What can be asked of a value (`x is valid`), and which qualities answer it: bit q stands for quality q."""
