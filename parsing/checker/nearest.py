"""Names that somebody may have meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_MOST_SEARCHES = 40
_MOST_LOOKS = 400
"""Searching is slow among 10,000 names, and so is comparing with all of them; who has more unknown names has another
problem than spelling.
"""

_MOST_SHOWN = 3
_LONGEST = 60


@dataclass(slots=True)
class Spelling:
    """Counts the searches of one check."""

    _searches: int = 0
    _looks: int = 0

    def nearest(self, name: str, candidates: Iterable[str]) -> list[str]:
        """The likeliest first, at most three. Another case, or an underscore more or less, is the likeliest."""
        self._looks += 1
        if self._looks > _MOST_LOOKS:
            return []
        pool = list(dict.fromkeys(candidates))
        plain = _plain(name)
        same = [other for other in pool if _plain(other) == plain]
        if same or len(name) > _LONGEST or self._searches >= _MOST_SEARCHES:
            return same[:_MOST_SHOWN]
        self._searches += 1
        lower = {other.lower(): other for other in pool if abs(len(other) - len(name)) <= max(3, len(name) // 2)}
        return [lower[found] for found in difflib.get_close_matches(name.lower(), lower, _MOST_SHOWN, 0.6)]


def _plain(name: str) -> str:
    return name.lower().replace("_", "").replace(" ", "")


def listed(names: Sequence[str], most: int = 5) -> str:
    """`a, b and 3 others`."""
    if len(names) <= most:
        return ", ".join(names[:-1]) + (" and " if len(names) > 1 else "") + names[-1] if names else ""
    return f"{', '.join(names[:most])} and {len(names) - most:,} others"


def did_you_mean(names: Sequence[str]) -> str:
    """The next action, or nothing."""
    return f"did you mean {' or '.join(names)}?" if names else ""
