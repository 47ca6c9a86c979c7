"""Names that somebody may have meant."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from operator import itemgetter

_MOST_SEARCHES = 40
_MOST_LOOKS = 400
"""Searching is slow among 10,000 names, and so is comparing with all of them; who has more unknown names has another
problem than spelling.
"""

_MOST_SHOWN = 3
_LEAST = 0.6
"""Of likeness, from 0 to 1."""

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
        return [lower[found] for found in _likest(name.lower(), lower)]


def _likest(name: str, others: Iterable[str]) -> list[str]:
    """As `difflib.get_close_matches`, but those that share fewest letters are not compared: among 10,000 it takes an
    eighth of a second.
    """
    wanted = Counter(name).items()
    shared = ((sum([min(count, other.count(letter)) for letter, count in wanted]), other) for other in others)
    bounds = [(2 * count / (len(name) + len(other)), other) for count, other in shared]
    matcher = SequenceMatcher(None, b=name)
    found: list[tuple[float, str]] = []
    for bound, other in sorted((each for each in bounds if each[0] >= _LEAST), key=itemgetter(0), reverse=True):
        if len(found) == _MOST_SHOWN and bound < found[0][0]:
            break
        matcher.set_seq1(other)
        ratio = matcher.ratio()
        if ratio >= _LEAST:
            heapq.heappush(found, (ratio, other))
        if len(found) > _MOST_SHOWN:
            heapq.heappop(found)
    return [other for _, other in sorted(found, reverse=True)]


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
