"""What names stand for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from parsing.checker.intervals import UNBOUNDED, Interval
from parsing.checker.signal_facts import SignalFacts, facts_of
from parsing.checker.units import BARE, Unit
from parsing.checker.values import Kind, Value
from parsing.definitions import Signal
from parsing.language import ast
from parsing.objects.records import ObjectSignal
from parsing.rules.program import SignalInput


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is defined, in a text."""

    file: str
    span: ast.Span


@dataclass(frozen=True, eq=False)
class EnumSymbol:
    """`members`: numbers by name; several may have one name, such as `reserved`."""

    set_name: str
    name: str
    id: int
    members: Mapping[str, tuple[int, ...]]

    @property
    def qualified(self) -> str:
        return f"{self.set_name}.{self.name}"

    @cached_property
    def numbers(self) -> Interval:
        """From the least to the greatest."""
        numbers = [number for those in self.members.values() for number in those]
        return Interval(float(min(numbers, default=0)), float(max(numbers, default=0)))


@dataclass(frozen=True, eq=False)
class SignalSymbol:
    """Of a message or of objects (`owner`). `record` None: it is there, but so wrong that nothing can read it.

    `timeout` in µs.
    """

    set_name: str
    owner: str
    name: str
    place: Place | None
    record: Signal | ObjectSignal | None = None
    enum: EnumSymbol | None = None
    input: SignalInput | None = None

    @property
    def qualified(self) -> str:
        return f"{self.set_name}.{self.owner}.{self.name}"

    @cached_property
    def facts(self) -> SignalFacts:
        return facts_of(self.record)


@dataclass(frozen=True, eq=False)
class OwnerSymbol:
    """A message, or a definition of objects, with its signals by name.

    `verdicts`: what an object is told to be beside its values, `reason` or `severity`, and the words for it.
    """

    set_name: str
    name: str
    place: Place | None
    is_message: bool
    signals: dict[str, SignalSymbol] = field(default_factory=dict)
    dtc_lists: frozenset[str] = frozenset()
    verdicts: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def qualified(self) -> str:
        return f"{self.set_name}.{self.name}"


@dataclass(eq=False, slots=True)
class RuleSymbol:
    """A derived signal, check or event. What is known of a derived signal's values is filled in in the order in which
    rules read each other.
    """

    set_name: str
    name: str
    place: Place
    node: ast.Derived | ast.Check | ast.Event
    number: int
    """In the order of the texts."""
    id: int = 0
    group: int | None = None
    kind: Kind = "unknown"
    unit: Unit = BARE
    interval: Interval = UNBOUNDED
    enum: EnumSymbol | None = None

    @property
    def qualified(self) -> str:
        return f"{self.set_name}.{self.name}"

    @property
    def what(self) -> Literal["derived signal", "check", "event"]:
        if isinstance(self.node, ast.Derived):
            return "derived signal"
        return "check" if isinstance(self.node, ast.Check) else "event"


@dataclass(eq=False, slots=True)
class ConstSymbol:
    """`value` None: not looked at yet."""

    set_name: str
    name: str
    place: Place
    node: ast.Const
    value: Value | None = None
    is_open: bool = False
    """It is being looked at: a const that reads itself."""

    @property
    def qualified(self) -> str:
        return f"{self.set_name}.{self.name}"


Symbol = SignalSymbol | RuleSymbol | ConstSymbol
