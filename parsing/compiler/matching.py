"""Which message a frame is: a hash table over bus class and id or PGN, and for some PGNs a list of source addresses.

An exact id wins over a PGN with a source address, and that over a PGN; then a binding to the bus over one to every bus,
an earlier binding over a later one; within a set, the message that stands first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from parsing.compiler.tables import (
    ADDRESSED_GROUP,
    ANY_ADDRESS,
    EMPTY_KEY,
    HASH_MULTIPLIER,
    NO_ROUTE,
    PGN_KEY,
    PLACE_BITS,
    HashTable,
)
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
        self._addressed: dict[int, dict[int, int]] = {}

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
        routes = dict(self._routes)
        addresses: list[tuple[int, int]] = []
        for key, by_address in self._addressed.items():
            place = len(addresses)
            addresses += [*by_address.items(), (ANY_ADDRESS, self._routes.get(key, NO_ROUTE))]
            routes[key] = place << PLACE_BITS | ADDRESSED_GROUP
        return build_hash_table(routes, np.array(addresses, np.uint64).reshape(-1, 2))

    def _add(self, message: Message, bus_class: int) -> None:
        if message.match == "pgn":
            key = None if message.pgn is None else PGN_KEY | message.pgn
        else:
            key = message.can_id | (EXTENDED_FLAG if message.extended else 0)
        if key is None:
            return
        address = message.source_address if message.match == "pgn" else None
        routes, place = self._routes, bus_class | key
        if address is not None:
            routes, place = self._addressed.setdefault(place, {}), address
        if place not in routes:
            routes[place] = self._route_of(message)


def build_hash_table(routes: dict[int, int], addresses: np.ndarray) -> HashTable:
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
    return HashTable(keys, values, multiplier, shift, addresses)


def _messages_by_rank(model: Model, sets: dict[int, DefinitionSet], bus: int | None) -> Iterator[Message]:
    for rank in (bus, None) if bus is not None else (None,):
        for binding in model.sets:
            if binding.bus == rank:
                yield from sets[binding.set].messages
