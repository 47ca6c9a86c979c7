"""What a release holds: definition sets, their messages, groups and signals, and the machine models that use them;
definitions of objects, and rules.

The records mirror format 3 of the artefact (docs/contracts/release.md); `parsing.release` reads and checks them. What
format 2 does not have has a default.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal, NamedTuple

from annotated_types import Ge, Le, Lt

from parsing.bounds import Identity, Name, Number, Slot
from parsing.can_id import ERROR_FLAG, EXTENDED_FLAG, PDU1_LIMIT, REMOTE_FLAG, pgn_of
from parsing.objects.records import ObjectDefinition
from parsing.rules.compiled import CompiledRule

__all__ = [
    "ERROR_FLAG", "EXTENDED_FLAG", "MAX_PAYLOAD_BITS", "MAX_PAYLOAD_BYTES", "PDU1_LIMIT", "REMOTE_FLAG", "TIME_END",
    "Binding", "Condition", "Content", "DefinitionSet", "DtcList", "Enum", "FrameFormat", "Group", "Identity",
    "Message", "Model", "Name", "Number", "Otherwise", "Range", "RawRange", "Signal", "network_bit", "pgn_of",
]  # fmt: skip

MAX_PAYLOAD_BYTES = 1785
"""J1939-21: 255 packets of 7 bytes are the most that the transport protocol carries."""

MAX_PAYLOAD_BITS = 8 * MAX_PAYLOAD_BYTES

TIME_END = 2**32 * 1_000_000
"""µs since 1970 at which times end: unsigned 32-bit seconds are the widest that every store holds (2106-02-07)."""

FrameFormat = Literal["standard", "extended", "standard_fd", "extended_fd", "j1939"]
"""What a DBC's attribute VFrameFormat says of a message."""


class Range(NamedTuple):
    """Both ends belong to it."""

    low: Annotated[int, Ge(-(2**31)), Lt(2**32)]
    high: Annotated[int, Ge(-(2**31)), Lt(2**32)]


class Condition(NamedTuple):
    multiplexor: str
    ranges: tuple[Range, ...]


class RawRange(NamedTuple):
    """Raw numbers, signed where the signal is; both ends belong to it."""

    low: Annotated[int, Ge(-(2**63)), Lt(2**64)]
    high: Annotated[int, Ge(-(2**63)), Lt(2**64)]


class Otherwise(NamedTuple):
    """What a number is called that the enum does not name."""

    name: Name
    title: str


@dataclass(frozen=True, slots=True)
class Enum:
    """`type` (such as `u4`) is what signals of the enum are that say no other; `titles` of some of the `values`."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    id: Identity
    name: Name
    values: tuple[tuple[int, str], ...]
    type: Name | None = None
    titles: tuple[tuple[int, str], ...] = ()
    otherwise: Otherwise | None = None


@dataclass(frozen=True, slots=True)
class Signal:
    """`start` is the DBC's bit number; `minimum` and `maximum` are physical, None = no limit.

    `not_available` and `error` say of a signal that is an integer which raw numbers are that; each stands in the place
    of what `sentinels` says.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    slot: Slot
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
    not_available: RawRange | None = None
    error: RawRange | None = None

    @property
    def end(self) -> int:
        """Bits a frame must carry, counted as they are sent, for the signal to be all there."""
        if self.byte_order == "little":
            return self.start + self.length
        return network_bit(self.start) + self.length


@dataclass(frozen=True, slots=True)
class Group:
    """The signals of a message that share one condition; `()` is the unconditional group. `title` is the page's."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    id: Identity
    condition: tuple[Condition, ...]
    signals: tuple[Signal, ...]
    title: str = ""

    @property
    def width(self) -> int:
        """Length of the group's arrays: its highest slot + 1."""
        return max((signal.slot for signal in self.signals), default=-1) + 1


class DtcList(NamedTuple):
    """Trouble codes of 4 bytes each (J1939-73), `maximum` of them at most, from `first_byte` (1-based) on."""

    name: Name
    first_byte: Annotated[int, Ge(1), Le(MAX_PAYLOAD_BYTES)]
    maximum: Annotated[int, Ge(1), Le(MAX_PAYLOAD_BYTES)]


@dataclass(frozen=True, slots=True)
class Message:
    """`length` in bytes, `cycle_time` in ms (None = not cyclic, or not said).

    `timeout` in ms: its signals are stale from then on, None = never. `source_address`: of a message that is matched by
    PGN, only frames from there.
    """

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
    title: str = ""
    timeout: Annotated[int, Ge(1), Lt(2**31)] | None = None
    source_address: Annotated[int, Ge(0), Le(253)] | None = None
    dtcs: tuple[DtcList, ...] = ()

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
    objects: tuple[ObjectDefinition, ...] = ()
    rules: tuple[CompiledRule, ...] = ()


def network_bit(start: int) -> int:
    """Place of a bit in the order in which bits are sent, from a DBC's (sawtooth) number; its own inverse."""
    return start ^ 7
