"""A signal's range against its bits: what they cannot fill, and sentinels that the range lets pass as values."""

from __future__ import annotations

import math
from typing import NamedTuple

from parsing.checker.intervals import Interval
from parsing.checker.reporting import Reporter
from parsing.checker.signal_facts import (
    between_sentinels,
    raw_limits,
    sentinels_of,
    takes_j1939_sentinels,
    valid_raw,
    value_interval,
)
from parsing.checker.values import number_text
from parsing.definitions import RawRange, Signal
from parsing.language import ast, printing
from parsing.language.codes import DiagnosticCode

_HALF = 0.5
_ROUNDING = 1e-6
"""Of a step: an end that is written in decimals stands for the step beside it."""


class _Raw(NamedTuple):
    low: int
    high: int


def check_range(signal: ast.Signal, span: ast.Span, record: Signal, limits: Interval, reporter: Reporter) -> None:
    """`span`: of the range. `limits`: the range in the signal's unit; the scale is not 0."""
    held = _values(_Raw(*raw_limits(record)), record)
    raw = _raw_within(limits, record)
    slack = abs(record.scale) * _HALF
    if limits.low < held.low - slack or limits.high > held.high + slack:
        _report_beyond(signal, span, record, _mended(limits, raw, record), reporter)
    elif raw is not None and not (raw == raw_limits(record) and takes_j1939_sentinels(record)):
        # J1939's sentinels in a range of all that the bits hold: as DBC files have it, and nobody means it.
        _check_sentinels(span, record, limits, raw, reporter)


def _values(raw: _Raw, record: Signal) -> Interval:
    return value_interval(raw, record.scale, record.offset)


def _raw_within(limits: Interval, record: Signal) -> _Raw | None:
    """The raw numbers that the range allows; None: there are none."""
    least, most = raw_limits(record)
    low, high = sorted((end - record.offset) / record.scale for end in limits)
    found = _Raw(
        least if low <= least else math.ceil(min(low, most + 1) - _ROUNDING),
        most if high >= most else math.floor(max(high, least - 1) + _ROUNDING),
    )
    return found if found.low <= found.high else None


def _mended(limits: Interval, raw: _Raw | None, record: Signal) -> Interval | None:
    """What remains of the range without sentinels at its ends, and as far as the bits reach; None: nothing."""
    rest = None if raw is None else _Raw(*between_sentinels(record, *raw))
    if raw is None or rest is None or any(each.low <= rest.low and rest.high <= each.high for each in _said(record)):
        return None
    held, before, after = (_values(each, record) for each in (_Raw(*raw_limits(record)), raw, rest))
    low = max(limits.low, held.low) if after.low == before.low else after.low
    high = min(limits.high, held.high) if after.high == before.high else after.high
    return Interval(low, high)


def _said(record: Signal) -> list[RawRange]:
    return [each for _, each in sentinels_of(record)]


def _use(mended: Interval, record: Signal) -> str:
    low, high = (_end_text(end, record) for end in mended)
    return f"use:  range {low}..{high}"


def _end_text(end: float, record: Signal) -> str:
    """Short where that is the same step."""
    text = number_text(end)
    is_same = abs(float(text) - end) < abs(record.scale) * _ROUNDING
    return text if is_same else printing.number(end)


def _report_beyond(
    signal: ast.Signal, span: ast.Span, record: Signal, mended: Interval | None, reporter: Reporter
) -> None:
    raw = _Raw(*valid_raw(record))
    low, high = (number_text(end) for end in _values(raw, record))
    numbers = f"raw {raw.low} to {raw.high:,}, scale {number_text(record.scale)}, offset {number_text(record.offset)}"
    apart = "" if raw == raw_limits(record) else "without its sentinels "
    why = f"{signal.type.text} {apart}reaches from {low} to {high} ({numbers})"
    help_ = "see whether scale, offset and type are right"
    if mended is not None:
        help_ = f"see whether scale and type are right; else {_use(mended, record)}"
    reporter.report(DiagnosticCode.RANGE_BEYOND_SCALE, span, why, help_)


def _check_sentinels(span: ast.Span, record: Signal, limits: Interval, raw: _Raw, reporter: Reporter) -> None:
    """But for those with values on both sides of them, which no range leaves out."""
    mended = _mended(limits, raw, record)
    rest = _Raw(*between_sentinels(record, *raw))
    for name, sentinel in sentinels_of(record):
        is_outside = sentinel.high < raw.low or raw.high < sentinel.low
        is_left = rest.low <= sentinel.high and sentinel.low <= rest.high
        if not is_outside and (mended is None or not is_left):
            use = "leave the sentinels out of the range" if mended is None else _use(mended, record)
            _report_sentinel(span, record, name, sentinel, use, reporter)


def _report_sentinel(
    span: ast.Span, record: Signal, name: str, sentinel: RawRange, help_: str, reporter: Reporter
) -> None:
    values = _values(_Raw(sentinel.low, sentinel.high), record)
    raw = f"{sentinel.low:#X}" if sentinel.low == sentinel.high else f"{sentinel.low:#X}..{sentinel.high:#X}"
    shown = number_text(values.low) if values.is_one else f"{number_text(values.low)} to {number_text(values.high)}"
    why = f"raw {raw.replace('0X', '0x')} means {name}, and as a value would be {shown}, which the range allows"
    reporter.report(DiagnosticCode.SENTINEL_IN_RANGE, span, why, help_)
