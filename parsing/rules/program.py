"""Typed rules: what the checker makes of a text, and what the interpreter runs and bytecode is generated from.

Names, units and enums are resolved: expressions are over numbers. Meaning: docs/contracts/rules.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

Severity = Literal["info", "warning", "error", "critical"]
Store = Literal["always", "on_change", "never"]


class Op(IntEnum):
    """Operations without memory; operands are expressions. Their numbers are in releases: never reused."""

    ADD = 1
    SUBTRACT = 2
    MULTIPLY = 3
    DIVIDE = 4
    MODULO = 5
    NEGATE = 6
    ABSOLUTE = 7
    LEAST = 8
    GREATEST = 9
    CLAMP = 10
    """value, low, high: `max(low, min(value, high))`."""
    FLOOR = 11
    CEILING = 12
    ROUND = 13
    SQUARE_ROOT = 14
    SIGN = 15
    LESS = 16
    LESS_EQUAL = 17
    GREATER = 18
    GREATER_EQUAL = 19
    EQUAL = 20
    NOT_EQUAL = 21
    NOT = 22
    AND = 23
    OR = 24
    COALESCE = 25
    SELECT = 26
    """condition, then, otherwise."""
    HAVERSINE = 27
    """latitude and longitude of one place and of another, in degrees: metres, on a sphere of radius 6,371,008.8 m."""
    AT_BEST_SUSPECT = 28
    """The operand, its quality at least suspect."""
    AS_ERROR = 29
    """The operand, its quality at least error."""


@dataclass(frozen=True, slots=True)
class SignalInput:
    """A signal of a message or object: (group, slot). `timeout` µs, None: always fresh."""

    group: int
    slot: int
    timeout: int | None


@dataclass(frozen=True, slots=True)
class RuleInput:
    """The result of another rule, by its id: a derived signal's value, whether a check is failed or an event active."""

    rule: int


Input = SignalInput | RuleInput


@dataclass(frozen=True, slots=True)
class Constant:
    value: float


@dataclass(frozen=True, slots=True)
class Read:
    """Of the rule's `inputs`, by number."""

    input: int


@dataclass(frozen=True, slots=True)
class Attribute:
    """Of the machine, by number in the rule's `attributes`."""

    number: int


@dataclass(frozen=True, slots=True)
class EventTime:
    """`ts`: seconds since 1970 of the instant, of a judgement's object."""


@dataclass(frozen=True, slots=True)
class ReceivedTime:
    """`received_at`: seconds since 1970. Only of judgements."""


@dataclass(frozen=True, slots=True)
class Operation:
    op: Op
    operands: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class IsQuality:
    """Whether the operand's quality is in `mask`: bit q for quality q."""

    operand: Expr
    mask: int


@dataclass(frozen=True, slots=True)
class Previous:
    input: int


@dataclass(frozen=True, slots=True)
class Elapsed:
    input: int


@dataclass(frozen=True, slots=True)
class AbsentFor:
    """µs."""

    input: int
    duration: int


@dataclass(frozen=True, slots=True)
class Rate:
    input: int


@dataclass(frozen=True, slots=True)
class Window:
    """`over` µs."""

    input: int
    function: Literal["mean", "min", "max"]
    over: int


@dataclass(frozen=True, slots=True)
class Unroll:
    """`modulus` (2^bits times the signal's scale), `max_step` (None: any) and result in the signal's unit."""

    input: int
    modulus: float
    max_step: float | None
    reset: Expr | None


@dataclass(frozen=True, slots=True)
class Held:
    """`for`: µs."""

    condition: Expr
    duration: int


Expr = (
    Constant
    | Read
    | Attribute
    | EventTime
    | ReceivedTime
    | Operation
    | IsQuality
    | Previous
    | Elapsed
    | AbsentFor
    | Rate
    | Window
    | Unroll
    | Held
)


@dataclass(frozen=True, slots=True)
class Derived:
    """`group`: where its rows go, None where it is never stored (`store` is then `never`)."""

    id: int
    name: str
    inputs: tuple[Input, ...]
    attributes: tuple[str, ...]
    value: Expr
    hold: int | None
    minimum: float | None
    maximum: float | None
    store: Store
    group: int | None
    unit: str
    type: Literal["number", "integer", "boolean"]
    enum: int | None
    comment: str


@dataclass(frozen=True, slots=True)
class Check:
    """`when` None: always; its duration is a `Held` in it. What actions change is in hidden derived signals."""

    id: int
    name: str
    title: str
    inputs: tuple[Input, ...]
    attributes: tuple[str, ...]
    when: Expr | None
    expect: Expr
    severity: Severity
    text: str
    comment: str


@dataclass(frozen=True, slots=True)
class Event:
    """`raise_when` and `clear_when` have their durations as `Held` on top where there are any; µs of `cooldown`.

    `clear_when` None: where the condition in `raise_when` (under the `Held`) fails. `capture` are numbers of `inputs`.
    """

    id: int
    name: str
    title: str
    inputs: tuple[Input, ...]
    attributes: tuple[str, ...]
    raise_when: Expr
    clear_when: Expr | None
    severity: Severity
    capture: tuple[int, ...]
    cooldown: int
    group_by: str
    comment: str


Rule = Derived | Check | Event


@dataclass(frozen=True, slots=True)
class Judgement:
    """What makes an object's row suspect: the first condition that holds gives the reason.

    `inputs` are the object's own signals (group, slot), read as they are in this object; `Previous` reads the newest
    earlier object's, `Elapsed` the seconds since that. Objects older than that one have no previous.
    """

    inputs: tuple[SignalInput, ...]
    attributes: tuple[str, ...]
    suspicions: tuple[tuple[str, Expr], ...]


@dataclass(frozen=True, slots=True)
class Program:
    """The rules of a catalogue, each behind those that it reads."""

    rules: tuple[Rule, ...]
