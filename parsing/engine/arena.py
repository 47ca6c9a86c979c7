"""Memory for what batches give, used again once nobody holds it: fresh pages would cost three times the decoding."""

from __future__ import annotations

from dataclasses import dataclass
from sys import getrefcount

import numpy as np

from parsing.engine.kernels import address

_ALIGNMENT = 64
"""Bytes of a cache line, and of a 512-bit register."""

_KEPT = 4
"""Arrays kept a pool: some callers hold a batch or two while they make the next."""


@dataclass(frozen=True, slots=True)
class Arena:
    """`bytes` u8 from `at` on, which is 64-byte aligned."""

    bytes: np.ndarray
    at: int


class Pool:
    """Gives arenas. One is free again when nobody holds its `bytes` or a view of them."""

    def __init__(self) -> None:
        self._arenas: list[Arena] = []

    def take(self, size: int) -> Arena:
        """At least `size` bytes with anything in them, the caller's own."""
        for arena in self._arenas:
            if len(arena.bytes) >= size and _references(arena) == _IDLE:
                return arena
        buffer = np.empty(size + size // 4 + 2 * _ALIGNMENT, np.uint8)
        start = -address(buffer) % _ALIGNMENT
        arena = Arena(buffer[start:], address(buffer) + start)
        self._arenas = [*self._arenas[-(_KEPT - 1) :], arena]
        return arena


def _references(arena: Arena) -> int:
    """Also to the array behind `bytes`, since views of views refer to the first."""
    return getrefcount(arena.bytes) + getrefcount(arena.bytes.base)


_IDLE = _references(Arena(np.empty(1, np.uint8)[:], 0))
"""Of an arena that only its pool holds."""
