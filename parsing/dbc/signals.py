"""What a signal of a DBC can be."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from parsing.bounds import FLOAT_LENGTHS
from parsing.dbc.findings import FindingCode
from parsing.dbc.text_statements import unescape
from parsing.definitions import MAX_PAYLOAD_BITS, MAX_PAYLOAD_BYTES, network_bit

if TYPE_CHECKING:
    from parsing.dbc.statements import SignalStatement, Values

MAX_LENGTH = 64
I64 = range(-(2**63), 2**63)


class LeftOut(Exception):
    """A signal cannot be imported; the text says why."""

    def __init__(self, code: FindingCode, text: str) -> None:
        super().__init__(text)
        self.code = code


def first_bit(signal: SignalStatement) -> int:
    """Where the signal begins, counted as bits are sent."""
    return network_bit(signal.start) if signal.big else signal.start


def check_signal(signal: SignalStatement, *, is_float: bool) -> None:
    """Raises LeftOut where the engine cannot hold the signal."""
    if not 1 <= signal.length <= MAX_LENGTH:
        raise LeftOut(FindingCode.SIGNAL_LENGTH, f"it has {signal.length} bits; 1 to {MAX_LENGTH} are possible")
    if first_bit(signal) + signal.length > MAX_PAYLOAD_BITS:
        raise LeftOut(FindingCode.BEYOND_PAYLOAD, f"it ends beyond byte {MAX_PAYLOAD_BYTES}")
    if is_float and signal.length not in FLOAT_LENGTHS:
        raise LeftOut(FindingCode.FLOAT_LENGTH, f"a float of {signal.length} bits; 16, 32 and 64 are known")
    if not (math.isfinite(signal.scale) and math.isfinite(signal.offset)):
        raise LeftOut(FindingCode.NOT_FINITE, "its scale or offset is not a finite number")


def limits_of(signal: SignalStatement) -> tuple[float | None, float | None] | None:
    """Minimum and maximum, which a DBC writes `[0|0]` where there are none; None if they are none that can hold."""
    if signal.minimum == 0 == signal.maximum:
        return None, None
    if signal.minimum <= signal.maximum and math.isfinite(signal.minimum) and math.isfinite(signal.maximum):
        return signal.minimum, signal.maximum
    return None


def values_of(values: Values) -> tuple[dict[int, str], list[str]]:
    """Names of numbers, and the numbers that can have none; of two names for one number the later."""
    named: dict[int, str] = {}
    refused: list[str] = []
    for written, text in values.pairs:
        number = _integer(written)
        if number is None or number not in I64 or named.get(number, text) != text:
            refused.append(written)
        if number is not None and number in I64:
            named[number] = unescape(text)
    return named, refused


def _integer(text: str) -> int | None:
    try:
        return int(text)
    except ValueError:
        return _whole(text)


def _whole(text: str) -> int | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return int(number) if number.is_integer() else None
