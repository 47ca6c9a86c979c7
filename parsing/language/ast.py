"""The syntax tree of a text. Every node knows where it stands; nothing is resolved or judged yet.

Names, types and units are as written; numbers are as read (`1/256` is 0.00390625). What `checker` makes of a tree is in
`parsing.rules.program`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from parsing.language.expressions import Expression, Name, Unit

Severity = Literal["info", "warning", "error", "critical"]
State = Literal["ok", "suspect", "out_of_range", "stale", "not_available", "error", "absent", "valid"]
"""A quality (`parsing.quality`), or `valid`: ok or suspect."""

Store = Literal["always", "on_change", "never"]


class Span(NamedTuple):
    """Characters of the text from `start` up to `end`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Remarks:
    """Comments that stand with an item: `above` its first line, `behind` its last or only one. Without the `#`.

    `clauses` are those inside the item at what is no node with remarks of its own, by keyword (`timeout`, `clear`);
    `}` are those before the closing brace.
    """

    above: tuple[str, ...] = ()
    behind: str = ""
    clauses: tuple[tuple[str, Remarks], ...] = ()


NO_REMARKS = Remarks()


class Interval(NamedTuple):
    """Both ends belong to it; of physical values, in the unit of what it stands at unless it names one."""

    low: float
    high: float
    unit: Unit | None
    span: Span


class RawInterval(NamedTuple):
    """Of raw numbers; both ends belong to it."""

    low: int
    high: int
    span: Span


# Messages ------------------------------------------------------------------------------------------------------------


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


# What other kinds of envelopes hold ----------------------------------------------------------------------------------

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


# Rules ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Const:
    """`const rated_torque = 2000 [N*m]`."""

    name: Name
    value: Expression
    doc: str
    span: Span
    remarks: Remarks = NO_REMARKS


@dataclass(frozen=True, slots=True)
class Derived:
    """`derived hyd_power : f64 [kW] = pressure * flow hold 2s range 0..500`; `hold` in µs."""

    name: Name
    type: Name
    unit: Unit | None
    value: Expression
    hold: int | None
    range: Interval | None
    store: Store
    doc: str
    span: Span
    options: dict[str, Span] = field(default_factory=dict, compare=False)
    remarks: Remarks = NO_REMARKS


@dataclass(frozen=True, slots=True)
class Flag:
    """`flag warning "text"`."""

    severity: Severity
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Replace:
    """`replace wheel_speed with gps_speed`: what other rules read while the check fails."""

    signal: Expression
    value: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Distrust:
    """`suspect x` or `drop x`: other rules read it as `suspect`, or as `error`, while the check fails."""

    action: Literal["suspect", "drop"]
    signal: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Check:
    """`when` None: always. `duration` (`for 10s`) in µs, 0 where there is none."""

    name: Name
    title: str
    when: Expression | None
    duration: int
    expect: Expression
    actions: tuple[Flag | Replace | Distrust, ...]
    doc: str
    span: Span
    remarks: Remarks = NO_REMARKS


@dataclass(frozen=True, slots=True)
class Event:
    """Durations in µs. `clear_when` None: when the condition to raise no longer holds."""

    name: Name
    title: str
    raise_when: Expression
    raise_for: int
    clear_when: Expression | None
    clear_for: int
    severity: Severity
    capture: tuple[Expression, ...]
    group_by: Name | None
    cooldown: int
    doc: str
    span: Span
    options: dict[str, Span] = field(default_factory=dict, compare=False)
    remarks: Remarks = NO_REMARKS


# Proof ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Equals:
    """`engine_speed = 499.375 [rpm]`, `amber_lamp = on`, `active = "110/3 oc1"`."""

    signal: Expression
    value: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Is:
    """`engine_speed is not_available`; of a rule `raised`, `cleared`, `failed`, `passed`."""

    what: Expression
    state: str
    span: Span


Expectation = Equals | Is


@dataclass(frozen=True, slots=True)
class Golden:
    """`golden "idle" for EEC1 { bytes x"F0 7D" sa 0x00 expect { … } }`; `json` text for object definitions."""

    title: str
    message: Name
    payload: bytes | None
    json: str | None
    source_address: int | None
    expect: tuple[Expectation, ...]
    span: Span
    remarks: Remarks = NO_REMARKS


@dataclass(frozen=True, slots=True)
class SetStep:
    """`at 3s set coolant_temp = 106 [degC], engine_speed is error`: the signals arrive; or, `every 1s until 20s`, again
    and again. Times in µs since the sequence began.
    """

    at: int
    every: int | None
    until: int | None
    values: tuple[Expectation, ...]
    span: Span
    remarks: Remarks = NO_REMARKS


@dataclass(frozen=True, slots=True)
class SendStep:
    """`at 3s send EEC1 x"F0 7D 85" sa 0x00`: a frame arrives."""

    at: int
    message: Name
    payload: bytes
    source_address: int | None
    span: Span
    remarks: Remarks = NO_REMARKS


@dataclass(frozen=True, slots=True)
class ExpectStep:
    """`at 12s expect coolant_overheat is raised, hyd_power = 3 [kW]`."""

    at: int
    expect: tuple[Expectation, ...]
    span: Span
    remarks: Remarks = NO_REMARKS


@dataclass(frozen=True, slots=True)
class Test:
    """`test "hot for ten seconds" { machine max_speed = 40 [km/h] at 0s set … at 12s expect … }`."""

    title: str
    machine: tuple[Equals, ...]
    steps: tuple[SetStep | SendStep | ExpectStep, ...]
    span: Span
    remarks: Remarks = NO_REMARKS


Item = Message | Enum | ObjectDefinition | Const | Derived | Check | Event | Golden | Test


@dataclass(frozen=True, slots=True)
class Document:
    """One text, which is one definition set. `remarks` stand behind the last item."""

    items: tuple[Item, ...]
    remarks: tuple[str, ...] = ()
