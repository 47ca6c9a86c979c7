"""Signals as records of tables: where the bits are, how they become a number, what makes the number doubtful."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from parsing.compiler.tables import Kind, Layout
from parsing.definitions import network_bit

if TYPE_CHECKING:
    from parsing.definitions import Signal

WORD = 64
BYTE = 8
EXACT_LIMIT = 2**53
"""Whole numbers up to here are f64 without rounding."""

MAGNITUDE_LIMIT = 2**63

_FLOAT_KINDS = {16: Kind.FLOAT16, 32: Kind.FLOAT32, 64: Kind.FLOAT64}


def locate(signal: Signal) -> dict[str, int]:
    """The columns of a field (see `tables`)."""
    little = signal.byte_order == "little"
    start = signal.start if little else network_bit(signal.start)
    word, bit = divmod(start, WORD)
    over = bit + signal.length - WORD
    if over <= 0:
        layout, first, second = Layout.ONE_WORD, bit if little else -over, 0
    elif little:
        layout, first, second = Layout.TWO_WORDS_LITTLE, bit, WORD - bit
    else:
        layout, first, second = Layout.TWO_WORDS_BIG, over, WORD - over
    return {
        "word": word,
        "words": word + 1 + (over > 0),
        "bits": signal.end,
        "big": not little,
        "layout": layout,
        "first": first,
        "second": second,
        "mask": 2**signal.length - 1,
        "sign": 2 ** (signal.length - 1) if signal.type == "signed" else 0,
    }


def describe(signal: Signal, *, j1939: bool) -> dict[str, Any]:
    """All columns of a signal's record."""
    kind = _kind(signal)
    exact = kind in (Kind.EXACT_UNSIGNED, Kind.EXACT_SIGNED)
    return {
        **locate(signal),
        "slot": signal.slot,
        "kind": kind,
        "identity": signal.scale == 1.0 and signal.offset == 0.0,
        "scale": signal.scale,
        "offset": signal.offset,
        "scale_magnitude": abs(int(signal.scale)) if exact else 0,
        "offset_magnitude": abs(int(signal.offset)) if exact else 0,
        "scale_negative": signal.scale < 0,
        "offset_negative": signal.offset < 0,
        "minimum": -math.inf if signal.minimum is None else signal.minimum,
        "maximum": math.inf if signal.maximum is None else signal.maximum,
        **_sentinels(signal, j1939=j1939),
    }


def _kind(signal: Signal) -> Kind:
    if signal.type == "float":
        return _FLOAT_KINDS[signal.length]
    signed = signal.type == "signed"
    if _needs_exact(signal):
        return Kind.EXACT_SIGNED if signed else Kind.EXACT_UNSIGNED
    return Kind.SIGNED if signed else Kind.UNSIGNED


def _needs_exact(signal: Signal) -> bool:
    """Whether f64 arithmetic would round more than once where whole-number arithmetic rounds only at the end."""
    if not (signal.scale.is_integer() and signal.offset.is_integer()):
        return False
    if max(abs(signal.scale), abs(signal.offset)) >= MAGNITUDE_LIMIT:
        return False
    if signal.offset == 0.0 and (abs(signal.scale) == 1.0 or 2**signal.length <= EXACT_LIMIT):
        return False
    largest = (1 << signal.length) * abs(int(signal.scale)) + abs(int(signal.offset))
    return largest > EXACT_LIMIT


def _sentinels(signal: Signal, *, j1939: bool) -> dict[str, int]:
    """Raw values from which J1939-71 (table 1) reserves, means error, and means not available."""
    ones = 2**signal.length - 1
    applies = j1939 and signal.sentinels == "j1939" and signal.type == "unsigned" and signal.length > 1
    if signal.length > BYTE and signal.length % BYTE == 0:
        top = signal.length - BYTE
        reserved, error, not_available = 0xFB << top, 0xFE << top, 0xFF << top
    else:
        reserved = error = ones - 1
        not_available = ones
    return {
        "sentinels": applies,
        "reserved_from": reserved,
        "error_from": error,
        "not_available_from": not_available,
    }
