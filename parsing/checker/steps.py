"""Numbers in samples and tests that no frame can carry: a signal goes in steps of its scale."""

from __future__ import annotations

import math
from typing import NamedTuple

from parsing.checker.environment import Environment
from parsing.checker.signal_facts import value_interval
from parsing.checker.symbols import RuleSymbol, SignalSymbol
from parsing.checker.unifying import quoted_unit
from parsing.checker.values import number_text
from parsing.language.ast import Span
from parsing.language.codes import DiagnosticCode

CLOSE = 1e-9
"""Relative: what is written in decimals and converted is not what binary arithmetic gives."""

_NOTHING = 1e-12
"""What is no farther from 0 is 0."""


class Expected(NamedTuple):
    """A number in the symbol's unit. `slack` is half of the last digit that is written behind the point: what rounds to
    the number is as expected; 0: nothing else is.
    """

    number: float
    slack: float

    def holds(self, number: float) -> bool:
        """Whether it is that number, or rounds to it."""
        slack = self.slack * (1 + CLOSE)
        return math.isclose(self.number, number, rel_tol=CLOSE, abs_tol=max(_NOTHING, slack))


def check_step(symbol: SignalSymbol | RuleSymbol, expected: Expected, span: Span, env: Environment) -> None:
    """Says where the raw numbers of a signal give what is before and behind the number, but never it."""
    if not isinstance(symbol, SignalSymbol) or symbol.facts.raw is None or symbol.facts.scale == 0:
        return
    facts = symbol.facts
    raw = round((expected.number - facts.offset) / facts.scale)
    nearest = value_interval((raw, raw), facts.scale, facts.offset)
    if expected.holds(nearest.low) or expected.holds(nearest.high):
        return
    unit = f" [{quoted_unit(facts.unit)}]" if quoted_unit(facts.unit) else ""
    step = math.copysign(facts.scale, expected.number - nearest.low)
    why = (
        f"{symbol.name} goes in steps of {number_text(abs(facts.scale))}: raw {raw} gives {nearest.low!r}, "
        f"and none gives {expected.number!r}"
    )
    help_ = f"use:  {number_text(nearest.low)}{unit}  or  {number_text(nearest.low + step)}{unit}"
    env.report(DiagnosticCode.NEVER_EXACTLY, span, why, help_)
