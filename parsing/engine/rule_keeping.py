"""Machines' memory copied, and brought back. Source of kernels, see `routing`."""

from __future__ import annotations

from typing import Any

import numpy as np

from parsing.engine.pointers import rule_groups, u32, u64, waiting_rows
from parsing.engine.rule_buffer import copy_row
from parsing.engine.rule_layout import Machine

_ZERO, _ONE = np.uint64(0), np.uint64(1)
_MACHINE_BYTES, _ROW_BYTES = np.uint64(Machine.WORDS * 8), np.uint64(16)


def pack_waiting(machine_at: Any, groups_at: Any, rows_at: Any, payload_at: Any, total_at: Any) -> None:
    """A machine's waiting rows WAITING[], and their payload with nothing between; how many rows, and words, to `total`
    u64.
    """
    machine, groups, total = u64(machine_at), rule_groups(groups_at), u64(total_at)
    waiting, rows = waiting_rows(machine[Machine.WAITING]), waiting_rows(rows_at)
    source, payload, at, count = u64(machine[Machine.PAYLOAD]), u64(payload_at), _ZERO, _ZERO
    mask, payload_mask = machine[Machine.MASK], machine[Machine.PAYLOAD_MASK]
    for place in range(machine[Machine.HEAD], machine[Machine.TAIL]):
        row = waiting[place & mask]
        words, start = np.uint64(groups[row.group].words), np.uint64(row.at)
        for word in range(words):
            payload[at + word] = source[(start + word) & payload_mask]
        rows[count].ts, rows[count].at, rows[count].group = row.ts, np.uint32(at), row.group
        count += _ONE
        at += words
    total[0], total[1] = count, at


def keep_machines(
    count: Any, numbers_at: Any, machines_at: Any, block_words: Any, blocks_at: Any, kept_rows_at: Any
) -> None:  # fmt: skip
    """Copy the blocks of machines u32[count] to `blocks` u64[count, block_words], and give each room in `kept_rows`
    WAITING[] for the waiting rows that move.
    """
    numbers, blocks, place, rows = u32(numbers_at), u64(blocks_at), _ZERO, kept_rows_at
    for number in range(count):
        machine = u64(machines_at + np.uint64(numbers[number]) * _MACHINE_BYTES)
        block = u64(machine[Machine.BLOCK])
        for word in range(block_words):
            blocks[place + word] = block[word]
        place += block_words
        machine[Machine.FLOOR], machine[Machine.KEPT_FROM] = machine[Machine.HEAD], machine[Machine.TAIL]
        machine[Machine.KEPT] = rows - machine[Machine.HEAD] * _ROW_BYTES
        rows += (machine[Machine.TAIL] - machine[Machine.HEAD]) * _ROW_BYTES


def bring_back(
    count: Any, numbers_at: Any, machines_at: Any, block_words: Any, blocks_at: Any, records_at: Any
) -> None:
    """Undo what was done to machines since `keep_machines`; `records` are theirs from then."""
    numbers, blocks, place = u32(numbers_at), u64(blocks_at), _ZERO
    for number in range(count):
        machine = u64(machines_at + np.uint64(numbers[number]) * _MACHINE_BYTES)
        record = u64(records_at + np.uint64(number) * _MACHINE_BYTES)
        moved = machine[Machine.MOVED_FROM]
        first = machine[Machine.KEPT_FROM] if moved == _ZERO else moved - _ONE
        waiting, kept = waiting_rows(record[Machine.WAITING]), waiting_rows(machine[Machine.KEPT])
        for row in range(first, record[Machine.TAIL]):
            copy_row(kept, row, waiting, row & record[Machine.MASK])
        block = u64(record[Machine.BLOCK])
        for word in range(block_words):
            block[word] = blocks[place + word]
        place += block_words
        for word in range(np.uint64(Machine.WORDS)):
            machine[word] = record[word]
