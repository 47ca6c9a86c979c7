"""What stands in several kinds of nodes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from parsing.language.expressions import Unit

Severity = Literal["info", "warning", "error", "critical"]
State = Literal["ok", "suspect", "out_of_range", "stale", "not_available", "error", "absent", "valid"]
"""A quality (`parsing.quality`), or `valid`: ok or suspect."""

Store = Literal["always", "on_change", "never"]


class Span(NamedTuple):
    """Characters of the text from `start` up to `end`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Remarks:
    """Comments that stand with an item: `above` its first line, `behind` its last or only one. Without the `#`.

    `clauses` are those inside the item at what is no node with remarks of its own, by keyword (`timeout`, `clear`);
    `}` are those before the closing brace.
    """

    above: tuple[str, ...] = ()
    behind: str = ""
    clauses: tuple[tuple[str, Remarks], ...] = ()


NO_REMARKS = Remarks()


class Interval(NamedTuple):
    """Both ends belong to it; of physical values, in the unit of what it stands at unless it names one."""

    low: float
    high: float
    unit: Unit | None
    span: Span


class RawInterval(NamedTuple):
    """Of raw numbers; both ends belong to it."""

    low: int
    high: int
    span: Span
