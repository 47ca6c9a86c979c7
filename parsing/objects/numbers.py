"""Numbers in bodies: value and quality of what stands where a definition expects a number."""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

from parsing.quality import Quality

if TYPE_CHECKING:
    from parsing.objects.records import ObjectSignal

_MOST = sys.float_info.max
_INT_LOW, _INT_HIGH = -(2**63), 2**64
_WHOLE_LIMIT = 2.0**63

Judged = tuple[float, int]


class NumberSignal(NamedTuple):
    """A signal that is a number, made ready to read. `key` and `rest` are its path.

    `quick` are the types of a number whose value it is as it stands if it lies from `low` to `high`; it is `ok` then.
    All others go through `judge_number`.
    """

    slot: int
    key: str
    rest: tuple[str | int, ...]
    quick: tuple[type, ...]
    low: float
    high: float
    signal: ObjectSignal


def number_signal(signal: ObjectSignal) -> NumberSignal:
    low = -_MOST if signal.minimum is None else signal.minimum
    high = _MOST if signal.maximum is None else signal.maximum
    quick: tuple[type, ...] = ()
    if (signal.scale, signal.offset) == (1, 0) and signal.type != "boolean":
        quick = (float, int) if signal.type == "float" else (int,)
        if signal.type != "float":
            lowest, highest = raw_bounds(signal)
            low, high = max(low, lowest), min(high, highest)
    key, *rest = signal.path or ("",)
    return NumberSignal(signal.slot, str(key), tuple(rest), quick, low, high, signal)


def raw_bounds(signal: ObjectSignal) -> tuple[int, int]:
    """The least and the greatest number that an integer type holds."""
    if signal.type == "signed":
        return -(1 << signal.length - 1), (1 << signal.length - 1) - 1
    return 0, (1 << signal.length) - 1


def judge_number(raw: Any, signal: ObjectSignal) -> Judged:
    """Value and quality of what a body holds; `raw` None: nothing."""
    if raw is None:
        return 0.0, Quality.ABSENT
    if signal.type == "boolean":
        return (float(raw), Quality.OK) if type(raw) is bool else (0.0, Quality.ERROR)
    if type(raw) not in (int, float) or (type(raw) is int and not _INT_LOW <= raw < _INT_HIGH):
        return 0.0, Quality.ERROR
    if not math.isfinite(raw):
        return raw, Quality.ERROR
    value = _physical(raw, signal)
    whole = signal.type != "float"
    if not math.isfinite(value) or (whole and raw != math.floor(raw)):
        return value, Quality.ERROR
    lowest, highest = raw_bounds(signal) if whole else (-math.inf, math.inf)
    low = -math.inf if signal.minimum is None else signal.minimum
    high = math.inf if signal.maximum is None else signal.maximum
    within = lowest <= raw <= highest and low <= value <= high
    return value, Quality.OK if within else Quality.OUT_OF_RANGE


def _physical(raw: float, signal: ObjectSignal) -> float:
    """As messages' signals: rounded once where all is whole, else f64 throughout."""
    scale, offset = signal.scale, signal.offset
    if type(raw) is int and scale.is_integer() and offset.is_integer() and max(abs(scale), abs(offset)) < _WHOLE_LIMIT:
        return float(raw * int(scale) + int(offset))
    if (scale, offset) == (1, 0):
        return float(raw)
    return float(raw) * scale + offset
