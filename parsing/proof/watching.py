"""An interpreter that is asked about parts of its rules."""

from __future__ import annotations

from copy import deepcopy
from typing import NamedTuple

from parsing.rules.arithmetic import Value
from parsing.rules.interpreter import Interpreter
from parsing.rules.interpreter_expressions import Path
from parsing.rules.interpreter_memory import Known
from parsing.rules.interpreter_results import RuleState
from parsing.rules.program import Derived, Expr, Rule

_AT: Path = (0,)
"""Where the value of a derived signal stands in it."""


class Seen(NamedTuple):
    """`wake` µs: when it changes of itself at the earliest, None: never."""

    value: Value
    wake: int | None


class WatchedInterpreter(Interpreter):
    def look_at(self, rule: Rule, part: Expr, path: Path, now: int) -> Seen:
        """The part of the rule that stands at this path, as it is now. Nothing is remembered of it."""
        memory = {
            (*_AT, *place[len(path) :]): deepcopy(each)
            for place, each in self._rules[rule.id].memory.items()
            if place[: len(path)] == path
        }
        hold = rule.hold if isinstance(rule, Derived) else None
        alone = Derived(
            rule.id,
            rule.name,
            rule.inputs,
            rule.attributes,
            part,
            hold,
            None,
            None,
            "never",
            None,
            "",
            "number",
            None,
            "",
        )
        state = RuleState(Known(), memory)
        for _ in self._evaluate(alone, state, now):
            pass
        return Seen(state.known.value, state.wake)

    def ready_at(self, rule: int) -> int | None:
        """µs: when the cooldown of an event is over; None: it has never been raised."""
        return self._rules[rule].ready
