"""Checks and events: their conditions, and whether they can ever begin and end."""

from __future__ import annotations

import math
from typing import TypeGuard

from parsing.checker import intervals
from parsing.checker.environment import Environment
from parsing.checker.expression_walk import nodes
from parsing.checker.expressions import checked_condition
from parsing.checker.narrowing import told_by
from parsing.checker.nearest import did_you_mean
from parsing.checker.references import resolved, symbol_value
from parsing.checker.resolving import Meaning
from parsing.checker.symbols import RuleSymbol, SignalSymbol
from parsing.checker.unifying import quoted_unit
from parsing.checker.values import Value, number_text
from parsing.language import ast
from parsing.language import expressions as ex
from parsing.language.codes import DiagnosticCode
from parsing.language.printing import duration
from parsing.rules.program import Check, Event, Expr, Held, Op, Operation, Read

GROUPS = ("machine_model", "organisation")
"""What the fleet's directory says of a machine that others have too."""

_MOST_CAPTURED = 20
_ROUNDING = 1.4
"""As much more than a step is still taken for it."""


def check(symbol: RuleSymbol, node: ast.Check, env: Environment) -> Check | None:
    when = checked_condition(node.when, env) if node.when is not None else None
    expect = checked_condition(node.expect, env.where(when.expr) if when is not None else env)
    flags = [action for action in node.actions if isinstance(action, ast.Flag)]
    for flag in flags[1:]:
        why = "a check has one `flag`: its level and text are those of the finding"
        env.report(DiagnosticCode.REPEATED_DEFINITION, flag.span, why, "delete one of the two")
    if not expect.is_known or (when is not None and not when.is_known):
        return None
    return Check(
        id=symbol.id,
        name=node.name.text,
        title=node.title,
        inputs=(),
        attributes=tuple(env.reads.attributes),
        when=_held(when.expr, node.duration) if when is not None else None,
        expect=expect.expr,
        severity=flags[0].severity if flags else "warning",
        text=flags[0].text if flags else "",
        comment=node.doc,
    )


def _held(condition: Expr, duration: int) -> Expr:
    return Held(condition, duration) if duration else condition


def event(symbol: RuleSymbol, node: ast.Event, env: Environment) -> Event | None:
    raised = checked_condition(node.raise_when, env)
    cleared = checked_condition(node.clear_when, env) if node.clear_when is not None else None
    captured = _captured(node, env)
    if not raised.is_known or captured is None or (cleared is not None and not cleared.is_known):
        return None
    if cleared is not None:
        _judge_hysteresis(raised, cleared, node.clear_for, env)
    elif not (node.raise_for or node.cooldown) and _goes_to_and_fro(node.raise_when):
        why = "values that go to and fro about the limit raise and clear it each time"
        help_ = "let it last:  raise when … for 5s   or clear it at another limit:  clear when …"
        env.report(DiagnosticCode.FLUTTERS, node.raise_when.span, why, help_)
    return Event(
        id=symbol.id,
        name=node.name.text,
        title=node.title,
        inputs=(),
        attributes=tuple(env.reads.attributes),
        raise_when=_held(raised.expr, node.raise_for),
        clear_when=_held(cleared.expr, node.clear_for) if cleared is not None else None,
        severity=node.severity,
        capture=captured,
        cooldown=node.cooldown,
        group_by=_group_by(node, env),
        comment=node.doc,
    )


def _goes_to_and_fro(condition: ex.Expression) -> bool:
    """Whether a number is compared with a limit: not so states, and what only rises."""
    return any(
        isinstance(node, ex.In) or (isinstance(node, ex.Binary) and node.operator in _ORDERS and not _rises(node))
        for node, _ in nodes(condition)
    )


def _rises(node: ex.Binary) -> bool:
    return any(isinstance(side, ex.Call) and side.function.text in _RISING for side in (node.left, node.right))


_ORDERS = ("<", "<=", ">", ">=")
_RISING = ("elapsed", "unroll")


def _group_by(node: ast.Event, env: Environment) -> str:
    """What its findings on several machines have in common; whoever lists findings goes by it."""
    if node.group_by is None:
        return ""
    name = node.group_by.text
    if name not in GROUPS:
        help_ = did_you_mean(env.scope.nearest(name, GROUPS)) or f"it can be: {', '.join(GROUPS)}"
        env.report(DiagnosticCode.UNKNOWN_NAME, node.group_by.span, f"findings are not grouped by {name}", help_)
    return name


def _captured(node: ast.Event, env: Environment) -> tuple[int, ...] | None:
    """Numbers of inputs, each once."""
    if len(node.capture) > _MOST_CAPTURED:
        why = f"{len(node.capture)} signals are captured, at most {_MOST_CAPTURED} are possible"
        env.report(DiagnosticCode.TOO_MANY_CAPTURED, node.capture[_MOST_CAPTURED].span, why, "capture fewer signals")
        return None
    found = [_capture(each, env) for each in node.capture]
    return None if None in found else tuple(dict.fromkeys(number for number in found if number is not None))


def _capture(node: ex.Expression, env: Environment) -> int | None:
    meaning = resolved(node, env) if isinstance(node, ex.Reference) else None
    if meaning is None and isinstance(node, ex.Reference):
        return None
    value = symbol_value(meaning, node, env) if isinstance(node, ex.Reference) and _is_signal(meaning) else None
    if value is not None:
        return value.expr.input if isinstance(value.expr, Read) else None
    why = f"{env.quote(node.span)} is no signal or derived signal, and only those are captured"
    env.report(DiagnosticCode.SIGNAL_WANTED, node.span, why, "name signals, with commas between them")
    return None


def _is_signal(meaning: Meaning | None) -> TypeGuard[SignalSymbol | RuleSymbol]:
    return isinstance(meaning, SignalSymbol | RuleSymbol)


def _judge_hysteresis(raised: Value, cleared: Value, lasting: int, env: Environment) -> None:
    """An event that clears on values that raise it goes on and off. `lasting` is how long it clears, in µs."""
    if cleared.interval == intervals.FALSE:
        why = "once raised the event stays so, as this never holds"
        env.report(DiagnosticCode.NEVER_CLEARS, cleared.span, why, "compare with a value that can come")
        return
    raising, clearing = _single(raised.expr), _single(cleared.expr)
    if raising is None or clearing is None or raising[0] != clearing[0]:
        return
    (number, on), (_, off) = raising, clearing
    overlap = intervals.meet(on, off)
    if overlap is None or overlap.is_one:
        return
    signal = env.reads.symbols[number]
    facts = signal.facts if isinstance(signal, SignalSymbol) else signal
    unit = quoted_unit(facts.unit)
    why = f"{_span(overlap, signal.name, unit)} both raises and clears the event"
    if intervals.meet(on, off) == on:
        why = f"this holds whenever the event is raised: {why}"
    env.report(DiagnosticCode.CLEARS_AT_ONCE, cleared.span, why, _apart(on, facts.interval, signal.name, unit, lasting))


def _single(condition: Expr) -> tuple[int, intervals.Interval] | None:
    """The one input that the condition is about, and where it holds."""
    if not isinstance(condition, Operation) or condition.op not in _ONE_INPUT:
        return None
    found = {expr.input: limit.interval for expr, limit in told_by(condition).items() if isinstance(expr, Read)}
    return next(iter(found.items())) if len(found) == 1 else None


_ONE_INPUT = {Op.LESS, Op.LESS_EQUAL, Op.GREATER, Op.GREATER_EQUAL, Op.EQUAL}


def _span(overlap: intervals.Interval, name: str, unit: str) -> str:
    text = f" {unit}" if unit else ""
    if overlap.low == intervals.UNBOUNDED.low:
        return f"{name} below {number_text(overlap.high)}{text}"
    if overlap.high == intervals.UNBOUNDED.high:
        return f"{name} above {number_text(overlap.low)}{text}"
    return f"{name} from {number_text(overlap.low)} to {number_text(overlap.high)}{text}"


def _apart(on: intervals.Interval, reach: intervals.Interval, name: str, unit: str, lasting: int) -> str:
    is_above = on.high == intervals.UNBOUNDED.high
    limit, side, sign = (on.low, "below", "<") if is_above else (on.high, "above", ">")
    margin = _margin(limit)
    other = limit - margin if is_above else limit + margin
    text = f" [{unit}]" if unit else ""
    if not reach.low < other < reach.high:
        return f"raise further {'above' if is_above else 'below'} {number_text(limit)}{text}, and clear {side} that"
    held = f" for {duration(lasting)}" if lasting else ""
    example = f"clear when {name} {sign} {number_text(other)}{text}{held}"
    return f"clear {side} {number_text(limit)}{text} by some margin, such as:  {example}"


def _margin(limit: float) -> float:
    """About a twentieth, as people choose it: 1, 2 or 5 of some power of ten."""
    wanted = abs(limit) / 20
    if not wanted:
        return 1.0  # of 0, and of what is next to it
    power = 10.0 ** math.floor(math.log10(wanted))
    return power * next(step for step in (1, 2, 5, 10) if wanted <= step * power * _ROUNDING)
