"""The `source` of a row: which bus, which node of it, and to whom (docs/contracts/rows.md)."""

from __future__ import annotations

from typing import NamedTuple

NULL_ADDRESS = 254
"""J1939-81: the address of a node that has none; source address of frames that are not J1939."""

GLOBAL_ADDRESS = 255
"""J1939-21: everybody; destination address of broadcasts and of frames that are not J1939."""

_BYTE_MAX = 255


class Source(NamedTuple):
    bus: int
    source_address: int
    destination_address: int


def encode_source(bus: int, source_address: int = NULL_ADDRESS, destination_address: int = GLOBAL_ADDRESS) -> int:
    """The u32 that stands for a series' origin; each part is 0 to 255 (ValueError otherwise)."""
    parts = (bus, source_address, destination_address)
    if not all(0 <= part <= _BYTE_MAX for part in parts):
        msg = f"bus and addresses are 0 to 255, not {parts}"
        raise ValueError(msg)
    return bus << 16 | source_address << 8 | destination_address


def decode_source(source: int) -> Source:
    """Inverse of `encode_source`."""
    return Source(source >> 16 & 0xFF, source >> 8 & 0xFF, source & 0xFF)
