"""The nodes of expressions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from parsing.language.ast import Span, State

UnaryOperator = Literal["-", "not"]
BinaryOperator = Literal["+", "-", "*", "/", "%", "<", "<=", ">", ">=", "==", "!=", "and", "or", "??"]


class Name(NamedTuple):
    """Written as it is, or between backticks where it is no plain identifier or a word of the language."""

    text: str
    span: Span


class Unit(NamedTuple):
    """`text` without the brackets."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Number:
    """`is_integer` where it was written without point and exponent. `decimals`: of what a sample or test expects the
    digits behind the point, as they say how close it has to be; 0: all digits count.
    """

    value: float
    is_integer: bool
    unit: Unit | None
    span: Span
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class Duration:
    """`500ms`, `1.5s`, `5min`, `2h`, `90d`, in µs. A quantity of time like `1.5 [s]`."""

    microseconds: int
    span: Span


@dataclass(frozen=True, slots=True)
class Text:
    value: str
    span: Span


@dataclass(frozen=True, slots=True)
class Boolean:
    value: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Reference:
    """`engine_speed`, `EEC1.engine_speed`, `j1939.EEC1.engine_speed`, `TorqueMode.cruise`, `machine.max_speed`, and in
    definitions of objects `ts`, `received_at`, `prev`, `this`, `prev.lat`.
    """

    parts: tuple[Name, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Argument:
    """`bits: 16`; positional ones have no name."""

    name: Name | None
    value: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Call:
    function: Name
    arguments: tuple[Argument, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Unary:
    operator: UnaryOperator
    operand: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Binary:
    operator: BinaryOperator
    left: Expression
    right: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Conditional:
    """`condition ? then : otherwise`."""

    condition: Expression
    then: Expression
    otherwise: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class IsState:
    """`wheel_speed is valid`, `wheel_speed is not stale`; of a check or event `failed` or `active`."""

    operand: Expression
    state: State | Literal["failed", "active"]
    negated: bool
    span: Span


@dataclass(frozen=True, slots=True)
class In:
    """`oil_temp in -40..90 [degC]`; both ends belong to it."""

    operand: Expression
    low: Expression
    high: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class AbsentFor:
    """`engine_speed absent for 5s`; µs."""

    operand: Expression
    duration: int
    span: Span


Expression = (
    Number | Duration | Text | Boolean | Reference | Call | Unary | Binary | Conditional | IsState | In | AbsentFor
)
