"""What makes a value unknown: of all that a rule reads, only what takes part in that value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from parsing.proof.arrivals import Arrivals, Signal
from parsing.proof.watching import WatchedInterpreter
from parsing.quality import Quality
from parsing.rules.inputs_of import READERS, parts_of
from parsing.rules.interpreter_expressions import Path
from parsing.rules.interpreter_results import read_by
from parsing.rules.program import Attribute, Derived, Expr, Op, Operation, Program, Rule, RuleInput, SignalInput


class ReadSignal(NamedTuple):
    """What a rule reads, and how long it counts as fresh (µs, None: for ever) by its `timeout` or the rule's `hold`."""

    signal: Signal
    limit: int | None
    limited_by: str

    def stale_at(self, arrivals: Arrivals, now: int) -> int | None:
        """µs: since when it is too old; None: it is not."""
        last = arrivals.last.get(self.signal)
        if last is None or self.limit is None or last.ts + self.limit >= now:
            return None
        return last.ts + self.limit


Cause = ReadSignal | str
"""A signal, or the name of an attribute."""


@dataclass(frozen=True, slots=True)
class Causes:
    """Of the rules of one program at one instant (`now` µs)."""

    program: Program
    interpreter: WatchedInterpreter
    arrivals: Arrivals
    now: int

    def of(self, rule: Rule, part: Expr, path: Path) -> list[Cause]:
        """Empty where the part has a valid value. `path`: where it stands in the rule."""
        return list(dict.fromkeys(self._of(rule, part, path)))

    def of_derived(self, rule: Derived) -> list[Cause]:
        """Of its value; where that would be valid now, what has become too old since it was made."""
        return self.of(rule, rule.value, (0,)) or [
            each for each in self.signals_of(rule) if each.stale_at(self.arrivals, self.now) is not None
        ]

    def signals_of(self, rule: Rule) -> list[ReadSignal]:
        """All that it reads, at whatever remove, without what is only captured."""
        found: list[ReadSignal] = []
        for each in (rule.inputs[number] for number in read_by(rule)):
            if isinstance(each, SignalInput):
                found.append(_read(rule, each))
            else:
                found += self.signals_of(self._rule(each))
        return found

    def _of(self, rule: Rule, part: Expr, path: Path) -> Iterator[Cause]:
        if not self._is_unknown(rule, part, path):
            return
        if isinstance(part, READERS):
            yield from self._of_input(rule, part.input)
        elif isinstance(part, Attribute):
            yield rule.attributes[part.number]
        else:
            for place, operand in self._deciding(rule, part, path):
                yield from self._of(rule, operand, (*path, place))

    def _deciding(self, rule: Rule, part: Expr, path: Path) -> list[tuple[int, Expr]]:
        """Of a choice the condition and the side that it takes, of all else every part; with their places."""
        parts = list(enumerate(parts_of(part)))
        if not (isinstance(part, Operation) and part.op == Op.SELECT):
            return parts
        if self._is_unknown(rule, part.operands[0], (*path, 0)):
            return parts[:1]
        (number, _), _ = self.interpreter.look_at(rule, part.operands[0], (*path, 0), self.now)
        return parts[1:2] if number else parts[2:]

    def _is_unknown(self, rule: Rule, part: Expr, path: Path) -> bool:
        (_, quality), _ = self.interpreter.look_at(rule, part, path, self.now)
        return quality > Quality.SUSPECT

    def _of_input(self, rule: Rule, number: int) -> list[Cause]:
        each = rule.inputs[number]
        if isinstance(each, SignalInput):
            return [_read(rule, each)]
        other = self._rule(each)
        return self.of_derived(other) if isinstance(other, Derived) else []

    def _rule(self, each: RuleInput) -> Rule:
        return next(rule for rule in self.program.rules if rule.id == each.rule)


def _read(rule: Rule, each: SignalInput) -> ReadSignal:
    hold = rule.hold if isinstance(rule, Derived) else None
    limit, limited_by = (each.timeout, "timeout") if hold is None else (hold, "hold")
    return ReadSignal((each.group, each.slot), limit, limited_by)
