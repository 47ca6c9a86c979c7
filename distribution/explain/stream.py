"""The envelopes around a value, run again by the release that made it, and the row of it among what comes of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from distribution.backtest.run import Run
from distribution.queries import explain as queries
from distribution.queries import raw
from ingest.decoding.objects import place_objects
from ingest.decoding.outcome import Decoded, Envelope
from ingest.decoding.records import RawRecord
from ingest.meta.catalogue import Catalogue
from parsing.quality import Quality

MOST_FRAMES: Final = 400_000
"""That are run again for one explanation."""

_MINUTE: Final = 60_000_000
# Envelopes before the one in question, and how far back: what rules, sessions of packets and judgements remember.
WARM_UP: Final[dict[str, tuple[int, int]]] = {
    "derived": (300, 10 * _MINUTE), "packets": (60, 5 * _MINUTE), "object": (50, 10 * _MINUTE),
}  # fmt: skip
_BATCH: Final = 50


@dataclass(frozen=True, slots=True)
class Found:
    """The row, in a batch: `envelope` is its place there, `ts` µs. A value without number is a text."""

    decoded: Decoded
    envelope: int
    ts: int
    value: float
    quality: Quality
    text: str | None = None

    @property
    def of(self) -> Envelope:
        return self.decoded.envelopes[self.envelope]

    @property
    def record(self) -> RawRecord:
        return self.of.record


@dataclass(slots=True)
class Rerun:
    """`batches` are in the order of the stream; `found` None: the release makes no such row of these envelopes."""

    records: list[RawRecord]
    batches: list[Decoded] = field(default_factory=list)
    found: Found | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """The row's key but for the machine; `slot` is that of the signal. `is_held`: not that row, but the one before it,
    whose value it repeats.
    """

    group: int
    slot: int
    source: int
    ts: int
    ordinal: int
    is_held: bool = False


def around(machine: int, candidates: Sequence[queries.LedgerEntry], kind: str, ts: int) -> list[RawRecord]:
    """Those of the candidates that the raw store has, and the ones before that they need; `ts` µs is the row's. Raises
    TooMuchError, StoreUnavailableError.
    """
    entries = {(each.partition, each.offset): each for each in candidates}
    if candidates and kind in WARM_UP:
        most, back = WARM_UP[kind]
        anchor = ([each for each in candidates if each.spans(ts)] or candidates)[-1]
        before = queries.received_before(machine, anchor, anchor.received - back, most)
        entries |= {(each.partition, each.offset): each for each in _bounded(before)}
    places = sorted(entries)
    return [
        record for start in range(0, len(places), _BATCH) for record in raw.envelopes_at(places[start : start + _BATCH])
    ]


def _bounded(entries: list[queries.LedgerEntry]) -> list[queries.LedgerEntry]:
    """The last ones that have no more than MOST_FRAMES."""
    frames = np.cumsum([each.frames for each in reversed(entries)])
    kept = int(np.searchsorted(frames, MOST_FRAMES, "right"))
    return entries[len(entries) - kept :]


def run_again(
    catalogue: Catalogue, records: list[RawRecord], wanted: Wanted, places: set[tuple[int, int]]
) -> Rerun:  # fmt: skip
    """`places` are partition and offset of the envelopes that the row may be of."""
    run, rerun = Run(catalogue), Rerun(records)
    first = next(number for number, each in enumerate(records) if (each.partition, each.offset) in places)
    for part in (records[:first], records[first:]):
        # The row may be the first of a job's span: it stands though nothing changed with it.
        run.forget_given()
        for start in range(0, len(part), _BATCH):
            decoded = run.take(part[start : start + _BATCH])
            rerun.batches.append(decoded)
            rerun.found = _number(decoded, wanted, places) or _text(decoded, wanted, places) or rerun.found
    return rerun


def _number(decoded: Decoded, wanted: Wanted, places: set[tuple[int, int]]) -> Found | None:
    found = None
    for block in decoded.blocks:
        if block.group != wanted.group or wanted.slot >= block.values.shape[1]:
            continue
        alike = (block.ts == wanted.ts) & (block.ordinal == wanted.ordinal)
        fits = (block.source == wanted.source) & (block.ts <= wanted.ts if wanted.is_held else alike)
        for row in np.flatnonzero(fits).tolist():
            envelope = int(block.envelope[row])
            if wanted.is_held or _place(decoded.envelopes[envelope]) in places:
                value, quality = float(block.values[row, wanted.slot]), int(block.qualities[row, wanted.slot])
                found = Found(decoded, envelope, int(block.ts[row]), value, Quality(quality))
    # Objects have slots for their texts, which as numbers are absent.
    return None if found and found.quality == Quality.ABSENT and _text(decoded, wanted, places) else found


def _text(decoded: Decoded, wanted: Wanted, places: set[tuple[int, int]]) -> Found | None:
    for rows, placed in place_objects(decoded):
        if rows.plan.group != wanted.group:
            continue
        for text in rows.texts:
            at = placed[text.number]
            is_it = (at.source, at.what.ts, at.ordinal, text.slot) == (
                wanted.source, wanted.ts, wanted.ordinal, wanted.slot,
            )  # fmt: skip
            if is_it and _place(decoded.envelopes[at.envelope]) in places:
                return Found(decoded, at.envelope, wanted.ts, 0.0, text.quality, text.value)
    return None


def _place(envelope: Envelope) -> tuple[int, int]:
    return envelope.record.partition, envelope.record.offset
