"""What a rule of each kind makes of its expressions: rows, findings, and what is known of it afterwards."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from parsing.quality import Quality
from parsing.rules.arithmetic import Value, fails, holds
from parsing.rules.inputs_of import inputs_of, walk
from parsing.rules.interpreter_expressions import Evaluation, Path
from parsing.rules.interpreter_memory import HeldMemory, Known
from parsing.rules.program import AbsentFor, Check, Derived, Event, Expr, Held, Rule
from parsing.rules.timing import AT_ONCE


@dataclass(frozen=True, slots=True)
class DerivedRow:
    group: int
    ts: int
    value: float
    quality: int


@dataclass(frozen=True, slots=True)
class Finding:
    """`since` µs: when the condition began to hold. `captured` only where it is raised."""

    rule: int
    ts: int
    since: int
    state: Literal["raised", "cleared"]
    captured: tuple[Value, ...] = ()


Result = DerivedRow | Finding

_WHEN, _EXPECT, _RAISE, _CLEAR, _VALUE = (0,), (1,), (0,), (1,), (0,)
_ACTIVE: Value = (1.0, Quality.OK)
_INACTIVE: Value = (0.0, Quality.OK)


@dataclass(slots=True)
class RuleState:
    """`known` is what readers of the rule see. `given` is the last row stored, `ready` when an event's cooldown is
    over, `wake` when the rule asks to be woken.
    """

    known: Known
    memory: dict[Path, Any] = field(default_factory=dict)
    given: Value | None = None
    ready: int | None = None
    wake: int | None = None

    @classmethod
    def of(cls, rule: Rule) -> RuleState:
        parts = [part for each in _expressions(rule) for part in walk(each)]
        waits = any(isinstance(part, AbsentFor) for part in parts)
        return cls(Known() if isinstance(rule, Derived) else Known(_INACTIVE), wake=AT_ONCE if waits else None)


def read_by(rule: Rule) -> tuple[int, ...]:
    """The inputs that have the rule evaluated when they come: all but what is only captured."""
    return tuple(sorted({number for each in _expressions(rule) for number in inputs_of(each)}))


def _expressions(rule: Rule) -> list[Expr]:
    expressions: tuple[Expr | None, ...]
    match rule:
        case Derived():
            expressions = (rule.value,)
        case Check():
            expressions = (rule.when, rule.expect)
        case Event():
            expressions = (rule.raise_when, rule.clear_when)
    return [each for each in expressions if each is not None]


def derive(rule: Derived, state: RuleState, run: Evaluation, until: int | None) -> Iterator[Result]:
    value, quality = run.value(rule.value, _VALUE)
    low = -math.inf if rule.minimum is None else rule.minimum
    high = math.inf if rule.maximum is None else rule.maximum
    if value < low or value > high:
        quality = max(quality, Quality.OUT_OF_RANGE)
    if quality == Quality.ABSENT:
        value = 0.0
    state.known.come((value, quality), run.now, until)
    if rule.group is None or rule.store == "never":
        return
    if rule.store == "on_change" and state.given is not None and _is_same(state.given, (value, quality)):
        return
    state.given = value, quality
    yield DerivedRow(rule.group, run.now, value, quality)


def judge_check(rule: Check, state: RuleState, run: Evaluation) -> Iterator[Result]:
    when = _ACTIVE if rule.when is None else run.value(rule.when, _WHEN)
    expect = run.value(rule.expect, _EXPECT)
    has_failed = state.known.value == _ACTIVE
    if not has_failed and holds(when) and fails(expect):
        state.known.value = _ACTIVE
        yield Finding(rule.id, run.now, run.now, "raised")
    elif has_failed and (fails(when) or (holds(when) and holds(expect))):
        state.known.value = _INACTIVE
        yield Finding(rule.id, run.now, run.now, "cleared")


def judge_event(rule: Event, state: RuleState, run: Evaluation) -> Iterator[Result]:
    raising = _under_held(rule.raise_when)
    raises = run.value(raising, _RAISE)
    clearing = None if rule.clear_when is None else _under_held(rule.clear_when)
    clears = run.value(raising.condition, (*_RAISE, 0)) if clearing is None else run.value(clearing, _CLEAR)
    if state.known.value == _INACTIVE:
        if holds(raises) and (state.ready is None or run.now >= state.ready):
            state.known.value = _ACTIVE
            captured = tuple(run.read[number] for number in rule.capture)
            yield Finding(rule.id, run.now, run.recall(HeldMemory, _RAISE).start or 0, "raised", captured)
    elif fails(clears) if clearing is None else holds(clears):
        state.known.value = _INACTIVE
        state.ready = run.now + rule.cooldown
        since = run.now if clearing is None else run.recall(HeldMemory, _CLEAR).start or 0
        yield Finding(rule.id, run.now, since, "cleared")


def _under_held(condition: Expr) -> Held:
    """With when it began to hold, whatever its duration."""
    return condition if isinstance(condition, Held) else Held(condition, 0)


def _is_same(one: Value, other: Value) -> bool:
    both_nan = math.isnan(one[0]) and math.isnan(other[0])
    return (one[0] == other[0] or both_nan) and one[1] == other[1]
