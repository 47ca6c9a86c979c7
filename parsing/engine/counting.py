"""Kernels that count what is alike, by open addressing over the entries themselves."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import carray

from parsing.compiler.tables import HASH_MULTIPLIER
from parsing.engine.layout import FREE

_ONE = np.uint64(1)
_FREE = np.uint32(FREE)
_HALF = np.uint64(32)


def count_unknown(
    frames: Any, bus_at: Any, can_id_at: Any, unknown: Any, unknown_frame_at: Any, unknown_page_at: Any,
    places_at: Any, shift: Any, last: Any, page_at: Any, count_at: Any, first_at: Any, latest_at: Any, found_at: Any,
) -> None:  # fmt: skip
    """Sum up `unknown_frame` u32 and `unknown_page` i64 by (bus, id, page) into `page` i64, `count` u64 (zero before),
    `first` and `latest` u32; `found` u64[1] is how many there are. `places` u32[last + 1] is all ones before.
    """
    bus, can_id, places = carray(bus_at, frames), carray(can_id_at, frames), carray(places_at, last + 1)
    unknown_frame, unknown_page = carray(unknown_frame_at, unknown), carray(unknown_page_at, unknown)
    page, count, first, latest = (
        carray(page_at, unknown),
        carray(count_at, unknown),
        carray(first_at, unknown),
        carray(latest_at, unknown),
    )
    found = np.uint32(0)
    for index in range(np.uint64(unknown)):
        frame, value = unknown_frame[index], unknown_page[index]
        key = np.uint64(can_id[frame]) ^ (np.uint64(bus[frame]) << _HALF) ^ (np.uint64(value) * HASH_MULTIPLIER)
        place = (key * HASH_MULTIPLIER) >> shift
        while places[place] != _FREE:
            entry = places[place]
            same = first[entry]
            if page[entry] == value and can_id[same] == can_id[frame] and bus[same] == bus[frame]:
                break
            place = (place + _ONE) & last
        if places[place] == _FREE:
            places[place] = found
            first[found] = frame
            page[found] = value
            found += np.uint32(1)
        entry = places[place]
        count[entry] += _ONE
        latest[entry] = frame
    carray(found_at, 1)[0] = found


def count_alike(
    rows: Any, envelope_at: Any, group_at: Any, source_at: Any, ts_at: Any, firsts_at: Any, counts_at: Any, shift: Any,
    last: Any, ordinal_at: Any,
) -> None:  # fmt: skip
    """`ordinal` u64 of each row among those of its envelope, group, source and ts. `firsts` u32[last + 1] is all ones
    before, `counts` u64[last + 1] zero: a place holds the first row of its kind and how many there have been.
    """
    envelope, group, source, ts = (
        carray(envelope_at, rows),
        carray(group_at, rows),
        carray(source_at, rows),
        carray(ts_at, rows),
    )
    firsts, counts, ordinal = carray(firsts_at, last + 1), carray(counts_at, last + 1), carray(ordinal_at, rows)
    for row in range(np.uint64(rows)):
        series = np.uint64(group[row]) | (np.uint64(source[row]) << _HALF)
        key = (np.uint64(ts[row]) * HASH_MULTIPLIER ^ series) * HASH_MULTIPLIER ^ np.uint64(envelope[row])
        place = (key * HASH_MULTIPLIER) >> shift
        while firsts[place] != _FREE:
            first = firsts[place]
            if (
                ts[first] == ts[row]
                and source[first] == source[row]
                and group[first] == group[row]
                and envelope[first] == envelope[row]
            ):
                break
            place = (place + _ONE) & last
        if firsts[place] == _FREE:
            firsts[place] = np.uint32(row)
        ordinal[row] = counts[place]
        counts[place] += _ONE
