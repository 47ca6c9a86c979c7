"""Which regular expressions may be tried on what devices send.

`re` searches by trying one way after the other, so that a pattern can take for ever. Here the ways are counted in which
it can lie in the longest subject (`MAX_SUBJECT`); it may not have too many.
"""

from __future__ import annotations

import math
import re
from importlib import import_module
from typing import Any

from parsing.objects.severity import MAX_SUBJECT

# No part of what `re` promises, nor of its types: they say what a pattern is made of.
words, parser = import_module("re._constants"), import_module("re._parser")

MAX_PATTERN = 1000
MOST_NESTED = 20

MOST_WAYS = 1e7
"""A few tenths of a second, for a text made to take long."""

_REPEATS = (words.MAX_REPEAT, words.MIN_REPEAT, words.POSSESSIVE_REPEAT)
_STARTS = (words.AT_BEGINNING, words.AT_BEGINNING_STRING)
_REFUSED = {
    words.GROUPREF: "it refers to a group",
    words.GROUPREF_EXISTS: "it refers to a group",
    words.ASSERT: "it looks ahead or behind",
    words.ASSERT_NOT: "it looks ahead or behind",
}
_TOO_LONG = (
    "it can take too long: of repetitions without an end it has too many, or one of repetitions or alternatives; begin"
    " it with ^, or give repetitions an end such as {0,9}"
)


class _Refused(Exception):
    """Unwinds the counting; its text is the reason."""


def pattern_fault(pattern: str) -> str | None:
    """What is wrong with a regular expression, in words; None where it may be used."""
    if len(pattern) > MAX_PATTERN:
        return f"the pattern is longer than {MAX_PATTERN} characters"
    try:
        re.compile(pattern)
        tree = parser.parse(pattern)
        ways = _ways(tree, 0)
    except (re.error, OverflowError, RecursionError) as error:
        return f"it is no regular expression: {error}"
    except _Refused as refused:
        return str(refused)
    is_anchored = len(tree) and tree[0][0] is words.AT and tree[0][1] in _STARTS
    return None if ways * (1 if is_anchored else MAX_SUBJECT) <= MOST_WAYS else _TOO_LONG


def _ways(tree: Any, depth: int) -> float:
    """At most so many, from one place in the subject."""
    if depth > MOST_NESTED:
        raise _Refused(f"it is nested over {MOST_NESTED} levels")
    total = 1.0
    for word, argument in tree:
        if word in _REFUSED:
            raise _Refused(_REFUSED[word])
        total *= _ways_of(word, argument, depth + 1)
    return total


def _ways_of(word: Any, argument: Any, depth: int) -> float:
    if word in _REPEATS:
        least, most, inner = argument
        return _repeated(_ways(inner, depth), min(least, MAX_SUBJECT), min(most, MAX_SUBJECT))
    if word is words.SUBPATTERN:
        return _ways(argument[3], depth)
    if word is words.BRANCH:
        return sum(_ways(each, depth) for each in argument[1])
    return _ways(argument, depth) if word is words.ATOMIC_GROUP else 1.0


def _repeated(ways: float, least: int, most: int) -> float:
    if ways <= 1:
        return most - least + 1.0
    if (most + 1) * math.log2(ways) > 100:  # noqa: PLR2004 - far beyond what may be
        return math.inf
    return (ways ** (most + 1) - ways**least) / (ways - 1)
