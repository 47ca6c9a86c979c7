"""Signals as records of tables: where the bits are, how they become a number, what makes the number doubtful."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from parsing.compiler.tables import Judgement, Kind, Layout
from parsing.definitions import network_bit

if TYPE_CHECKING:
    from collections.abc import Callable

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
    sentinels = _sentinels(signal, j1939=j1939)
    exact = kind in (Kind.EXACT_UNSIGNED, Kind.EXACT_SIGNED)
    return {
        **locate(signal),
        "slot": signal.slot,
        "kind": kind,
        **_judgement(signal, kind, sentinels),
        "identity": signal.scale == 1.0 and signal.offset == 0.0,
        "scale": signal.scale,
        "offset": signal.offset + 0.0,  # -0 is 0, so that no sum is -0
        "scale_magnitude": abs(int(signal.scale)) if exact else 0,
        "offset_magnitude": abs(int(signal.offset)) if exact else 0,
        "scale_negative": signal.scale < 0,
        "offset_negative": signal.offset < 0,
        "minimum": -math.inf if signal.minimum is None else signal.minimum,
        "maximum": math.inf if signal.maximum is None else signal.maximum,
        **sentinels,
    }


def _kind(signal: Signal) -> Kind:
    if signal.type == "float":
        return _FLOAT_KINDS[signal.length]
    signed = signal.type == "signed"
    if _needs_exact(signal):
        return Kind.EXACT_SIGNED if signed else Kind.EXACT_UNSIGNED
    return Kind.INTEGER if signed or signal.length < WORD else Kind.BIG_UNSIGNED


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


def _judgement(signal: Signal, kind: Kind, sentinels: dict[str, int]) -> dict[str, int]:
    """The limits as raw numbers, where the kernels need look no further."""
    by_value = {"judgement": Judgement.BY_VALUE, "low": 0, "span": 0}
    if kind != Kind.INTEGER:
        return by_value
    lowest = -(2 ** (signal.length - 1)) if signal.type == "signed" else 0
    highest = lowest + 2**signal.length - 1
    if not all(math.isfinite(number * signal.scale + signal.offset) for number in (float(lowest), float(highest))):
        return by_value
    low, high = _raw_range(signal, lowest, highest)
    if sentinels["sentinels"]:
        high = min(high, sentinels["reserved_from"] - 1)
    if low > high:
        return by_value
    if sentinels["sentinels"]:
        judgement = Judgement.BY_RAW_SENTINELS
    else:
        judgement = Judgement.ALWAYS_OK if (low, high) == (lowest, highest) else Judgement.BY_RAW_RANGE
    return {"judgement": judgement, "low": low - lowest, "span": high - low}


def _raw_range(signal: Signal, lowest: int, highest: int) -> tuple[int, int]:
    """The least and the greatest raw number whose value is within the limits; they cross where there is none.

    Rounding keeps the order, so the values rise or fall with the raw numbers and bisection finds where they cross a
    limit, with the very arithmetic of the kernels.
    """
    scale, offset = signal.scale, signal.offset
    minimum = -math.inf if signal.minimum is None else signal.minimum
    maximum = math.inf if signal.maximum is None else signal.maximum

    def value(number: int) -> float:
        return float(number) * scale + offset

    numbers = range(lowest, highest + 1)
    if scale >= 0:
        low = _first(numbers, lambda number: value(number) >= minimum)
        high = _first(numbers, lambda number: value(number) > maximum) - 1
    else:
        low = _first(numbers, lambda number: value(number) <= maximum)
        high = _first(numbers, lambda number: value(number) < minimum) - 1
    return low, high


def _first(numbers: range, holds: Callable[[int], bool]) -> int:
    """The first number for which it holds; it goes on holding from there. One beyond the last where there is none."""
    low, end = numbers.start, numbers.stop
    if low == end or holds(low):
        return low
    if not holds(end - 1):
        return end
    while low + 1 < end:
        middle = (low + end) // 2
        low, end = (low, middle) if holds(middle) else (middle, end)
    return end


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
