"""Which bits of a payload a signal has."""

from __future__ import annotations

from collections.abc import Iterator

from parsing.checker.nearest import listed
from parsing.definitions import network_bit
from parsing.language.ast import BitPlace

_BYTE = 8


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


def extent_text(mask: int, *, in_bytes: bool) -> str:
    """`byte 2 (bits 8 to 15)`, `bytes 1.5 to 2.4 (bits 4 to 11)`; `in_bytes` False: the other way around."""
    runs = list(_runs(mask))
    bits = _counted("bit", [_from_to(str(low), str(high)) for low, high in runs])
    bytes_ = _counted("byte", [_from_to(*_in_bytes(low, high)) for low, high in runs])
    return f"{bytes_} ({bits})" if in_bytes else f"{bits} ({bytes_})"


def _runs(mask: int) -> Iterator[tuple[int, int]]:
    """First and last bit of what hangs together."""
    while mask:
        low = (mask & -mask).bit_length() - 1
        high = low + (~(mask >> low) & (mask >> low) + 1).bit_length() - 2
        yield low, high
        mask &= -1 << high + 1


def _in_bytes(low: int, high: int) -> tuple[str, str]:
    """Bytes and their bits from 1; of whole bytes no bits."""
    is_whole = low % _BYTE == 0 and high % _BYTE == _BYTE - 1
    first, last = (f"{bit // _BYTE + 1}" + ("" if is_whole else f".{bit % _BYTE + 1}") for bit in (low, high))
    return first, last


def _from_to(first: str, last: str) -> str:
    return first if first == last else f"{first} to {last}"


def _counted(word: str, texts: list[str]) -> str:
    is_one = len(texts) == 1 and "to" not in texts[0]
    return f"{word if is_one else word + 's'} {listed(texts)}"


def from_lowest_bit(place: BitPlace, length: int) -> int | None:
    """The start of a big-endian signal whose place was given by its lowest bit; None: it is before the payload."""
    first = network_bit(place.start) - length + 1
    return network_bit(first) if first >= 0 else None
