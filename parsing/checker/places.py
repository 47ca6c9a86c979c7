"""Which bits of a payload a signal has."""

from __future__ import annotations

from parsing.definitions import network_bit
from parsing.language.ast import BitPlace


def end_in_payload(place: BitPlace, length: int) -> int:
    """Bits that a payload has to have, counted as they are sent, for the signal to be all there."""
    return (network_bit(place.start) if place.big else place.start) + length


def bits_of(place: BitPlace, length: int) -> int:
    """A mask by the DBC's bit numbers."""
    if not place.big:
        return ((1 << length) - 1) << place.start
    first = network_bit(place.start)
    mask = 0
    for bit in range(first, first + length):
        mask |= 1 << network_bit(bit)
    return mask


def bits_text(mask: int) -> str:
    """`bits 8 to 15`, of the lowest and the highest."""
    low, high = (mask & -mask).bit_length() - 1, mask.bit_length() - 1
    return f"bit {low}" if low == high else f"bits {low} to {high}"


def from_lowest_bit(place: BitPlace, length: int) -> int | None:
    """The start of a big-endian signal whose place was given by its lowest bit; None: it is before the payload."""
    first = network_bit(place.start) - length + 1
    return network_bit(first) if first >= 0 else None
