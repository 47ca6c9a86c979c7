"""What types mean: bits, and which enum; and what an enum's members say of a signal's raw numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from parsing.bounds import FLOAT_LENGTHS
from parsing.definitions import RawRange

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from parsing.language.ast import Enum, EnumMember, Signal

Kind = Literal["unsigned", "signed", "float"]

MAX_BITS = 64
_KINDS: dict[str, Kind] = {"u": "unsigned", "i": "signed", "f": "float"}
_LETTERS = {kind: letter for letter, kind in _KINDS.items()}


class NumberType(NamedTuple):
    kind: Kind
    length: int

    @property
    def text(self) -> str:
        return f"{_LETTERS[self.kind]}{self.length}"

    def holds(self, number: int) -> bool:
        """Whether the number is one of an integer's raw numbers."""
        low = -(1 << (self.length - 1)) if self.kind == "signed" else 0
        return low <= number < low + (1 << self.length)


_ALL = [
    NumberType(kind, length)
    for kind in _LETTERS
    for length in (FLOAT_LENGTHS if kind == "float" else range(1, MAX_BITS + 1))
]
_BY_TEXT = {"bool": NumberType("unsigned", 1), **{each.text: each for each in _ALL}}


def number_type(text: str) -> NumberType | None:
    """Of `u4`, `i16`, `f32` and the like; `bool` is one bit. None: it is none of them."""
    return _BY_TEXT.get(text)


class SignalType(NamedTuple):
    """`enum` is its name."""

    number: NumberType
    enum: str | None


class Enums:
    """The enums of a text by name."""

    def __init__(self, enums: Iterable[Enum]) -> None:
        self._enums = {enum.name.text: enum for enum in enums}

    def __contains__(self, name: str) -> bool:
        return name in self._enums

    def members(self, name: str) -> Mapping[int, EnumMember]:
        """By number; of several with one number the first. `else` is none of them."""
        members: dict[int, EnumMember] = {}
        for member in self._enums[name].members:
            if member.number is not None:
                members.setdefault(member.number, member)
        return members

    def type_text(self, name: str) -> str | None:
        """The type that the enum gives its signals; None where it gives none, or one that no enum has."""
        written = self._enums[name].type
        found = number_type(written.text) if written else None
        return found.text if found and found.kind != "float" else None

    def type_of(self, signal: Signal) -> SignalType | None:
        """None: the type is none that a number in a frame can have."""
        written = signal.type.text
        found = number_type(written)
        if found is not None:
            enum = signal.enum.text if signal.enum and signal.enum.text in self else None
            return SignalType(found, enum)
        given = number_type(self.type_text(written) or "") if written in self else None
        return SignalType(given, written) if given else None

    def named(self, name: str, quality: Literal["not_available", "error"]) -> RawRange | None:
        """The numbers of the members that have the quality's name, if there are any and no other is between them."""
        numbers = sorted(number for number, member in self.members(name).items() if member.name.text == quality)
        if not numbers or numbers[-1] - numbers[0] != len(numbers) - 1:
            return None
        return RawRange(numbers[0], numbers[-1])
