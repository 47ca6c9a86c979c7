"""What goes into an engine of rules, and what comes out, as columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from parsing.engine.extractor import Extraction
from parsing.engine.rule_layout import NO_TIME

__all__ = ["NO_TIME", "Derived", "DerivedRows", "Envelopes", "Findings", "FrameRows", "Outcome", "RuleRows"]


@dataclass(frozen=True, slots=True)
class RuleRows:
    """`n` rows of one group: `envelope` u32[n], `order` u32[n] (place in the envelope's stream), `ts` i64[n] µs,
    `values` f64[n, slots] and `qualities` u8[n, slots], of any strides.
    """

    group: int
    envelope: np.ndarray
    order: np.ndarray
    ts: np.ndarray
    values: np.ndarray
    qualities: np.ndarray


@dataclass(frozen=True, slots=True)
class FrameRows:
    """All rows of a batch of frames: `envelope` u32 and `ts` i64 (µs) of each frame. Frames of an envelope are in the
    order of its stream.
    """

    extraction: Extraction
    envelope: np.ndarray
    ts: np.ndarray


@dataclass(frozen=True, slots=True)
class Envelopes:
    """In the order of the stream: `machine` u32[n], `newest` i64[n] event time in it (µs), `received` i64[n] (µs); both
    NO_TIME where there is none.
    """

    machine: np.ndarray
    newest: np.ndarray
    received: np.ndarray


@dataclass(frozen=True, slots=True)
class DerivedRows:
    """Of one derived signal: `envelope` u32 (which let them out of the buffer), `ts` i64 µs, `values` f64, `qualities`
    u8. Each machine's rows are in the order of time.
    """

    rule: int
    group: int
    envelope: np.ndarray
    ts: np.ndarray
    values: np.ndarray
    qualities: np.ndarray


class Derived:
    """Rows of derived signals; iterating gives `DerivedRows` of each that has some."""

    def __init__(self, outputs: list[tuple[int, int]], ends: np.ndarray, memory: np.ndarray) -> None:
        """`outputs` are rule and group of each, `ends` u64 where their rows end; `memory` u8 has the columns `ts`,
        `values`, `envelope` and `qualities`, one behind the other.
        """
        self._outputs, self._ends, self._memory = outputs, ends, memory

    def __len__(self) -> int:
        """Rows."""
        return int(self._ends[-1]) if len(self._ends) else 0

    def __iter__(self) -> Iterator[DerivedRows]:
        count, memory, start = len(self), self._memory, 0
        ts, values = memory[: 8 * count].view(np.int64), memory[8 * count : 16 * count].view(np.float64)
        envelope, qualities = memory[16 * count : 20 * count].view(np.uint32), memory[20 * count :]
        for (rule, group), end in zip(self._outputs, self._ends.tolist(), strict=True):
            if end > start:
                here = slice(start, end)
                yield DerivedRows(rule, group, envelope[here], ts[here], values[here], qualities[here])
            start = end


class Findings:
    """`rule` u32, `envelope` u32, `ts` and `since` i64 µs, `raised` bool (else cleared). What the n-th captured stands
    from `captured_at[n]` to `captured_at[n + 1]` in `captured` f64 and `captured_qualities` u8.
    """

    def __init__(self, rows: np.ndarray, captured: np.ndarray, captured_qualities: np.ndarray) -> None:
        """`rows` FINDING[]."""
        self.rule, self.envelope, self.ts, self.since = (rows[name] for name in ("rule", "envelope", "ts", "since"))
        self.captured, self.captured_qualities = captured, captured_qualities
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    @cached_property
    def raised(self) -> np.ndarray:
        raised: np.ndarray = self._rows["raised"] != 0
        return raised

    @cached_property
    def captured_at(self) -> np.ndarray:
        ends: np.ndarray = np.cumsum(self._rows["captured"], dtype=np.uint32)
        return np.append(np.uint32(0), ends)


@dataclass(frozen=True, slots=True)
class Outcome:
    """`machine` u32 and `late` u32 (rows that came too late for rules) by envelope; each machine's findings are in the
    order of time.
    """

    derived: Derived
    findings: Findings
    machine: np.ndarray
    late: np.ndarray
