"""What an explanation consists of, from the row back to the hub's message. Times in µs, sources as rows have them."""

from dataclasses import dataclass, field
from typing import Any, Literal

from distribution.explain.definitions import Line
from distribution.queries.explain import Details, LedgerEntry, StoredValue
from parsing.quality import Quality

Kind = Literal["plain", "page", "derived", "object"]
"""How a signal is told: in a message always, on a page of it, by a rule, in an object."""

InputKind = Literal["signal", "derived", "check", "event"]
Role = Literal["frame", "announcement", "packet"]


@dataclass(frozen=True, slots=True)
class ReleaseFacts:
    """`published` is RFC 3339."""

    number: int
    note: str
    published: str


@dataclass(frozen=True, slots=True)
class Definition:
    """`message` is `derived` of derived signals, and an object's definition's name; `page` its page's title."""

    kind: Kind
    set: str
    message: str
    message_id: int
    title: str
    page: str
    signal: str
    unit: str
    minimum: float | None
    maximum: float | None
    comment: str
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Multiplexor:
    """`raw` None: the payload ends before it. `ranges`: raw numbers that the page is of, both ends included."""

    name: str
    raw: int | None
    label: str
    ranges: list[tuple[int, int]]
    bits: list[int]


@dataclass(frozen=True, slots=True)
class Frame:
    """`role`: `frame`, or in a message of several packets `announcement` or `packet`, of that `number` from 1.
    `is_used`: some of the signal's bits are in it.
    """

    partition: int
    offset: int
    index: int
    ts: int
    bus: int
    can_id: int
    data: bytes
    role: Role
    number: int
    is_used: bool


@dataclass(frozen=True, slots=True)
class Bits:
    """`payload` is the frame's, or that of all packets where it `is_transported`; `length` the definition's, in bytes.
    `bits` are the DBC's numbers of the signal's, the most significant first; `raw_bits` what they are as a whole
    number, `raw` what scale and offset apply to.
    """

    payload: bytes
    length: int
    bits: list[int]
    raw_bits: int | None
    raw: float | None
    is_transported: bool
    scale: float
    offset: float
    byte_order: str
    type: str
    multiplexors: list[Multiplexor]
    frames: list[Frame]


@dataclass(frozen=True, slots=True)
class ReadObject:
    """`number`: its place in the envelope, from 0; `raw`: what stands at `path`; `document`: the object as JSON."""

    number: int
    path: str
    raw: Any
    scale: float
    offset: float
    document: str
    is_cut: bool


@dataclass(frozen=True, slots=True)
class RulePart:
    """`depth`: how deep it stands in the rule, 0 for all of it."""

    text: str
    value: float
    quality: Quality
    depth: int


@dataclass(frozen=True, slots=True)
class RuleInput:
    """As the rule read it. `ts` None: it never came. `group` None: it is not stored (a check, an event, `store never`).
    `is_rerun`: heard while the stream was run again; else from the store, and as it was stored.
    """

    name: str
    kind: InputKind
    unit: str
    value: float
    quality: Quality
    ts: int | None
    group: int | None
    slot: int | None
    source: int | None
    ordinal: int | None
    is_rerun: bool


@dataclass(frozen=True, slots=True)
class RuleRun:
    """`since`: event time from which on the stream was run again for the parts; None where it was not."""

    text: str
    inputs: list[RuleInput]
    parts: list[RulePart]
    since: int | None


@dataclass(frozen=True, slots=True)
class Again:
    """What the release makes of the same envelope now."""

    value: float
    text: str | None
    quality: Quality
    agrees: bool


@dataclass(frozen=True, slots=True)
class Envelope:
    """`details` None: the raw store does not have it."""

    entry: LedgerEntry
    details: Details | None
    topic: str


@dataclass(frozen=True, slots=True)
class Gap:
    """What cannot be told, with a stable code, and why."""

    code: str
    detail: str


@dataclass(slots=True)
class Explanation:
    """What is None could not be told, or is of no such value; `gaps` say what is missing and why."""

    stored: StoredValue
    group: int
    slot: int
    label: str = ""
    reason: str = ""
    release: ReleaseFacts | None = None
    definition: Definition | None = None
    bits: Bits | None = None
    object: ReadObject | None = None
    rule: RuleRun | None = None
    again: Again | None = None
    envelope: Envelope | None = None
    gaps: list[Gap] = field(default_factory=list)
