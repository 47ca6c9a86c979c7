"""What an import gives. The fields have the meanings and the bounds of `parsing.definitions`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from parsing.dbc.findings import Finding
    from parsing.definitions import Condition, FrameFormat

Match = Literal["auto", "id", "pgn"]
"""`auto`: by PGN where the file says so (VFrameFormat) or a 29-bit id ends in FE, the null address, unless several
messages have the PGN or the ids are bare PGNs; else by id."""


@dataclass(frozen=True, slots=True)
class ImportedEnum:
    """`name` is unique in its set; `values` ascend."""

    name: str
    values: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class ImportedSignal:
    """`enum` is the name of an enum of the set."""

    name: str
    start: int
    length: int
    byte_order: Literal["little", "big"]
    type: Literal["unsigned", "signed", "float"]
    scale: float
    offset: float
    minimum: float | None
    maximum: float | None
    unit: str
    enum: str | None
    spn: int | None
    sentinels: Literal["j1939", "none"]
    comment: str


@dataclass(frozen=True, slots=True)
class ImportedGroup:
    """`signals` by start bit; their order is the order in which a new group gives slots."""

    condition: tuple[Condition, ...]
    signals: tuple[ImportedSignal, ...]


@dataclass(frozen=True, slots=True)
class ImportedMessage:
    """`groups`: the unconditional one first, where there is one, then in the order of their first signals."""

    name: str
    match: Literal["id", "pgn"]
    can_id: int
    extended: bool
    pgn: int | None
    j1939: bool
    length: int
    cycle_time: int | None
    frame_format: FrameFormat | None
    comment: str
    groups: tuple[ImportedGroup, ...]


@dataclass(frozen=True, slots=True)
class ImportedSet:
    """Names of messages are unique; no two messages match the same frames of equal rank."""

    name: str
    enums: tuple[ImportedEnum, ...]
    messages: tuple[ImportedMessage, ...]
    findings: tuple[Finding, ...]
