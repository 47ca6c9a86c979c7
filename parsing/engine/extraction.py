"""The kernel that extracts a batch. Source that `ahead` compiles."""

from __future__ import annotations

from typing import Any

import numpy as np

from parsing.engine.layout import Model, Totals, Work
from parsing.engine.pointers import f64, groups, signals, u8, u16, u32, u64
from parsing.engine.routing import route, sort
from parsing.engine.values import fill

_ZERO = np.uint64(0)
_TOTALS = np.uint64(len(Totals))
_BYTE = np.uint64(8)


def extract(
    frames: Any, bus_at: Any, can_id_at: Any, length_at: Any, words_at: Any, width: Any, model_at: Any, work_at: Any,
    totals_at: Any, frame_index_at: Any, values_at: Any, qualities_at: Any,
) -> None:  # fmt: skip
    """From `frames` frames (`bus` u8, `can_id` u32, `length` u16, payloads as little-endian u64[frames, width]) to
    `totals`, `frame_index` u32, `values` f64 and `qualities` u8, laid out as `Totals`, `sort` and `fill` say. `model`
    and `work` u64 are the lists `Model` and `Work`.
    """
    bus, can_id, length, words = u8(bus_at), u32(can_id_at), u16(length_at), u64(words_at)
    model, work, totals, frame_index = u64(model_at), u64(work_at), u64(totals_at), u32(frame_index_at)
    group_count = model[Model.GROUPS]
    counts = totals[_TOTALS : _TOTALS + group_count]
    row_starts = totals[_TOTALS + group_count : _TOTALS + group_count + group_count]
    cell_starts = totals[_TOTALS + group_count + group_count : _TOTALS + group_count + group_count + group_count]
    counts[:] = _ZERO
    shortest = width * _BYTE
    for frame in range(np.uint64(frames)):
        shortest = min(shortest, np.uint64(length[frame]))
    group_table = groups(model[Model.GROUP_TABLE])
    route(frames, bus, can_id, length, words, width, model, work, totals, counts)
    sort(
        frames, group_count, group_table, work, totals, counts, row_starts, cell_starts, frame_index, words, width
    )  # fmt: skip
    fill(
        group_count, group_table, signals(model[Model.SIGNALS]), counts, row_starts, cell_starts, frame_index, words,
        u64(work[Work.SORTED_WORDS]), width, length, shortest * _BYTE, u64(work[Work.WORDS]), f64(values_at),
        u8(qualities_at),
    )  # fmt: skip
