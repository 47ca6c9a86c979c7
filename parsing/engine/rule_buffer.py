"""Rows that wait for earlier ones: each machine's reorder buffer. Source of a kernel, see `routing`.

Waiting rows lie in the order of their times, rows of equal time in the order in which they came. What leaves only
moves `HEAD` on; new rows are appended, and moved back where they are earlier than others. Rows that move and were there
at the mark are copied first, so that a machine can be taken back to it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from parsing.engine.pointers import f64, u8, u64, waiting_rows
from parsing.engine.rule_layout import Block, Machine
from parsing.rules.layout import WAITING

_ZERO, _ONE = np.uint64(0), np.uint64(1)
_EIGHT = np.uint64(8)
_THREE, _SEVEN = np.uint64(3), np.uint64(7)
ROW_WORDS = np.uint64(WAITING.itemsize // 8)
_ROW_BITS = np.uint64(32)
_ROW_MASK = np.uint64(0xFFFF_FFFF)


@njit(error_model="numpy")
def append(entry: Any, blocks: Any, groups: Any, lists: Any, machine: Any) -> None:
    """A row of the batch behind all others. `entry` is where it stands: block << 32 | row."""
    block = u64(blocks + (entry.where >> _ROW_BITS) * np.uint64(Block.WORDS) * _EIGHT)
    row = entry.where & _ROW_MASK
    group, at, mask = groups[block[Block.GROUP]], machine[Machine.PAYLOAD_TAIL], machine[Machine.PAYLOAD_MASK]
    count, first, payload = np.uint64(group.count), np.uint64(group.inputs), f64(machine[Machine.PAYLOAD])
    value_row = block[Block.VALUES] + row * block[Block.VALUE_ROW]
    quality_row = block[Block.QUALITIES] + row * block[Block.QUALITY_ROW]
    value_slot, quality_slot = block[Block.VALUE_SLOT], block[Block.QUALITY_SLOT]
    qualities = u8(machine[Machine.PAYLOAD])
    for word in range(count, np.uint64(group.words)):
        # Also what no quality fills, so that equal states are equal bytes.
        payload[(at + word) & mask] = 0.0
    for number in range(count):
        slot = np.uint64(lists[first + number])
        payload[(at + number) & mask] = f64(value_row + slot * value_slot)[0]
        qualities[quality_place(at + count, number, mask)] = u8(quality_row + slot * quality_slot)[0]
    tail = machine[Machine.TAIL]
    waiting = waiting_rows(machine[Machine.WAITING])[tail & machine[Machine.MASK]]
    waiting.ts, waiting.at, waiting.group = entry.ts, np.uint32(at), np.uint32(block[Block.GROUP])
    machine[Machine.TAIL] = tail + _ONE
    machine[Machine.PAYLOAD_TAIL] = at + np.uint64(group.words)
    machine[Machine.HELD_WORDS] += ROW_WORDS + np.uint64(group.words)


@njit(error_model="numpy")
def quality_place(at: Any, number: Any, mask: Any) -> Any:
    """Byte of a payload where a quality is: eight of them in a word, from the word `at` on."""
    return ((at + (number >> _THREE)) & mask) << _THREE | (number & _SEVEN)


@njit(error_model="numpy")
def order(machine: Any, start: Any, scratch: Any) -> None:
    """Bring the rows from `start` on to their places; `scratch` WAITING has room for them twice."""
    waiting, tail, mask = waiting_rows(machine[Machine.WAITING]), machine[Machine.TAIL], machine[Machine.MASK]
    count = tail - start
    for number in range(count):
        copy_row(waiting, (start + number) & mask, scratch, number)
    part = sort(scratch, count)
    first = position_behind(waiting, mask, machine[Machine.HEAD], start, scratch[part].ts)
    keep(machine, waiting, first)
    old, new, place = start, count, tail
    while new > _ZERO:
        place -= _ONE
        if old > first and waiting[(old - _ONE) & mask].ts > scratch[part + new - _ONE].ts:
            old -= _ONE
            copy_row(waiting, old & mask, waiting, place & mask)
        else:
            new -= _ONE
            copy_row(scratch, part + new, waiting, place & mask)


@njit(error_model="numpy")
def position_behind(waiting: Any, mask: Any, low: Any, high: Any, ts: Any) -> Any:
    """Of the first row that is later."""
    while low < high:
        middle = (low + high) >> _ONE
        if waiting[middle & mask].ts > ts:
            high = middle
        else:
            low = middle + _ONE
    return low


@njit(error_model="numpy")
def keep(machine: Any, waiting: Any, first: Any) -> None:
    """Copy the rows from `first` on that were there at the mark and are not copied yet."""
    kept, mask = waiting_rows(machine[Machine.KEPT]), machine[Machine.MASK]
    while machine[Machine.KEPT_FROM] > first:
        machine[Machine.KEPT_FROM] -= _ONE
        copy_row(waiting, machine[Machine.KEPT_FROM] & mask, kept, machine[Machine.KEPT_FROM])


@njit(error_model="numpy")
def sort(scratch: Any, count: Any) -> Any:
    """Merge sort, stable, of the first `count` rows, with as many behind them for room. Where the result begins."""
    source, target, width = _ZERO, count, _ONE
    while width < count:
        start = _ZERO
        while start < count:
            middle, end = min(start + width, count), min(start + width + width, count)
            merge(scratch, source + start, source + middle, source + end, target + start)
            start = end
        source, target, width = target, source, width << _ONE
    return source


@njit(error_model="numpy")
def merge(rows: Any, left: Any, middle: Any, end: Any, to: Any) -> None:
    right = middle
    while left < middle or right < end:
        if right == end or (left < middle and rows[left].ts <= rows[right].ts):
            copy_row(rows, left, rows, to)
            left += _ONE
        else:
            copy_row(rows, right, rows, to)
            right += _ONE
        to += _ONE


@njit(error_model="numpy")
def copy_row(source: Any, place: Any, target: Any, to: Any) -> None:
    row = source[place]
    target[to].ts, target[to].at, target[to].group = row.ts, row.at, row.group
