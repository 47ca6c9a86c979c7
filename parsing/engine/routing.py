"""Which groups each frame gives rows to.

Kernels share constants across files, but no code: numba's cache on disk looks at a kernel's own file only, and would go
on using a function from another one after that had changed. Constants are typed, as numba would make a float of an
unsigned integer and a plain literal.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from parsing.compiler.tables import EMPTY_KEY, HASH_MULTIPLIER, NO_PAGE, Layout
from parsing.definitions import ERROR_FLAG, EXTENDED_FLAG, PDU1_LIMIT, REMOTE_FLAG

_ZERO = np.uint64(0)
_ONE = np.uint64(1)
_EXTENDED = np.uint32(EXTENDED_FLAG)
_ONE_WORD = np.uint8(Layout.ONE_WORD)
_TWO_WORDS_LITTLE = np.uint8(Layout.TWO_WORDS_LITTLE)
_OTHER = np.uint32(REMOTE_FLAG | ERROR_FLAG)
_EIGHT = np.uint64(8)
_BYTE = np.uint64(0xFF)
_PGN = np.uint64(0x3FFFF)
_PDU1_PGN = np.uint64(0x3FF00)
_PDU1_LIMIT = np.uint64(PDU1_LIMIT)

UNKNOWN_ID = np.int64(-1)
"""The `page` of a frame whose id no message matches."""


@njit(inline="always")
def find_page(key: np.uint64, keys: np.ndarray, pages: np.ndarray, shift: np.uint64) -> Any:
    """The page of a key in a `HashTable`, or NO_PAGE."""
    last = np.uint64(keys.size) - _ONE
    place = (key * HASH_MULTIPLIER) >> shift
    while keys[place] != EMPTY_KEY:
        if keys[place] == key:
            return pages[place]
        place = (place + _ONE) & last
    return NO_PAGE


@njit(inline="always")
def pgn_of(can_id: np.uint32) -> Any:
    """u64 PGN of a 29-bit id: below PDU format 240 without the destination address."""
    pgn = (np.uint64(can_id) >> _EIGHT) & _PGN
    return pgn if ((pgn >> _EIGHT) & _BYTE) >= _PDU1_LIMIT else pgn & _PDU1_PGN


@njit(inline="always")
def find_interval(value: np.int64, intervals: np.ndarray, first: np.uint32, end: np.uint32) -> Any:
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
def raw_bits(words: np.ndarray, row: Any, field: Any) -> Any:
    """Raw bits u64 of a field that is all there, from `words` in the field's byte order."""
    first = words[row, field.word]
    if field.layout == _ONE_WORD:
        return (first >> field.first) & field.mask
    second = words[row, np.uint64(field.word) + _ONE]
    if field.layout == _TWO_WORDS_LITTLE:
        return ((first >> field.first) | (second << field.second)) & field.mask
    return ((first << field.first) | (second >> field.second)) & field.mask


@njit(cache=True, nogil=True)
def route(
    bus: np.ndarray,
    can_id: np.ndarray,
    bits: np.ndarray,
    words: tuple[np.ndarray, np.ndarray],
    tables: tuple[tuple[Any, ...], tuple[Any, ...]],
    stack: np.ndarray,
    entries: tuple[np.ndarray, np.ndarray],
    unknown: tuple[np.ndarray, np.ndarray],
) -> Any:
    """Fill `entries` (groups, frames) in frame order, and `unknown` (frames, pages) with the frames that have none.

    `words` are the payloads as little- and as big-endian u64[n, w]; `tables` the model's hash tables and its pages.
    Returns the numbers of entries, of unknown frames and of remote and error frames.
    """
    (classes, keys, roots, shift, pgn_keys, pgn_roots, pgn_shift) = tables[0]
    (pages, page_groups, page_multiplexors, multiplexors, intervals) = tables[1]
    entry_group, entry_frame = entries
    unknown_frame, unknown_page = unknown
    found = unknowns = others = _ZERO
    for frame in range(np.uint64(can_id.size)):
        identity = can_id[frame]
        if identity & _OTHER:
            others += _ONE
            continue
        bus_class = classes[bus[frame]]
        page = find_page(bus_class | np.uint64(identity), keys, roots, shift)
        if page == NO_PAGE and identity & _EXTENDED:
            page = find_page(bus_class | pgn_of(identity), pgn_keys, pgn_roots, pgn_shift)
        start, value = found, UNKNOWN_ID
        stack[0] = page
        waiting = _ONE if page != NO_PAGE else _ZERO
        while waiting:
            waiting -= _ONE
            reached = pages[stack[waiting]]
            for place in range(np.uint64(reached.first_group), np.uint64(reached.end_group)):
                entry_group[found] = page_groups[place]
                entry_frame[found] = frame
                found += _ONE
            for place in range(np.uint64(reached.first_multiplexor), np.uint64(reached.end_multiplexor)):
                multiplexor = multiplexors[page_multiplexors[place]]
                if bits[frame] < multiplexor.bits:
                    continue
                raw = raw_bits(words[1] if multiplexor.big else words[0], frame, multiplexor)
                number = np.int64((raw ^ multiplexor.sign) - multiplexor.sign)
                page = find_interval(number, intervals, multiplexor.first_interval, multiplexor.end_interval)
                if page == NO_PAGE:
                    value = np.int64(raw)
                    waiting = _ZERO
                    break
                stack[waiting] = page
                waiting += _ONE
        if page == NO_PAGE:
            # No rows at all, not even those already found: half a frame would look like a whole one.
            found = start
            unknown_frame[unknowns] = frame
            unknown_page[unknowns] = value
            unknowns += _ONE
    return found, unknowns, others


@njit(cache=True, nogil=True)
def sort_by_group(entry_group: np.ndarray, entry_frame: np.ndarray, ends: np.ndarray, frame_index: np.ndarray) -> None:
    """Counting sort: `frame_index` u32 gets the frames of group after group, ascending; `ends` u64[groups] where
    each group's part ends.
    """
    ends[:] = _ZERO
    for entry in range(np.uint64(entry_group.size)):
        ends[entry_group[entry]] += _ONE
    total = _ZERO
    for group in range(np.uint64(ends.size)):
        count = ends[group]
        ends[group] = total  # for now where the next frame goes, in the end where the part ends
        total += count
    for entry in range(np.uint64(entry_group.size)):
        group = entry_group[entry]
        frame_index[ends[group]] = entry_frame[entry]
        ends[group] += _ONE
