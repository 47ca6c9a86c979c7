"""Expectations: what they are of, and whether they hold."""

from __future__ import annotations

import math
from dataclasses import dataclass

from parsing.checker.environment import Environment
from parsing.checker.expectations import expected_number
from parsing.checker.expressions import checked
from parsing.checker.references import resolved
from parsing.checker.reporting import Findings, Reporter
from parsing.checker.scope import Scope
from parsing.checker.symbols import OwnerSymbol, RuleSymbol, SignalSymbol
from parsing.checker.values import number_text
from parsing.language import ast
from parsing.language import expressions as ex
from parsing.language.codes import DiagnosticCode
from parsing.language.diagnostics import Diagnostic
from parsing.quality import Quality

_CLOSE = 1e-9
"""Relative: what is written in decimals and converted is not what binary arithmetic gives."""

_MASKS = {quality.name.lower(): 1 << quality for quality in Quality} | {"valid": 1 << Quality.OK | 1 << Quality.SUSPECT}


@dataclass(frozen=True, slots=True)
class Found:
    """What there is: a number with its quality, a text, or, where `number` and `text` are None, the state of a rule."""

    number: float | None = None
    quality: Quality = Quality.OK
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """One sample or sequence: where it is written, and what its names mean."""

    file: str
    text: str
    title: str
    scope: Scope
    owner: OwnerSymbol | None = None

    def environment(self) -> Environment:
        """For what the checker has judged already: it says nothing."""
        return Environment(self.scope, Reporter(Findings(), self.file, self.title), self.text, "expectation", None)

    def meant(self, node: ex.Expression) -> SignalSymbol | RuleSymbol | None:
        """The signal or rule of that name; of a sample one of its own message first."""
        if not isinstance(node, ex.Reference):
            return None
        if self.owner is not None and node.parts[-1].text in self.owner.signals:
            return self.owner.signals[node.parts[-1].text]
        found = resolved(node, self.environment())
        return found if isinstance(found, SignalSymbol | RuleSymbol) else None

    def number(self, symbol: SignalSymbol | RuleSymbol, node: ex.Expression) -> float | None:
        """In the symbol's own unit."""
        return expected_number(symbol, node, self.environment())

    def constant(self, node: ex.Expression) -> float | None:
        """In the unit in which it is written."""
        return checked(node, self.environment()).constant

    def failure(self, span: ast.Span, why: str, help_: str) -> Diagnostic:
        return Diagnostic(DiagnosticCode.NOT_AS_EXPECTED, self.file, span, self.title, why, help_)

    def judge(self, each: ast.Expectation, found: Found) -> Diagnostic | None:
        """None where it holds."""
        if isinstance(each, ast.Is):
            return self._judge_state(each, found)
        symbol = self.meant(each.signal)
        if found.text is not None:
            wanted = each.value.value if isinstance(each.value, ex.Text) else ""
            if found.text == wanted:
                return None
            return self.failure(each.span, f'it is "{found.text}"', "mend the definition, or what is expected")
        number = None if symbol is None else self.number(symbol, each.value)
        if number is None or found.number is None:
            return None
        if _is_close(found.number, number) and found.quality < Quality.STALE:
            return None
        return self.failure(each.span, f"it is {self._said(symbol, found)}", _help(found))

    def _judge_state(self, each: ast.Is, found: Found) -> Diagnostic | None:
        if 1 << found.quality & _MASKS[each.state]:
            return None
        symbol = self.meant(each.what)
        return self.failure(each.span, f"it is {self._said(symbol, found)}", "mend the definition, or what is expected")

    def _said(self, symbol: SignalSymbol | RuleSymbol | None, found: Found) -> str:
        if found.quality == Quality.ABSENT or found.number is None:
            return "absent"
        unit = "" if symbol is None else _unit_of(symbol)
        number = number_text(found.number)
        if found.quality == Quality.OK:
            return f"{number}{unit}"
        return f"{found.quality.name.lower()} ({number}{unit})"


def _is_close(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=_CLOSE, abs_tol=1e-12)


def _help(found: Found) -> str:
    if found.quality >= Quality.STALE:
        return f"if that is right, expect:  is {found.quality.name.lower()}"
    return "see whether place, scale, offset and byte order are right; else mend what is expected"


def _unit_of(symbol: SignalSymbol | RuleSymbol) -> str:
    shown = symbol.facts.unit if isinstance(symbol, SignalSymbol) else symbol.unit
    return "" if shown.bare else f" {shown.shown}"


def of_rule(proof: Proof, each: ast.Is, rule: RuleSymbol, *, is_active: bool, gap: str) -> Diagnostic | None:
    """Of an event or check: `raised` or `failed` while it is active, else `cleared` or `passed`. `gap` tells of a
    signal of it that was stale in between, if one was.
    """
    wanted = each.state in ("raised", "failed")
    if wanted == is_active:
        return None
    active, inactive = ("raised", "cleared") if rule.what == "event" else ("failed", "passed")
    help_ = gap or "see whether its condition held for long enough; what `for` waits for is judged when something comes"
    return proof.failure(each.span, f"it is {active if is_active else inactive} then", help_)
