"""How objects in envelopes are read: part of a release (docs/contracts/release.md), and what a text gives of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal, NamedTuple

from annotated_types import Ge, Le, MaxLen

from parsing.bounds import Identity, Name, Number, Slot

ObjectKind = Literal["position", "log", "fault", "report"]
"""Of `vehicle_position`, `vehicle_log`, `vehicle_dtc` and `vehicle_event` envelopes."""

Severity = Literal["info", "warning", "error", "critical"]

SignalType = Literal["unsigned", "signed", "float", "boolean", "text", "bytes"]

Step = str | Annotated[int, Ge(0), Le(0xFFFF)]
"""A key of a map, or a place in a list, from 0."""

Path = Annotated[tuple[Step, ...], MaxLen(32)]


class SeverityArm(NamedTuple):
    """`pattern` is the whole text, or a regular expression that is found in it; None: any text."""

    pattern: Annotated[str, MaxLen(1000)] | None
    is_regex: bool
    ignore_case: bool
    severity: Severity


class SeverityMap(NamedTuple):
    """The first arm that fits the signal's text decides."""

    signal: Name
    arms: Annotated[tuple[SeverityArm, ...], MaxLen(200)]


@dataclass(frozen=True, slots=True)
class ObjectSignal:
    """`length` is in bits; that of booleans, texts and bytes is 0. Texts and bytes have slots too: rows of values are
    absent there, and `text_value` names them by it.

    A number in the object is raw: scale and offset apply to it. `minimum` and `maximum` are as a message's signal's.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    slot: Slot
    name: Name
    type: SignalType
    length: Annotated[int, Ge(0), Le(64)]
    path: Path
    scale: Number
    offset: Number
    minimum: Number | None
    maximum: Number | None
    unit: str
    enum: Identity | None
    comment: str


Node = Literal["constant", "read", "attribute", "ts", "received", "operation", "quality", "previous", "elapsed"]


class ConditionStep(NamedTuple):
    """One node of a condition (`parsing.rules.program`), which stands behind its `operands` operands.

    `number`: a constant's value; the number of an operation, an input or an attribute; a mask of qualities; else 0.
    """

    node: Node
    number: Number
    operands: Annotated[int, Ge(0), Le(4)]


class ObjectSuspicion(NamedTuple):
    """`condition` as `parsing.objects.conditions` writes it."""

    reason: Name
    condition: Annotated[tuple[ConditionStep, ...], MaxLen(512)]


@dataclass(frozen=True, slots=True)
class ObjectJudgement:
    """What makes an object suspect: the first condition that holds gives the reason.

    `inputs` are slots of the definition's own signals; inputs and attributes are numbered as they stand here.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    inputs: Annotated[tuple[Slot, ...], MaxLen(256)]
    attributes: Annotated[tuple[Name, ...], MaxLen(256)]
    suspicions: Annotated[tuple[ObjectSuspicion, ...], MaxLen(64)]


NEVER_SUSPECT = ObjectJudgement((), (), ())


@dataclass(frozen=True, slots=True)
class ObjectDefinition:
    """`each` leads to a list whose members are the objects; None: the body is one, or a list of them. `group` is what
    the values are stored as.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    id: Identity
    set: Identity
    kind: ObjectKind
    name: Name
    title: str
    each: Path | None
    group: Identity
    signals: Annotated[tuple[ObjectSignal, ...], MaxLen(1000)]
    judgement: ObjectJudgement
    severity: SeverityMap | None
    comment: str


@dataclass(frozen=True, slots=True)
class ImportedObjectSignal:
    """As `ObjectSignal`, in the order in which a new group gives slots; `enum` is the name of an enum of the set."""

    name: str
    type: SignalType
    length: int
    path: tuple[Step, ...]
    scale: float
    offset: float
    minimum: float | None
    maximum: float | None
    unit: str
    enum: str | None
    comment: str


@dataclass(frozen=True, slots=True)
class ImportedObject:
    """A text's definition of objects, without the conditions that make one suspect: those are rules."""

    name: str
    kind: ObjectKind
    title: str
    each: tuple[Step, ...] | None
    signals: tuple[ImportedObjectSignal, ...]
    severity: SeverityMap | None
    comment: str
