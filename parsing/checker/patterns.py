"""Regular expressions that are sure to end soon: no repetition of what repeats or branches, nothing that looks back."""

from __future__ import annotations

import re

LONGEST = 200
MOST_UNBOUNDED = 3
"""Each makes the time grow by one more power of the text's length."""

_MOST_COPIES = 100
_SET_OPERATIONS = ("--", "&&", "~~", "||")


def fault_of(pattern: str) -> str:
    """Why the pattern is refused; empty: it is not."""
    if len(pattern) > LONGEST:
        return f"it has {len(pattern)} characters, at most {LONGEST} are possible"
    fault = _Scan(pattern).fault()
    if fault:
        return fault
    try:
        re.compile(pattern)
    except (re.error, OverflowError) as error:
        return f"it cannot be read: {error}"
    return ""


class _Scan:
    """Goes along the pattern once. `simple`: of each open group, whether nothing in it repeats or branches."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._simple = [True]
        self._last_simple = True
        self._unbounded = 0

    def fault(self) -> str:
        at = 0
        while at < len(self._pattern):
            at, fault = self._step(at)
            if fault:
                return fault
        return ""

    def _step(self, at: int) -> tuple[int, str]:
        character = self._pattern[at]
        if character == "\\":
            return self._escape(at)
        if character == "[":
            self._last_simple = True
            return self._after_class(at)
        if character in "*+?{":
            return self._repeat(at)
        if character == "(":
            return self._open(at)
        if character == ")":
            self._last_simple = self._simple.pop() if len(self._simple) > 1 else True
            self._simple[-1] = self._simple[-1] and self._last_simple
        elif character == "|":
            self._simple[-1] = False
        else:
            self._last_simple = True
        return at + 1, ""

    def _escape(self, at: int) -> tuple[int, str]:
        following = self._pattern[at + 1 : at + 2]
        if following.isdigit() and following != "0":
            return at, f"\\{following} looks back at what a group matched, which may take for ever"
        self._last_simple = True
        return at + 2, ""

    def _after_class(self, at: int) -> tuple[int, str]:
        """What Python may read otherwise one day is refused: it warns of it."""
        first = at + 2 if self._pattern[at + 1 : at + 2] == "^" else at + 1
        end = first
        while end < len(self._pattern) and (end == first or self._pattern[end] != "]"):
            if self._pattern[end] == "[" or self._pattern[end : end + 2] in _SET_OPERATIONS:
                return at, f"{self._pattern[end]} in [ … ] is written \\{self._pattern[end]}"
            end += 2 if self._pattern[end] == "\\" else 1
        return end + 1, ""

    def _open(self, at: int) -> tuple[int, str]:
        if self._pattern[at + 1 : at + 2] == "?" and self._pattern[at + 2 : at + 3] != ":":
            return at, f"{self._pattern[at : at + 3]} is not possible; groups are ( … ) and (?: … )"
        self._simple.append(True)
        return at + (3 if self._pattern[at + 1 : at + 3] == "?:" else 1), ""

    def _repeat(self, at: int) -> tuple[int, str]:
        """`?` too, as what is optional many times over branches as well."""
        counted = re.compile(r"\{(\d*)(,?)(\d*)\}").match(self._pattern, at)
        if self._pattern[at] == "{" and counted is None:
            return at + 1, ""  # a brace as it stands
        end = counted.end() if counted else at + 1
        most = 1 if self._pattern[at] == "?" else _most(counted) if counted else None
        if most is None:
            self._unbounded += 1
        if not self._last_simple and most != 1:
            return at, "what repeats has parts that repeat or branch themselves, which may take for ever"
        if self._unbounded > MOST_UNBOUNDED:
            return at, f"it has more than {MOST_UNBOUNDED} parts that repeat without end"
        if most is not None and most > _MOST_COPIES:
            return at, f"it repeats more than {_MOST_COPIES} times"
        self._simple[-1] = False
        self._last_simple = False
        return end + (self._pattern[end : end + 1] in ("?", "+")), ""


def _most(counted: re.Match[str]) -> int | None:
    """The most copies; None: without end."""
    if not counted[2]:
        return int(counted[1] or 0)
    return int(counted[3]) if counted[3] else None
