"""Which message a frame is: a hash table over bus class and id or PGN.

An exact id wins over a PGN, a binding to the bus over one to every bus, an earlier binding over a later one; within a
set, the message that stands first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from parsing.compiler.tables import EMPTY_KEY, HASH_MULTIPLIER, PGN_KEY, HashTable
from parsing.definitions import EXTENDED_FLAG

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from parsing.definitions import DefinitionSet, Message, Model

BUSES = 256
CLASS_SHIFT = 32
LOAD = 8
MULTIPLIERS = 64

WORD_MASK = 2**64 - 1


class Matcher:
    """Collects the keys of a model's messages; `route_of` gives the route of a message (and builds its pages)."""

    def __init__(self, route_of: Callable[[Message], int]) -> None:
        self._route_of = route_of
        self._routes: dict[int, int] = {}

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

    @property
    def exact_extended(self) -> bool:
        """Whether an exact id of 29 bits is among the keys."""
        return any(key & EXTENDED_FLAG for key in self._routes)

    def table(self) -> HashTable:
        return build_hash_table(self._routes)

    def _add(self, message: Message, bus_class: int) -> None:
        if message.match == "pgn":
            key = None if message.pgn is None else PGN_KEY | message.pgn
        else:
            key = message.can_id | (EXTENDED_FLAG if message.extended else 0)
        if key is not None and bus_class | key not in self._routes:
            self._routes[bus_class | key] = self._route_of(message)


def build_hash_table(routes: dict[int, int]) -> HashTable:
    """At least `LOAD` places a key, so that every probe ends, and the multiplier under which most keys have the place
    that is looked at first: each key beside its place is a branch that the processor guesses wrong.
    """
    bits = max(4, (LOAD * len(routes) - 1).bit_length())
    size, shift = 2**bits, 64 - bits
    known = np.array(list(routes), np.uint64)
    candidates = (HASH_MULTIPLIER * np.arange(1, 2 * MULTIPLIERS, 2, dtype=np.uint64)).tolist()
    multiplier = max(candidates, key=lambda candidate: len(np.unique(known * np.uint64(candidate) >> np.uint64(shift))))
    keys = np.full(size, EMPTY_KEY, np.uint64)
    values = np.zeros(size, np.uint64)
    for key, route in routes.items():
        place = (key * multiplier & WORD_MASK) >> shift
        while keys[place] != EMPTY_KEY:
            place = (place + 1) % size
        keys[place] = key
        values[place] = route
    return HashTable(keys, values, multiplier, shift)


def _messages_by_rank(model: Model, sets: dict[int, DefinitionSet], bus: int | None) -> Iterator[Message]:
    for rank in (bus, None) if bus is not None else (None,):
        for binding in model.sets:
            if binding.bus == rank:
                yield from sets[binding.set].messages
