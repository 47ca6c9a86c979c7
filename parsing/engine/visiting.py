"""The pages of a multiplexed message that a frame reaches. Source of a kernel, see `routing`."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from parsing.compiler.tables import NO_PAGE, Layout
from parsing.engine.bits import swap_bytes
from parsing.engine.layout import Model, Work
from parsing.engine.pointers import intervals as interval_table
from parsing.engine.pointers import multiplexors as multiplexor_table
from parsing.engine.pointers import pages as page_table
from parsing.engine.pointers import u32

_ONE = np.uint64(1)
_ZERO_SIGNED = np.int64(0)
_ONE_SIGNED = np.int64(1)
_ONE_WORD = np.uint8(Layout.ONE_WORD)
_TWO_WORDS_LITTLE = np.uint8(Layout.TWO_WORDS_LITTLE)


@njit(inline="always")
def find_interval(value: Any, intervals: Any, first: Any, end: Any) -> Any:
    """Page of the interval that holds `value` among those from `first` up to `end`, or NO_PAGE."""
    low, high = np.uint64(first), np.uint64(end)
    while low < high:
        middle = (low + high) >> _ONE
        if intervals[middle].high < value:
            low = middle + _ONE
        else:
            high = middle
    if low < np.uint64(end) and intervals[low].low <= value:
        return intervals[low].page
    return NO_PAGE


@njit(inline="always")
def raw_bits(words: Any, row: Any, field: Any) -> Any:
    """Raw bits u64 of a field that is all there."""
    place = row + np.uint64(field.word)
    first = words[place]
    if field.big:
        first = swap_bytes(first)
    if field.layout == _ONE_WORD:
        return (first >> field.first) & field.mask
    second = words[place + _ONE]
    if field.layout == _TWO_WORDS_LITTLE:
        return ((first >> field.first) | (second << field.second)) & field.mask
    return ((first << field.first) | (swap_bytes(second) >> field.second)) & field.mask


@njit
def visit(page: Any, frame: Any, bits: Any, words: Any, row: Any, model: Any, work: Any, found: Any) -> Any:
    """Entries of a frame of a multiplexed message from `found` on: where they end, times two, plus one where the
    payload ends too early. Where a multiplexor has a raw value that no page knows, there are none, and it is -1 - that
    value: half a frame would look like a whole one.
    """
    pages, page_groups = page_table(model[Model.PAGES]), u32(model[Model.PAGE_GROUPS])
    page_multiplexors = u32(model[Model.PAGE_MULTIPLEXORS])
    multiplexors, intervals = multiplexor_table(model[Model.MULTIPLEXORS]), interval_table(model[Model.INTERVALS])
    dense = u32(model[Model.DENSE])
    group_bits, stack = u32(model[Model.GROUP_BITS]), u32(work[Work.STACK])
    entry_group, entry_frame = u32(work[Work.ENTRY_GROUP]), u32(work[Work.ENTRY_FRAME])
    is_short = _ZERO_SIGNED
    stack[0] = np.uint32(page)
    waiting = _ONE
    while waiting:
        waiting -= _ONE
        reached = pages[stack[waiting]]
        for place in range(np.uint64(reached.first_group), np.uint64(reached.end_group)):
            group = page_groups[place]
            entry_group[found] = group
            entry_frame[found] = frame
            found += _ONE
            if bits < group_bits[group]:
                is_short = _ONE_SIGNED
        for place in range(np.uint64(reached.first_multiplexor), np.uint64(reached.end_multiplexor)):
            multiplexor = multiplexors[page_multiplexors[place]]
            if bits < multiplexor.bits:
                is_short = _ONE_SIGNED
                continue
            raw = raw_bits(words, row, multiplexor)
            if multiplexor.is_dense:
                inner = dense[np.uint64(multiplexor.first_interval) + raw]
            else:
                number = np.int64((raw ^ multiplexor.sign) - multiplexor.sign)
                inner = find_interval(number, intervals, multiplexor.first_interval, multiplexor.end_interval)
            if inner == NO_PAGE:
                return -_ONE_SIGNED - np.int64(raw)
            stack[waiting] = inner
            waiting += _ONE
    return np.int64(found << _ONE) | is_short
