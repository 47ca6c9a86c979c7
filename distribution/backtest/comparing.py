"""What two contents make of the same envelopes: values and qualities by signal, findings by rule."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ingest.decoding.outcome import Block, Decoded
from parsing.quality import Quality

_KEY = np.dtype([("envelope", "u4"), ("source", "u4"), ("ts", "i8"), ("ordinal", "u1")])

SignalPlace = tuple[int, int]
"""Group and slot: a signal has the same ones in every release."""


@dataclass(slots=True)
class SignalCounts:
    """Values of a signal: those that both gave, of these how many differ, and what only one gave. `greatest` is the
    greatest difference of two numbers.
    """

    both: int = 0
    values: int = 0
    qualities: int = 0
    only_before: int = 0
    only_after: int = 0
    greatest: float = 0.0

    @property
    def is_changed(self) -> bool:
        return bool(self.values or self.qualities or self.only_before or self.only_after)


@dataclass(slots=True)
class Comparison:
    """`findings_before` and `findings_after` count by rule what only one of them gave."""

    envelopes: int = 0
    signals: dict[SignalPlace, SignalCounts] = field(default_factory=lambda: defaultdict(SignalCounts))
    findings_before: Counter[int] = field(default_factory=Counter)
    findings_after: Counter[int] = field(default_factory=Counter)

    def add(self, before: Decoded, after: Decoded, begin: int) -> None:
        """Of a batch, what was received from `begin` on, µs."""
        counted = np.array([each.record.received >= begin for each in before.envelopes], bool)
        self.envelopes += int(counted.sum())
        rows_before, rows_after = _rows(before, counted), _rows(after, counted)
        for group in rows_before.keys() | rows_after.keys():
            self._add_group(group, rows_before.get(group, _NOTHING), rows_after.get(group, _NOTHING))
        found_before, found_after = _found(before, counted), _found(after, counted)
        self.findings_before.update(rule for rule, *_ in found_before - found_after)
        self.findings_after.update(rule for rule, *_ in found_after - found_before)

    def _add_group(self, group: int, before: "_Rows", after: "_Rows") -> None:
        old, new = _places(before, after)
        slots = max(before.values.shape[1], after.values.shape[1])
        lone_before = np.setdiff1d(np.arange(len(before.keys)), old)
        lone_after = np.setdiff1d(np.arange(len(after.keys)), new)
        for slot in range(slots):
            was, is_now = before.slot(slot), after.slot(slot)
            counts = self.signals[group, slot]
            counts.only_before += _there(was, lone_before)
            counts.only_after += _there(is_now, lone_after)
            _compare(counts, was, is_now, old, new)


@dataclass(frozen=True, slots=True)
class _Rows:
    keys: NDArray[np.void]
    values: NDArray[np.float64]
    qualities: NDArray[np.uint8]

    def slot(self, number: int) -> tuple[NDArray[np.float64], NDArray[np.uint8]]:
        """Absent where the group has not as many."""
        if number < self.values.shape[1]:
            return self.values[:, number], self.qualities[:, number]
        return np.zeros(len(self.keys)), np.full(len(self.keys), Quality.ABSENT, np.uint8)


_NOTHING = _Rows(np.empty(0, _KEY), np.empty((0, 0)), np.empty((0, 0), np.uint8))


def _rows(decoded: Decoded, counted: NDArray[np.bool_]) -> dict[int, _Rows]:
    by_group: dict[int, list[Block]] = defaultdict(list)
    for block in decoded.blocks:
        kept = block.keep(counted[block.envelope])
        if len(kept.ts):
            by_group[block.group].append(kept)
    return {group: _joined(blocks) for group, blocks in by_group.items()}


def _joined(blocks: list[Block]) -> _Rows:
    keys = np.empty(sum(len(block.ts) for block in blocks), _KEY)
    for name in _KEY.names or ():
        keys[name] = np.concatenate([getattr(block, name) for block in blocks])
    values = np.concatenate([block.values for block in blocks])
    return _Rows(keys, values, np.concatenate([block.qualities for block in blocks]))


def _places(before: _Rows, after: _Rows) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Of the rows of both, their places in each."""
    if np.array_equal(before.keys, after.keys):
        everywhere = np.arange(len(before.keys))
        return everywhere, everywhere
    _, old, new = np.intersect1d(before.keys, after.keys, return_indices=True)
    return old, new


_Slot = tuple[NDArray[np.float64], NDArray[np.uint8]]


def _there(slot: _Slot, rows: NDArray[np.intp]) -> int:
    return int((slot[1][rows] != Quality.ABSENT).sum())


def _compare(counts: SignalCounts, before: _Slot, after: _Slot, old: NDArray[np.intp], new: NDArray[np.intp]) -> None:
    values, qualities = before[0][old], before[1][old]
    new_values, new_qualities = after[0][new], after[1][new]
    was, is_now = qualities != Quality.ABSENT, new_qualities != Quality.ABSENT
    both = was & is_now
    differ = both & (values != new_values) & ~(np.isnan(values) & np.isnan(new_values))
    counts.both += int(both.sum())
    counts.only_before += int((was & ~is_now).sum())
    counts.only_after += int((~was & is_now).sum())
    counts.values += int(differ.sum())
    counts.qualities += int((both & (qualities != new_qualities)).sum())
    if differ.any():
        counts.greatest = max(counts.greatest, float(np.nanmax(np.abs(new_values[differ] - values[differ]))))


def _found(decoded: Decoded, counted: NDArray[np.bool_]) -> set[tuple[int, int, int, str]]:
    return set(_each_found(decoded, counted))


def _each_found(decoded: Decoded, counted: NDArray[np.bool_]) -> Iterator[tuple[int, int, int, str]]:
    for each in decoded.findings:
        if counted[each.envelope]:
            yield each.rule_id, decoded.envelopes[each.envelope].machine, each.ts, each.state
