"""What goes into an engine of rules, and what comes out, as columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from parsing.engine.extractor import Extraction
from parsing.engine.rule_layout import NO_TIME

__all__ = ["NO_TIME", "DerivedRows", "Envelopes", "Findings", "FrameRows", "Outcome", "RuleRows"]


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


@dataclass(frozen=True, slots=True)
class Findings:
    """`rule` u32, `envelope` u32, `ts` and `since` i64 µs, `raised` bool (else cleared). What the n-th captured stands
    from `captured_at[n]` to `captured_at[n + 1]` in `captured` f64 and `captured_qualities` u8.
    """

    rule: np.ndarray
    envelope: np.ndarray
    ts: np.ndarray
    since: np.ndarray
    raised: np.ndarray
    captured_at: np.ndarray
    captured: np.ndarray
    captured_qualities: np.ndarray


@dataclass(frozen=True, slots=True)
class Outcome:
    """`machine` u32 and `late` u32 (rows that came too late for rules) by envelope; each machine's findings are in the
    order of time.
    """

    derived: list[DerivedRows]
    findings: Findings
    machine: np.ndarray
    late: np.ndarray
