"""Nodes of golden samples and tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from parsing.language.ast_common import NO_REMARKS, Remarks, Span
from parsing.language.expressions import Expression, Name

ComparisonSign = Literal["<", "<=", ">", ">="]


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


@dataclass(frozen=True, slots=True)
class Compares:
    """`lift_torque > 380 [N*m]`."""

    signal: Expression
    operator: ComparisonSign
    value: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Within:
    """`lift_torque in 380..385 [N*m]`; both ends belong to it."""

    signal: Expression
    low: Expression
    high: Expression
    span: Span


Given = Equals | Is
"""What a test can set."""

Expectation = Given | Compares | Within


def subject_of(each: Expectation) -> Expression:
    """The name of the signal or rule that it is about."""
    return each.what if isinstance(each, Is) else each.signal


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
    values: tuple[Given, ...]
    span: Span
    remarks: Remarks = NO_REMARKS


@dataclass(frozen=True, slots=True)
class SendStep:
    """`at 3s send EEC1 x"F0 7D 85" sa 0x00`: a frame arrives. `at 3s send Gnss json {…}`: an object does."""

    at: int
    message: Name
    payload: bytes | None
    json: str | None
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
