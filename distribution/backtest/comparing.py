"""What two contents make of the same envelopes: values and qualities by signal, findings by rule."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from distribution.backtest.aligned import KEY, NOTHING, Aligned, Rows
from distribution.backtest.points import Points
from ingest.decoding.outcome import Block, Decoded
from parsing.quality import Quality

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

    def add(self, aligned: Aligned) -> int:
        """Returns how many values both have."""
        was, is_now, differs = aligned.was, aligned.is_now, aligned.value_differs
        both = int((was & is_now).sum())
        self.both += both
        self.only_before += int((was & ~is_now).sum()) + aligned.only_before
        self.only_after += int((~was & is_now).sum()) + aligned.only_after
        self.values += int(differs.sum())
        self.qualities += int((was & is_now & (aligned.before_quality != aligned.after_quality)).sum())
        far = np.abs(aligned.after[differs] - aligned.before[differs])
        self.greatest = max(self.greatest, float(far[np.isfinite(far)].max(initial=0.0)))
        return both


@dataclass(slots=True)
class Comparison:
    """`findings_before` and `findings_after` count by rule what only one of them gave, `rejected` by code the envelopes
    that only the new content refuses. `points` are of the values that differ.
    """

    envelopes: int = 0
    values: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    signals: dict[SignalPlace, SignalCounts] = field(default_factory=lambda: defaultdict(SignalCounts))
    findings_before: Counter[int] = field(default_factory=Counter)
    findings_after: Counter[int] = field(default_factory=Counter)
    points: Points = field(default_factory=Points)

    def add(self, before: Decoded, after: Decoded, begin: int) -> None:
        """Of a batch, what was received from `begin` on, µs."""
        counted = np.array([each.record.received >= begin for each in before.envelopes], bool)
        self.envelopes += int(counted.sum())
        self._add_rejected(before, after, counted)
        rows_before, rows_after = _rows(before, counted), _rows(after, counted)
        for group in rows_before.keys() | rows_after.keys():
            self._add_group(group, rows_before.get(group, NOTHING), rows_after.get(group, NOTHING))
        found_before, found_after = _found(before, counted), _found(after, counted)
        self.findings_before.update(rule for rule, *_ in found_before - found_after)
        self.findings_after.update(rule for rule, *_ in found_after - found_before)

    def _add_rejected(self, before: Decoded, after: Decoded, counted: NDArray[np.bool_]) -> None:
        for was, is_now, counts in zip(before.envelopes, after.envelopes, counted.tolist(), strict=True):
            if counts and is_now.rejected is not None and was.rejected is None:
                self.rejected[str(is_now.rejected.code)] += 1

    def _add_group(self, group: int, before: Rows, after: Rows) -> None:
        if before.equals(after):
            for slot, count in enumerate((before.qualities != Quality.ABSENT).sum(axis=0).tolist()):
                self.signals[group, slot].both += count
                self.values += count
            return
        for slot in range(max(before.values.shape[1], after.values.shape[1])):
            aligned = Aligned.of(before, after, slot)
            self.values += self.signals[group, slot].add(aligned)
            self.points.add((group, slot), aligned)


def _rows(decoded: Decoded, counted: NDArray[np.bool_]) -> dict[int, Rows]:
    by_group: dict[int, list[Block]] = defaultdict(list)
    for block in decoded.blocks:
        kept = block.keep(counted[block.envelope])
        if len(kept.ts):
            by_group[block.group].append(kept)
    return {group: _joined(blocks) for group, blocks in by_group.items()}


def _joined(blocks: list[Block]) -> Rows:
    keys = np.empty(sum(len(block.ts) for block in blocks), KEY)
    for name in KEY.names or ():
        keys[name] = np.concatenate([getattr(block, name) for block in blocks])
    values = np.concatenate([block.values for block in blocks])
    return Rows(keys, values, np.concatenate([block.qualities for block in blocks]))


def _found(decoded: Decoded, counted: NDArray[np.bool_]) -> set[tuple[int, int, int, str]]:
    return set(_each_found(decoded, counted))


def _each_found(decoded: Decoded, counted: NDArray[np.bool_]) -> Iterator[tuple[int, int, int, str]]:
    for each in decoded.findings:
        if counted[each.envelope]:
            yield each.rule_id, decoded.envelopes[each.envelope].machine, each.ts, each.state
