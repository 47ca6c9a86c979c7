"""What `lint_whole` says, at the price of what changed since something like it was asked.

What is said of a part of a text depends on the parts that it needs at whatever remove. It is kept by what all of these
say, and where it is not known they are checked by themselves: a small text takes milliseconds where all sets take
seconds. What depends on everything is left to `lint_whole`: circles, what all rules remember together, many misspelt
names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from itertools import accumulate
from threading import Lock

from parsing.checker.cost import MOST_BYTES_TOGETHER
from parsing.dbc.records import ImportedEnum, ImportedMessage, ImportedSet
from parsing.language.ast import Span
from parsing.language.codes import DiagnosticCode
from parsing.language.diagnostics import Diagnostic, Related
from parsing.language.limits import MOST_CHARACTERS, MOST_COMMENTS
from parsing.lint.facts import Facts, facts_of_enum, facts_of_message
from parsing.lint.graph import Graph, Part
from parsing.lint.memory import Memory
from parsing.lint.names import Names
from parsing.lint.reading import DIGEST, Chunk, Reader, unread_in
from parsing.lint.slices import Elsewhere, Slice, Told
from parsing.lint.whole import Linted, lint_whole
from parsing.uncollected import uncollected

MOST_SAID = 40_000
"""Of parts of which it is kept what was said, and of what was said of them."""

MOST_PARTS = 30_000
"""Of all sets together; where there are more everything is checked each time."""

_OF_ALL = {
    DiagnosticCode.CYCLE,
    DiagnosticCode.REPLACEMENT_CYCLE,
    DiagnosticCode.UNKNOWN_ATTRIBUTE,
    DiagnosticCode.TOO_MUCH_STATE_TOGETHER,
}
"""What is said of one part and may come from any other."""

_SUGGESTING = {
    DiagnosticCode.UNKNOWN_NAME,
    DiagnosticCode.UNKNOWN_MEMBER,
    DiagnosticCode.UNKNOWN_TYPE,
    DiagnosticCode.UNKNOWN_FUNCTION,
    DiagnosticCode.WRONG_ARGUMENTS,
    DiagnosticCode.UNKNOWN_MESSAGE,
    DiagnosticCode.NOT_IN_MESSAGE,
    DiagnosticCode.WRONG_EXPECTATION,
}
"""May name others that somebody meant. The checker looks for only so many in one go."""

_MOST_SUGGESTING = 10


class _NeedsAllError(Exception):
    """It cannot be said part by part."""


@dataclass(frozen=True, slots=True)
class _Said:
    """Of a part; `names`: of all names that there were, where some may have been suggested."""

    told: tuple[Told, ...]
    remembered: int
    names: bytes | None


@dataclass(frozen=True, slots=True)
class _Question:
    """`chunks` of all texts by their sets, those asked about (`own`) first."""

    own: Mapping[str, str]
    chunks: Mapping[str, Sequence[Chunk]]
    records: Sequence[str]
    graph: Graph
    names: Names

    def starts(self) -> dict[str, int]:
        """The number of the first chunk of each text."""
        return dict(zip(self.chunks, accumulate(map(len, self.chunks.values()), initial=0), strict=False))

    def proofs(self) -> list[int]:
        """Of the texts asked about, what has samples or sequences."""
        own = sum(len(self.chunks[name]) for name in self.own)
        return [number for number in range(own) if self.graph.parts[number].facts.has_proofs]

    def slice(self, numbers: Sequence[int]) -> Slice:
        needed = self.graph.needed(numbers)
        return Slice(self.graph.parts, needed, list(self.chunks), self.records, self.names)


class Linter:
    """Keeps what it said, for all who ask: of equal texts the same is said."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._reader = Reader()
        self._records: Memory[str, tuple[ImportedSet, list[Part]]] = Memory(100)
        self._said: Memory[bytes, _Said] = Memory(MOST_SAID)
        self._failed: Memory[bytes, tuple[Told, ...]] = Memory(MOST_SAID)

    def lint(self, texts: Mapping[str, str], beside: Mapping[str, str], records: Sequence[ImportedSet]) -> Linted:
        """As `lint_whole`. One question at a time is answered."""
        with self._lock, uncollected():
            try:
                return self._answered(texts, beside, records)
            except _NeedsAllError:
                return lint_whole(texts, beside, records)

    def _answered(self, texts: Mapping[str, str], beside: Mapping[str, str], records: Sequence[ImportedSet]) -> Linted:
        for text in texts.values():
            if len(text) > MOST_CHARACTERS or text.count("#") > MOST_COMMENTS:
                raise _NeedsAllError
        chunks = {name: self._reader.chunks(text) for name, text in texts.items()}
        unread = [one for name, those in chunks.items() for one in unread_in(those, name)]
        if any(one.is_error for one in unread):
            return Linted(tuple(unread))
        chunks |= {name: self._reader.chunks(text) for name, text in beside.items()}
        question = self._question(texts, chunks, records)
        keys = question.graph.keys()
        found = self._diagnostics(question, self._said_of(question, keys))
        own = tuple(one for one in found if one.file in texts)
        elsewhere = tuple(one for one in found if one.file not in texts and one.is_error)
        if any(one.is_error for one in own):
            return Linted(own, (), elsewhere)
        return Linted(own, tuple(self._placed(question, self._failed_of(question, keys))), elsewhere)

    def _question(
        self, texts: Mapping[str, str], chunks: Mapping[str, Sequence[Chunk]], records: Sequence[ImportedSet]
    ) -> _Question:
        parts: list[Part] = []
        for name, those in chunks.items():
            for chunk in those:
                if chunk.facts is None:
                    raise _NeedsAllError
                parts.append(Part(name, chunk.digest, chunk.facts, chunk))
        for each in records:
            parts += self._parts_of(each)
        if len(parts) > MOST_PARTS:
            raise _NeedsAllError
        facts: dict[str, list[Facts]] = {name: [] for name in (*chunks, *(each.name for each in records))}
        for part in parts:
            facts[part.set_name].append(part.facts)
        return _Question(texts, chunks, [each.name for each in records], Graph(parts), Names(facts))

    def _parts_of(self, records: ImportedSet) -> list[Part]:
        if records.objects:
            raise _NeedsAllError
        known = self._records.get(records.name)
        if known is None or known[0] is not records:
            parts = [_part(records.name, each, facts_of_enum(each)) for each in records.enums]
            parts += [_part(records.name, each, facts_of_message(each)) for each in records.messages]
            known = records, parts
            self._records.put(records.name, known)
        return known[1]

    def _said_of(self, question: _Question, keys: Sequence[bytes]) -> list[_Said]:
        """Of all chunks."""
        numbers = range(sum(map(len, question.chunks.values())))
        known = {number: self._known(keys[number], question.names) for number in numbers}
        new = [number for number, said in known.items() if said is None]
        if new:
            checked = question.slice(new)
            told, remembered = checked.said(), checked.remembered()
            for number in new:
                said = _said(told.get(number, ()), remembered.get(number, 0), question.names)
                known[number] = said
                self._said.put(keys[number], said, 1 + len(said.told))
            self._prove(question, keys, checked, new)
        return [said for said in known.values() if said is not None]

    def _known(self, key: bytes, names: Names) -> _Said | None:
        said = self._said.get(key)
        return None if said is not None and said.names not in (None, names.digest) else said

    def _diagnostics(self, question: _Question, said: Sequence[_Said]) -> list[Diagnostic]:
        """Raises _NeedsAllError."""
        codes = [one.diagnostic.code for each in said for one in each.told]
        suggesting = sum(code in _SUGGESTING for code in codes)
        together = sum(each.remembered for each in said)
        if not _OF_ALL.isdisjoint(codes) or suggesting > _MOST_SUGGESTING or together > MOST_BYTES_TOGETHER:
            raise _NeedsAllError
        found = self._placed(question, {number: each.told for number, each in enumerate(said) if each.told})
        order = {name: place for place, name in enumerate(question.chunks)}
        return sorted(found, key=lambda one: (order[one.file], one.span, one.code))

    def _failed_of(self, question: _Question, keys: Sequence[bytes]) -> Mapping[int, tuple[Told, ...]]:
        """Raises _NeedsAllError."""
        proofs = question.proofs()
        new = [number for number in proofs if self._failed.get(keys[number]) is None]
        found: dict[int, tuple[Told, ...]] = {}
        if new:
            checked = question.slice(new)
            if not _OF_ALL.isdisjoint(one.diagnostic.code for told in checked.said().values() for one in told):
                raise _NeedsAllError
            found = self._prove(question, keys, checked, new)
        found |= {number: self._failed.get(keys[number]) or () for number in proofs if number not in found}
        return {number: found[number] for number in proofs if found[number]}

    def _prove(
        self, question: _Question, keys: Sequence[bytes], checked: Slice, numbers: Sequence[int]
    ) -> dict[int, tuple[Told, ...]]:
        """What fails of those of the numbers that were asked about; kept where nothing kept the checker from a look at
        everything that tests give.
        """
        proofs = set(question.proofs()).intersection(numbers)
        if not proofs or checked.has_errors_in(question.own):
            return {}
        failed = checked.failed(question.own)
        found = {number: tuple(failed.get(number, ())) for number in proofs}
        if not checked.has_errors:
            for number, told in found.items():
                self._failed.put(keys[number], told, 1 + len(told))
        return found

    def _placed(self, question: _Question, told: Mapping[int, Sequence[Told]]) -> list[Diagnostic]:
        """Where their chunks stand now."""
        places: list[int] = []
        for chunks in question.chunks.values():
            places += accumulate((len(chunk.text) for chunk in chunks[:-1]), initial=0)
        return [
            replace(
                one.diagnostic,
                span=_moved(one.diagnostic.span, places[number]),
                related=tuple(_related(each, question, places) for each in one.related),
            )
            for number, those in told.items()
            for one in those
        ]


def _part(set_name: str, record: ImportedEnum | ImportedMessage, facts: Facts) -> Part:
    said = blake2b(repr(record).encode("utf-8", "surrogatepass"), digest_size=DIGEST)
    return Part(set_name, said.digest(), facts, record)


def _said(told: Sequence[Told], remembered: int, names: Names) -> _Said:
    suggests = any(one.diagnostic.code in _SUGGESTING for one in told)
    return _Said(tuple(told), remembered, names.digest if suggests else None)


def _moved(span: Span, start: int) -> Span:
    return Span(span.start + start, span.end + start)


def _related(each: Elsewhere, question: _Question, places: Sequence[int]) -> Related:
    first = question.starts()[each.set_name]
    number = next(n for n in range(first, len(places)) if question.graph.parts[n].digest == each.digest)
    return Related(each.set_name, _moved(each.span, places[number]), each.text)
