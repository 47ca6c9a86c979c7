"""Where an expression stands: what it sees, what it reads, and to whom its faults are said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from parsing.checker.narrowing import Limits, both, told_by
from parsing.checker.reporting import Findings, Reporter
from parsing.checker.scope import Scope
from parsing.checker.symbols import OwnerSymbol, RuleSymbol, SignalSymbol
from parsing.language.ast import Span
from parsing.language.codes import DiagnosticCode
from parsing.rules.program import Expr

_LONGEST_QUOTE = 40


@dataclass(slots=True)
class Reads:
    """What a rule reads, numbered in the order in which it is first read."""

    symbols: list[SignalSymbol | RuleSymbol] = field(default_factory=list)
    attributes: list[str] = field(default_factory=list)
    _numbers: dict[int, int] = field(default_factory=dict)

    def number(self, symbol: SignalSymbol | RuleSymbol) -> int:
        number = self._numbers.setdefault(id(symbol), len(self.symbols))
        if number == len(self.symbols):
            self.symbols.append(symbol)
        return number

    def attribute(self, name: str) -> int:
        if name not in self.attributes:
            self.attributes.append(name)
        return self.attributes.index(name)


@dataclass(frozen=True, slots=True)
class Environment:
    """`owner`: the definition of objects in which a suspicion stands. `attributes`: units by name, None: unknown.

    `replaced`: signals that a check replaces, by identity; whatever comes in their place has other limits. `known`:
    what conditions tell of values, for what counts only where they hold.
    """

    scope: Scope
    reporter: Reporter
    text: str
    place: Literal["rule", "const", "object", "expectation"]
    attributes: Mapping[str, str] | None
    reads: Reads = field(default_factory=Reads)
    owner: OwnerSymbol | None = None
    replaced: frozenset[int] = frozenset()
    known: Limits = field(default_factory=dict)

    def where(self, condition: Expr, *, holds: bool = True) -> Environment:
        """The same, for what counts only where the condition holds, or, `holds` False, fails."""
        told = told_by(condition, holds=holds)
        return replace(self, known=both(self.known, told)) if told else self

    def is_nonzero(self, expr: Expr) -> bool:
        """Whether conditions tell that it is not 0 here."""
        return self.known[expr].is_nonzero if expr in self.known else False

    def anywhere(self) -> Environment:
        """The same, for what counts whatever conditions say."""
        return replace(self, known={})

    def report(self, code: DiagnosticCode, span: Span, why: str, help_: str = "") -> None:
        self.reporter.report(code, span, why, help_)

    def silent(self) -> Environment:
        """The same, but what is said goes nowhere."""
        return replace(self, reporter=replace(self.reporter, findings=Findings()))

    def quote(self, span: Span) -> str:
        """What stands there, if it is short."""
        text = " ".join(self.text[span.start : span.end].split())
        return text if len(text) <= _LONGEST_QUOTE else f"{text[: _LONGEST_QUOTE - 1]}…"
