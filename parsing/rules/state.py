"""A machine's memory as bytes, and what of it other rules go on with.

The bytes say themselves what they hold: a directory of signals and rules, so that a worker with another release reads
them. Its own release's it takes over as they are.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

import numpy as np

from parsing.rules.layout import INFINITE, WAITING, Cell, Header
from parsing.rules.linking import RuleTables, payload_words
from parsing.rules.timing import MOST_WAITING, NOT_CARRIED

_HEAD = struct.Struct("<8sIIIII")
"""Magic with the format's version; checksum of what follows; bytes of the directory, words of the block, rows, words of
payload."""

_MAGIC = b"DUCORUL\x01"
_COUNTS = struct.Struct("<IIII")
"""Signals, attributes, rules, rules that wake."""

_SIGNAL = np.dtype([("group", "<u4"), ("slot", "<u4")])
_RULE = np.dtype([("id", "<u4"), ("memory", "<u2"), ("wakes", "<u2"), ("hash", "<u8")])


class InvalidState(ValueError):
    """Bytes that are no machine's memory, or another format's, or damaged."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`block` i64[], `rows` WAITING[], `payload` u64[]."""

    directory: bytes
    block: np.ndarray
    rows: np.ndarray
    payload: np.ndarray

    def pack(self) -> bytes:
        body = b"".join([self.directory, self.block.tobytes(), self.rows.tobytes(), self.payload.tobytes()])
        sizes = len(self.directory), len(self.block), len(self.rows), len(self.payload)
        return _HEAD.pack(_MAGIC, zlib.crc32(body), *sizes) + body

    @classmethod
    def unpack(cls, state: bytes) -> Snapshot:
        """Raises InvalidState."""
        if len(state) < _HEAD.size or not state.startswith(_MAGIC):
            raise InvalidState("these bytes are no state of rules of a format that is read here")
        _, checksum, *sizes = _HEAD.unpack_from(state)
        ends = np.cumsum([_HEAD.size, sizes[0], 8 * sizes[1], WAITING.itemsize * sizes[2], 8 * sizes[3]]).tolist()
        if ends[-1] != len(state) or zlib.crc32(memoryview(state)[_HEAD.size :]) != checksum:
            raise InvalidState("the state of rules is damaged")
        return cls(
            state[ends[0] : ends[1]],
            np.frombuffer(state, np.int64, sizes[1], ends[1]),
            np.frombuffer(state, WAITING, sizes[2], ends[2]),
            np.frombuffer(state, np.uint64, sizes[3], ends[3]),
        )


class Directory:
    """What stands where in a block, and in the payload of waiting rows."""

    def __init__(self, content: bytes) -> None:
        """Raises InvalidState."""
        if len(content) < _COUNTS.size:
            raise InvalidState("the state of rules has no directory")
        signals, attributes, rules, wakes = _COUNTS.unpack_from(content)
        if len(content) != _COUNTS.size + signals * _SIGNAL.itemsize + rules * _RULE.itemsize:
            raise InvalidState("the directory of the state of rules is of another size than it says")
        self._signals = np.frombuffer(content, _SIGNAL, signals, _COUNTS.size)
        self._rules = np.frombuffer(content, _RULE, rules, _COUNTS.size + signals * _SIGNAL.itemsize)
        self._rule_cells = Header.WORDS + Cell.WORDS * (signals + attributes)
        self.wakes = self._rule_cells + Cell.WORDS * rules
        self.wake_count = int(self._rules["wakes"].sum())
        if self.wake_count != wakes:
            raise InvalidState("the directory of the state of rules contradicts itself")

    @classmethod
    def of(cls, tables: RuleTables) -> bytes:
        signals = np.array([(each.group, each.slot) for each in tables.signals], _SIGNAL)
        wakes = tables.rules["wake"] < len(tables.wake_bits)
        ends = np.append(tables.rules["memory"], len(tables.block))
        hashes = [int(rule.hash[:16], 16) for rule in tables.linked]
        rules = np.array(
            list(zip(tables.ids, ends[1:] - ends[:-1], wakes, hashes, strict=True)), _RULE
        )  # fmt: skip
        counts = _COUNTS.pack(len(signals), len(tables.attributes), len(rules), len(tables.wake_bits))
        return counts + signals.tobytes() + rules.tobytes()

    @property
    def size(self) -> int:
        """Words of the block."""
        return int(self.wakes + self.wake_count + self._rules["memory"].sum())

    @cached_property
    def groups(self) -> dict[int, list[int]]:
        """Slots of each group's inputs, in their order; groups in that of their numbers."""
        pairs = self._signals.tolist()
        return {group: [slot for _, slot in each] for group, each in groupby(pairs, key=lambda pair: pair[0])}

    @cached_property
    def signals(self) -> list[tuple[tuple[int, int], int]]:
        """Group and slot of each, and where its cell stands."""
        places = range(Header.WORDS, self._rule_cells, Cell.WORDS)
        return list(zip(self._signals.tolist(), places, strict=False))

    @cached_property
    def rules(self) -> dict[tuple[int, int], tuple[int, int, int, int]]:
        """By id and hash: where its cell, its wake time (-1: none) and its memory stand, and the words of that."""
        found, wake, memory = {}, self.wakes, self.wakes + self.wake_count
        for number, (identity, words, wakes, behaviour) in enumerate(self._rules.tolist()):
            cell = self._rule_cells + Cell.WORDS * number
            found[identity, behaviour] = cell, wake if wakes else -1, memory, words
            wake += wakes
            memory += words
        return found


def check_waiting(snapshot: Snapshot, group_words: np.ndarray, block_words: int) -> None:
    """Raises InvalidState where kernels would read what is not there: they check nothing themselves."""
    rows = snapshot.rows
    if len(snapshot.block) != block_words or _words(snapshot) > MOST_WAITING:
        raise InvalidState("the state of rules is of another size than its directory says")
    if not len(rows):
        return
    if int(rows["group"].max()) >= len(group_words) or (np.diff(rows["ts"]) < 0).any():
        raise InvalidState("the waiting rows of the state of rules are of unknown groups, or out of order")
    if (rows["at"].astype(np.int64) + group_words[rows["group"]] > len(snapshot.payload)).any():
        raise InvalidState("the state of rules lacks values of waiting rows")


def _words(snapshot: Snapshot) -> int:
    return WAITING.itemsize // 8 * len(snapshot.rows) + len(snapshot.payload)


class Transfer:
    """From memory by one directory to memory by another."""

    def __init__(self, old: Directory, new: Directory, fresh: np.ndarray) -> None:
        self._old, self._new, self._fresh = old, new, fresh
        places: list[tuple[int, int, int]] = [(Header.WATERMARK, Header.WATERMARK, 2)]
        cells = dict(old.signals)
        places += [(cells[key], place, Cell.WORDS) for key, place in new.signals if key in cells]
        for key, (cell, wake, memory, words) in new.rules.items():
            if key in old.rules:
                old_cell, old_wake, old_memory, _ = old.rules[key]
                places += [(old_cell, cell, Cell.WORDS), (old_memory, memory, words)]
                places += [(old_wake, wake, 1)] if wake >= 0 else []
        self._from = np.concatenate([np.arange(source, source + words) for source, _, words in places])
        self._to = np.concatenate([np.arange(place, place + words) for _, place, words in places])

    def __call__(self, snapshot: Snapshot) -> Snapshot:
        """Raises InvalidState."""
        words = [payload_words(len(slots)) for slots in self._old.groups.values()]
        check_waiting(snapshot, np.array(words, np.int64), self._old.size)
        block = self._fresh.copy()
        block[self._to] = snapshot.block[self._from]
        block[Header.NEXT_WAKE] = min(
            [INFINITE, *block[self._new.wakes : self._new.wakes + self._new.wake_count].tolist()]
        )
        rows, payload = self._waiting(snapshot)
        return Snapshot(b"", block, rows, payload)

    def _waiting(self, snapshot: Snapshot) -> tuple[np.ndarray, np.ndarray]:
        """Rows of groups that are read still; what their groups' new inputs want and nobody kept is not carried."""
        old_groups, new_groups = list(self._old.groups), list(self._new.groups)
        numbers = np.array([new_groups.index(each) if each in new_groups else -1 for each in old_groups] or [-1])
        words = np.array([payload_words(len(slots)) for slots in self._new.groups.values()] or [0])
        old_rows = snapshot.rows[numbers[snapshot.rows["group"]] >= 0]
        rows = old_rows.copy()
        rows["group"] = numbers[old_rows["group"]]
        ends = np.cumsum(words[rows["group"]])
        rows["at"] = ends - words[rows["group"]]
        payload = np.zeros(int(ends[-1]) if len(ends) else 0, np.uint64)
        for group, slots in self._old.groups.items():
            here = np.flatnonzero(old_rows["group"] == old_groups.index(group))
            if len(here):
                self._move(
                    snapshot.payload, old_rows["at"][here], slots, payload, rows["at"][here], self._new.groups[group]
                )
        return rows, payload

    @staticmethod
    def _move(
        source: np.ndarray, froms: np.ndarray, old: list[int], target: np.ndarray, tos: np.ndarray, new: list[int]
    ) -> None:
        """The rows of a group, from one order of inputs to another."""
        old_bytes, new_bytes = source.view(np.uint8), target.view(np.uint8)
        for place, slot in enumerate(new):
            quality = 8 * (tos.astype(np.int64) + len(new)) + place
            new_bytes[quality] = NOT_CARRIED
            if slot in old:
                target[tos + place] = source[froms + old.index(slot)]
                new_bytes[quality] = old_bytes[8 * (froms.astype(np.int64) + len(old)) + old.index(slot)]
