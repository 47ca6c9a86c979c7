"""A part of all sets, checked as if it were all of them, and what was said of each chunk in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from parsing.checker.check import Checked, check
from parsing.checker.sources import Source
from parsing.dbc.records import ImportedEnum, ImportedMessage, ImportedSet
from parsing.language.ast import Span
from parsing.language.diagnostics import Diagnostic
from parsing.language.parser import parse
from parsing.lint.chunks import Laid
from parsing.lint.graph import Part
from parsing.lint.names import Names
from parsing.lint.reading import Chunk
from parsing.lint.whole import failures_of


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A place in another chunk, or in the own: its first characters are those of the first chunk that says the same."""

    set_name: str
    digest: bytes
    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Told:
    """A diagnostic without related places; its own is within its chunk."""

    diagnostic: Diagnostic
    related: tuple[Elsewhere, ...]


class Slice:
    """`numbers` of `parts`, in order. `texts` and `records` are the names of all sets, in theirs."""

    def __init__(
        self, parts: Sequence[Part], numbers: Iterable[int], texts: Sequence[str], records: Sequence[str], names: Names
    ) -> None:
        self._parts = parts
        self._in_set: dict[str, list[int]] = {name: [] for name in (*texts, *records)}
        for number in numbers:
            self._in_set[parts[number].set_name].append(number)
        self._laid = {name: Laid([_text(parts[number]) for number in self._in_set[name]]) for name in texts}
        self._sources = [Source(name, parse(laid.text, name).document, laid.text) for name, laid in self._laid.items()]
        imported = [_records(name, [parts[number] for number in self._in_set[name]]) for name in records]
        self._checked: Checked = check(self._sources, imported, vocabulary=names)

    @property
    def has_errors(self) -> bool:
        return not self._checked.is_publishable

    def has_errors_in(self, names: Container[str]) -> bool:
        return any(one.is_error for one in self._checked.diagnostics if one.file in names)

    def said(self) -> Mapping[int, list[Told]]:
        return self._by_part(self._checked.diagnostics)

    def failed(self, of: Iterable[str]) -> Mapping[int, list[Told]]:
        """Samples and sequences of these sets, which stand first."""
        return self._by_part(failures_of(self._sources, self._checked, frozenset(of)))

    def remembered(self) -> Mapping[int, int]:
        """Bytes that rules remember of each machine."""
        found: defaultdict[int, int] = defaultdict(int)
        for place, count in self._checked.remembered.items():
            found[self._place(place.file, place.span.start)[0]] += count
        return found

    def _by_part(self, diagnostics: Iterable[Diagnostic]) -> Mapping[int, list[Told]]:
        found: defaultdict[int, list[Told]] = defaultdict(list)
        for one in diagnostics:
            number, span = self._within(one.file, one.span)
            found[number].append(Told(replace(one, span=span, related=()), tuple(self._elsewhere(one))))
        return found

    def _elsewhere(self, one: Diagnostic) -> Iterator[Elsewhere]:
        for each in one.related:
            number, span = self._within(each.file, each.span)
            yield Elsewhere(each.file, self._parts[number].digest, span, each.text)

    def _within(self, name: str, span: Span) -> tuple[int, Span]:
        number, offset = self._place(name, span.start)
        return number, Span(offset, offset + span.end - span.start)

    def _place(self, name: str, offset: int) -> tuple[int, int]:
        place, rest = self._laid[name].place(offset)
        return self._in_set[name][place], rest


def _text(part: Part) -> str:
    return part.origin.text if isinstance(part.origin, Chunk) else ""


def _records(name: str, parts: Iterable[Part]) -> ImportedSet:
    origins = [part.origin for part in parts]
    enums = tuple(each for each in origins if isinstance(each, ImportedEnum))
    return ImportedSet(name, enums, tuple(each for each in origins if isinstance(each, ImportedMessage)), ())
