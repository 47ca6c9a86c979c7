"""The memory of the machines of an engine of rules: room for what waits, marks to go back to, and states as bytes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from parsing.engine.arena import Pool
from parsing.engine.kernels import address, kernel
from parsing.engine.rule_layout import NO_FLOOR, Machine
from parsing.rules.layout import STEADY_CELL, UNKNOWN_CELL, WAITING, Cell
from parsing.rules.linking import RuleTables
from parsing.rules.state import Directory, Snapshot, Transfer, check_waiting

_FEWEST = 256
"""Rows, and words, that there is room for at first."""

_MOST_FREE = 64
"""Arrays of a size that are kept for others."""

_MOST_TRANSFERS = 16


@dataclass(slots=True)
class _Kept:
    """What it takes to bring `numbers` u32[] back to the mark; `blocks` and `rows` u8 are the pools'."""

    numbers: np.ndarray
    records: np.ndarray
    blocks: np.ndarray
    rows: np.ndarray


@dataclass(slots=True)
class _Mark:
    """`is_kept` by machine. `replaced` are arrays that rows were moved from, `forgotten` machines that are gone."""

    is_kept: np.ndarray
    kept: list[_Kept] = field(default_factory=list)
    replaced: list[tuple[int, np.ndarray, np.ndarray]] = field(default_factory=list)
    forgotten: list[int] = field(default_factory=list)


class Machines:
    """`records` u64[machines, Machine.WORDS]; `numbers` says which is whose."""

    def __init__(self, tables: RuleTables) -> None:
        self._tables = tables
        self._widest = int(tables.groups["words"].max(initial=1))
        self._directory = Directory.of(tables)
        self._transfers: dict[bytes, Transfer] = {}
        self._free: dict[tuple[str, int], list[np.ndarray]] = defaultdict(list)
        self._blocks: list[np.ndarray] = []
        self._waiting: list[np.ndarray] = []
        self._payloads: list[np.ndarray] = []
        self._idle: list[int] = []
        self._mark: _Mark | None = None
        self._block_pool, self._row_pool = Pool(), Pool()
        self.numbers: dict[int, int] = {}
        self.records = np.zeros((16, Machine.WORDS), np.uint64)

    def add(self, machine: int, attributes: Mapping[str, float], state: bytes | None) -> None:
        """A machine that is new, or as it was when `state` was made of it. Raises InvalidState."""
        snapshot = Snapshot(b"", self._tables.block, np.empty(0, WAITING), np.empty(0, np.uint64))
        if state is not None:
            snapshot = self._read(state)
        self.forget(machine)
        number = self.numbers[machine] = self._new_number()
        block, rows, payload = self._blocks[number], len(snapshot.rows), len(snapshot.payload)
        block[:] = snapshot.block
        self._set_attributes(block, attributes)
        waiting, payloads = self._arrays(rows, payload)
        waiting[:rows], payloads[:payload] = snapshot.rows, snapshot.payload
        self.records[number] = 0
        self.records[number, Machine.BLOCK] = address(block)
        self._house(number, waiting, payloads, rows, payload)

    def forget(self, machine: int) -> None:
        """It need not be there."""
        number = self.numbers.pop(machine, None)
        if number is None:
            return
        if self._mark is not None:
            self._mark.forgotten.append(number)
        else:
            self._make_idle(number)

    def clear(self, machine: int, places: np.ndarray) -> None:
        """Words of its block, to 0. KeyError where there is no such machine."""
        number = self.numbers[machine]
        self.keep(np.array([number], np.uint32))
        self._blocks[number][places] = 0

    def dump(self, machine: int) -> bytes:
        """For `add`. KeyError where there is no such machine."""
        number = self.numbers[machine]
        rows = np.empty(self.waiting(number), WAITING)
        payload = np.empty(len(rows) * self._widest, np.uint64)
        words = self._pack(number, rows, payload)
        return Snapshot(self._directory, self._blocks[number], rows, payload[:words]).pack()

    def waiting(self, number: int) -> int:
        """Rows."""
        return int(self.records[number, Machine.TAIL] - self.records[number, Machine.HEAD])

    def make_room(self, numbers: np.ndarray, needs: np.ndarray) -> None:
        """For so many more rows and words u64[machines, 2] of each of the `numbers` u32[], which may repeat."""
        tight, count = np.empty(len(numbers), np.uint32), np.zeros(1, np.uint64)
        kernel("list_tight")(
            len(numbers), address(numbers), address(self.records), address(needs), address(tight), address(count)
        )  # fmt: skip
        for number in tight[: int(count[0])].tolist():
            self._move(number, *needs[number].tolist())

    def mark(self) -> None:
        """What is done to machines from now on can be undone, until the next mark."""
        self._end_mark()
        self._mark = _Mark(np.zeros(len(self.records), bool))

    def keep(self, numbers: np.ndarray) -> None:
        """Where there is a mark, copy what is about to change of the `numbers` u32[], which may repeat."""
        mark = self._mark
        if mark is None:
            return
        numbers = np.unique(numbers)
        mark.is_kept = np.append(mark.is_kept, np.zeros(len(self.records) - len(mark.is_kept), bool))
        new = numbers[~mark.is_kept[numbers]]
        mark.is_kept[new] = True
        records, words = self.records[new], len(self._tables.block)
        waiting = int((records[:, Machine.TAIL] - records[:, Machine.HEAD]).sum())
        blocks, rows = self._block_pool.take(8 * words * len(new)), self._row_pool.take(WAITING.itemsize * waiting)
        kernel("keep_machines")(len(new), address(new), address(self.records), words, blocks.at, rows.at)
        kept = _Kept(new, records, blocks.bytes, rows.bytes)
        mark.kept.append(kept)

    def roll_back(self) -> None:
        """To the mark, which is used up; ValueError without one. Machines that were added since stay as they were then
        given; those that were forgotten are gone.
        """
        mark = self._mark
        if mark is None:
            raise ValueError("there is no mark to go back to")
        for kept in mark.kept:
            kernel("bring_back")(
                len(kept.numbers), address(kept.numbers), address(self.records), len(self._tables.block),
                address(kept.blocks), address(kept.records),
            )  # fmt: skip
        for number, waiting, payload in reversed(mark.replaced):
            self._give_back(self._waiting[number], self._payloads[number])
            self._waiting[number], self._payloads[number] = waiting, payload
        mark.replaced.clear()
        self._end_mark()

    def _end_mark(self) -> None:
        mark, self._mark = self._mark, None
        if mark is None:
            return
        for kept in mark.kept:
            self.records[kept.numbers, Machine.FLOOR] = NO_FLOOR
            self.records[kept.numbers, Machine.KEPT_FROM] = self.records[kept.numbers, Machine.MOVED_FROM] = 0
        for _, waiting, payload in mark.replaced:
            self._give_back(waiting, payload)
        for number in mark.forgotten:
            self._make_idle(number)

    def _new_number(self) -> int:
        if self._idle:
            return self._idle.pop()
        number = len(self._blocks)
        if number == len(self.records):
            self.records = np.concatenate([self.records, np.zeros_like(self.records)])
        self._blocks.append(np.empty_like(self._tables.block))
        self._waiting.append(np.empty(0, WAITING))
        self._payloads.append(np.empty(0, np.uint64))
        return number

    def _make_idle(self, number: int) -> None:
        self._give_back(self._waiting[number], self._payloads[number])
        self._idle.append(number)

    def _set_attributes(self, block: np.ndarray, attributes: Mapping[str, float]) -> None:
        values = block.view(np.float64)
        for place, name in enumerate(self._tables.attributes):
            cell = self._tables.attribute_cell + Cell.WORDS * place
            block[cell : cell + Cell.WORDS] = STEADY_CELL if name in attributes else UNKNOWN_CELL
            values[cell] = attributes.get(name, 0.0)

    def _move(self, number: int, rows: int, words: int) -> None:
        """The machine's rows to other memory, with room for so much more."""
        old_waiting, old_payload, live = self._waiting[number], self._payloads[number], self.waiting(number)
        waiting, payload = self._arrays(live + rows, min(live * self._widest, len(old_payload)) + words)
        used, record = self._pack(number, waiting, payload), self.records[number]
        if self._mark is not None and self._mark.is_kept[number]:
            if not record[Machine.MOVED_FROM]:
                record[Machine.MOVED_FROM] = record[Machine.KEPT_FROM] + 1
            record[Machine.KEPT_FROM] = 0
            self._mark.replaced.append((number, old_waiting, old_payload))
        else:
            self._give_back(old_waiting, old_payload)
        self._house(number, waiting, payload, live, used)

    def _house(self, number: int, waiting: np.ndarray, payload: np.ndarray, rows: int, words: int) -> None:
        """Let the machine's rows be the first ones in these arrays."""
        self._waiting[number], self._payloads[number], record = waiting, payload, self.records[number]
        record[Machine.WAITING], record[Machine.MASK] = address(waiting), len(waiting) - 1
        record[Machine.PAYLOAD], record[Machine.PAYLOAD_MASK] = address(payload), len(payload) - 1
        record[Machine.HEAD], record[Machine.TAIL], record[Machine.FLOOR] = 0, rows, NO_FLOOR
        record[Machine.PAYLOAD_HEAD], record[Machine.PAYLOAD_TAIL] = 0, words
        record[Machine.HELD_WORDS] = WAITING.itemsize // 8 * rows + words

    def _pack(self, number: int, rows: np.ndarray, payload: np.ndarray) -> int:
        """Copy what waits; returns the words of its payload."""
        totals = np.zeros(2, np.uint64)
        kernel("pack_waiting")(
            address(self.records[number]), address(self._tables.groups), address(rows), address(payload),
            address(totals),
        )  # fmt: skip
        return int(totals[1])

    def _arrays(self, rows: int, words: int) -> tuple[np.ndarray, np.ndarray]:
        """With room for so much, a power of two, and anything in them."""
        return self._array(WAITING, rows), self._array(np.dtype(np.uint64), words)

    def _array(self, kind: np.dtype, size: int) -> np.ndarray:
        room = 1 << (max(_FEWEST, size) - 1).bit_length()
        free = self._free[kind.str, room]
        return free.pop() if free else np.empty(room, kind)

    def _give_back(self, *arrays: np.ndarray) -> None:
        for array in arrays:
            free = self._free[array.dtype.str, len(array)]
            if len(free) < _MOST_FREE:
                free.append(array)

    def _read(self, state: bytes) -> Snapshot:
        snapshot = Snapshot.unpack(state)
        if snapshot.directory == self._directory:
            check_waiting(snapshot, self._tables.groups["words"], len(self._tables.block))
            return snapshot
        transfer = self._transfers.get(snapshot.directory)
        if transfer is None:
            new = Directory(self._directory)
            transfer = Transfer(Directory(snapshot.directory), new, self._tables.block)
            self._transfers = dict([*self._transfers.items()][1 - _MOST_TRANSFERS :])
            self._transfers[snapshot.directory] = transfer
        return transfer(snapshot)
