"""What is checked: texts and imported sets, and their contents as records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from parsing.assemble import build_content
from parsing.checker.units import BARE, Unit, comparable, conversion, unit_of
from parsing.dbc.records import ImportedEnum, ImportedSet
from parsing.definitions import Content
from parsing.language import ast
from parsing.language.definitions_of import imported_enums, imported_set
from parsing.language.expressions import Unit as WrittenUnit


@dataclass(frozen=True, slots=True)
class Source:
    """A text, which is a definition set; its diagnostics have `name` as their file."""

    name: str
    document: ast.Document
    text: str


def imported_sets(sources: Sequence[Source], imported: Sequence[ImportedSet]) -> list[ImportedSet]:
    """Of the texts, then those that came otherwise."""
    return [*(imported_set(source.name, _in_own_units(source.document)) for source in sources), *imported]


def enums_of(
    sources: Sequence[Source], imported: Sequence[ImportedSet]
) -> list[tuple[str, Sequence[ImportedEnum]]]:  # fmt: skip
    """Name and enums of each set, in the order of `imported_sets`."""
    of_texts = [(each.name, imported_enums(each.document)) for each in sources]
    return [*of_texts, *((each.name, each.enums) for each in imported)]


def content_of(sets: Sequence[ImportedSet]) -> Content:
    """With ids counted up."""
    return build_content(sets, {})


def signals_in(members: Sequence[ast.Signal | ast.Mux | ast.DtcList]) -> Iterator[ast.Signal]:
    """All signals of a message, those of pages too."""
    for member in members:
        match member:
            case ast.Signal():
                yield member
            case ast.Mux():
                for case in member.cases:
                    yield from signals_in(case.members)


def _in_own_units(document: ast.Document) -> ast.Document:
    """With ranges in the units of the signals that they are of, so that records can have them as numbers."""
    if not any(_has_foreign_range(item) for item in document.items):
        return document
    return replace(document, items=tuple(_item_in_own_units(item) for item in document.items))


def _has_foreign_range(item: ast.Item) -> bool:
    match item:
        case ast.Message():
            return any(_is_foreign(signal) for signal in signals_in(item.members))
        case ast.ObjectDefinition():
            return any(_is_foreign(signal) for signal in item.signals)
    return False


def _is_foreign(signal: ast.Signal) -> bool:
    given = signal.range.unit if signal.range else None
    return given is not None and given.text != (signal.unit.text if signal.unit else "")


def _item_in_own_units(item: ast.Item) -> ast.Item:
    match item:
        case ast.Message():
            return replace(item, members=tuple(_member_in_own_units(member) for member in item.members))
        case ast.ObjectDefinition():
            return replace(item, signals=tuple(_signal_in_own_units(signal) for signal in item.signals))
    return item


def _member_in_own_units(member: ast.Signal | ast.Mux | ast.DtcList) -> ast.Signal | ast.Mux | ast.DtcList:
    match member:
        case ast.Signal():
            return _signal_in_own_units(member)
        case ast.Mux():
            return replace(member, cases=tuple(_case_in_own_units(case) for case in member.cases))
    return member


def _case_in_own_units(case: ast.Case) -> ast.Case:
    members = [_member_in_own_units(member) for member in case.members]
    return replace(case, members=tuple(member for member in members if not isinstance(member, ast.DtcList)))


def _signal_in_own_units(signal: ast.Signal) -> ast.Signal:
    if signal.range is None or not _is_foreign(signal):
        return signal
    ends = limits_in(signal.range, unit_of(signal.unit.text) if signal.unit else BARE)
    return replace(signal, range=None if ends is None else ast.Interval(*ends, signal.unit, signal.range.span))


def limits_in(limits: ast.Interval, unit: Unit) -> tuple[float, float] | None:
    """The ends of a range in a unit; None: it is in another that cannot be converted."""
    written: WrittenUnit | None = limits.unit
    given = unit_of(written.text) if written is not None else unit
    if given == unit:
        return limits.low, limits.high
    if not comparable(given, unit):
        return None
    factor, added = conversion(given, unit)
    low, high = (float(Fraction(repr(end)) * factor + added) for end in (limits.low, limits.high))
    return low, high
