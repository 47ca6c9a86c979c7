"""Signals as records of tables: where the bits are, how they become a number, what makes the number doubtful."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from parsing.compiler.tables import MOST_SENTINELS, Judgement, Kind, Layout
from parsing.definitions import RawRange, network_bit
from parsing.quality import Quality

if TYPE_CHECKING:
    from collections.abc import Callable

    from parsing.definitions import Signal

    Ranges = list[tuple[Quality, RawRange]]
    """The first that has a raw number says what it is."""

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


def describe(signal: Signal) -> dict[str, Any]:
    """All columns of a signal's record."""
    kind = _kind(signal)
    sentinels = _sentinels(signal)
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
        **_sentinel_columns(signal, sentinels),
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


def _judgement(signal: Signal, kind: Kind, sentinels: Ranges) -> dict[str, int]:
    """The limits as raw numbers, where the kernels need look no further."""
    by_value = {"judgement": Judgement.BY_VALUE, "low": 0, "span": 0}
    if kind != Kind.INTEGER or not _are_at_the_top(signal, sentinels):
        return by_value
    lowest = _lowest(signal)
    highest = lowest + 2**signal.length - 1
    if not all(math.isfinite(number * signal.scale + signal.offset) for number in (float(lowest), float(highest))):
        return by_value
    low, high = _raw_range(signal, lowest, highest)
    high = min(high, *(first - 1 for _, (first, _) in sentinels)) if sentinels else high
    if low > high:
        return by_value
    if sentinels:
        judgement = Judgement.BY_RAW_SENTINELS
    else:
        judgement = Judgement.ALWAYS_OK if (low, high) == (lowest, highest) else Judgement.BY_RAW_RANGE
    return {"judgement": judgement, "low": low - lowest, "span": high - low}


def _lowest(signal: Signal) -> int:
    return -(1 << (signal.length - 1)) if signal.type == "signed" else 0


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


def _sentinels(signal: Signal) -> Ranges:
    """What the signal says, before what J1939-71 (table 1) does of the others where the signal has its sentinels."""
    said = {Quality.NOT_AVAILABLE: signal.not_available, Quality.ERROR: signal.error}
    own = [(quality, ranged) for quality, ranged in said.items() if ranged is not None]
    return own + [(quality, ranged) for quality, ranged in _j1939_sentinels(signal) if said.get(quality) is None]


def _j1939_sentinels(signal: Signal) -> Ranges:
    if signal.sentinels != "j1939" or signal.type != "unsigned" or signal.length == 1:
        return []
    ones = 2**signal.length - 1
    if signal.length <= BYTE or signal.length % BYTE:
        return [(Quality.ERROR, RawRange(ones - 1, ones - 1)), (Quality.NOT_AVAILABLE, RawRange(ones, ones))]
    top = signal.length - BYTE
    reserved, error, not_available = 0xFB << top, 0xFE << top, 0xFF << top
    return [
        (Quality.OUT_OF_RANGE, RawRange(reserved, error - 1)),
        (Quality.ERROR, RawRange(error, not_available - 1)),
        (Quality.NOT_AVAILABLE, RawRange(not_available, ones)),
    ]


def _are_at_the_top(signal: Signal, ranges: Ranges) -> bool:
    """Whether two raw numbers, from which on there are errors and numbers that are not available, say the same as the
    ranges, and all raw numbers from their first one on are sentinels.

    What a raw number is changes only at the ends of ranges, so those are all that has to be looked at.
    """
    firsts = {quality: ranged.low for quality, ranged in ranges}
    ends = {end for _, (low, high) in ranges for end in (low - 1, low, high, high + 1)}
    return not ranges or (
        signal.type == "unsigned"
        and all(
            _meaning(number, ranges) == _meaning_by_firsts(number, firsts)
            for number in ends
            if number < 2**signal.length
        )
    )


def _meaning(number: int, ranges: Ranges) -> Quality | None:
    return next((quality for quality, (low, high) in ranges if low <= number <= high), None)


def _meaning_by_firsts(number: int, firsts: dict[Quality, int]) -> Quality | None:
    ranked = (Quality.NOT_AVAILABLE, Quality.ERROR, Quality.OUT_OF_RANGE)
    return next((quality for quality in ranked if quality in firsts and number >= firsts[quality]), None)


def _sentinel_columns(signal: Signal, ranges: Ranges) -> dict[str, Any]:
    lowest = _lowest(signal)
    beyond = min(2**signal.length, 2**WORD - 1)
    firsts = {quality: low - lowest for quality, (low, _) in ranges}
    unused = [0] * (MOST_SENTINELS - len(ranges))
    return {
        "sentinels": len(ranges),
        "error_from": firsts.get(Quality.ERROR, beyond),
        "not_available_from": firsts.get(Quality.NOT_AVAILABLE, beyond),
        "sentinel_from": [*(low - lowest for _, (low, _) in ranges), *unused],
        "sentinel_span": [*(high - low for _, (low, high) in ranges), *unused],
        "sentinel_quality": [*(int(quality) for quality, _ in ranges), *unused],
    }
