"""Durations in rules: more than nothing, and no more than is exact."""

from __future__ import annotations

from collections.abc import Iterator

from parsing.checker.dependencies import expressions_of
from parsing.checker.environment import Environment
from parsing.checker.expression_walk import nodes
from parsing.checker.symbols import RuleSymbol
from parsing.language import ast
from parsing.language import expressions as ex
from parsing.language.codes import DiagnosticCode
from parsing.rules.compiled import MAX_DURATION

_DAY = 86_400_000_000


def check_durations(symbol: RuleSymbol, env: Environment) -> bool:
    """Whether all are possible; says which are not."""
    wrong = [(span, least) for span, duration, least in _durations(symbol) if not least <= duration <= MAX_DURATION]
    for span, _ in wrong:
        why = f"a duration is more than nothing and at most {MAX_DURATION // _DAY:,} days"
        env.report(DiagnosticCode.DURATION_LIMITS, span, why, "use ms, s, min, h or d, such as 10s")
    return not wrong


def _durations(symbol: RuleSymbol) -> Iterator[tuple[ast.Span, int, int]]:
    """With the least that each can be; 0 stands for none where one can be left out."""
    node = symbol.node
    for expression in expressions_of(node):
        for part, _ in nodes(expression):
            if isinstance(part, ex.AbsentFor):
                yield part.span, part.duration, 1
    match node:
        case ast.Derived():
            if node.hold is not None:
                yield node.options.get("hold", node.name.span), node.hold, 1
        case ast.Check():
            yield node.name.span, node.duration, 0
        case ast.Event():
            yield node.options.get("raise", node.name.span), node.raise_for, 0
            yield node.options.get("clear", node.name.span), node.clear_for, 0
            yield node.options.get("cooldown", node.name.span), node.cooldown, 0
