"""Comments as records keep them: which item or part of an item each stands with."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from parsing.dbc.records import Note
from parsing.language.ast import NO_REMARKS, Remarks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from parsing.definitions import Condition

HEADER = "header"
"""What the note of a set's header has as its `at`."""

_CLAUSE = "\n"
"""Between a part's place and the keyword of a clause of it. No name has one."""


def notes_of(remarks: Iterable[tuple[str, Remarks]]) -> tuple[Note, ...]:
    """Of an item and of its parts, in the order of their places as texts."""
    return tuple(sorted((note for at, each in remarks for note in _notes(at, each)), key=attrgetter("at")))


def multiplexor_place(chain: tuple[Condition, ...], multiplexor: str) -> str:
    """What a note on a `mux` has as its `at`: the conditions above it, and the multiplexor's name."""
    return f"{case_place(chain)}/{multiplexor}" if chain else multiplexor


def case_place(chain: Iterable[Condition]) -> str:
    """What a note on a `case` has as its `at`."""
    return "/".join(f"{name}={','.join(f'{low}..{high}' for low, high in ranges)}" for name, ranges in chain)


def dtc_place(name: str) -> str:
    """What a note on a `dtc` has as its `at`."""
    return f"dtc {name}"


class Placed:
    """The notes of an item, each to be taken once."""

    def __init__(self, notes: Iterable[Note]) -> None:
        self._notes = list(notes)

    def take(self, at: str) -> Remarks:
        """The remarks of the part at that place."""
        mine = [note for note in self._notes if note.at == at]
        clauses = [note for note in self._notes if note.at.startswith(at + _CLAUSE)]
        if not mine and not clauses:
            return NO_REMARKS
        self._notes = [note for note in self._notes if note not in mine and note not in clauses]
        above = tuple(line for note in mine for line in note.above)
        inner = ((note.at.removeprefix(at + _CLAUSE), Remarks(note.above, note.behind)) for note in clauses)
        return Remarks(above, " ".join(note.behind for note in mine if note.behind), tuple(inner))

    def rest(self, remarks: Remarks) -> Remarks:
        """Those of the item, with what was taken by no part above them: a part that went leaves its comments."""
        lost = [line for note in self._notes for line in (*note.above, note.behind) if line]
        return Remarks((*lost, *remarks.above), remarks.behind, remarks.clauses) if lost else remarks


def _notes(at: str, remarks: Remarks) -> Iterator[Note]:
    if remarks.above or remarks.behind:
        yield Note(at, remarks.above, remarks.behind)
    for keyword, inner in remarks.clauses:
        yield Note(f"{at}{_CLAUSE}{keyword}", inner.above, inner.behind)
