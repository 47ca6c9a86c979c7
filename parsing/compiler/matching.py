"""Which message a frame is: hash tables over bus class and id, and over bus class and PGN.

An exact id wins over a PGN, a binding to the bus over one to every bus, an earlier binding over a later one; within a
set, the message that stands first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from parsing.compiler.tables import EMPTY_KEY, HASH_MULTIPLIER, NO_PAGE, HashTable
from parsing.definitions import EXTENDED_FLAG

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from parsing.definitions import DefinitionSet, Message, Model

BUSES = 256
CLASS_SHIFT = 32
LOAD = 4
"""Places a key: few enough collisions that nearly every look-up ends at its first place."""

WORD_MASK = 2**64 - 1


class Matcher:
    """Collects the keys of a model's messages; `page_of` gives (and builds) the outermost page of a message."""

    def __init__(self, page_of: Callable[[Message], int]) -> None:
        self._page_of = page_of
        self._exact: dict[int, int] = {}
        self._pgns: dict[int, int] = {}

    def add_model(self, model: Model, sets: dict[int, DefinitionSet]) -> np.ndarray:
        """Add all bindings of the model; returns the class of each bus, already shifted, u64[256]."""
        buses = sorted({binding.bus for binding in model.sets if binding.bus is not None})
        classes = np.zeros(BUSES, np.uint64)
        for number, bus in enumerate([None, *buses]):
            if bus is not None:
                classes[bus] = number << CLASS_SHIFT
            for message in _messages_by_rank(model, sets, bus):
                self._add(message, number << CLASS_SHIFT)
        return classes

    def tables(self) -> tuple[HashTable, HashTable]:
        """By exact id, by PGN."""
        return build_hash_table(self._exact), build_hash_table(self._pgns)

    def _add(self, message: Message, bus_class: int) -> None:
        if message.match == "pgn":
            keys, key = self._pgns, message.pgn
        else:
            keys, key = self._exact, message.can_id | (EXTENDED_FLAG if message.extended else 0)
        if key is not None and bus_class | key not in keys:
            keys[bus_class | key] = self._page_of(message)


def build_hash_table(pages: dict[int, int]) -> HashTable:
    """At least `LOAD` places a key, so that every probe ends."""
    bits = max(4, (LOAD * len(pages) - 1).bit_length())
    size, shift = 2**bits, 64 - bits
    keys = np.full(size, EMPTY_KEY, np.uint64)
    values = np.full(size, NO_PAGE, np.uint32)
    for key, page in pages.items():
        place = (key * int(HASH_MULTIPLIER) & WORD_MASK) >> shift
        while keys[place] != EMPTY_KEY:
            place = (place + 1) % size
        keys[place] = key
        values[place] = page
    return HashTable(keys, values, np.uint64(shift))


def _messages_by_rank(model: Model, sets: dict[int, DefinitionSet], bus: int | None) -> Iterator[Message]:
    for rank in (bus, None) if bus is not None else (None,):
        for binding in model.sets:
            if binding.bus == rank:
                yield from sets[binding.set].messages
