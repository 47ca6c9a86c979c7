"""What a sample or sequence speaks of: its names, and the numbers that it writes."""

from __future__ import annotations

from dataclasses import dataclass

from parsing.checker.environment import Environment
from parsing.checker.expectations import expected_range, expected_value
from parsing.checker.expressions import checked
from parsing.checker.intervals import Interval
from parsing.checker.references import resolved
from parsing.checker.reporting import Findings, Reporter
from parsing.checker.scope import Scope
from parsing.checker.steps import Expected
from parsing.checker.symbols import OwnerSymbol, RuleSymbol, SignalSymbol
from parsing.checker.verdicts import verdict_in, verdict_meant
from parsing.language import ast
from parsing.language import expressions as ex
from parsing.language.codes import DiagnosticCode
from parsing.language.diagnostics import Diagnostic


@dataclass(frozen=True, slots=True)
class Proof:
    """One sample or sequence: where it is written, and what its names mean. `owner`: what a sample is of."""

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

    def verdict(self, each: ast.Expectation) -> tuple[OwnerSymbol, str] | None:
        """The definition of objects whose `reason` or `severity` is expected."""
        if self.owner is None:
            return verdict_in(each, self.scope)
        name = verdict_meant(each, self.owner)
        return None if name is None else (self.owner, name)

    def expected(self, symbol: SignalSymbol | RuleSymbol, each: ast.Equals | ast.Compares) -> Expected | None:
        return expected_value(symbol, each, self.environment())

    def range(self, symbol: SignalSymbol | RuleSymbol, each: ast.Within) -> Interval | None:
        return expected_range(symbol, each, self.environment())

    def constant(self, node: ex.Expression) -> float | None:
        """In the unit in which it is written."""
        return checked(node, self.environment()).constant

    def failure(self, span: ast.Span, why: str, help_: str) -> Diagnostic:
        return Diagnostic(DiagnosticCode.NOT_AS_EXPECTED, self.file, span, self.title, why, help_)
