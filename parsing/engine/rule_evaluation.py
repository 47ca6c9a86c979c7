"""One rule at one instant: reads its inputs, runs its code, gives what comes of it. Source of a kernel, see
`routing`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from parsing.engine.pointers import derived_rows, f64, finding_rows, i64, u8, u32, u64
from parsing.engine.rule_layout import Linked, Out
from parsing.engine.rule_memory import elapsed, held, latest_gap, previous, rate, unroll, window
from parsing.engine.rule_operations import ABSENT, OK, STALE, is_valid, operate
from parsing.quality import Quality
from parsing.rules.layout import INFINITE, NEVER, NONE, Cell, Flag, Header, InputKind
from parsing.rules.opcodes import Opcode

_ZERO, _ONE = np.uint64(0), np.uint64(1)
_UNTIL, _AT, _SINCE = np.uint64(Cell.UNTIL), np.uint64(Cell.AT), np.uint64(Cell.SINCE)
_NEXT_WAKE, _FIRST = np.uint64(Header.NEXT_WAKE), np.uint64(Header.FIRST)
_NEVER, _INFINITE, _NOTHING = np.int64(NEVER), np.int64(INFINITE), np.int64(0)
_NONE = np.uint32(NONE)
_EIGHT, _LOW = np.int64(8), np.int64(0xFF)
_WORD = np.uint64(8)
_SIGNAL, _DERIVED = np.uint32(InputKind.SIGNAL), np.uint32(InputKind.DERIVED)
_RAISED, _CLEARED = np.int64(1), np.int64(-1)
_HAS_HOLD, _IS_ON_CHANGE = np.uint8(Flag.HOLD), np.uint8(Flag.ON_CHANGE)
_OUT_OF_RANGE = np.int64(Quality.OUT_OF_RANGE)

_PREVIOUS, _ELAPSED, _ABSENT_FOR = (
    np.uint16(op) for op in (Opcode.PREVIOUS, Opcode.ELAPSED, Opcode.ABSENT_FOR)
)  # fmt: skip
_RATE, _HELD = np.uint16(Opcode.RATE), np.uint16(Opcode.HELD)
_MEAN_OVER, _GREATEST_OVER = np.uint16(Opcode.MEAN_OVER), np.uint16(Opcode.GREATEST_OVER)
_DERIVE, _CHECK = np.uint16(Opcode.DERIVE), np.uint16(Opcode.CHECK)


@njit(error_model="numpy")
def evaluate(
    number: Any, now: Any, envelope: Any, table: Any, code: Any, lists: Any, linked: Any, numbers: Any, times: Any,
    out: Any,
) -> None:  # fmt: skip
    """The rule of that number; `numbers` f64 and `times` i64 are the machine's block."""
    rule = table[number]
    values = f64(linked[Linked.VALUES] + np.uint64(rule.frame) * _WORD)
    qualities = u8(linked[Linked.QUALITIES] + np.uint64(rule.frame))
    durations = i64(linked[Linked.DURATIONS] + np.uint64(rule.durations) * _WORD)
    hold = durations[0] if rule.flags & _HAS_HOLD else _NOTHING
    instant = i64(linked[Linked.INSTANT])
    instant[0] = now
    until = read_inputs(rule, hold, now, lists, values, qualities, numbers, times)
    place, wake = np.uint64(rule.code), _INFINITE
    while code[place].op < _DERIVE:
        each = code[place]
        x, x_quality = values[each.a], np.int64(qualities[each.a])
        y, y_quality = values[each.b], np.int64(qualities[each.b])
        if each.op < _PREVIOUS:
            value, quality = operate(each.op, each, x, x_quality, y, y_quality, values, qualities, instant)
        else:
            value, quality, due = recall(
                rule, each, hold, now, x, x_quality, y, lists, values, qualities, numbers, times
            )  # fmt: skip
            wake = min(wake, due)
        values[each.to], qualities[each.to] = value, np.uint8(quality)
        place += _ONE
    each = code[place]
    x, x_quality = values[each.a], np.int64(qualities[each.a])
    if each.op == _DERIVE:
        derive(rule, each, x, x_quality, now, until, envelope, numbers, times, out)
    else:
        y, y_quality = values[each.b], np.int64(qualities[each.b])
        change, since = judge(rule, each, now, x, x_quality, y, y_quality, durations, numbers, times)
        if change != _NOTHING:
            find(number, rule, change, now, since, envelope, lists, linked, numbers, times, out)
    if rule.wake != _NONE:
        times[linked[Linked.WAKES] + np.uint64(rule.wake)] = wake
        times[_NEXT_WAKE] = min(times[_NEXT_WAKE], wake)


@njit(error_model="numpy")
def read_inputs(
    rule: Any, hold: Any, now: Any, lists: Any, values: Any, qualities: Any, numbers: Any, times: Any
) -> Any:
    """Into the first registers behind the constants; returns until when those that are fresh all are."""
    start, count, first = np.uint64(rule.inputs), np.uint64(rule.count), np.uint64(rule.constants)
    kinds, soonest = start + np.uint64(rule.all_inputs), _INFINITE
    for number in range(count):
        cell = np.uint64(lists[start + number])
        word = times[cell + _UNTIL]
        until = fresh_until(hold, lists[kinds + number], word >> _EIGHT, times[cell + _AT])
        is_late = until < now
        soonest = min(soonest, _INFINITE if is_late else until)
        values[first + number] = numbers[cell]
        qualities[first + number] = np.uint8(max(word & _LOW, STALE if is_late else OK))
    return soonest


@njit(error_model="numpy")
def fresh_until(hold: Any, kind: Any, until: Any, at: Any) -> Any:
    """As a rule with that hold, or 0 for none, takes an input."""
    if hold == _NOTHING or at == _NEVER:
        return until
    if kind == _SIGNAL:
        return at + hold
    return min(until, at + hold) if kind == _DERIVED else until


@njit(error_model="numpy")
def recall(
    rule: Any, each: Any, hold: Any, now: Any, x: Any, quality: Any, y: Any, lists: Any, values: Any, qualities: Any,
    numbers: Any, times: Any,
) -> Any:  # fmt: skip
    """An instruction that remembers, or asks when its input came: value, quality, and when to wake."""
    m = np.uint64(rule.memory) + np.uint64(each.x)
    if each.op == _HELD:
        gap = latest_gap(np.uint64(lists[np.uint64(rule.conditions) + np.uint64(each.c)]), lists, times)
        return held(is_valid(quality) and x != 0.0, quality, now, gap, np.int64(y), m, times)
    place = np.uint64(rule.inputs) + np.uint64(each.a) - np.uint64(rule.constants)
    cell = np.uint64(lists[place])
    at = times[cell + _AT]
    if each.op == _ELAPSED:
        value, result = elapsed(at, now)
    elif each.op == _ABSENT_FOR:
        full = (times[_FIRST] if at == _NEVER else at) + np.int64(y)
        return (1.0, OK, _INFINITE) if full <= now else (0.0, OK, full)
    elif _MEAN_OVER <= each.op <= _GREATEST_OVER:
        value, result = window(each.op, at, now, x, quality, y, m, numbers, times)
    else:
        if each.op == _PREVIOUS:
            value, result = previous(at, x, quality, m, numbers, times)
        elif each.op == _RATE:
            value, result = rate(at, times[cell + _SINCE], x, quality, m, numbers, times)
        else:
            is_reset = is_valid(np.int64(qualities[each.d])) and values[each.d] != 0.0
            value, result = unroll(at, x, quality, y, values[each.c], is_reset, m, numbers, times)
        kind = lists[place + np.uint64(rule.all_inputs)]
        if fresh_until(hold, kind, times[cell + _UNTIL] >> _EIGHT, at) < now:
            result = max(result, STALE)
    return value, result, _INFINITE


@njit(error_model="numpy")
def judge(
    rule: Any, each: Any, now: Any, x: Any, x_quality: Any, y: Any, y_quality: Any, durations: Any, numbers: Any,
    times: Any,
) -> Any:  # fmt: skip
    """A check, or an event: 1 where it is raised, -1 where it is cleared, and since when that began to hold."""
    cell = np.uint64(rule.cell)
    was_active = numbers[cell] != 0.0
    first_holds, second_holds = is_valid(x_quality) and x != 0.0, is_valid(y_quality) and y != 0.0
    if each.op == _CHECK:
        if not was_active and first_holds and is_valid(y_quality) and y == 0.0:
            numbers[cell] = 1.0
            return _RAISED, now
        if was_active and ((is_valid(x_quality) and x == 0.0) or (first_holds and second_holds)):
            numbers[cell] = 0.0
            return _CLEARED, now
        return _NOTHING, now
    ready = np.uint64(rule.memory) + np.uint64(each.x)
    if not was_active and first_holds and now >= times[ready]:
        numbers[cell] = 1.0
        return _RAISED, began(rule, each.c, now, times)
    if was_active and second_holds:
        numbers[cell] = 0.0
        times[ready] = now + durations[1]
        return _CLEARED, began(rule, each.d, now, times)
    return _NOTHING, now


@njit(error_model="numpy")
def began(rule: Any, place: Any, now: Any, times: Any) -> Any:
    """When a condition began to hold: its HELD knows."""
    return times[np.uint64(rule.memory) + np.uint64(place)] if place else now


@njit(error_model="numpy")
def derive(
    rule: Any, each: Any, value: Any, quality: Any, now: Any, until: Any, envelope: Any, numbers: Any, times: Any,
    out: Any,
) -> None:  # fmt: skip
    if value < rule.minimum or value > rule.maximum:
        quality = max(quality, _OUT_OF_RANGE)
    if quality == ABSENT:
        value = 0.0
    cell = np.uint64(rule.cell)
    if times[cell + _AT] == _NEVER or times[cell + _UNTIL] >> _EIGHT < now:
        times[cell + _SINCE] = now
    numbers[cell], times[cell + _UNTIL], times[cell + _AT] = value, (until << _EIGHT) | quality, now
    if rule.output == _NONE:
        return
    if rule.flags & _IS_ON_CHANGE:
        given = np.uint64(rule.memory) + np.uint64(each.x)
        before = numbers[given + _ONE]
        is_same = before == value or (np.isnan(before) and np.isnan(value))
        if times[given] != _NOTHING and is_same and times[given + np.uint64(2)] == quality:
            return
        times[given], numbers[given + _ONE], times[given + np.uint64(2)] = np.int64(1), value, quality
    row = derived_rows(out[Out.ROWS])[out[Out.ROW_COUNT]]
    row.ts, row.value, row.envelope = now, value, envelope
    row.output, row.quality = np.uint16(rule.output), np.uint16(quality)
    out[Out.ROW_COUNT] += _ONE
    u64(out[Out.COUNTS])[rule.output] += _ONE


@njit(error_model="numpy")
def find(
    number: Any, rule: Any, change: Any, now: Any, since: Any, envelope: Any, lists: Any, linked: Any, numbers: Any,
    times: Any, out: Any,
) -> None:  # fmt: skip
    """A finding; where it is raised, with what the rule captures, as it reads it."""
    row = finding_rows(out[Out.FINDINGS])[out[Out.FINDING_COUNT]]
    row.ts, row.since, row.rule, row.envelope = now, since, u32(linked[Linked.IDS])[number], envelope
    is_raised = change == _RAISED
    count = np.uint64(rule.captured) if is_raised else _ZERO
    row.raised, row.captured = np.uint32(is_raised), np.uint32(count)
    captured, captured_qualities = f64(out[Out.CAPTURED]), u8(out[Out.CAPTURED_QUALITIES])
    for place in range(count):
        cell = np.uint64(lists[np.uint64(rule.inputs) + np.uint64(lists[np.uint64(rule.capture) + place])])
        word, at = times[cell + _UNTIL], out[Out.CAPTURED_COUNT] + place
        quality = max(word & _LOW, STALE if word >> _EIGHT < now else OK)
        captured[at], captured_qualities[at] = numbers[cell], np.uint8(quality)
    out[Out.FINDING_COUNT] += _ONE
    out[Out.CAPTURED_COUNT] += count
