"""Counting what no definition knows: ids without a message, and values of multiplexors without a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit

from parsing.compiler.tables import HASH_MULTIPLIER

_ONE = np.uint64(1)
_FREE = np.uint32(0xFFFF_FFFF)
_BUS_SHIFT = np.uint64(32)


@dataclass(frozen=True, slots=True)
class Unmodelled:
    """One entry for each (bus, can_id, page) of a batch, in the order of their first frames.

    `bus` u8[u], `can_id` u32[u] (bit 31 = 29-bit id), `page` i64[u] (-1 = the id itself is unknown, else the raw bits
    of the multiplexor), `count` u64[u], `first` and `last` u32[u]: frame indices. `frames` is the sum of the counts.
    """

    bus: np.ndarray
    can_id: np.ndarray
    page: np.ndarray
    count: np.ndarray
    first: np.ndarray
    last: np.ndarray

    def __len__(self) -> int:
        return len(self.count)

    @property
    def frames(self) -> int:
        return int(self.count.sum())


def count_unmodelled(
    bus: np.ndarray, can_id: np.ndarray, unknown_frame: np.ndarray, unknown_page: np.ndarray
) -> Unmodelled:
    """Sum up the unknown frames `unknown_frame` u32[k] with their pages i64[k]."""
    number = len(unknown_frame)
    bits = max(4, (2 * number).bit_length())
    places = np.full(2**bits, _FREE, np.uint32)
    count = np.zeros(number, np.uint64)
    first, last = np.empty(number, np.uint32), np.empty(number, np.uint32)
    page = np.empty(number, np.int64)
    shift = np.uint64(64 - bits)
    found = _count((bus, can_id), (unknown_frame, unknown_page), places, shift, (page, count, first, last))
    first = first[:found]
    return Unmodelled(bus[first], can_id[first], page[:found], count[:found], first, last[:found])


@njit(cache=True, nogil=True)
def _count(
    identity: tuple[np.ndarray, np.ndarray],
    unknown: tuple[np.ndarray, np.ndarray],
    places: np.ndarray,
    shift: np.uint64,
    sums: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
) -> Any:
    """Open addressing over the entries themselves; returns how many there are."""
    bus, can_id = identity
    unknown_frame, unknown_page = unknown
    page, count, first, last = sums
    wrap = np.uint64(places.size) - _ONE
    found = np.uint32(0)
    for index in range(np.uint64(unknown_frame.size)):
        frame, value = unknown_frame[index], unknown_page[index]
        key = np.uint64(can_id[frame]) ^ (np.uint64(bus[frame]) << _BUS_SHIFT) ^ (np.uint64(value) * HASH_MULTIPLIER)
        place = (key * HASH_MULTIPLIER) >> shift
        while places[place] != _FREE:
            entry = places[place]
            same = first[entry]
            if page[entry] == value and can_id[same] == can_id[frame] and bus[same] == bus[frame]:
                break
            place = (place + _ONE) & wrap
        if places[place] == _FREE:
            places[place] = found
            first[found] = frame
            page[found] = value
            found += np.uint32(1)
        entry = places[place]
        count[entry] += _ONE
        last[entry] = frame
    return found
