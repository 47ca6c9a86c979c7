"""What comes of a batch: rows, objects and rejects, each with the envelope that it is of."""

from dataclasses import dataclass, field
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from ingest.decoding.records import RawRecord
from ingest.envelope import ClientRaw, OpenedCan, OpenedObjects, Rejected
from parsing.j1939 import AddressClaim, Diagnostic, J1939Listener, Occurrence, Reassembled
from parsing.objects.judging import Trail
from parsing.rules.compiled import CompiledRule

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Block:
    """Rows of one group; all arrays have one entry a row, `values` and `qualities` one column a slot."""

    group: int
    envelope: NDArray[np.uint32]
    source: NDArray[np.uint32]
    ts: NDArray[np.int64]
    ordinal: NDArray[np.uint8]
    values: NDArray[np.float64]
    qualities: NDArray[np.uint8]

    def keep(self, mask: NDArray[np.bool_]) -> "Block":
        return Block(
            self.group, self.envelope[mask], self.source[mask], self.ts[mask], self.ordinal[mask],
            self.values[mask], self.qualities[mask],
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unmodelled:
    """Frames of one envelope that no definition describes: an unknown id (`page` -1) or an unknown page."""

    envelope: int
    bus: int
    can_id: int
    page: int
    count: int
    first_ts: int
    last_ts: int


@dataclass(frozen=True, slots=True)
class BusFault:
    """Something heard on a bus that was of no use: a reason of docs/contracts/j1939.md or rows.md (`bus_fault`)."""

    envelope: int
    bus: int
    source_address: int
    destination_address: int
    pgn: int
    reason: str
    ts: int


@dataclass(frozen=True, slots=True)
class Told(Generic[T_co]):
    """Something that was heard. `ordinal` counts, in its envelope, what has the same key but for the ordinal."""

    envelope: int
    ordinal: int
    what: T_co


@dataclass(frozen=True, slots=True)
class ToldOccurrence:
    """`text` is the device's own, where it has reported the DTC itself."""

    envelope: int
    occurrence: Occurrence
    text: str


@dataclass(slots=True)
class HeardJ1939:
    """What came over the buses besides what definitions describe; a machine's in the order of its stream.

    `listeners` are those that heard something, by machine, as they are after the batch.
    """

    messages: list[Told[Reassembled]] = field(default_factory=list)
    lists: list[Told[Diagnostic]] = field(default_factory=list)
    claims: list[Told[AddressClaim]] = field(default_factory=list)
    occurrences: list[ToldOccurrence] = field(default_factory=list)
    faults: list[BusFault] = field(default_factory=list)
    listeners: dict[int, J1939Listener] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FoundByRule:
    """A check failed or an event was raised, or that is over. `rule` None: the release has it no more. `capture` is
    JSON (docs/contracts/rows.md).
    """

    envelope: int
    rule_id: int
    rule: CompiledRule | None
    ts: int
    since: int
    is_raised: bool
    capture: bytes

    @property
    def state(self) -> str:
        return "raised" if self.is_raised else "cleared"

    @property
    def kind(self) -> str:
        return self.rule.kind if self.rule else "event"

    @property
    def severity(self) -> str:
        return (self.rule.severity if self.rule else None) or "info"

    @property
    def text(self) -> str:
        return self.rule.text if self.rule else "the rule has changed, or is gone"


@dataclass(frozen=True, slots=True)
class Envelope:
    """What became of one record. `machine` is 0 and times are None where they are not known."""

    record: RawRecord
    machine: int
    opened: OpenedCan | OpenedObjects | ClientRaw | Rejected
    frames: int = 0
    first_ts: int | None = None
    last_ts: int | None = None

    @property
    def rejected(self) -> Rejected | None:
        return self.opened if isinstance(self.opened, Rejected) else None


@dataclass(slots=True)
class Decoded:
    """The outcome of a batch; `envelopes` is in the order of the records and indexes everything else.

    `short` u32[envelopes] counts payloads that end before their message does. `trails` are by machine and definition
    what is remembered of objects, of the machines of which this batch judged some.
    """

    release: int
    envelopes: list[Envelope]
    short: NDArray[np.uint32]
    blocks: list[Block] = field(default_factory=list)
    unmodelled: list[Unmodelled] = field(default_factory=list)
    heard: HeardJ1939 = field(default_factory=HeardJ1939)
    trails: dict[int, dict[int, Trail]] = field(default_factory=dict)
    findings: list[FoundByRule] = field(default_factory=list)

    def count_short(self, envelope: NDArray[np.uint32]) -> None:
        """`envelope` u32[k]: those that the short payloads are of."""
        self.short += np.bincount(envelope, minlength=len(self.short)).astype(np.uint32)
