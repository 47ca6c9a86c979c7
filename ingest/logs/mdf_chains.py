"""Chains of blocks in an MF4 file (ASAM MDF 4): data groups, channel groups, channels.

asammdf follows them without an end where a damaged file leads back into a chain.
"""

from __future__ import annotations

import struct
from typing import BinaryIO

_HEADER = 64
_LINKS_AT = 24
"""Behind a block's id, length and number of links."""

_FIRST_DATA_GROUP, _NEXT, _FIRST_CHILD = 0, 0, 1
"""Numbers of links: of the header block, of every other."""

_LEVELS = 3
_LINK = struct.Struct("<Q")


def has_circle(file: BinaryIO) -> bool:
    """Whether a chain comes back to a block where it has been; what lies outside of the file ends a chain."""
    levels = [_link(file, _HEADER, _FIRST_DATA_GROUP)]
    seen: set[int] = set()
    while levels:
        block = levels.pop()
        if not block:
            continue
        if block in seen:
            return True
        seen.add(block)
        levels.append(_link(file, block, _NEXT))
        if len(levels) < _LEVELS:
            levels.append(_link(file, block, _FIRST_CHILD))
    return False


def _link(file: BinaryIO, block: int, number: int) -> int:
    try:
        file.seek(block + _LINKS_AT + _LINK.size * number)
    except (OSError, OverflowError, ValueError):
        return 0
    raw = file.read(_LINK.size)
    return int(_LINK.unpack(raw)[0]) if len(raw) == _LINK.size else 0
