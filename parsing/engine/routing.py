"""Which groups each frame gives rows to, and the order of rows by group.

Source of kernels that `ahead` compiles: scalar code over C arrays, without allocation. Constants are typed, as numba
would make a float of an unsigned integer and a plain literal.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from parsing.compiler.tables import (
    ADDRESSED_GROUP,
    ANY_ADDRESS,
    EMPTY_KEY,
    NO_GROUP,
    NO_ROUTE,
    PGN_KEY,
    PLACE_BITS,
    SIMPLE_GROUP,
)
from parsing.definitions import ERROR_FLAG, EXTENDED_FLAG, PDU1_LIMIT, REMOTE_FLAG
from parsing.engine.bits import swap_bytes
from parsing.engine.layout import CHUNK, UNKNOWN_ID, Model, Totals, Work
from parsing.engine.pointers import i64, simple_messages, u32, u64
from parsing.engine.visiting import visit

_ZERO = np.uint64(0)
_ONE = np.uint64(1)
_TWO = np.uint64(2)
_SEVEN = np.uint64(7)
_ZERO_SIGNED = np.int64(0)
_ONE_SIGNED = np.int64(1)
_CHUNK = np.uint64(CHUNK)
_FLAGS = np.uint64(EXTENDED_FLAG | REMOTE_FLAG | ERROR_FLAG)
_PGN_KEY = np.uint64(PGN_KEY)
_NO_GROUP = np.uint64(NO_GROUP)
_SIMPLE_GROUP = np.uint64(SIMPLE_GROUP)
_ADDRESSED_GROUP = np.uint64(ADDRESSED_GROUP)
_ANY_ADDRESS = np.uint64(ANY_ADDRESS)
_NO_ROUTE = np.uint64(NO_ROUTE)
_PLACE = np.uint64(PLACE_BITS)
_NEEDED = np.uint64(2 * PLACE_BITS)
_EXTENDED = np.uint64(EXTENDED_FLAG)
_OTHER = np.uint64(REMOTE_FLAG | ERROR_FLAG)
_EIGHT = np.uint64(8)
_MESSAGE = np.uint64(32)
_ROW = np.uint64(0xFFFF_FFFF)
_BYTE = np.uint64(0xFF)
_PGN = np.uint64(0x3FFFF)
_PDU1_PGN = np.uint64(0x3FF00)
_PDU1_LIMIT = np.uint64(PDU1_LIMIT)
_UNKNOWN_ID = np.int64(UNKNOWN_ID)


@njit(inline="always")
def pgn_of(can_id: Any) -> Any:
    """u64 PGN of a 29-bit id: below PDU format 240 without the destination address."""
    pgn = (np.uint64(can_id) >> _EIGHT) & _PGN
    return pgn & (_PGN if ((pgn >> _EIGHT) & _BYTE) >= _PDU1_LIMIT else _PDU1_PGN)


@njit
def fill_keys(start: Any, count: Any, bus: Any, can_id: Any, model: Any, keys: Any) -> None:
    """Keys u64 of `count` frames from `start` on: the PGN's for 29-bit ids, unless the model has exact ones.

    Two loops, since the compiler makes vector code of the first where nothing is looked up in it.
    """
    classes = u64(model[Model.BUS_CLASSES])
    # Remote and error frames keep their flags in the key, which nothing matches.
    by_pgn = _FLAGS if model[Model.EXACT_EXTENDED] == _ZERO else _ZERO
    for row in range(np.uint64(count)):
        identity = np.uint64(can_id[start + row])
        keys[row] = _PGN_KEY | pgn_of(identity) if identity & by_pgn == _EXTENDED else identity
    if model[Model.HAS_CLASSES] != _ZERO:
        for row in range(np.uint64(count)):
            keys[row] |= classes[np.uint64(bus[start + row])]


@njit(inline="always")
def find(key: Any, place: Any, keys: Any, last: Any) -> Any:
    """Where the key stands, or where it would stand."""
    while keys[place] != key and keys[place] != EMPTY_KEY:
        place = (place + _ONE) & last
    return place


@njit(inline="always")
def route_of_sender(onward: Any, can_id: Any, addresses: Any) -> Any:
    """The route of a frame by its source address, where its PGN's leads to a list of them; NO_ROUTE: there is none."""
    if onward & _NO_GROUP != _ADDRESSED_GROUP:
        return onward
    place, sender = (onward >> _PLACE) & _NO_GROUP, np.uint64(can_id) & _BYTE
    while addresses[_TWO * place] != sender and addresses[_TWO * place] != _ANY_ADDRESS:
        place += _ONE
    return addresses[_TWO * place + _ONE]


@njit
def route(
    frames: Any, bus: Any, can_id: Any, length: Any, words: Any, width: Any, model: Any, work: Any, totals: Any,
    counts: Any,
) -> None:  # fmt: skip
    """Say which groups the frames give rows to, count those rows (`counts` u64 by group), and list the frames that give
    none (`unknown_frame` u32, `unknown_page` i64) and those whose payload ends too early (`short` u32).

    The group of a plain message's frame is in `frame_group` u32, NO_GROUP for all others; what frames of multiplexed
    messages give are entries (group, frame: u32 each). So the rows of one group come from one of the two, and are in
    the order of the frames. `words` are the payloads as little-endian u64[frames, width].
    """
    frame_keys = u64(work[Work.WORDS])
    slow = frame_keys[CHUNK : 2 * CHUNK]
    totals[Totals.ENTRIES] = totals[Totals.UNKNOWN] = totals[Totals.OTHER] = totals[Totals.SHORT] = _ZERO
    for start in range(_ZERO, frames, _CHUNK):
        rows = min(_CHUNK, frames - start)
        fill_keys(start, rows, bus, can_id, model, frame_keys)
        slows = take_direct(start, rows, can_id, length, width, frame_keys, slow, model, work, counts)
        for number in range(slows):
            row, message = slow[number] & _ROW, slow[number] >> _MESSAGE
            if message == _NO_GROUP or not take_simple(start + row, message, words, width, model, work, totals, counts):
                take_slowly(start, row, bus, can_id, length, words, width, frame_keys, model, work, totals, counts)


@njit
def take_direct(
    start: Any, rows: Any, can_id: Any, length: Any, width: Any, frame_keys: Any, slow: Any, model: Any, work: Any,
    counts: Any,
) -> Any:  # fmt: skip
    """Take the frames that one look decides: known, whole, and of a plain message. Returns how many others there are;
    `slow` u64 lists them: the row, and the number of the simple message (`tables`) where it is one and whole, else
    NO_GROUP. They all wait, so that the entries of a message are in the order of its frames.
    """
    keys, routes, frame_group = u64(model[Model.KEYS]), u64(model[Model.ROUTES]), u32(work[Work.FRAME_GROUP])
    multiplier, shift, carried = model[Model.MULTIPLIER], model[Model.SHIFT], width * _EIGHT
    addresses = u64(model[Model.ADDRESSES])
    slows = _ZERO
    for row in range(np.uint64(rows)):
        place = (frame_keys[row] * multiplier) >> shift
        onward = routes[place]
        group, needed = onward & _NO_GROUP, onward >> _NEEDED
        there = min(np.uint64(length[start + row]), carried)
        is_whole = keys[place] == frame_keys[row] and there >= needed
        if is_whole and group < _ADDRESSED_GROUP:
            frame_group[start + row] = group
            counts[group] += _ONE
            continue
        if is_whole and group == _ADDRESSED_GROUP:
            onward = route_of_sender(onward, can_id[start + row], addresses)
            group, is_whole = onward & _NO_GROUP, there >= onward >> _NEEDED
            if is_whole and group < _ADDRESSED_GROUP:
                frame_group[start + row] = group
                counts[group] += _ONE
                continue
        frame_group[start + row] = _NO_GROUP
        is_simple = is_whole and group == _SIMPLE_GROUP
        message = (onward >> _PLACE) & _NO_GROUP if is_simple else _NO_GROUP
        slow[slows] = row | (message << _MESSAGE)
        slows += _ONE
    return slows


@njit
def take_simple(
    frame: Any, message: Any, words: Any, width: Any, model: Any, work: Any, totals: Any, counts: Any
) -> Any:
    """Two entries of a frame of a simple message; whether its page is known."""
    record, leaves = simple_messages(model[Model.SIMPLE])[message], u32(model[Model.LEAVES])
    word = words[frame * width + np.uint64(record.word)]
    raw = ((swap_bytes(word) if record.big else word) >> record.first) & record.mask
    leaf = leaves[np.uint64(record.first_leaf) + raw]
    if leaf == _NO_GROUP:
        return False
    found = totals[Totals.ENTRIES]
    entry_group, entry_frame = u32(work[Work.ENTRY_GROUP]), u32(work[Work.ENTRY_FRAME])
    entry_group[found], entry_frame[found] = record.group, frame
    entry_group[found + _ONE], entry_frame[found + _ONE] = leaf, frame
    counts[record.group] += _ONE
    counts[leaf] += _ONE
    totals[Totals.ENTRIES] = found + _TWO
    return True


@njit
def take_slowly(
    start: Any, row: Any, bus: Any, can_id: Any, length: Any, words: Any, width: Any, frame_keys: Any, model: Any,
    work: Any, totals: Any, counts: Any,
) -> None:  # fmt: skip
    """As `take_direct`, for any frame."""
    keys, routes, classes = u64(model[Model.KEYS]), u64(model[Model.ROUTES]), u64(model[Model.BUS_CLASSES])
    multiplier, shift, last = model[Model.MULTIPLIER], model[Model.SHIFT], model[Model.LAST]
    frame = start + row
    identity = np.uint64(can_id[frame])
    if identity & _OTHER:
        totals[Totals.OTHER] += _ONE
        return
    place = find(frame_keys[row], (frame_keys[row] * multiplier) >> shift, keys, last)
    if keys[place] == EMPTY_KEY and model[Model.EXACT_EXTENDED] != _ZERO and identity & _EXTENDED:
        key = classes[bus[frame]] | _PGN_KEY | pgn_of(identity)
        place = find(key, (key * multiplier) >> shift, keys, last)
    onward = route_of_sender(routes[place], identity, u64(model[Model.ADDRESSES]))
    if keys[place] == EMPTY_KEY or onward == _NO_ROUTE:
        list_unknown(frame, _UNKNOWN_ID, work, totals)
        return
    group, page = onward & _NO_GROUP, (onward >> _PLACE) & _NO_GROUP
    there = min(np.uint64(length[frame]), width * _EIGHT)
    is_short = there < onward >> _NEEDED
    if group < _ADDRESSED_GROUP:
        u32(work[Work.FRAME_GROUP])[frame] = group
        counts[group] += _ONE
    else:
        if group == _SIMPLE_GROUP:
            page = np.uint64(simple_messages(model[Model.SIMPLE])[page].page)
            is_short = there < np.uint64(simple_messages(model[Model.SIMPLE])[(onward >> _PLACE) & _NO_GROUP].length)
        found = totals[Totals.ENTRIES]
        visited = visit(page, frame, there * _EIGHT, words, frame * width, model, work, found)
        if visited < _ZERO_SIGNED:
            list_unknown(frame, -_ONE_SIGNED - visited, work, totals)
            return
        end = np.uint64(visited) >> _ONE
        entry_group = u32(work[Work.ENTRY_GROUP])
        for entry in range(found, end):
            counts[entry_group[entry]] += _ONE
        totals[Totals.ENTRIES] = end
        is_short = is_short or (visited & _ONE_SIGNED) != _ZERO_SIGNED
    if is_short:
        u32(work[Work.SHORT_FRAME])[totals[Totals.SHORT]] = frame
        totals[Totals.SHORT] += _ONE


@njit
def list_unknown(frame: Any, page: Any, work: Any, totals: Any) -> None:
    unknowns = totals[Totals.UNKNOWN]
    u32(work[Work.UNKNOWN_FRAME])[unknowns] = frame
    i64(work[Work.UNKNOWN_PAGE])[unknowns] = page
    totals[Totals.UNKNOWN] = unknowns + _ONE


@njit
def sort(
    frames: Any, group_count: Any, group_table: Any, work: Any, totals: Any, counts: Any, row_starts: Any,
    cell_starts: Any, frame_index: Any, words: Any, width: Any,
) -> None:  # fmt: skip
    """Counting sort: `frame_index` u32 gets the frames of group after group, ascending, each group's part padded to a
    multiple of 8 with frame 0. `row_starts` and `cell_starts` u64[groups] say where each group's rows and cells (row
    times slot) begin. Payloads of one word go along, to `sorted_words` u64.
    """
    follow, sorted_words, frame_group = (
        u64(work[Work.FOLLOW]), u64(work[Work.SORTED_WORDS]), u32(work[Work.FRAME_GROUP])
    )  # fmt: skip
    entry_group, entry_frame = u32(work[Work.ENTRY_GROUP]), u32(work[Work.ENTRY_FRAME])
    row = cell = rows = _ZERO
    for number in range(np.uint64(group_count)):
        row_starts[number] = follow[number] = row
        cell_starts[number] = cell
        padded = (counts[number] + _SEVEN) & ~_SEVEN
        for spare in range(row + counts[number], row + padded):
            frame_index[spare] = np.uint32(0)
        row += padded
        rows += counts[number]
        cell += padded * np.uint64(group_table[number].width)
    totals[Totals.ROWS] = rows
    copies = width == _ONE
    for frame in range(np.uint64(frames)):
        group = np.uint64(frame_group[frame])
        if group != _NO_GROUP:
            place = follow[group]
            follow[group] = place + _ONE
            frame_index[place] = frame
            if copies:
                sorted_words[place] = words[frame]
    for entry in range(totals[Totals.ENTRIES]):
        group, at = np.uint64(entry_group[entry]), np.uint64(entry_frame[entry])
        place = follow[group]
        follow[group] = place + _ONE
        frame_index[place] = at
        if copies:
            sorted_words[place] = words[at]
