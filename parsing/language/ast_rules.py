"""Nodes of rules."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from parsing.language.ast_common import NO_REMARKS, Interval, Remarks, Severity, Span, Store
from parsing.language.expressions import Expression, Name, Unit


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
