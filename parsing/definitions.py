"""What a release holds: definition sets, their messages, groups and signals, and the machine models that use them.

The records mirror format 2 of the artefact (docs/contracts/release.md); `parsing.release` reads and checks them.
Their bounds are said with `annotated_types`, so that who needs only the records does not import pydantic.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal, NamedTuple

from annotated_types import Ge, Le, Lt, MinLen, Predicate

from parsing.can_id import ERROR_FLAG, EXTENDED_FLAG, PDU1_LIMIT, REMOTE_FLAG, pgn_of

__all__ = [
    "ERROR_FLAG", "EXTENDED_FLAG", "MAX_PAYLOAD_BITS", "MAX_PAYLOAD_BYTES", "PDU1_LIMIT", "REMOTE_FLAG", "TIME_END",
    "Binding", "Condition", "Content", "DefinitionSet", "Enum", "FrameFormat", "Group", "Identity", "Message", "Model",
    "Name", "Number", "Range", "Signal", "network_bit", "pgn_of",
]  # fmt: skip

MAX_PAYLOAD_BYTES = 1785
"""J1939-21: 255 packets of 7 bytes are the most that the transport protocol carries."""

MAX_PAYLOAD_BITS = 8 * MAX_PAYLOAD_BYTES

TIME_END = 2**32 * 1_000_000
"""µs since 1970 at which times end: unsigned 32-bit seconds are the widest that every store holds (2106-02-07)."""

Number = Annotated[float, Predicate(math.isfinite)]
Identity = Annotated[int, Ge(0), Le(0xFFFF_FFFF)]
Name = Annotated[str, MinLen(1)]

FrameFormat = Literal["standard", "extended", "standard_fd", "extended_fd", "j1939"]
"""What a DBC's attribute VFrameFormat says of a message."""


class Range(NamedTuple):
    """Both ends belong to it."""

    low: Annotated[int, Ge(-(2**31)), Lt(2**32)]
    high: Annotated[int, Ge(-(2**31)), Lt(2**32)]


class Condition(NamedTuple):
    multiplexor: str
    ranges: tuple[Range, ...]


@dataclass(frozen=True, slots=True)
class Enum:
    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    id: Identity
    name: Name
    values: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Signal:
    """`start` is the DBC's bit number; `minimum` and `maximum` are physical, None = no limit."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    slot: Annotated[int, Ge(0), Le(0xFFFF)]
    name: Name
    start: Annotated[int, Ge(0), Lt(MAX_PAYLOAD_BITS)]
    length: Annotated[int, Ge(1), Le(64)]
    byte_order: Literal["little", "big"]
    type: Literal["unsigned", "signed", "float"]
    scale: Number
    offset: Number
    minimum: Number | None
    maximum: Number | None
    unit: str
    enum: Identity | None
    spn: Identity | None
    sentinels: Literal["j1939", "none"]
    comment: str

    @property
    def end(self) -> int:
        """Bits a frame must carry, counted as they are sent, for the signal to be all there."""
        if self.byte_order == "little":
            return self.start + self.length
        return network_bit(self.start) + self.length


@dataclass(frozen=True, slots=True)
class Group:
    """The signals of a message that share one condition; `()` is the unconditional group."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    id: Identity
    condition: tuple[Condition, ...]
    signals: tuple[Signal, ...]

    @property
    def width(self) -> int:
        """Length of the group's arrays: its highest slot + 1."""
        return max((signal.slot for signal in self.signals), default=-1) + 1


@dataclass(frozen=True, slots=True)
class Message:
    """`length` in bytes, `cycle_time` in ms (None = not cyclic, or not said)."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    id: Identity
    name: Name
    match: Literal["id", "pgn"]
    can_id: Annotated[int, Ge(0), Le(0x1FFF_FFFF)]
    extended: bool
    pgn: Annotated[int, Ge(0), Le(0x3FFFF)] | None
    j1939: bool
    length: Annotated[int, Ge(0), Le(MAX_PAYLOAD_BYTES)]
    cycle_time: Annotated[int, Ge(1), Lt(2**31)] | None
    frame_format: FrameFormat | None
    comment: str
    groups: tuple[Group, ...]

    def homes(self) -> dict[str, tuple[Group, Signal]]:
        """Every signal by its name, with the group that holds it."""
        return {signal.name: (group, signal) for group in self.groups for signal in group.signals}


@dataclass(frozen=True, slots=True)
class DefinitionSet:
    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    id: Identity
    name: Name
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Binding:
    """A definition set in use on a bus channel; None = on every channel."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    set: Identity
    bus: Annotated[int, Ge(0), Le(255)] | None


@dataclass(frozen=True, slots=True)
class Model:
    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    id: Identity
    name: Name
    sets: tuple[Binding, ...]


@dataclass(frozen=True, slots=True)
class Content:
    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    enums: tuple[Enum, ...]
    sets: tuple[DefinitionSet, ...]
    models: tuple[Model, ...]


def network_bit(start: int) -> int:
    """Place of a bit in the order in which bits are sent, from a DBC's (sawtooth) number; its own inverse."""
    return start ^ 7
