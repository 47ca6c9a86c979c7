"""Nodes of what says where signals are: messages, enums, and definitions of objects."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from parsing.language.ast_common import NO_REMARKS, Interval, RawInterval, Remarks, Severity, Span
from parsing.language.expressions import Expression, Name, Unit


@dataclass(frozen=True, slots=True)
class BitPlace:
    """`at byte 4` (1-based, as J1939 papers count), `at byte 4.3` (bit 3 of it, 1-based), `at bit 24` (the DBC's
    number); `be` for big-endian. `start` is always the DBC's start bit.
    """

    start: int
    big: bool
    span: Span


@dataclass(frozen=True, slots=True)
class PathPlace:
    """`at $.engine.temps[0]`: where the value stands in a JSON or MessagePack object."""

    steps: tuple[str | int, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Signal:
    """`type` as written (`u16`, `f32`, `text`, or an enum's name, which then gives the type too)."""

    name: Name
    type: Name
    enum: Name | None
    place: BitPlace | PathPlace
    scale: float
    offset: float
    unit: Unit | None
    range: Interval | None
    not_available: RawInterval | None
    error: RawInterval | None
    j1939_sentinels: bool
    spn: int | None
    doc: str
    span: Span
    options: dict[str, Span] = field(default_factory=dict, compare=False)
    """Where each option that was written stands, by its keyword (`scale`, `range`, `spn` …)."""
    remarks: Remarks = NO_REMARKS


@dataclass(frozen=True, slots=True)
class Case:
    """`case 0, 2..7 "pumps" { … }`."""

    ranges: tuple[RawInterval, ...]
    title: str
    members: tuple[Signal | Mux, ...]
    span: Span
    remarks: Remarks = NO_REMARKS


@dataclass(frozen=True, slots=True)
class Mux:
    """`mux page { case … else reject }`."""

    multiplexor: Name
    cases: tuple[Case, ...]
    has_else: bool
    span: Span
    remarks: Remarks = NO_REMARKS


@dataclass(frozen=True, slots=True)
class DtcList:
    """`dtc active from byte 3 max 60`: trouble codes of 4 bytes each (J1939-73) up to the payload's end."""

    name: Name
    first_byte: int
    maximum: int
    span: Span
    remarks: Remarks = NO_REMARKS


@dataclass(frozen=True, slots=True)
class CanSource:
    """`on can 0x123` (11 bits) or, with eight hex digits, `on can 0x18FF5027` (29 bits)."""

    can_id: int
    extended: bool
    span: Span


@dataclass(frozen=True, slots=True)
class J1939Source:
    """`on j1939 pgn 61444 sa 0x00` (`sa *` or nothing: from anyone), or `on j1939 id 0x18FEF100` (that id alone).

    `can_id` is what is written behind `id`; with `pgn` it says what a DBC export writes.
    """

    pgn: int | None
    source_address: int | None
    can_id: int | None
    span: Span


@dataclass(frozen=True, slots=True)
class Message:
    """`length` bytes (None: not said), `timeout` and `cycle` in µs."""

    name: Name
    title: str
    source: CanSource | J1939Source
    length: int | None
    timeout: int | None
    cycle: int | None
    frame_format: str | None
    doc: str
    members: tuple[Signal | Mux | DtcList, ...]
    span: Span
    options: dict[str, Span] = field(default_factory=dict, compare=False)
    remarks: Remarks = NO_REMARKS


@dataclass(frozen=True, slots=True)
class EnumMember:
    """`number` None: `else`."""

    number: int | None
    name: Name
    title: str
    span: Span
    remarks: Remarks = NO_REMARKS


@dataclass(frozen=True, slots=True)
class Enum:
    """`type` None: each signal that has it says its own."""

    name: Name
    type: Name | None
    members: tuple[EnumMember, ...]
    span: Span
    remarks: Remarks = NO_REMARKS


ObjectKind = Literal["position", "log", "fault", "report"]
"""Of `vehicle_position`, `vehicle_log`, `vehicle_dtc` and `vehicle_event` envelopes."""


@dataclass(frozen=True, slots=True)
class Suspicion:
    """`suspect when CONDITION as REASON`."""

    condition: Expression
    reason: Name
    span: Span
    remarks: Remarks = NO_REMARKS


@dataclass(frozen=True, slots=True)
class SeverityArm:
    """`"E" -> error`, `/^E/i -> error`, `else -> warning`; `pattern` None: `else`."""

    pattern: str | None
    is_regex: bool
    ignore_case: bool
    severity: Severity
    span: Span


@dataclass(frozen=True, slots=True)
class SeverityMap:
    """`severity from lvl { … }`; the first arm that fits decides."""

    signal: Name
    arms: tuple[SeverityArm, ...]
    span: Span
    remarks: Remarks = NO_REMARKS


@dataclass(frozen=True, slots=True)
class ObjectDefinition:
    """`position Gnss on vehicle_position { … }`; `each` is the path of a list whose members are the objects."""

    kind: ObjectKind
    name: Name
    title: str
    topic: Name
    each: PathPlace | None
    signals: tuple[Signal, ...]
    suspicions: tuple[Suspicion, ...]
    severity: SeverityMap | None
    doc: str
    span: Span
    remarks: Remarks = NO_REMARKS
