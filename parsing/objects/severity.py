"""Severity from a text, by a definition's map."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from parsing.objects.records import Severity, SeverityArm, SeverityMap

MAX_SUBJECT = 1000
"""Characters of a text that patterns are tried on; what lies behind them decides nothing."""

UNFITTING: Severity = "warning"
"""Where no arm fits: what nobody has named before is worth a look."""

_MOST_KEPT = 4096
_LONGEST_KEPT = 255


class SeverityReader:
    """Of one map; what it has told of short texts it keeps."""

    __slots__ = ("_arms", "_told")

    def __init__(self, said: SeverityMap) -> None:
        self._arms = [(_test(arm), arm.severity) for arm in said.arms]
        self._told: dict[str, Severity] = {}

    def of(self, text: str) -> Severity:
        told = self._told.get(text)
        if told is not None:
            return told
        subject = text[:MAX_SUBJECT]
        severity: Severity = next((level for fits, level in self._arms if fits(subject)), UNFITTING)
        if len(text) <= _LONGEST_KEPT:
            if len(self._told) >= _MOST_KEPT:
                self._told.clear()
            self._told[text] = severity
        return severity


def _test(arm: SeverityArm) -> Callable[[str], object]:
    if arm.pattern is None:
        return lambda _: True
    if arm.is_regex:
        return re.compile(arm.pattern, re.IGNORECASE if arm.ignore_case else 0).search
    return arm.pattern.__eq__
