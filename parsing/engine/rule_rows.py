"""Rows of a batch in the order of the stream, and results by what they are of. Source of kernels, see `routing`."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from parsing.engine.layout import ROWS_ALIGNED, Totals
from parsing.engine.pointers import derived_rows, entry_rows, f64, i64, rule_groups, u8, u32, u64, waiting_rows
from parsing.engine.rule_layout import Block, Machine

_ZERO, _ONE, _TWO, _FOUR, _EIGHT, _ROW_BITS = (np.uint64(number) for number in (0, 1, 2, 4, 8, 32))
_TOTALS, _ALIGNED = np.uint64(len(Totals)), np.uint64(ROWS_ALIGNED - 1)
_BLOCK_BYTES = np.uint64(Block.WORDS * 8)
_MACHINE_BYTES = np.uint64(Machine.WORDS * 8)
_LOW = np.uint64(0xFFFF_FFFF)
_MOST = np.uint32(0xFFFF_FFFF)


def list_blocks(
    group_count: Any, places_at: Any, numbers_at: Any, totals_at: Any, model_groups: Any, frames_at: Any,
    filled_at: Any, blocks_at: Any, count_at: Any,
) -> None:  # fmt: skip
    """Blocks of the groups that rules read and a batch of frames has rows of; how many to `count` u64.

    `places` u32[group_count] is where a group stands in the model, `numbers` u32 its number; `totals` as `extract`
    leaves them. `frames` u64: addresses of envelopes, orders and times by frame. `filled` u64: of values, qualities and
    indices.
    """
    places, numbers, totals = u32(places_at), u32(numbers_at), u64(totals_at)
    frames, filled, found = u64(frames_at), u64(filled_at), _ZERO
    for number in range(np.uint64(group_count)):
        place = _TOTALS + np.uint64(places[number])
        rows, start, cell = totals[place], totals[place + model_groups], totals[place + model_groups + model_groups]
        if rows == _ZERO:
            continue
        block, padded = u64(blocks_at + found * _BLOCK_BYTES), (rows + _ALIGNED) & ~_ALIGNED
        block[Block.GROUP], block[Block.COUNT] = np.uint64(numbers[number]), rows
        block[Block.INDEX] = filled[_TWO] + start * _FOUR
        block[Block.ENVELOPES], block[Block.ORDERS], block[Block.TIMES] = frames[_ZERO], frames[_ONE], frames[_TWO]
        block[Block.VALUES], block[Block.VALUE_ROW] = filled[_ZERO] + cell * _EIGHT, _EIGHT
        block[Block.QUALITIES], block[Block.QUALITY_ROW] = filled[_ONE] + cell, _ONE
        block[Block.VALUE_SLOT], block[Block.QUALITY_SLOT] = padded * _EIGHT, padded
        found += _ONE
    u64(count_at)[0] = found


def arrange_rows(
    block_count: Any, blocks_at: Any, groups_at: Any, envelope_count: Any, machine_of_at: Any, bounds_at: Any,
    ends_at: Any, needs_at: Any, places_at: Any, room: Any, entries_at: Any, total_at: Any,
) -> None:  # fmt: skip
    """`entries` ENTRY[] get all rows by envelope, and in each by order; `ends` u32 where each envelope's end, and
    `needs` u64 by machine how many rows and words they take in its buffer. `bounds` u32[envelopes, 2] and `places`
    u32[room + 1] are scratch; orders spread wider than there is room for leave `total` u64 above it, and nothing else.
    """
    machine_of, bounds, needs, total = u32(machine_of_at), u32(bounds_at), u64(needs_at), u64(total_at)
    bound_orders(block_count, blocks_at, envelope_count, bounds)
    total[0] = spread(envelope_count, bounds, machine_of, needs)
    if total[0] > room:
        return
    places, ends = u32(places_at), u32(ends_at)
    places[: total[0] + _ONE] = np.uint32(0)
    count_places(block_count, blocks_at, rule_groups(groups_at), machine_of, bounds, places, needs)
    sum_places(envelope_count, bounds, total[0], places, ends)
    put_entries(block_count, blocks_at, bounds, places, entry_rows(entries_at))


@njit(error_model="numpy")
def bound_orders(block_count: Any, blocks_at: Any, envelope_count: Any, bounds: Any) -> None:
    """The least and greatest order of each envelope."""
    for number in range(np.uint64(envelope_count)):
        bounds[number + number], bounds[number + number + _ONE] = _MOST, np.uint32(0)
    for number in range(np.uint64(block_count)):
        block = u64(blocks_at + number * _BLOCK_BYTES)
        index, envelopes, orders = u32(block[Block.INDEX]), u32(block[Block.ENVELOPES]), u32(block[Block.ORDERS])
        for row in range(block[Block.COUNT]):
            order, two = orders[index[row]], np.uint64(envelopes[index[row]]) << _ONE
            bounds[two], bounds[two + _ONE] = min(bounds[two], order), max(bounds[two + _ONE], order)


@njit(error_model="numpy")
def spread(envelope_count: Any, bounds: Any, machine_of: Any, needs: Any) -> Any:
    """Give each envelope a stretch of places, one an order: `bounds` get what to add to an order (modulo 2^32), and
    where its stretch ends. Returns how many there are.
    """
    total = _ZERO
    for number in range(np.uint64(envelope_count)):
        needs[np.uint64(machine_of[number]) << _ONE] = _ZERO
        needs[(np.uint64(machine_of[number]) << _ONE) + _ONE] = _ZERO
        low, high = bounds[number << _ONE], bounds[(number << _ONE) + _ONE]
        bounds[number << _ONE] = np.uint32(total) - low
        total += np.uint64(high - low) + _ONE if low <= high else _ZERO
        bounds[(number << _ONE) + _ONE] = np.uint32(total)
    return total


@njit(error_model="numpy")
def count_places(
    block_count: Any, blocks_at: Any, groups: Any, machine_of: Any, bounds: Any, places: Any, needs: Any
) -> None:
    """How many rows stand at each place, behind it: `places` [place + 1]."""
    for number in range(np.uint64(block_count)):
        block = u64(blocks_at + number * _BLOCK_BYTES)
        index, envelopes, orders = u32(block[Block.INDEX]), u32(block[Block.ENVELOPES]), u32(block[Block.ORDERS])
        words = np.uint64(groups[block[Block.GROUP]].words)
        for row in range(block[Block.COUNT]):
            envelope = np.uint64(envelopes[index[row]])
            place = np.uint32(bounds[envelope << _ONE] + orders[index[row]])
            places[np.uint64(place) + _ONE] += np.uint32(1)
            machine = np.uint64(machine_of[envelope]) << _ONE
            needs[machine] += _ONE
            needs[machine + _ONE] += words


@njit(error_model="numpy")
def sum_places(envelope_count: Any, bounds: Any, total: Any, places: Any, ends: Any) -> None:
    """Where the rows of each place begin, and those of each envelope end."""
    for place in range(total):
        places[place + _ONE] += places[place]
    for number in range(np.uint64(envelope_count)):
        ends[number] = places[bounds[(number << _ONE) + _ONE]]


@njit(error_model="numpy")
def put_entries(block_count: Any, blocks_at: Any, bounds: Any, places: Any, entries: Any) -> None:
    for number in range(np.uint64(block_count)):
        block = u64(blocks_at + number * _BLOCK_BYTES)
        index, envelopes, orders = u32(block[Block.INDEX]), u32(block[Block.ENVELOPES]), u32(block[Block.ORDERS])
        times = i64(block[Block.TIMES])
        for row in range(block[Block.COUNT]):
            at = np.uint64(index[row])
            place = np.uint64(np.uint32(bounds[np.uint64(envelopes[at]) << _ONE] + orders[at]))
            entry = np.uint64(places[place])
            places[place] += np.uint32(1)
            entries[entry].ts, entries[entry].where = times[at], (number << _ROW_BITS) | row


def split_rows(
    count: Any, rows_at: Any, starts_at: Any, ts_at: Any, envelopes_at: Any, values_at: Any, qualities_at: Any
) -> None:
    """Rows ROW[] of derived signals as columns by output; `starts` u64 by output say where each one's begin, and are
    where they end afterwards.
    """
    rows, starts, ts, envelopes = derived_rows(rows_at), u64(starts_at), i64(ts_at), u32(envelopes_at)
    values, qualities = f64(values_at), u8(qualities_at)
    for number in range(np.uint64(count)):
        row = rows[number]
        place = starts[row.output]
        starts[row.output] = place + _ONE
        ts[place], envelopes[place], values[place] = row.ts, row.envelope, row.value
        qualities[place] = np.uint8(row.quality)


def list_tight(
    envelope_count: Any, machine_of_at: Any, machines_at: Any, needs_at: Any, tight_at: Any, count_at: Any
) -> None:
    """Machines u32 that lack room for what they need, each once; how many to `count` u64."""
    machine_of, needs, tight, found = u32(machine_of_at), u64(needs_at), u32(tight_at), _ZERO
    for number in range(np.uint64(envelope_count)):
        place = np.uint64(machine_of[number])
        machine = u64(machines_at + place * _MACHINE_BYTES)
        rows, words = needs[place << _ONE], needs[(place << _ONE) + _ONE]
        if is_tight(machine, rows, words) and not is_listed(tight, found, machine_of[number]):
            tight[found] = machine_of[number]
            found += _ONE
    u64(count_at)[0] = found


@njit(error_model="numpy")
def is_tight(machine: Any, rows: Any, words: Any) -> Any:
    """Looks for the oldest payload that is in use only where there seems to be no room."""
    floor = min(machine[Machine.HEAD], machine[Machine.FLOOR])
    if machine[Machine.TAIL] + rows - floor > machine[Machine.MASK] + _ONE:
        return True
    tail, room = machine[Machine.PAYLOAD_TAIL], machine[Machine.PAYLOAD_MASK] + _ONE
    if tail + words - machine[Machine.PAYLOAD_HEAD] <= room:
        return False
    waiting, mask, eldest = waiting_rows(machine[Machine.WAITING]), machine[Machine.MASK], _ZERO
    for place in range(floor, machine[Machine.TAIL]):
        eldest = max(eldest, (tail - np.uint64(waiting[place & mask].at)) & _LOW)
    machine[Machine.PAYLOAD_HEAD] = tail - eldest
    return eldest + words > room


@njit(error_model="numpy")
def is_listed(numbers: Any, count: Any, number: Any) -> Any:
    for place in range(count):  # noqa: SIM110 - kernels have no generators
        if numbers[place] == number:
            return True
    return False
