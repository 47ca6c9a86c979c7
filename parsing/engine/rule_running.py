"""Envelopes in, through each machine's buffer, instants out to the rules. Source of a kernel, see `routing`."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numba.cpython.unsafe.numbers import trailing_zeros

from parsing.engine.pointers import (
    entry_rows,
    f64,
    i64,
    instructions,
    prefetch,
    rule_groups,
    rules,
    u8,
    u32,
    u64,
    waiting_rows,
)  # fmt: skip
from parsing.engine.rule_buffer import ROW_WORDS, append, order, quality_place
from parsing.engine.rule_evaluation import evaluate
from parsing.engine.rule_layout import END, NO_TIME, Envelopes, Linked, Machine, Out
from parsing.rules.layout import INFINITE, NEVER, Cell, Header
from parsing.rules.timing import AHEAD, MOST_WAITING, NOT_CARRIED, TIME_END

_ZERO, _ONE, _WORD = np.uint64(0), np.uint64(1), np.uint64(8)
_UNTIL, _AT, _SINCE = np.uint64(Cell.UNTIL), np.uint64(Cell.AT), np.uint64(Cell.SINCE)
_CELL = np.uint64(Cell.WORDS)
_WATERMARK, _FIRST, _NEXT_WAKE = (np.uint64(each) for each in (Header.WATERMARK, Header.FIRST, Header.NEXT_WAKE))
_NEVER, _INFINITE, _EIGHT = np.int64(NEVER), np.int64(INFINITE), np.int64(8)
_AHEAD, _TIME_END, _MOST_WAITING = np.int64(AHEAD), np.int64(TIME_END), np.uint64(MOST_WAITING)
_NOT_CARRIED = np.uint8(NOT_CARRIED)
_END, _NO_TIME = np.int64(END), np.int64(NO_TIME)
_SOON = np.int64(1)
_LINE, _ROW_BYTES, _ROWS_A_LINE, _LINES = np.uint64(64), np.uint64(16), np.uint64(4), np.uint64(4)
_FOUR, _BITS = np.uint64(4), np.uint64(64)
_MACHINE_BYTES = np.uint64(Machine.WORDS * 8)


def run_rules(
    linked_at: Any, blocks_at: Any, entries_at: Any, machines_at: Any, envelopes_at: Any, scratch_at: Any, out_at: Any
) -> None:
    """Go through the envelopes; stops early, between two instants, where the room for results may not do. `entries`
    ENTRY[] are the rows as `arrange_rows` leaves them, `scratch` WAITING[] has room for all of them twice.
    """
    linked, envelopes, out = u64(linked_at), u64(envelopes_at), u64(out_at)
    while out[Out.ENVELOPE] < envelopes[Envelopes.COUNT]:
        number = out[Out.ENVELOPE]
        machine = u64(machines_at + np.uint64(u32(envelopes[Envelopes.MACHINES])[number]) * _MACHINE_BYTES)
        if out[Out.TAKEN] == _ZERO:
            following = number + _ONE if number + _ONE < envelopes[Envelopes.COUNT] else number
            fetch_ahead(
                u64(machines_at + np.uint64(u32(envelopes[Envelopes.MACHINES])[following]) * _MACHINE_BYTES), linked
            )  # fmt: skip
            take(number, linked, blocks_at, entries_at, machine, envelopes, scratch_at)
            out[Out.TAKEN] = _ONE
        while True:
            if not release(number, linked, machine, out):
                return
            if machine[Machine.HELD_WORDS] <= _MOST_WAITING:
                break
            oldest = waiting_rows(machine[Machine.WAITING])[machine[Machine.HEAD] & machine[Machine.MASK]].ts
            block = i64(machine[Machine.BLOCK])
            block[_WATERMARK] = max(block[_WATERMARK], oldest + np.int64(linked[Linked.LATENESS]) + _SOON)
        out[Out.TAKEN] = _ZERO
        out[Out.ENVELOPE] = number + _ONE


@njit(error_model="numpy")
def fetch_ahead(machine: Any, linked: Any) -> None:
    """A machine's block is seldom in the cache, and rules read it here and there: that would cost more than they do."""
    line, end = machine[Machine.BLOCK], machine[Machine.BLOCK] + linked[Linked.BLOCK_WORDS] * _WORD
    while line < end:
        prefetch(line)
        line += _LINE
    for number in range(_ZERO, _LINES):
        waiting = machine[Machine.WAITING]
        prefetch(waiting + ((machine[Machine.HEAD] + number * _ROWS_A_LINE) & machine[Machine.MASK]) * _ROW_BYTES)
        prefetch(waiting + ((machine[Machine.TAIL] + number * _ROWS_A_LINE) & machine[Machine.MASK]) * _ROW_BYTES)


@njit(error_model="numpy")
def take(
    number: Any, linked: Any, blocks_at: Any, entries_at: Any, machine: Any, envelopes: Any, scratch_at: Any
) -> None:
    """An envelope's rows into the buffer, by time, but those that are late; and its time to the watermark."""
    ends, block = u32(envelopes[Envelopes.ENDS]), i64(machine[Machine.BLOCK])
    groups, lists = rule_groups(linked[Linked.GROUPS]), u32(linked[Linked.LISTS])
    waiting, lateness = waiting_rows(machine[Machine.WAITING]), np.int64(linked[Linked.LATENESS])
    received = i64(envelopes[Envelopes.RECEIVED])[number]
    horizon = _TIME_END - _SOON if received == _NO_TIME else min(received + _AHEAD, _TIME_END - _SOON)
    oldest = max(block[_WATERMARK] - lateness, np.int64(0))
    start, mask, late = machine[Machine.TAIL], machine[Machine.MASK], np.uint32(0)
    newest_waiting = waiting[(start - _ONE) & mask].ts if start > machine[Machine.HEAD] else _NEVER
    entries, is_ordered = entry_rows(entries_at), True
    begin = np.uint64(ends[number - _ONE]) if number > _ZERO else _ZERO
    for place in range(begin, np.uint64(ends[number])):
        entry = entries[place]
        if entry.ts < oldest or entry.ts > horizon:
            late += np.uint32(1)
            continue
        is_ordered = is_ordered and entry.ts >= newest_waiting
        newest_waiting = max(newest_waiting, entry.ts)
        append(entry, blocks_at, groups, lists, machine)
    u32(envelopes[Envelopes.LATE])[number] = late
    if not is_ordered:
        order(machine, start, waiting_rows(scratch_at))
    newest = i64(envelopes[Envelopes.NEWEST])[number]
    if newest == _END:
        newest = block[_WATERMARK]
        if machine[Machine.TAIL] > machine[Machine.HEAD]:
            newest = waiting[(machine[Machine.TAIL] - _ONE) & mask].ts + lateness + _SOON
    if newest != _NO_TIME and (received == _NO_TIME or newest <= received + _AHEAD):
        block[_WATERMARK] = max(block[_WATERMARK], newest)


@njit(error_model="numpy")
def release(envelope: Any, linked: Any, machine: Any, out: Any) -> Any:
    """Instant by instant, what nothing earlier can come before any more; whether there was room for what came of it."""
    waiting, block = waiting_rows(machine[Machine.WAITING]), i64(machine[Machine.BLOCK])
    numbers, lists, code = f64(machine[Machine.BLOCK]), u32(linked[Linked.LISTS]), instructions(linked[Linked.CODE])
    groups, table = rule_groups(linked[Linked.GROUPS]), rules(linked[Linked.RULES])
    oldest, tail = block[_WATERMARK] - np.int64(linked[Linked.LATENESS]), machine[Machine.TAIL]
    head, stamp, mask = machine[Machine.HEAD], np.uint32(envelope), machine[Machine.MASK]
    while head < tail and waiting[head & mask].ts < oldest:
        if not has_room(linked, out):
            return False
        now, number = waiting[head & mask].ts, waiting[head & mask].group
        if block[_FIRST] == _NEVER:
            block[_FIRST] = now
        group = groups[number]
        come(group, np.uint64(waiting[head & mask].at), now, machine, linked, numbers, block)
        head += _ONE
        machine[Machine.HELD_WORDS] -= ROW_WORDS + np.uint64(group.words)
        due_at, due = linked[Linked.LISTS] + np.uint64(group.triggers) * _FOUR, np.uint64(group.triggered)
        if block[_NEXT_WAKE] <= now or (head < tail and waiting[head & mask].ts == now):
            head = come_together(group, head, now, machine, linked, numbers, block)
            due_at, due = linked[Linked.DUE], list_due(linked)
        machine[Machine.HEAD] = head
        for place in range(due):
            evaluate(
                np.uint64(u32(due_at)[place]), now, stamp, table, code, lists, linked, numbers, block, out
            )  # fmt: skip
    return True


@njit(error_model="numpy")
def has_room(linked: Any, out: Any) -> Any:
    """For an instant in which every rule gives something."""
    count = linked[Linked.RULE_COUNT]
    return (
        out[Out.ROW_COUNT] + count <= out[Out.ROW_ROOM]
        and out[Out.FINDING_COUNT] + count <= out[Out.FINDING_ROOM]
        and out[Out.CAPTURED_COUNT] + linked[Linked.CAPTURES] <= out[Out.CAPTURED_ROOM]
    )


@njit(error_model="numpy")
def come(group: Any, at: Any, now: Any, machine: Any, linked: Any, numbers: Any, block: Any) -> None:
    """A row's values into its inputs' cells."""
    values, qualities, mask = f64(machine[Machine.PAYLOAD]), u8(machine[Machine.PAYLOAD]), machine[Machine.PAYLOAD_MASK]
    timeouts = i64(linked[Linked.DURATIONS] + np.uint64(group.timeouts) * _WORD)
    count, cell = np.uint64(group.count), np.uint64(group.cell) - _CELL
    for number in range(count):
        cell += _CELL
        quality = qualities[quality_place(at + count, number, mask)]
        if quality == _NOT_CARRIED:
            continue
        is_gap = block[cell + _AT] == _NEVER or block[cell + _UNTIL] >> _EIGHT < now
        block[cell + _SINCE] = now if is_gap else block[cell + _SINCE]
        numbers[cell], block[cell + _AT] = values[(at + number) & mask], now
        block[cell + _UNTIL] = ((now + timeouts[number]) << _EIGHT) | np.int64(quality)


@njit(error_model="numpy")
def come_together(group: Any, head: Any, now: Any, machine: Any, linked: Any, numbers: Any, block: Any) -> Any:
    """The other rows of the instant, and the rules to wake; what is due stands in `DUE_BITS`. Returns the new head."""
    bits, due, words = u64(linked[Linked.BITS]), u64(linked[Linked.DUE_BITS]), linked[Linked.BIT_WORDS]
    groups, waiting = rule_groups(linked[Linked.GROUPS]), waiting_rows(machine[Machine.WAITING])
    mask = machine[Machine.MASK]
    for word in range(words):
        due[word] = bits[np.uint64(group.bits) + word]
    while head < machine[Machine.TAIL] and waiting[head & mask].ts == now:
        other = groups[waiting[head & mask].group]
        come(other, np.uint64(waiting[head & mask].at), now, machine, linked, numbers, block)
        for word in range(words):
            due[word] |= bits[np.uint64(other.bits) + word]
        head += _ONE
        machine[Machine.HELD_WORDS] -= ROW_WORDS + np.uint64(other.words)
    if block[_NEXT_WAKE] <= now:
        wake(now, linked, block, bits, due)
    return head


@njit(error_model="numpy")
def wake(now: Any, linked: Any, block: Any, bits: Any, due: Any) -> None:
    """Add the rules that asked to be woken by now, with those that read them."""
    wake_bits, following = u32(linked[Linked.WAKE_BITS]), _INFINITE
    for number in range(linked[Linked.WAKE_COUNT]):
        at = block[linked[Linked.WAKES] + number]
        if at > now:
            following = min(following, at)
            continue
        for word in range(linked[Linked.BIT_WORDS]):
            due[word] |= bits[np.uint64(wake_bits[number]) + word]
    block[_NEXT_WAKE] = following


@njit(error_model="numpy")
def list_due(linked: Any) -> Any:
    """Numbers u32 of the rules in `DUE_BITS` to `DUE`, in their order; returns how many."""
    due, numbers, count = u64(linked[Linked.DUE_BITS]), u32(linked[Linked.DUE]), _ZERO
    for word in range(linked[Linked.BIT_WORDS]):
        left = due[word]
        while left != _ZERO:
            numbers[count] = np.uint32(word * _BITS + np.uint64(trailing_zeros(left)))
            left &= left - _ONE
            count += _ONE
    return count
