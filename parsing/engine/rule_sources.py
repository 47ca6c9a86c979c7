"""Where the rows of a batch come from, as kernels read them, and their order in the stream."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from parsing.engine.kernels import address, kernel
from parsing.engine.rule_layout import Block
from parsing.engine.rule_outcome import FrameRows, RuleRows
from parsing.engine.scratch import CompiledModel
from parsing.rules.layout import ENTRY, WAITING
from parsing.rules.linking import RuleTables

_MOST_PLACES = 1 << 20
"""Beside the rows: orders are numbers of what an envelope holds, so in a batch they do not spread wider."""


@dataclass(frozen=True, slots=True)
class Arranged:
    """Rows of a batch in the order of the stream: `entries` ENTRY[], where each envelope's end u32, and how many rows
    and words each machine needs, u64[machines, 2]; of machines without envelopes that is anything. `moving` WAITING[]
    is room for twice the rows. Entries and room are the next batch's too.
    """

    entries: np.ndarray
    ends: np.ndarray
    needs: np.ndarray
    moving: np.ndarray


class Sources:
    """For the rules of one model. Keeps what a batch needs alive until the next."""

    def __init__(self, tables: RuleTables) -> None:
        self._tables = tables
        self._numbers = {group: number for number, group in enumerate(tables.group_ids)}
        slots = {each.group: each.slot for each in tables.signals}
        self._widths = [slots[group] + 1 for group in tables.group_ids]
        self._count = np.arange(0, dtype=np.uint32)
        self._alive: list[np.ndarray] = []
        self._model: CompiledModel | None = None
        self._groups = np.empty(0, np.uint32), np.empty(0, np.uint32)
        self._entries, self._moving = np.empty(0, ENTRY), np.empty(0, WAITING)
        self._bounds, self._places = np.empty((0, 2), np.uint32), np.empty(1, np.uint32)

    def blocks(self, rows: Sequence[RuleRows | FrameRows], envelopes: int) -> np.ndarray:
        """u64[blocks, Block.WORDS]. ValueError where columns disagree, or a row is of no envelope or lacks a slot."""
        self._alive.clear()
        blocks = [
            self._of_frames(each, envelopes) if isinstance(each, FrameRows) else self._of_group(each, envelopes)
            for each in rows
        ]
        return blocks[0] if len(blocks) == 1 else np.concatenate([np.empty((0, Block.WORDS), np.uint64), *blocks])

    def arrange(self, blocks: np.ndarray, machine_of: np.ndarray, machines: int) -> Arranged:
        """By the machine's number u32 of each envelope. ValueError where orders are spread too wide."""
        rows = int(blocks[:, Block.COUNT].sum())
        if rows > len(self._entries) or len(machine_of) > len(self._bounds):
            self._entries, self._moving = np.empty(2 * rows, ENTRY), np.empty(4 * rows, WAITING)
            self._bounds = np.empty((2 * len(machine_of), 2), np.uint32)
        ends, needs = np.empty(len(machine_of), np.uint32), np.empty((machines, 2), np.uint64)
        total, room = np.zeros(1, np.uint64), len(self._places) - 1
        kernel("arrange_rows")(
            len(blocks), address(blocks), address(self._tables.groups), len(machine_of), address(machine_of),
            address(self._bounds), address(ends), address(needs), address(self._places), room, address(self._entries),
            address(total),
        )  # fmt: skip
        if total[0] > room:
            if total[0] > _MOST_PLACES + rows:
                raise ValueError(f"orders of {rows} rows are spread over {total[0]} places")
            self._places = np.empty(2 * int(total[0]) + 1, np.uint32)
            return self.arrange(blocks, machine_of, machines)
        return Arranged(self._entries, ends, needs, self._moving)

    def _of_group(self, rows: RuleRows, envelopes: int) -> np.ndarray:
        number = self._numbers.get(rows.group)
        if number is None or not len(rows.ts):
            return np.empty((0, Block.WORDS), np.uint64)
        envelope, order = (np.ascontiguousarray(each, np.uint32) for each in (rows.envelope, rows.order))
        ts, values, qualities, count = (
            np.ascontiguousarray(rows.ts, np.int64),
            rows.values,
            rows.qualities,
            len(rows.ts),
        )
        if values.dtype != np.float64 or qualities.dtype != np.uint8 or values.shape != qualities.shape:
            raise ValueError(f"values {values.dtype}{values.shape} and qualities {qualities.dtype}{qualities.shape}")
        if not len(envelope) == len(order) == len(values) == count or int(envelope.max()) >= envelopes:
            raise ValueError(f"columns of group {rows.group} disagree, or a row is of no envelope")
        if values.shape[1] < self._widths[number]:
            raise ValueError(f"rows of group {rows.group} have {values.shape[1]} slots of {self._widths[number]}")
        self._alive += [envelope, order, ts, values, qualities]
        block = np.zeros((1, Block.WORDS), np.int64)
        block[0] = (
            number, count, address(self._counting(count)), address(envelope), address(order), address(ts),
            address(values), *values.strides, address(qualities), *qualities.strides,
        )  # fmt: skip
        return block.view(np.uint64)

    def _of_frames(self, rows: FrameRows, envelopes: int) -> np.ndarray:
        extraction, frames = rows.extraction, len(rows.envelope)
        envelope, ts = np.ascontiguousarray(rows.envelope, np.uint32), np.ascontiguousarray(rows.ts, np.int64)
        if not frames == len(ts) == len(extraction.frames) or (frames and int(envelope.max()) >= envelopes):
            raise ValueError("columns of frames disagree, or a frame is of no envelope")
        filled, (places, numbers) = extraction.filled, self._places_in(extraction.model)
        self._alive += [envelope, ts, filled.memory]
        memory, room = address(filled.memory), filled.room
        columns = np.array([address(envelope), address(self._counting(frames)), address(ts)], np.uint64)
        parts = np.array([memory, memory + room.qualities_at, memory + room.index_at], np.uint64)
        blocks, count = np.empty((len(places), Block.WORDS), np.uint64), np.zeros(1, np.uint64)
        kernel("list_blocks")(
            len(places), address(places), address(numbers), address(filled.totals), extraction.model.groups,
            address(columns), address(parts), address(blocks), address(count),
        )  # fmt: skip
        return blocks[: int(count[0])]

    def _places_in(self, model: CompiledModel) -> tuple[np.ndarray, np.ndarray]:
        """Where the groups that rules read stand in a model, and their numbers."""
        if self._model is not model:
            pairs = [(place, self._numbers[group]) for place, group in enumerate(model.ids) if group in self._numbers]
            if any(model.widths[place] < self._widths[number] for place, number in pairs):
                raise ValueError("rules read slots that groups of the model do not have")
            places, numbers = (np.array([pair[side] for pair in pairs], np.uint32) for side in (0, 1))
            self._model, self._groups = model, (places, numbers)
        return self._groups

    def _counting(self, count: int) -> np.ndarray:
        """u32 from 0 on, at least so many."""
        if len(self._count) < count:
            # What blocks refer to so far stays alive.
            self._alive.append(self._count)
            self._count = np.arange(2 * count, dtype=np.uint32)
        return self._count
