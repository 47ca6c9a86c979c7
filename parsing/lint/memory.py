"""What is kept of what was looked at, and no more than a given weight: those go first that were wanted last the longest
time ago.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Kept = TypeVar("Kept")


class Memory(Generic[Key, Kept]):
    """Not safe for several threads at once."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._weight = 0
        self._kept: OrderedDict[Key, tuple[Kept, int]] = OrderedDict()

    def get(self, key: Key) -> Kept | None:
        found = self._kept.get(key)
        if found is None:
            return None
        self._kept.move_to_end(key)
        return found[0]

    def put(self, key: Key, kept: Kept, weight: int = 1) -> None:
        """In the place of what was kept under the key. What is heavier than all together may be is not kept."""
        _, before = self._kept.pop(key, (None, 0))
        self._kept[key] = kept, weight
        self._weight += weight - before
        while self._weight > self._most:
            _, (_, lightened) = self._kept.popitem(last=False)
            self._weight -= lightened
