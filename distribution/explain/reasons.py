"""In words: why a value has the quality that it has."""

import math

from parsing.definitions import Enum, RawRange, Signal
from parsing.language.printing import hexadecimal
from parsing.quality import Quality

_BYTE = 8


def of_signal(signal: Signal, quality: Quality, raw: float | None, value: float, length: int) -> str:
    """Of a message's signal; `raw` None: the payload, of `length` bytes, ends before it. Empty where it is ok."""
    if quality == Quality.ABSENT:
        return f"The payload has {length} bytes; the signal ends in byte {-(-signal.end // _BYTE)}."
    if quality in (Quality.NOT_AVAILABLE, Quality.ERROR) and raw is not None:
        return _of_raw(signal, quality, raw)
    if quality == Quality.OUT_OF_RANGE:
        return of_limits(value, signal.minimum, signal.maximum, signal.unit) or (
            f"Raw {_raw(signal, raw)} is one of the numbers that J1939 reserves." if raw is not None else ""
        )
    return ""


def of_limits(value: float, low: float | None, high: float | None, unit: str) -> str:
    """Empty where it is within them."""
    said = f" {unit}" if unit else ""
    if low is not None and value < low:
        return f"{value:g}{said} is below the minimum, {low:g}{said}."
    if high is not None and value > high:
        return f"{value:g}{said} is above the maximum, {high:g}{said}."
    return ""


def label(enum: Enum | None, value: float) -> str:
    """What the enum calls the number; empty where nothing."""
    if enum is None or not math.isfinite(value) or not value.is_integer():
        return ""
    named = dict(enum.titles).get(int(value)) or dict(enum.values).get(int(value))
    return named or (enum.otherwise.name if enum.otherwise else "")


def _of_raw(signal: Signal, quality: Quality, raw: float) -> str:
    if not math.isfinite(raw):
        return "The bits are those of no finite number."
    own = signal.not_available if quality == Quality.NOT_AVAILABLE else signal.error
    means = "not available" if quality == Quality.NOT_AVAILABLE else "an error"
    if own is not None:
        return f"Raw {_raw(signal, raw)} lies in {_range(own)}, which the definition says is {means}."
    return f"Raw {_raw(signal, raw)} is what J1939 says is {means}, of {signal.length} bits."


def _range(ranged: RawRange) -> str:
    low, high = hexadecimal(ranged.low, 1), hexadecimal(ranged.high, 1)
    return low if low == high else f"{low}..{high}"


def _raw(signal: Signal, raw: float | None) -> str:
    if raw is None or signal.type == "float":
        return str(raw)
    return hexadecimal(int(raw), 1) if raw >= 0 else str(int(raw))
