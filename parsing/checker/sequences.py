"""`test`: signals in time, and what rules make of them."""

from __future__ import annotations

from collections.abc import Mapping

from parsing.checker.environment import Environment
from parsing.checker.expectations import check_expectation, check_given
from parsing.checker.expressions import checked
from parsing.checker.nearest import did_you_mean
from parsing.checker.references import resolved
from parsing.checker.reporting import Findings, Reporter
from parsing.checker.resolving import MACHINE
from parsing.checker.samples import check_address, owner_named
from parsing.checker.scope import Scope
from parsing.checker.sources import Source
from parsing.checker.symbols import RuleSymbol, SignalSymbol
from parsing.checker.unifying import fits
from parsing.checker.units import unit_of
from parsing.checker.values import Value
from parsing.checker.verdicts import check_verdict_in
from parsing.definitions import MAX_PAYLOAD_BYTES
from parsing.language import ast
from parsing.language import expressions as ex
from parsing.language.codes import DiagnosticCode
from parsing.rules.compiled import MAX_DURATION

_MOST_REPEATS = 100_000
_OF_RULES = {"event": ("raised", "cleared"), "check": ("raised", "cleared", "failed", "passed")}


class SequenceChecker:
    """Of one text."""

    def __init__(self, source: Source, scope: Scope, attributes: Mapping[str, str] | None, findings: Findings) -> None:
        self._source = source
        self._scope = scope
        self._attributes = attributes
        self._findings = findings

    def check(self, node: ast.Test) -> None:
        reporter = Reporter(self._findings, self._source.name, node.title)
        env = Environment(self._scope, reporter, self._source.text, "expectation", self._attributes)
        for each in node.machine:
            _check_attribute(each, env)
        for step in node.steps:
            _check_times(step, env)
            match step:
                case ast.SetStep():
                    for given in step.values:
                        _check_set(given, env)
                case ast.SendStep():
                    _check_send(step, env)
                case ast.ExpectStep():
                    for expectation in step.expect:
                        _check_expected(expectation, env)


def _check_times(step: ast.SetStep | ast.SendStep | ast.ExpectStep, env: Environment) -> None:
    why = ""
    if step.at > MAX_DURATION:
        why = "the test would take longer than times reach"
    elif isinstance(step, ast.SetStep) and step.every is not None and step.until is not None:
        if step.every <= 0 or step.until < step.at:
            why = "it would never happen: `every` is more than nothing, and `until` not before `from`"
        elif (step.until - step.at) // step.every >= _MOST_REPEATS:
            times = (step.until - step.at) // step.every
            why = f"it would happen {times:,} times, at most {_MOST_REPEATS:,} are possible"
    if why:
        env.report(DiagnosticCode.STEP_TIMES, step.span, why, "use times such as:  every 1s from 0s until 20s set …")


def _check_attribute(each: ast.Equals, env: Environment) -> None:
    """`machine max_speed = 40 [km/h]`."""
    name = each.signal.parts[-1].text if isinstance(each.signal, ex.Reference) else ""
    value = checked(each.value, env)
    if env.attributes is None or not value.is_known:
        return
    if name not in env.attributes:
        help_ = (
            did_you_mean(env.scope.nearest(name, env.attributes)) or f"there are: {', '.join(env.attributes) or 'none'}"
        )
        why = f"machines have no attribute {name}"
        env.report(DiagnosticCode.UNKNOWN_ATTRIBUTE, each.signal.span, why, help_)
        return
    unit = unit_of(env.attributes[name])
    fits(Value(value.expr, "number", unit, value.interval, each.signal.span), value, env)


def _meant(node: ex.Expression, env: Environment) -> SignalSymbol | RuleSymbol | None:
    found = resolved(node, env) if isinstance(node, ex.Reference) else None
    if isinstance(found, SignalSymbol | RuleSymbol):
        return found
    if found is not None or not isinstance(node, ex.Reference):
        why = f"{env.quote(node.span)} is no signal or rule"
        env.report(DiagnosticCode.NOT_IN_MESSAGE, node.span, why, f"name one; attributes stand behind `{MACHINE}`")
    return None


def _check_set(each: ast.Given, env: Environment) -> None:
    node = ast.subject_of(each)
    symbol = _meant(node, env)
    if isinstance(symbol, RuleSymbol):
        why = f"{symbol.name} is made by a rule; a test sets what comes from the machine"
        env.report(DiagnosticCode.NOT_IN_MESSAGE, node.span, why, "set the signals that it reads, and expect it")
    elif symbol is not None:
        check_given(symbol, each, env)


def _check_send(step: ast.SendStep, env: Environment) -> None:
    owner = owner_named(step.message, env)
    check_address(step.source_address, step.span, env)
    if owner is not None and owner.is_message != (step.payload is not None):
        why, help_ = f"{owner.name} defines objects; they are sent as JSON", f"use:  send {owner.name} json {{…}}"
        if owner.is_message:
            why, help_ = f"{owner.name} is a message; its frames are bytes", f'use:  send {owner.name} x"F0 7D 85 9B"'
        env.report(DiagnosticCode.WRONG_SAMPLE, step.message.span, why, help_)
    if len(step.payload or b"") > MAX_PAYLOAD_BYTES:
        why = f"{len(step.payload or b'')} bytes; the longest payload has {MAX_PAYLOAD_BYTES}"
        env.report(DiagnosticCode.WRONG_SAMPLE, step.span, why, "give the bytes of one frame, or one message")


def _check_expected(each: ast.Expectation, env: Environment) -> None:
    if check_verdict_in(each, env):
        return
    symbol = _meant(ast.subject_of(each), env)
    if symbol is None:
        return
    states = _OF_RULES.get(symbol.what) if isinstance(symbol, RuleSymbol) else None
    if states is None:
        check_expectation(symbol, each, env)
    elif not isinstance(each, ast.Is):
        why = f"{symbol.name} has no value"
        env.report(DiagnosticCode.WRONG_EXPECTATION, each.span, why, f"use:  {symbol.name} is {states[0]}")
    elif each.state not in states:
        why = f"{symbol.name} is never {each.state}"
        env.report(DiagnosticCode.WRONG_EXPECTATION, each.span, why, f"it can be: {', '.join(states)}")
