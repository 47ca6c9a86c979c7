"""Where the bits of a signal stand in a payload, and what number they make: apart from the engine, bit by bit."""

import struct

from parsing.definitions import Signal, network_bit

_FLOATS = {16: ("<H", "<e"), 32: ("<I", "<f"), 64: ("<Q", "<d")}


def bits_of(signal: Signal) -> list[int]:
    """The DBC's numbers of its bits (eight times the byte, and the bit), the most significant first."""
    if signal.byte_order == "little":
        return list(range(signal.start + signal.length - 1, signal.start - 1, -1))
    first = network_bit(signal.start)
    return [network_bit(place) for place in range(first, first + signal.length)]


def raw_bits(signal: Signal, payload: bytes) -> int | None:
    """The bits as a whole number from 0 on; None where the payload ends before the signal does."""
    if signal.end > 8 * len(payload):
        return None
    number = 0
    for bit in bits_of(signal):
        number = number << 1 | payload[bit >> 3] >> (bit & 7) & 1
    return number


def raw_number(signal: Signal, bits: int) -> float:
    """What is multiplied by the factor: a whole number, signed where the signal is, or a float."""
    if signal.type == "float":
        unsigned, floating = _FLOATS[signal.length]
        (value,) = struct.unpack(floating, struct.pack(unsigned, bits))
        return float(value)
    if signal.type == "signed" and bits >> (signal.length - 1):
        return bits - (1 << signal.length)
    return bits
