"""The kernels that lay out an extraction as one row a value, in the order of the frames.

Source that `ahead` compiles.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from parsing.engine.layout import Totals
from parsing.engine.pointers import f64, groups, i64, signals, u8, u32, u64
from parsing.engine.values import raw_of
from parsing.quality import Quality

_ZERO = np.uint64(0)
_ONE = np.uint64(1)
_SEVEN = np.uint64(7)
_TOTALS = np.uint64(len(Totals))
_ABSENT = np.uint8(Quality.ABSENT)
_MICROSECONDS = 1e6
_IDENTIFIER = np.uint32(0x1FFF_FFFF)


def count_rows(
    frames: Any, group_count: Any, groups_at: Any, totals_at: Any, frame_index_at: Any, qualities_at: Any, ends_at: Any
) -> None:
    """`ends` u64[frames + 1] becomes where each frame's rows begin among all; the last entry is their number."""
    group_table, totals, frame_index = groups(groups_at), u64(totals_at), u32(frame_index_at)
    qualities, ends = u8(qualities_at), u64(ends_at)
    for frame in range(np.uint64(frames) + _ONE):
        ends[frame] = _ZERO
    for number in range(np.uint64(group_count)):
        rows = totals[_TOTALS + number]
        first_row, cell = totals[_TOTALS + group_count + number], totals[_TOTALS + group_count + group_count + number]
        for _ in range(np.uint64(group_table[number].width)):
            for row in range(rows):
                if qualities[cell + row] != _ABSENT:
                    ends[np.uint64(frame_index[first_row + row]) + _ONE] += _ONE
            cell += (rows + _SEVEN) & ~_SEVEN
    for frame in range(np.uint64(frames)):
        ends[frame + _ONE] += ends[frame]


def lengthen(
    group_count: Any, groups_at: Any, signals_at: Any, totals_at: Any, frame_index_at: Any, values_at: Any,
    qualities_at: Any, words_at: Any, width: Any, ends_at: Any, frame_at: Any, signal_at: Any, value_at: Any,
    raw_at: Any, quality_at: Any,
) -> None:  # fmt: skip
    """Rows `frame` u32, `signal` u32 (its place in the table of signals), `value` f64, `raw` i64 and `quality` u8 of
    all values that are not absent. `ends` is what `count_rows` left, and is used up.
    """
    group_table, signal_table, totals = groups(groups_at), signals(signals_at), u64(totals_at)
    frame_index, values, qualities, words = u32(frame_index_at), f64(values_at), u8(qualities_at), u64(words_at)
    ends, frame, signal, value = u64(ends_at), u32(frame_at), u32(signal_at), f64(value_at)
    raw, quality = i64(raw_at), u8(quality_at)
    for number in range(np.uint64(group_count)):
        rows = totals[_TOTALS + number]
        first_row, cells = totals[_TOTALS + group_count + number], totals[_TOTALS + group_count + group_count + number]
        padded = (rows + _SEVEN) & ~_SEVEN
        for place in range(np.uint64(group_table[number].first_signal), np.uint64(group_table[number].end_signal)):
            record = signal_table[place]
            column = cells + np.uint64(record.slot) * padded
            for row in range(rows):
                if qualities[column + row] == _ABSENT:
                    continue
                at = np.uint64(frame_index[first_row + row])
                target = ends[at]
                ends[at] = target + _ONE
                bits = raw_of(record, words, at * width + np.uint64(record.word))
                frame[target], signal[target], value[target] = at, place, values[column + row]
                raw[target], quality[target] = np.int64((bits ^ record.sign) - record.sign), qualities[column + row]


def place(
    rows: Any, frame_at: Any, quality_at: Any, index_at: Any, ts_at: Any, bus_at: Any, can_id_at: Any,
    row_index_at: Any, row_seconds_at: Any, row_bus_at: Any, row_can_id_at: Any, row_quality_at: Any, span_at: Any,
) -> None:  # fmt: skip
    """What each row has from its `frame` u32, whose `index` i64, `ts` i64 µs, `bus` u8 and `can_id` u32 are given:
    `row_index` i64, `row_seconds` f64, `row_bus` u32 and `row_can_id` u32 without flags; and `row_quality` u32.
    `span` f64[2] becomes the least and the greatest of `row_seconds`.
    """
    frame, quality, index, ts = u32(frame_at), u8(quality_at), i64(index_at), i64(ts_at)
    bus, can_id, row_index, row_seconds = u8(bus_at), u32(can_id_at), i64(row_index_at), f64(row_seconds_at)
    row_bus, row_can_id, row_quality = u32(row_bus_at), u32(row_can_id_at), u32(row_quality_at)
    least, greatest = np.inf, -np.inf
    for row in range(np.uint64(rows)):
        of = np.uint64(frame[row])
        seconds = np.float64(ts[of]) / _MICROSECONDS
        least, greatest = min(least, seconds), max(greatest, seconds)
        row_index[row], row_seconds[row] = index[of], seconds
        row_bus[row], row_can_id[row], row_quality[row] = bus[of], can_id[of] & _IDENTIFIER, quality[row]
    span = f64(span_at)
    span[0], span[1] = least, greatest
