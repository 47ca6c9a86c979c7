"""Instructions of rules that remember, each at its words of the machine's block (`parsing.rules.layout.INITIAL`).

Source of a kernel, see `routing`. `m` is where an instruction's words begin; `numbers` f64 and `times` i64 are the
block.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from parsing.engine.rule_operations import ABSENT, NOT_AVAILABLE, OK, SUSPECT, is_valid, judged, modulo
from parsing.rules.layout import INFINITE, NEVER, Cell
from parsing.rules.opcodes import BUCKET_WORDS, BUCKETS, Opcode

_U = np.uint64
_ZERO, _ONE, _TWO, _THREE, _FOUR, _FIVE = (np.uint64(number) for number in range(6))
_AT, _SINCE = np.uint64(Cell.AT), np.uint64(Cell.SINCE)
_NEVER, _INFINITE = np.int64(NEVER), np.int64(INFINITE)
_NOTHING = np.int64(0)
_SECOND = np.float64(1e6)
_BUCKETS, _BUCKET_WORDS = np.uint64(BUCKETS), np.uint64(BUCKET_WORDS)
_LAST_BUCKET = np.int64(BUCKETS - 1)
_MEAN, _LEAST = np.uint16(Opcode.MEAN_OVER), np.uint16(Opcode.LEAST_OVER)


@njit(error_model="numpy")
def is_new(at: Any, seen: Any) -> Any:
    """Whether the input has come; one that another release made begin anew has not."""
    return at not in (seen, _NEVER)


@njit(error_model="numpy")
def previous(at: Any, x: Any, quality: Any, m: Any, numbers: Any, times: Any) -> Any:
    if is_new(at, times[m]):
        times[m] = at
        numbers[m + _THREE], times[m + _FOUR] = numbers[m + _ONE], times[m + _TWO]
        numbers[m + _ONE], times[m + _TWO] = x, quality
    return numbers[m + _THREE], times[m + _FOUR]


@njit(error_model="numpy")
def elapsed(at: Any, now: Any) -> Any:
    if at == _NEVER:
        return 0.0, ABSENT
    return np.float64(now - at) / _SECOND, OK


@njit(error_model="numpy")
def rate(at: Any, since: Any, x: Any, quality: Any, m: Any, numbers: Any, times: Any) -> Any:
    if is_new(at, times[m]):
        times[m] = at
        if not is_valid(quality):
            numbers[m + _FOUR], times[m + _FIVE] = 0.0, quality
        else:
            before = times[m + _ONE]
            numbers[m + _FOUR], times[m + _FIVE] = 0.0, NOT_AVAILABLE
            if before != _NEVER and since <= before:
                rise, seconds = x - numbers[m + _TWO], np.float64(at - before) / _SECOND
                value, judgement = judged(rise / seconds, max(quality, times[m + _THREE]))
                numbers[m + _FOUR], times[m + _FIVE] = value, judgement
            times[m + _ONE], numbers[m + _TWO], times[m + _THREE] = at, x, quality
    return numbers[m + _FOUR], times[m + _FIVE]


@njit(error_model="numpy")
def window(
    op: Any, at: Any, now: Any, x: Any, quality: Any, over: Any, m: Any, numbers: Any, times: Any
) -> Any:  # fmt: skip
    """Over the samples of the last `over` µs."""
    width = (np.uint64(over) + _BUCKETS - _ONE) // _BUCKETS
    if is_new(at, times[m]):
        times[m] = at
        if is_valid(quality):
            _add_sample(op, np.int64(np.uint64(at) // width), x, m, numbers, times)
    newest = np.int64(np.uint64(now) // width)
    samples, total = _NOTHING, 0.0
    for number in range(newest - _LAST_BUCKET, newest + np.int64(1)):
        bucket = m + _ONE + (np.uint64(number) % _BUCKETS) * _BUCKET_WORDS
        if times[bucket] == number:
            total = _combined(op, samples == _NOTHING, total, numbers[bucket + _TWO])
            samples += times[bucket + _ONE]
    if samples == _NOTHING:
        return 0.0, NOT_AVAILABLE
    return judged(total / np.float64(samples) if op == _MEAN else total, OK)


@njit(error_model="numpy")
def _add_sample(op: Any, number: Any, x: Any, m: Any, numbers: Any, times: Any) -> None:
    bucket = m + _ONE + (np.uint64(number) % _BUCKETS) * _BUCKET_WORDS
    is_first = times[bucket] != number
    numbers[bucket + _TWO] = _combined(op, is_first, numbers[bucket + _TWO], x)
    times[bucket + _ONE] = (_NOTHING if is_first else times[bucket + _ONE]) + np.int64(1)
    times[bucket] = number


@njit(error_model="numpy")
def _combined(op: Any, is_first: Any, total: Any, number: Any) -> Any:
    if is_first:
        return number
    if op == _MEAN:
        return total + number
    if op == _LEAST:
        return min(total, number)
    return max(total, number)


@njit(error_model="numpy")
def unroll(
    at: Any, x: Any, quality: Any, modulus: Any, most: Any, is_reset: Any, m: Any, numbers: Any, times: Any
) -> Any:  # fmt: skip
    if is_new(at, times[m]):
        times[m] = at
        times[m + _FOUR] = quality
        if is_valid(quality):
            if times[m + _ONE] == _NOTHING:
                times[m + _ONE], numbers[m + _THREE] = np.int64(1), x
            elif not is_reset:
                step = modulo(x - numbers[m + _TWO], modulus)
                if step > most:
                    times[m + _FOUR] = SUSPECT
                else:
                    numbers[m + _THREE] += step
            numbers[m + _TWO] = x
    return judged(numbers[m + _THREE], times[m + _FOUR])


@njit(error_model="numpy")
def latest_gap(place: Any, lists: Any, times: Any) -> Any:
    """The latest `since` of the cells of a list."""
    latest = _NEVER
    for number in range(np.uint64(lists[place])):
        latest = max(latest, times[np.uint64(lists[place + _ONE + number]) + _SINCE])
    return latest


@njit(error_model="numpy")
def held(holds: Any, quality: Any, now: Any, gap: Any, duration: Any, m: Any, times: Any) -> Any:
    """Truth, quality, and when to wake."""
    if not holds:
        times[m] = times[m + _ONE] = _NEVER
        return 0.0, quality, _INFINITE
    if times[m] == _NEVER:
        times[m] = now
    start = max(times[m], gap)
    times[m + _ONE] = start
    if start + duration <= now:
        return 1.0, quality, _INFINITE
    return 0.0, quality, start + duration
