"""A definition set as a syntax tree, and so as text: enums and messages by their positions, of equal ones enums first;
in a message what is always there, then its pages. Spans say nothing.

What a text cannot say otherwise than it is: one limit alone gets the other that the bits have; a message that is
matched by PGN is J1939; a number that an enum calls `not_available` or `error` is that; names have no backticks and are
of one line, units have no brackets and no space around them. Objects and rules have no
records that a text could be made of: their text is what is kept.
"""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Literal

from parsing.dbc.writer import limits_of
from parsing.language import ast
from parsing.language.expressions import Name, Unit
from parsing.language.limits import LONGEST_NAME
from parsing.language.messages_of import default_id
from parsing.language.notes import HEADER, Placed, case_place, dtc_place, multiplexor_place
from parsing.language.types_of import Enums, NumberType, number_type

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from parsing.dbc.records import ImportedEnum, ImportedGroup, ImportedMessage, ImportedSet, ImportedSignal
    from parsing.definitions import Condition, RawRange
    from parsing.language.ast import CanSource, J1939Source

NOWHERE = ast.Span(0, 0)
"""In no text."""

NO_NUMBERS = ("text", "bytes")

_NO_BRACKETS = str.maketrans("[]", "()")


def document_of(imported: ImportedSet) -> ast.Document:
    """What `imported_set` reads as the same set again."""
    placed = Placed(imported.notes)
    remarks, header = placed.take("").above, placed.take(HEADER).above
    return ast.Document(tuple(item for _, item in items_of(imported)), remarks, header)


def enums_of(imported: ImportedSet) -> Enums:
    """What types mean in it."""
    return Enums(_enum(enum) for enum in imported.enums)


def items_of(imported: ImportedSet) -> Iterator[tuple[int, ast.Item]]:
    """Position and tree of each item in turn: those of a whole set take many times the memory of its text."""
    enums = [_enum(enum) for enum in imported.enums]
    writer = _Writer(Enums(enums))
    records: list[tuple[int, ast.Enum | ImportedMessage]] = [
        *((each.position, item) for each, item in zip(imported.enums, enums, strict=True)),
        *((each.position, each) for each in imported.messages),
    ]
    for position, each in sorted(records, key=itemgetter(0)):
        yield position, each if isinstance(each, ast.Enum) else writer.message(each)


def _enum(enum: ImportedEnum) -> ast.Enum:
    titles, placed = dict(enum.titles), Placed(enum.notes)
    remarks = placed.take("")
    members = [
        ast.EnumMember(number, _name(name), titles.get(number, ""), NOWHERE, placed.take(str(number)))
        for number, name in enum.values
    ]
    if enum.otherwise is not None:
        name, title = enum.otherwise
        members.append(ast.EnumMember(None, _name(name), title, NOWHERE, placed.take("else")))
    type_ = _name(enum.type) if enum.type else None
    return ast.Enum(_name(enum.name), type_, tuple(members), NOWHERE, placed.rest(remarks))


class _Writer:
    """Of the messages of a set with these enums."""

    def __init__(self, enums: Enums) -> None:
        self._enums = enums

    def message(self, message: ImportedMessage) -> ast.Message:
        placed = Placed(message.notes)
        remarks = placed.take("")
        members = self._members((), message.groups, placed)
        dtcs = [
            ast.DtcList(_name(name), first_byte, maximum, NOWHERE, placed.take(dtc_place(name)))
            for name, first_byte, maximum in message.dtcs
        ]
        return ast.Message(
            name=_name(message.name),
            title=message.title,
            source=_source(message),
            length=message.length,
            timeout=_microseconds(message.timeout),
            cycle=_microseconds(message.cycle_time),
            frame_format=message.frame_format,
            doc=message.comment,
            members=(*members, *dtcs),
            span=NOWHERE,
            remarks=placed.rest(remarks),
        )

    def _members(
        self, chain: tuple[Condition, ...], groups: Iterable[ImportedGroup], placed: Placed
    ) -> list[ast.Signal | ast.Mux]:
        """Of the groups whose condition begins with the chain."""
        members: list[ast.Signal | ast.Mux] = []
        below: dict[str, dict[Condition, list[ImportedGroup]]] = {}
        for group in groups:
            if len(group.condition) == len(chain):
                members += [self._signal(signal) for signal in group.signals]
            else:
                condition = group.condition[len(chain)]
                below.setdefault(condition.multiplexor, {}).setdefault(condition, []).append(group)
        for multiplexor, pages in below.items():
            remarks = placed.take(multiplexor_place(chain, multiplexor))
            cases = [self._case((*chain, condition), page, placed) for condition, page in pages.items()]
            members.append(ast.Mux(_name(multiplexor), tuple(cases), True, NOWHERE, remarks))
        return members

    def _case(self, chain: tuple[Condition, ...], groups: list[ImportedGroup], placed: Placed) -> ast.Case:
        ranges = tuple(ast.RawInterval(low, high, NOWHERE) for low, high in chain[-1].ranges)
        title = next((group.title for group in groups if len(group.condition) == len(chain)), "")
        remarks = placed.take(case_place(chain))
        return ast.Case(ranges, title, tuple(self._members(chain, groups, placed)), NOWHERE, remarks)

    def _signal(self, signal: ImportedSignal) -> ast.Signal:
        type_, enum = self._type(signal)
        limits = None
        if signal.minimum is not None or signal.maximum is not None:
            limits = ast.Interval(*limits_of(signal), None, NOWHERE)
        return ast.Signal(
            name=_name(signal.name),
            type=type_,
            enum=enum,
            place=ast.BitPlace(signal.start, signal.byte_order == "big", NOWHERE),
            scale=signal.scale,
            offset=signal.offset,
            unit=_unit(signal.unit),
            range=limits,
            not_available=self._sentinels(signal.not_available, signal, "not_available"),
            error=self._sentinels(signal.error, signal, "error"),
            j1939_sentinels=signal.sentinels == "j1939",
            spn=signal.spn,
            doc=signal.comment,
            span=NOWHERE,
            remarks=Placed(signal.notes).take(""),
        )

    def _type(self, signal: ImportedSignal) -> tuple[Name, Name | None]:
        """An enum's name where that says it all."""
        written = NumberType(signal.type, signal.length).text
        if signal.enum is None:
            return _name(written), None
        is_ambiguous = number_type(signal.enum) is not None or signal.enum in NO_NUMBERS
        if self._enums.type_text(signal.enum) == written and not is_ambiguous:
            return _name(signal.enum), None
        return _name(written), _name(signal.enum)

    def _sentinels(
        self, said: RawRange | None, signal: ImportedSignal, quality: Literal["not_available", "error"]
    ) -> ast.RawInterval | None:
        """What the signal's enum says of itself is not written."""
        if said is None or (signal.enum is not None and said == self._enums.named(signal.enum, quality)):
            return None
        return ast.RawInterval(said.low, said.high, NOWHERE)


def _source(message: ImportedMessage) -> CanSource | J1939Source:
    if message.match == "pgn" and message.pgn is not None:
        is_default = message.can_id == default_id(message.pgn, message.source_address)
        written = None if is_default else message.can_id
        return ast.J1939Source(message.pgn, message.source_address, written, NOWHERE)
    if message.j1939:
        return ast.J1939Source(None, None, message.can_id, NOWHERE)
    return ast.CanSource(message.can_id, message.extended, NOWHERE)


def _microseconds(milliseconds: int | None) -> int | None:
    return None if milliseconds is None else milliseconds * 1000


def name_text(name: str) -> str:
    """A record's name as it can be written between backticks."""
    return " ".join(name.replace("`", "'").splitlines())[:LONGEST_NAME] or "_"


def unit_text(unit: str) -> str:
    """A record's unit as it can be written between brackets."""
    return " ".join(unit.translate(_NO_BRACKETS).splitlines()).strip()


def _name(text: str) -> Name:
    return Name(name_text(text), NOWHERE)


def _unit(text: str) -> Unit | None:
    written = unit_text(text)
    return Unit(written, NOWHERE) if written else None
