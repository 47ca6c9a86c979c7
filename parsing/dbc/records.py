"""What an import gives, of a DBC file or of a text. The fields have the meanings and bounds of `parsing.definitions`.

What a DBC cannot say has a default. `position` is the place of an enum or message among the items of its text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from parsing.dbc.findings import Finding
    from parsing.definitions import Condition, DtcList, FrameFormat, Otherwise, RawRange
    from parsing.objects.records import ImportedObject

Match = Literal["auto", "id", "pgn"]
"""`auto`: by PGN where the file says so (VFrameFormat) or a 29-bit id ends in FE, the null address, unless several
messages have the PGN or the ids are bare PGNs; else by id."""


class Note(NamedTuple):
    """A text's comments on an item, without the `#`: the lines before it, and what stands behind it.

    `at` is empty for the item itself, and else names a part of it that has no record of its own.
    """

    at: str
    above: tuple[str, ...]
    behind: str


@dataclass(frozen=True, slots=True)
class ImportedEnum:
    """`name` is unique in its set; `values` ascend in a DBC, and are as written in a text."""

    name: str
    values: tuple[tuple[int, str], ...]
    type: str | None = None
    titles: tuple[tuple[int, str], ...] = ()
    otherwise: Otherwise | None = None
    notes: tuple[Note, ...] = ()
    position: int = field(default=0, compare=False)


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
    not_available: RawRange | None = None
    error: RawRange | None = None
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportedGroup:
    """`signals` of a DBC by start bit; their order is the order in which a new group gives slots."""

    condition: tuple[Condition, ...]
    signals: tuple[ImportedSignal, ...]
    title: str = ""


@dataclass(frozen=True, slots=True)
class ImportedMessage:
    """`groups`: the unconditional one first, where there is one, then in the order of their first signals, the groups
    below a group right behind it.
    """

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
    title: str = ""
    timeout: int | None = None
    source_address: int | None = None
    dtcs: tuple[DtcList, ...] = ()
    notes: tuple[Note, ...] = ()
    position: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class ImportedSet:
    """Names of messages are unique; no two messages match the same frames of equal rank."""

    name: str
    enums: tuple[ImportedEnum, ...]
    messages: tuple[ImportedMessage, ...]
    findings: tuple[Finding, ...]
    objects: tuple[ImportedObject, ...] = ()
    notes: tuple[Note, ...] = ()
