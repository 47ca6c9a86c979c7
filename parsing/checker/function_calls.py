"""What a function gets to work with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from parsing.checker.environment import Environment
from parsing.checker.values import Value, unknown
from parsing.language import expressions as ex
from parsing.language.codes import DiagnosticCode

Evaluate = Callable[[ex.Expression, Environment], Value]


@dataclass(frozen=True, slots=True)
class Bound:
    """`arguments` by parameter; only a repeated one has several."""

    node: ex.Call
    arguments: dict[str, list[ex.Expression]]
    env: Environment
    evaluate: Evaluate

    def value(self, name: str) -> Value:
        return self.evaluate(self.arguments[name][0], self.env)

    def values(self, name: str) -> list[Value]:
        return [self.evaluate(each, self.env) for each in self.arguments[name]]

    def unknown(self) -> Value:
        return unknown(self.node.span)

    def duration(self, name: str) -> int | None:
        """In µs; None: it is none, and that was said."""
        node = self.arguments[name][0]
        if isinstance(node, ex.Duration) and node.microseconds > 0:
            return node.microseconds
        why = f"{name} is a duration of more than nothing, written with its unit"
        self.env.report(DiagnosticCode.CONSTANT_WANTED, node.span, why, f"use:  {name}: 10s")
        return None


ResultOf = Callable[[Bound], Value]
