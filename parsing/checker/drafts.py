"""Rules on their way: what they read is settled only when all checks that change signals are known."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from parsing.checker.symbols import RuleSymbol, SignalSymbol
from parsing.language.ast import Span
from parsing.rules.program import Input, Rule, RuleInput, SignalInput


@dataclass(eq=False, slots=True)
class Draft:
    """`rule` has no inputs yet: they are `reads`, in the same order. `symbol` None: a check's action made it."""

    rule: Rule
    reads: list[Source]
    symbol: RuleSymbol | None
    file: str
    span: Span

    def finished(self) -> Rule:
        return replace(self.rule, inputs=tuple(_input(source) for source in self.reads))


Source = SignalSymbol | RuleSymbol | Draft
"""What a draft reads: a signal, a rule by its symbol, or what a check makes of one of them."""


def _input(source: Source) -> Input:
    if isinstance(source, Draft):
        return RuleInput(source.rule.id)
    if isinstance(source, RuleSymbol):
        return RuleInput(source.id)
    return source.input if source.input is not None else SignalInput(0, 0, None)


@dataclass(slots=True)
class Drafts:
    """In the order in which they were made."""

    all: list[Draft] = field(default_factory=list)
    of_rule: dict[int, Draft] = field(default_factory=dict)
    """By the identity of the rule's symbol."""

    def add(self, draft: Draft) -> None:
        self.all.append(draft)
        if draft.symbol is not None:
            self.of_rule[id(draft.symbol)] = draft

    def read_by(self, draft: Draft) -> list[Draft]:
        """The drafts whose results it reads."""
        found = [source if isinstance(source, Draft) else self.of_rule.get(id(source)) for source in draft.reads]
        return [each for each in found if each is not None]
