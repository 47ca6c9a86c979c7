"""Whether what is expected holds, and what is said where it does not."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from dataclasses import dataclass

from parsing.checker.steps import CLOSE, Expected
from parsing.checker.symbols import RuleSymbol, SignalSymbol
from parsing.checker.verdicts import word_of
from parsing.definitions import Signal
from parsing.language import ast, printing
from parsing.language import expressions as ex
from parsing.language.diagnostics import Diagnostic
from parsing.proof.expected import Proof
from parsing.quality import STATES, Quality

_ORDER: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_NEAR = 0.01
"""Relative: who is that close may have meant the number, and written too few digits of it."""

_MEND = "mend the definition, or what is expected"
_SUSPECT = "what a check doubts is suspect for the rules that read it: expect it of a derived signal"


@dataclass(frozen=True, slots=True)
class Found:
    """What there is: a number with its quality, or a text. `because` tells why a value is not valid, where it can."""

    number: float = 0.0
    quality: Quality = Quality.OK
    text: str | None = None
    because: Callable[[], str] | None = None


def judge(proof: Proof, each: ast.Expectation, found: Found) -> Diagnostic | None:
    """Of a signal, a derived signal or a list of trouble codes; None where it holds."""
    symbol = proof.meant(ast.subject_of(each))
    if _holds(proof, symbol, each, found):
        return None
    return proof.failure(each.span, f"it is {_said(symbol, each, found)}", _help(proof, symbol, each, found))


def judge_verdict(proof: Proof, each: ast.Expectation, verdict: str) -> Diagnostic | None:
    """Of an object's `reason` or `severity`; empty: it has none."""
    if word_of(each) == verdict:
        return None
    return proof.failure(each.span, f"it is {verdict}" if verdict else "there is none", _MEND)


def judge_rule(
    proof: Proof, each: ast.Is, rule: RuleSymbol, is_active: bool, because: Callable[[], str]
) -> Diagnostic | None:
    """Of an event or check: `raised` or `failed` while it is active, else `cleared` or `passed`. `because` tells what
    of it was not there, or not valid.
    """
    if (each.state in ("raised", "failed")) == is_active:
        return None
    active, inactive = ("raised", "cleared") if rule.what == "event" else ("failed", "passed")
    help_ = because() or (
        "see whether its condition held for long enough; what `for` waits for is judged when something comes"
    )
    return proof.failure(each.span, f"it is {active if is_active else inactive} then", help_)


def _holds(proof: Proof, symbol: SignalSymbol | RuleSymbol | None, each: ast.Expectation, found: Found) -> bool:
    if isinstance(each, ast.Is):
        return bool(1 << found.quality & STATES[each.state])
    if found.quality >= Quality.STALE:
        return False
    if found.text is not None or symbol is None:
        return isinstance(each, ast.Equals) and isinstance(each.value, ex.Text) and found.text == each.value.value
    return _is_number(proof, symbol, each, found.number)


def _is_number(
    proof: Proof, symbol: SignalSymbol | RuleSymbol, each: ast.Equals | ast.Compares | ast.Within, number: float
) -> bool:
    if isinstance(each, ast.Within):
        ends = proof.range(symbol, each)
        return ends is not None and _compares(">=", number, ends.low) and _compares("<=", number, ends.high)
    expected = proof.expected(symbol, each)
    if expected is None:
        return False
    return (
        _compares(each.operator, number, expected.number) if isinstance(each, ast.Compares) else expected.holds(number)
    )


def _compares(sign: ast.ComparisonSign, number: float, other: float) -> bool:
    """What is as good as equal is so."""
    if math.isclose(number, other, rel_tol=CLOSE):
        return sign in ("<=", ">=")
    return _ORDER[sign](number, other)


def _said(symbol: SignalSymbol | RuleSymbol | None, each: ast.Expectation, found: Found) -> str:
    """With its quality where that is expected, or not as it should be."""
    if found.quality == Quality.ABSENT or (symbol is None and found.text is None):
        return "absent"
    shown = f'"{found.text}"' if symbol is None or found.text is not None else _number(symbol, found.number)
    is_plain = found.quality == Quality.OK and not isinstance(each, ast.Is)
    return shown if is_plain else f"{found.quality.name.lower()} ({shown})"


def _number(symbol: SignalSymbol | RuleSymbol, number: float) -> str:
    """In full, so that it can be copied."""
    kind, unit = (
        (symbol.facts.kind, symbol.facts.unit) if isinstance(symbol, SignalSymbol) else (symbol.kind, symbol.unit)
    )
    if kind == "boolean" and number in (0, 1):
        return "true" if number else "false"
    if symbol.enum is not None:
        return next((name for name, numbers in symbol.enum.members.items() if number in numbers), f"{number:g}")
    return printing.number(number) + ("" if unit.bare else f" {unit.shown}")


def _help(proof: Proof, symbol: SignalSymbol | RuleSymbol | None, each: ast.Expectation, found: Found) -> str:
    because = found.because() if found.because is not None and found.quality > Quality.SUSPECT else ""
    if because:
        return because
    if isinstance(each, ast.Is) and each.state == "suspect" and isinstance(symbol, SignalSymbol):
        return _SUSPECT
    if isinstance(each, ast.Is) or symbol is None or found.text is not None:
        return _MEND
    if found.quality >= Quality.STALE:
        return f"if that is right, expect:  is {found.quality.name.lower()}"
    if isinstance(each, ast.Equals) and _is_near(proof.expected(symbol, each), found.number):
        return "a whole number is meant exactly, others to their last digit; copy it from above, or say  in LOW..HIGH"
    return _where_to_look(proof, symbol)


def _where_to_look(proof: Proof, symbol: SignalSymbol | RuleSymbol) -> str:
    if isinstance(symbol, RuleSymbol):
        return "see whether its formula and the units in it are right; else mend what is expected"
    if proof.owner is None:
        return "it is what the test set or sent last; mend that, or what is expected"
    place = "place, scale, offset and byte order" if isinstance(symbol.record, Signal) else "path, scale and offset"
    return f"see whether {place} are right; else mend what is expected"


def _is_near(expected: Expected | None, number: float) -> bool:
    return expected is not None and math.isclose(expected.number, number, rel_tol=_NEAR)
