"""Names in expressions: what they read, or why they cannot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from parsing.checker import intervals
from parsing.checker.environment import Environment
from parsing.checker.folding import operation
from parsing.checker.nearest import listed
from parsing.checker.resolving import (
    MACHINE,
    MachineAttribute,
    Meaning,
    Member,
    PreviousOf,
    meanings,
)
from parsing.checker.symbols import ConstSymbol, EnumSymbol, RuleSymbol, SignalSymbol, Symbol
from parsing.checker.units import ANY, BARE, TIME_POINT, unit_of
from parsing.checker.unknown_names import report_ambiguous, report_unknown
from parsing.checker.values import Value, boolean, constant, unknown
from parsing.language import expressions as ex
from parsing.language.codes import DiagnosticCode
from parsing.quality import EVERY, STATES
from parsing.rules.program import Attribute, EventTime, Expr, IsQuality, Op, Previous, Read, ReceivedTime

_TIMES: dict[str, Expr] = {"ts": EventTime(), "received_at": ReceivedTime()}
_OF_RULES = {"failed": "check", "active": "event"}


def read(node: ex.Reference, env: Environment, expected: EnumSymbol | None = None) -> Value:
    """What a name gives where a value is wanted. `expected`: the enum of what stands beside it."""
    time = _time(node, env)
    if time is not None:
        return time
    meaning = resolved(node, env, expected)
    match meaning:
        case None:
            return unknown(node.span)
        case Member():
            return member_value(meaning.enum, meaning.name, node, env)
        case MachineAttribute():
            return _attribute(meaning.name, node, env)
        case PreviousOf():
            return _previous(meaning.symbol, node, env)
    return symbol_value(meaning, node, env)


def _time(node: ex.Reference, env: Environment) -> Value | None:
    """`ts`, also where a signal says where it stands, and `received_at`, unless a signal is named so."""
    name = node.parts[0].text
    if env.place != "object" or len(node.parts) > 1 or name not in _TIMES:
        return None
    if name != "ts" and env.owner is not None and name in env.owner.signals:
        return None
    return Value(_TIMES[name], "number", TIME_POINT, intervals.UNBOUNDED, node.span)


def resolved(node: ex.Reference, env: Environment, expected: EnumSymbol | None = None) -> Meaning | None:
    """The one thing that the name means; None: there is none or several, and that was said."""
    found = meanings(env.scope, node, env.owner)
    if len(found) == 1:
        return found[0]
    if found:
        report_ambiguous(node, found, env)
    else:
        report_unknown(node, env, expected)
    return None


def symbol_value(symbol: Symbol, node: ex.Reference, env: Environment) -> Value:
    if isinstance(symbol, ConstSymbol):
        return replace(symbol.value, span=node.span, symbol=None) if symbol.value is not None else unknown(node.span)
    if env.place != "rule" and not _is_seen(symbol, node, env):
        return unknown(node.span)
    if isinstance(symbol, RuleSymbol) and symbol.what != "derived signal":
        state = "is failed" if symbol.what == "check" else "is active"
        why = f"{symbol.name} is {_article(symbol.what)}, which has no value of its own"
        env.report(DiagnosticCode.NOT_A_VALUE, node.span, why, f"use:  {symbol.name} {state}")
        return unknown(node.span)
    if isinstance(symbol, SignalSymbol):
        return _signal(symbol, node, env)
    return _derived(symbol, node, env)


def _is_seen(symbol: SignalSymbol | RuleSymbol, node: ex.Reference, env: Environment) -> bool:
    """Whether a place that is no rule's can read it; says so where not."""
    if env.place == "object":
        if env.owner is not None and env.owner.signals.get(symbol.name) is symbol:
            return True
        why = f"{symbol.name} is no signal of {env.owner.name if env.owner else 'it'}; an object is judged by itself"
        help_ = "write a check or an event that reads both"
        env.report(DiagnosticCode.NOT_HERE, node.span, why, help_)
        return False
    why = f"{symbol.name} changes with time; a const is known when the text is compiled"
    help_ = "use `derived` in the place of `const`"
    if env.place == "expectation":
        why, help_ = f"{symbol.name} changes with time; a sample says one value", "write the value as a number"
    env.report(DiagnosticCode.CONSTANT_WANTED, node.span, why, help_)
    return False


def _article(what: str) -> str:
    return f"an {what}" if what == "event" else f"a {what}"


def _signal(symbol: SignalSymbol, node: ex.Reference, env: Environment) -> Value:
    facts = symbol.facts
    if facts.kind == "unknown" or symbol.input is None:
        return unknown(node.span)
    if facts.kind == "text":
        why = f"{symbol.name} is text; rules calculate with numbers"
        help_ = "text can be matched by `severity from` in a log's definition, and searched in what is stored"
        env.report(DiagnosticCode.TEXT_IN_RULE, node.span, why, help_)
        return unknown(node.span)
    between = intervals.UNBOUNDED if id(symbol) in env.replaced else facts.interval
    expr = Read(env.reads.number(symbol))
    return Value(expr, facts.kind, facts.unit, between, node.span, symbol.enum, symbol)


def _derived(symbol: RuleSymbol, node: ex.Reference, env: Environment) -> Value:
    if symbol.kind == "unknown":
        return unknown(node.span)
    between = intervals.UNBOUNDED if id(symbol) in env.replaced else symbol.interval
    expr = Read(env.reads.number(symbol))
    return Value(expr, symbol.kind, symbol.unit, between, node.span, symbol.enum, symbol)


def _previous(symbol: Symbol, node: ex.Reference, env: Environment) -> Value:
    value = symbol_value(symbol, node, env)
    return replace(value, expr=Previous(value.expr.input)) if isinstance(value.expr, Read) else value


def previous_value(node: ex.Expression, env: Environment) -> Value:
    """`prev(x)`."""
    symbol = signal_read(node, env, wanted_by="prev")
    return unknown(node.span) if symbol is None or not isinstance(node, ex.Reference) else _previous(symbol, node, env)


def _attribute(name: str, node: ex.Reference, env: Environment) -> Value:
    if env.attributes is not None and name not in env.attributes:
        near = env.scope.nearest(name, env.attributes)
        known = ", ".join(sorted(env.attributes)) or "none"
        help_ = f"use:  {MACHINE}.{near[0]}" if near else f"there are: {known}"
        env.report(DiagnosticCode.UNKNOWN_ATTRIBUTE, node.span, f"machines have no attribute {name}", help_)
        return unknown(node.span)
    if env.place in ("const", "expectation"):
        why = f"{MACHINE}.{name} differs from machine to machine"
        env.report(DiagnosticCode.CONSTANT_WANTED, node.span, why, "use `derived` in the place of `const`")
        return unknown(node.span)
    unit = ANY if env.attributes is None else unit_of(env.attributes[name])
    return Value(Attribute(env.reads.attribute(name)), "number", unit, intervals.UNBOUNDED, node.span)


def member_beside(node: ex.Expression, enum: EnumSymbol | None) -> str | None:
    """A bare name, if it is a member of the enum of what stands beside it."""
    if enum is None or not isinstance(node, ex.Reference) or len(node.parts) != 1:
        return None
    name = node.parts[0].text
    return name if name in enum.members else None


def member_value(enum: EnumSymbol, name: str, node: ex.Reference, env: Environment) -> Value:
    numbers = enum.members[name]
    if len(numbers) > 1:
        why = f"{name} is the name of {listed([str(number) for number in numbers])}"
        help_ = f"compare with the numbers, or name them apart in {enum.name}"
        env.report(DiagnosticCode.AMBIGUOUS_NAME, node.span, why, help_)
        return unknown(node.span)
    return replace(constant(float(numbers[0]), "enum", BARE, node.span), enum=enum)


def signal_read(node: ex.Expression, env: Environment, wanted_by: str = "") -> SignalSymbol | RuleSymbol | None:
    """The signal or derived signal that a name alone stands for. `wanted_by`: what says so where it is none."""
    if not isinstance(node, ex.Reference):
        if wanted_by:
            why = f"{wanted_by} remembers earlier samples, and only a signal has samples"
            text = env.quote(node.span)
            help_ = f"name it:  derived name : f64 [unit] = {text}  store never\nthen use that name here"
            env.report(DiagnosticCode.SIGNAL_WANTED, node.span, why, help_)
        return None
    if not wanted_by:
        found = meanings(env.scope, node, env.owner)
        first = found[0] if len(found) == 1 else None
        return first if isinstance(first, SignalSymbol | RuleSymbol) else None
    value = read(node, env)
    if value.is_known and value.symbol is None:
        why = f"{env.quote(node.span)} is always the same; {wanted_by} wants a signal or derived signal"
        env.report(DiagnosticCode.SIGNAL_WANTED, node.span, why, "name a signal that changes")
    return value.symbol if isinstance(value.symbol, SignalSymbol | RuleSymbol) else None


def is_in_state(node: ex.IsState, env: Environment, evaluate: Callable[[ex.Expression, Environment], Value]) -> Value:
    """`x is STATE` of values; `is failed` of checks, `is active` of events."""
    if node.state in _OF_RULES:
        return _of_rule(node, env)
    operand = evaluate(node.operand, env)
    if not operand.is_known:
        return unknown(node.span)
    mask = STATES[node.state]
    return boolean(IsQuality(operand.expr, EVERY & ~mask if node.negated else mask), intervals.EITHER, node.span)


def _of_rule(node: ex.IsState, env: Environment) -> Value:
    wanted = _OF_RULES[node.state]
    operand = node.operand
    meaning = resolved(operand, env) if isinstance(operand, ex.Reference) else None
    if meaning is None and isinstance(operand, ex.Reference):
        return unknown(node.span)
    if not isinstance(meaning, RuleSymbol) or meaning.what != wanted:
        why = f"only {_article(wanted)} can be {node.state}; {env.quote(operand.span)} is none"
        help_ = "of a signal ask:  is valid, is stale, is not_available, is error"
        if isinstance(meaning, RuleSymbol) and meaning.what != "derived signal":
            help_ = f"use:  {meaning.name} is {'failed' if meaning.what == 'check' else 'active'}"
        env.report(DiagnosticCode.WRONG_TYPE, node.span, why, help_)
        return unknown(node.span)
    value = boolean(Read(env.reads.number(meaning)), intervals.EITHER, node.span)
    if not node.negated:
        return value
    return boolean(operation(Op.NOT, value.expr), intervals.EITHER, node.span)
