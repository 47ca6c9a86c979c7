"""What a release holds: definition sets, their messages, groups and signals, and the machine models that use them.

The records mirror format 1 of the artefact (docs/contracts/release.md); `parsing.release` reads and checks them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal, NamedTuple

from pydantic import ConfigDict, Field

MAX_FRAME_BITS = 512
"""A CAN FD frame carries up to 64 bytes."""

PDU1_LIMIT = 240
"""J1939-21: a PDU format below it is addressed (PDU1); its PS byte is the destination, not part of the PGN."""

EXTENDED_FLAG = 0x8000_0000
REMOTE_FLAG = 0x4000_0000
ERROR_FLAG = 0x2000_0000
"""SocketCAN's flags in the upper bits of a frame's id."""

Number = Annotated[float, Field(allow_inf_nan=False)]
Identity = Annotated[int, Field(ge=0, le=0xFFFF_FFFF)]
Name = Annotated[str, Field(min_length=1)]


class Range(NamedTuple):
    """Both ends belong to it."""

    low: Annotated[int, Field(ge=-(2**31), lt=2**32)]
    high: Annotated[int, Field(ge=-(2**31), lt=2**32)]


class Condition(NamedTuple):
    multiplexor: str
    ranges: tuple[Range, ...]


@dataclass(frozen=True, slots=True)
class Enum:
    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    id: Identity
    name: Name
    values: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Signal:
    """`start` is the DBC's bit number; `minimum` and `maximum` are physical, None = no limit."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    slot: Annotated[int, Field(ge=0, le=0xFFFF)]
    name: Name
    start: Annotated[int, Field(ge=0, lt=MAX_FRAME_BITS)]
    length: Annotated[int, Field(ge=1, le=64)]
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

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    id: Identity
    condition: tuple[Condition, ...]
    signals: tuple[Signal, ...]

    @property
    def width(self) -> int:
        """Length of the group's arrays: its highest slot + 1."""
        return max((signal.slot for signal in self.signals), default=-1) + 1


@dataclass(frozen=True, slots=True)
class Message:
    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    id: Identity
    name: Name
    match: Literal["id", "pgn"]
    can_id: Annotated[int, Field(ge=0, le=0x1FFF_FFFF)]
    extended: bool
    pgn: Annotated[int, Field(ge=0, le=0x3FFFF)] | None
    j1939: bool
    length: Annotated[int, Field(ge=0)]
    comment: str
    groups: tuple[Group, ...]

    def homes(self) -> dict[str, tuple[Group, Signal]]:
        """Every signal by its name, with the group that holds it."""
        return {signal.name: (group, signal) for group in self.groups for signal in group.signals}


@dataclass(frozen=True, slots=True)
class DefinitionSet:
    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    id: Identity
    name: Name
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Binding:
    """A definition set in use on a bus channel; None = on every channel."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    set: Identity
    bus: Annotated[int, Field(ge=0, le=255)] | None


@dataclass(frozen=True, slots=True)
class Model:
    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    id: Identity
    name: Name
    sets: tuple[Binding, ...]


@dataclass(frozen=True, slots=True)
class Content:
    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    enums: tuple[Enum, ...]
    sets: tuple[DefinitionSet, ...]
    models: tuple[Model, ...]


def network_bit(start: int) -> int:
    """Place of a bit in the order in which bits are sent, from a DBC's (sawtooth) number; its own inverse."""
    return start ^ 7


def pgn_of(can_id: int) -> int:
    """J1939-21 parameter group number of a 29-bit id: EDP, DP, PF and, for PDU2, PS."""
    pgn = can_id >> 8 & 0x3FFFF
    return pgn if pgn >> 8 & 0xFF >= PDU1_LIMIT else pgn & 0x3FF00
