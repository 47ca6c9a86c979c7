"""What the statements of a DBC file say, before it is put together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from parsing.definitions import Range

FLOAT_TYPES = (1, 2)
"""SIG_VALTYPE_: 1 is a float of 32 bits, 2 of 64; files use either for any length."""

Reference = tuple[int, str]
"""A signal as statements name it: the id of its message as written in the file, and its name."""


class Said(NamedTuple):
    """A text that a statement gives to a message or signal."""

    text: str
    line: int


class Values(NamedTuple):
    """`pairs` as written: number and text."""

    pairs: tuple[tuple[str, str], ...]
    line: int


class Selection(NamedTuple):
    """The values of its multiplexor with which a signal is in the frame."""

    multiplexor: str
    ranges: tuple[Range, ...]
    line: int


class ValueType(NamedTuple):
    number: int
    line: int


class SignalStatement(NamedTuple):
    """An SG_ line. `mark` is what stands after the name: `M`, `m3`, `m3M` or nothing."""

    line: int
    name: str
    mark: str
    start: int
    length: int
    big: bool
    signed: bool
    scale: float
    offset: float
    minimum: float
    maximum: float
    unit: str


@dataclass(frozen=True, slots=True)
class MessageStatement:
    """A BO_ line and the SG_ lines after it. `id` as written, bit 31 included."""

    line: int
    id: int
    name: str
    length: int
    signals: list[SignalStatement] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Use:
    """How often something is there of which nothing is kept, and first where."""

    line: int
    count: int


@dataclass(slots=True)
class Statements:
    """`read` counts statements, `signals` SG_ lines; the attributes are those that are kept, by their names."""

    read: int = 0
    signals: int = 0
    messages: list[MessageStatement] = field(default_factory=list)
    message_comments: dict[int, Said] = field(default_factory=dict)
    signal_comments: dict[Reference, Said] = field(default_factory=dict)
    values: dict[Reference, Values] = field(default_factory=dict)
    value_types: dict[Reference, ValueType] = field(default_factory=dict)
    selections: dict[Reference, Selection] = field(default_factory=dict)
    tables: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    message_attributes: dict[str, dict[int, Said]] = field(default_factory=dict)
    signal_attributes: dict[str, dict[Reference, Said]] = field(default_factory=dict)
    labels: dict[str, tuple[str, ...]] = field(default_factory=dict)
    defaults: dict[str, Said] = field(default_factory=dict)
    definitions: dict[str, int] = field(default_factory=dict)
    unkept: dict[str, Use] = field(default_factory=dict)
    unkept_attributes: dict[str, Use] = field(default_factory=dict)

    def is_float(self, signal: Reference) -> bool:
        value_type = self.value_types.get(signal)
        return value_type is not None and value_type.number in FLOAT_TYPES
