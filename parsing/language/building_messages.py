"""Messages, signals, enums, and definitions of objects."""

from __future__ import annotations

import re
from typing import Any

from parsing.language import limits
from parsing.language.ast import (
    BitPlace,
    CanSource,
    Case,
    DtcList,
    Enum,
    EnumMember,
    J1939Source,
    Message,
    Mux,
    PathPlace,
    RawInterval,
    Signal,
    Span,
)
from parsing.language.building_base import Clause, did_you_mean
from parsing.language.building_options import Options
from parsing.language.codes import DiagnosticCode
from parsing.language.expressions import Name

FORMATS = ("standard", "extended", "standard_fd", "extended_fd", "j1939")
_BYTE_AND_BIT = re.compile(r"([0-9]{1,9})\.([1-8])")
_STEP = re.compile(r"\.(?:`([^`]+)`|(\w+))|\[([0-9]+)\]")
_DIGITS_OF_STANDARD = 3
_DIGITS_OF_EXTENDED = 8
_LARGEST_STANDARD = 0x7FF
_LARGEST_EXTENDED = 0x1FFF_FFFF
_LARGEST_PGN = 0x3FFFF
_LARGEST_ADDRESS = 0xFF
_LARGEST_INDEX = 999_999


class Messages(Options):
    # Where they come from

    def can_hex(self, start: int, end: int, text: str) -> CanSource:
        digits = len(text) - 2
        if digits != _DIGITS_OF_EXTENDED and digits > _DIGITS_OF_STANDARD:
            self._bad_id(end - len(text), end, f"{digits} hex digits are neither an 11-bit identifier nor a 29-bit one")
            return CanSource(0, digits > _DIGITS_OF_STANDARD, Span(start, end))
        extended = digits == _DIGITS_OF_EXTENDED
        return CanSource(self._can_id(text, end, extended=extended), extended, Span(start, end))

    def _can_id(self, text: str, end: int, *, extended: bool) -> int:
        number = int(text, 16)
        largest = _LARGEST_EXTENDED if extended else _LARGEST_STANDARD
        if number > largest:
            self._bad_id(
                end - len(text),
                end,
                f"an identifier of {29 if extended else 11} bits is at most 0x{largest:X}",
            )
        return number & largest

    def _bad_id(self, start: int, end: int, why: str) -> None:
        self.report(
            DiagnosticCode.CAN_ID,
            (start, end),
            why,
            "as candump writes: three digits are 11 bits (0x123), eight are 29 bits (0x18FF5027, 0x00000123)",
        )

    def j1939_source(self, start: int, end: int, parts: list[Clause]) -> J1939Source:
        given = {keyword: clause.value for keyword, clause in self.gather(parts).items()}
        if "pgn" not in given and "id" not in given:
            self.missing(
                (start, end), end, "it is not said which parameter group", "add:  pgn 61444  (or `id 0x0CF00400`)"
            )
        return J1939Source(given.get("pgn"), given.get("sa"), given.get("id"), Span(start, end))

    def pgn(self, start: int, end: int, number: int) -> Clause:
        if number > _LARGEST_PGN:
            self.report(
                DiagnosticCode.CAN_ID,
                (start, end),
                f"a PGN has at most 18 bits: {_LARGEST_PGN}",
                "a whole 29-bit identifier is written `id 0x18FEF100`",
            )
        return Clause("pgn", number & _LARGEST_PGN, start, end)

    def source_address(self, start: int, end: int, number: int) -> Clause:
        if number > _LARGEST_ADDRESS:
            self.report(DiagnosticCode.CAN_ID, (start, end), "a source address has 8 bits: at most 0xFF", "see `sa *`")
        return Clause("sa", number & 0xFF, start, end)

    def any_address(self, start: int, end: int) -> Clause:
        return Clause("sa", None, start, end)

    def j1939_id(self, start: int, end: int, text: str) -> Clause:
        if len(text) - 2 != _DIGITS_OF_EXTENDED:
            self._bad_id(end - len(text), end, "identifiers of J1939 have 29 bits: eight hex digits")
            return Clause("id", 0, start, end)
        return Clause("id", self._can_id(text, end, extended=True), start, end)

    # Messages

    def message(self, start: int, end: int, name: Name, title: str, source: Any, clauses: list[Any]) -> Message:
        own = [one for one in clauses if isinstance(one, Clause)]
        members = tuple(one for one in clauses if not isinstance(one, Clause))
        given = self.gather(own)
        values = {keyword: clause.value for keyword, clause in given.items()}
        noted = [one for one in own if one.keyword != "transport"]  # it has no place in a formatted text
        return Message(
            name=name,
            title=title,
            source=source,
            length=values.get("length"),
            timeout=values.get("timeout"),
            cycle=values.get("cycle"),
            frame_format=values.get("format"),
            doc=values.get("doc", ""),
            members=members,
            span=Span(start, end),
            options={keyword: clause.span for keyword, clause in given.items()},
            remarks=self.remarks(start, end, noted),
        )

    def length(self, start: int, end: int, value: int) -> Clause:
        return Clause("length", value, start, end)

    def timeout(self, start: int, end: int, value: int) -> Clause:
        return Clause("timeout", value, start, end)

    def cycle(self, start: int, end: int, value: int) -> Clause:
        return Clause("cycle", value, start, end)

    def format(self, start: int, end: int, name: Name) -> Clause:
        return Clause("format", self.one_of(name, FORMATS, "no frame format", "standard"), start, end)

    def transport(self, start: int, end: int, name: Name) -> Clause:
        return Clause("transport", self.one_of(name, ("bam",), "no transport protocol", "bam"), start, end)

    def dtc(self, start: int, end: int, name: Name, first: str, most: str) -> DtcList:
        byte = self.decimal(start, end, first)
        maximum = self.decimal(end - len(most), end, most)
        return DtcList(name, byte, maximum, Span(start, end), self.remarks(start, end))

    # Multiplexing

    def mux(self, start: int, end: int, multiplexor: Name, clauses: list[Any]) -> Mux | None:
        cases = tuple(one for one in clauses if isinstance(one, Case))
        given = self.gather(one for one in clauses if isinstance(one, Clause))
        mux = Mux(
            multiplexor,
            cases,
            has_else="else" in given,
            span=Span(start, end),
            remarks=self.remarks(start, end, list(given.values())),
        )
        if _depth(mux) > limits.DEEPEST_MUX:
            self.report(
                DiagnosticCode.NESTED,
                multiplexor.span,
                f"more than {limits.DEEPEST_MUX} multiplexors stand in each other",
                "check the braces; no message in the field nests so deep",
            )
            return None
        return mux

    def case(self, start: int, end: int, ranges: list[RawInterval], title: str, members: list[Any]) -> Case:
        return Case(tuple(ranges), title, tuple(members), Span(start, end), self.remarks(start, end, ()))

    def otherwise(self, start: int, end: int, _page: Name | None = None) -> Clause:
        return Clause("else", None, start, end)

    # Signals

    def signal(self, start: int, end: int, name: Name, kind: Name, place: Any, options: list[Clause]) -> Signal:
        return self._signal(Span(start, end), (name, kind, None), place, options)

    def signal_with_enum(
        self, start: int, end: int, name: Name, kind: Name, enum: Name, place: Any, options: list[Clause]
    ) -> Signal:
        return self._signal(Span(start, end), (name, kind, enum), place, options)

    def _signal(self, span: Span, names: tuple[Name, Name, Name | None], place: Any, options: list[Clause]) -> Signal:
        given = self.options_of(options)
        values = {keyword: clause.value for keyword, clause in given.items()}
        name, kind, enum = names
        return Signal(
            name=name,
            type=kind,
            enum=enum,
            place=place,
            scale=values.get("scale", 1.0),
            offset=values.get("offset", 0.0),
            unit=values.get("unit"),
            range=values.get("range"),
            not_available=values.get("na"),
            error=values.get("error"),
            j1939_sentinels="j1939_sentinels" in given,
            spn=values.get("spn"),
            doc=values.get("doc", ""),
            span=span,
            options={keyword: clause.span for keyword, clause in given.items()},
            remarks=self.remarks(*span),
        )

    def byte_place(self, start: int, end: int, text: str, first_bit: int = 0, *, big: bool = False) -> BitPlace:
        byte = self.decimal(start, end, text)
        if byte == 0:
            self.report(
                DiagnosticCode.NUMBER,
                (start, end),
                "bytes are counted from 1, as in the papers of J1939",
                "use:  byte 1  (or `bit 0`: bits are counted from 0, as in a DBC)",
            )
            byte = 1
        return BitPlace((byte - 1) * 8 + first_bit, big, Span(start, end))

    def byte_place_big(self, start: int, end: int, text: str) -> BitPlace:
        return self.byte_place(start, end, text, 7, big=True)

    def byte_bit_place(self, start: int, end: int, text: str, *, big: bool = False) -> BitPlace:
        found = _BYTE_AND_BIT.fullmatch(text)
        if found is None:
            self.report(
                DiagnosticCode.NUMBER,
                (start, end),
                f"`{text[: limits.LONGEST_NAME]}` is no bit of a byte: bits of a byte are counted from 1 to 8",
                "use:  byte 4.3  for the third bit of the fourth byte",
            )
            return BitPlace(0, big, Span(start, end))
        return self.byte_place(start, end, found[1], int(found[2]) - 1, big=big)

    def byte_bit_place_big(self, start: int, end: int, text: str) -> BitPlace:
        return self.byte_bit_place(start, end, text, big=True)

    def bit_place(self, start: int, end: int, text: str, *, big: bool = False) -> BitPlace:
        return BitPlace(self.decimal(start, end, text), big, Span(start, end))

    def bit_place_big(self, start: int, end: int, text: str) -> BitPlace:
        return self.bit_place(start, end, text, big=True)

    def path(self, start: int, end: int, text: str) -> PathPlace:
        steps: list[str | int] = []
        for quoted, plain, index in _STEP.findall(text, 1):
            if index and (len(index) > len(str(_LARGEST_INDEX)) or len(steps) > limits.LONGEST_NAME):
                self.report(DiagnosticCode.NUMBER, (start, end), "an index too large", f"at most {_LARGEST_INDEX}")
                break
            steps.append(int(index) if index else quoted or plain)
        return PathPlace(tuple(steps), Span(start, end))

    # Enums

    def enum(self, start: int, end: int, name: Name, members: list[EnumMember]) -> Enum:
        return Enum(name, None, tuple(members), Span(start, end), self.remarks(start, end, ()))

    def enum_with_type(self, start: int, end: int, name: Name, kind: Name, members: list[EnumMember]) -> Enum:
        return Enum(name, kind, tuple(members), Span(start, end), self.remarks(start, end, ()))

    def enum_member(self, start: int, end: int, number: int | None, name: Name, title: str) -> EnumMember:
        return EnumMember(number, name, title, Span(start, end), self.remarks(start, end))

    def enum_else(self, start: int, end: int, name: Name, title: str) -> EnumMember:
        return self.enum_member(start, end, None, name, title)

    def one_of(self, name: Name, known: tuple[str, ...], why: str, otherwise: str) -> str:
        """Give the word, or `otherwise` where it is none of those that can stand here."""
        if name.text in known:
            return name.text
        self.report(DiagnosticCode.UNKNOWN_WORD, name.span, f"`{name.text}` is {why}", did_you_mean(name.text, known))
        return otherwise


def _depth(mux: Mux) -> int:
    inner = (one for case in mux.cases for one in case.members if isinstance(one, Mux))
    return 1 + max((_depth(one) for one in inner), default=0)
