"""Who has which address: address claims and NAMEs (J1939-81)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self, TypeAlias

from parsing.j1939.records import read_state, read_states
from parsing.source import NULL_ADDRESS

NAME_BYTES = 8

MOST_NAMES = 1_024
"""NAMEs of a machine that are kept; the one longest unheard of gives way."""

_Node: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True)
class NameFields:
    """The fields of a NAME, from its lowest bits up: 21, 11, 3, 5, 8, (1 reserved,) 7, 4, 3 bits and 1 (J1939-81)."""

    identity_number: int
    manufacturer_code: int
    ecu_instance: int
    function_instance: int
    function: int
    vehicle_system: int
    vehicle_system_instance: int
    industry_group: int
    arbitrary_address_capable: int


def read_name(name: int) -> NameFields:
    """The fields of a NAME u64."""
    return NameFields(
        identity_number=name & 0x1F_FFFF,
        manufacturer_code=name >> 21 & 0x7FF,
        ecu_instance=name >> 32 & 0x7,
        function_instance=name >> 35 & 0x1F,
        function=name >> 40 & 0xFF,
        vehicle_system=name >> 49 & 0x7F,
        vehicle_system_instance=name >> 56 & 0xF,
        industry_group=name >> 60 & 0x7,
        arbitrary_address_capable=name >> 63,
    )


@dataclass(frozen=True, slots=True)
class AddressClaim:
    """From `ts` (µs) on, `name` u64 has this address on this bus; 254: it could not claim one, and has none."""

    index: int
    ts: int
    bus: int
    source_address: int
    name: int

    @property
    def fields(self) -> NameFields:
        return read_name(self.name)


class Names:
    """The nodes of one machine. On each bus a NAME has one address at a time, and an address one NAME."""

    def __init__(self) -> None:
        # In the order of when they were last heard, so that what gives way is at the front.
        self._addresses: dict[_Node, int] = {}
        self._names: dict[_Node, int] = {}

    def hear(self, index: int, ts: int, bus: int, address: int, name: int) -> AddressClaim | None:
        """The claim, where it changes something. The last claim of an address counts: who loses it claims another."""
        node = (bus, name)
        before = self._addresses.pop(node, None)
        if before != address:
            self._free(bus, before)
            self._take(bus, address)
            if len(self._addresses) >= MOST_NAMES:
                oldest = next(iter(self._addresses))
                self._free(oldest[0], self._addresses.pop(oldest))
        self._put(node, address)
        return None if before == address else AddressClaim(index, ts, bus, address, name)

    def name_at(self, bus: int, address: int) -> int | None:
        """NAME u64 of the node that has this address, where it has claimed it."""
        return self._names.get((bus, address))

    def to_state(self) -> list[Any]:
        """Lists and integers."""
        return [[*node, address] for node, address in self._addresses.items()]

    @classmethod
    def from_state(cls, state: Any) -> Self:
        """Inverse of `to_state`. Raises UnknownState."""
        names = cls()
        for row in read_states(state):
            bus, name, address = read_state(row, int, int, int)
            names._put((bus, name), address)
        return names

    def _put(self, node: _Node, address: int) -> None:
        self._addresses[node] = address
        if address != NULL_ADDRESS:
            self._names[node[0], address] = node[1]

    def _free(self, bus: int, address: int | None) -> None:
        if address is not None:
            self._names.pop((bus, address), None)

    def _take(self, bus: int, address: int) -> None:
        """The node that had this address has lost it: if it claims it again, that is a change."""
        name = self._names.pop((bus, address), None)
        if name is not None:
            del self._addresses[bus, name]
