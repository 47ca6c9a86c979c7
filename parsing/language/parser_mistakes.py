"""The usual mistakes, each told in its own words, and read as what was meant wherever that is clear."""

from __future__ import annotations

from collections.abc import Callable

from parsing.language.parser_braces import BRACES
from parsing.language.parser_clauses import CLAUSES
from parsing.language.parser_foreign import FOREIGN
from parsing.language.parser_habits import HABITS
from parsing.language.parser_numbers import NUMBERS
from parsing.language.parser_slips import SLIPS
from parsing.language.parser_trouble import Repair, Trouble

_RECOGNISERS: tuple[Callable[[Trouble], Repair | None], ...] = (
    *FOREIGN,
    *HABITS,
    *CLAUSES,
    *NUMBERS,
    *BRACES,
    *SLIPS,
)


def repair(trouble: Trouble) -> Repair | None:
    """None: it is none of the usual mistakes."""
    return next((found for one in _RECOGNISERS if (found := one(trouble)) is not None), None)
