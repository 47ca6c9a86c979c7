"""Definitions of objects: their signals, what makes an object suspect, and severities."""

from __future__ import annotations

from collections.abc import Mapping

from parsing.checker.environment import Environment, Reads
from parsing.checker.expressions import checked_condition
from parsing.checker.quantities import is_a
from parsing.checker.reporting import Findings, Reporter
from parsing.checker.scope import Scope
from parsing.checker.signal_checks import SignalChecker
from parsing.checker.sources import Source
from parsing.checker.symbols import OwnerSymbol, SignalSymbol
from parsing.checker.units import comparable, unit_of
from parsing.language import ast
from parsing.language.codes import DiagnosticCode
from parsing.language.types_of import Enums
from parsing.objects.conditions import MAX_STEPS, InvalidCondition, record_of
from parsing.objects.patterns import pattern_fault
from parsing.rules.program import Judgement, SignalInput

_TOPICS: dict[ast.ObjectKind, str] = {
    "position": "vehicle_position",
    "log": "vehicle_log",
    "fault": "vehicle_dtc",
    "report": "vehicle_event",
}
_MOST_STEPS = 32
_MOST_INDEX = 0xFFFF
_MOST_SUSPICIONS = 64


class ObjectChecker:
    """Of one text."""

    def __init__(
        self,
        source: Source,
        scope: Scope,
        enums: Enums,
        attributes: Mapping[str, str] | None,
        findings: Findings,
    ) -> None:
        self._source = source
        self._scope = scope
        self._enums = enums
        self._attributes = attributes
        self._findings = findings

    def check(self, node: ast.ObjectDefinition) -> Judgement | None:
        """What makes its objects suspect; None: the text has a fault there."""
        reporter = Reporter(self._findings, self._source.name, node.name.text)
        owner = self._scope.own.owners.get(node.name.text)
        if node.topic.text != _TOPICS[node.kind]:
            why = f"a {node.kind} comes in {_TOPICS[node.kind]} envelopes, not in {node.topic.text}"
            reporter.report(DiagnosticCode.INVALID_SOURCE, node.topic.span, why, f"use:  on {_TOPICS[node.kind]}")
        if node.each is not None:
            _check_path(node.each, reporter)
        checker = SignalChecker(reporter, self._scope, self._enums, owner)
        for signal in node.signals:
            checker.check(signal)
            if isinstance(signal.place, ast.BitPlace):
                why = "objects have no bytes and bits; their values are found by a path"
                reporter.report(DiagnosticCode.PLACE_KIND, signal.place.span, why, f"use:  at $.{signal.name.text}")
            else:
                _check_path(signal.place, reporter)
        if owner is None or owner.is_message:
            return None
        if node.kind == "position":
            _check_position(node, owner, reporter)
        if node.severity is not None:
            _check_severity(node.severity, owner, reporter)
        return self._judgement(node, owner, reporter)

    def _judgement(self, node: ast.ObjectDefinition, owner: OwnerSymbol, reporter: Reporter) -> Judgement | None:
        reads = Reads()
        env = Environment(self._scope, reporter, self._source.text, "object", self._attributes, reads, owner)
        conditions = [checked_condition(each.condition, env) for each in node.suspicions]
        if not all(condition.is_known for condition in conditions):
            return None
        inputs = [symbol.input for symbol in reads.symbols if isinstance(symbol, SignalSymbol)]
        judgement = Judgement(
            tuple(SignalInput(each.group, each.slot, None) for each in inputs if each is not None),
            tuple(reads.attributes),
            tuple((each.reason.text, found.expr) for each, found in zip(node.suspicions, conditions, strict=True)),
        )
        return judgement if _fits_a_release(judgement, node, reporter) else None


def _fits_a_release(judgement: Judgement, node: ast.ObjectDefinition, reporter: Reporter) -> bool:
    try:
        record = record_of(judgement)
    except InvalidCondition as fault:
        why = f"its conditions are more than an object is judged by: {fault}"
        reporter.report(DiagnosticCode.EXPRESSION_TOO_DEEP, node.name.span, why, "split the longest in two")
        return False
    for each, suspicion in zip(node.suspicions, record.suspicions, strict=True):
        if len(suspicion.condition) > MAX_STEPS:
            why = f"the condition takes {len(suspicion.condition)} steps, at most {MAX_STEPS} are possible"
            help_ = "split it in two:  suspect when … as " + each.reason.text
            reporter.report(DiagnosticCode.EXPRESSION_TOO_DEEP, each.condition.span, why, help_)
            return False
    if len(record.suspicions) > _MOST_SUSPICIONS:
        why = f"{len(record.suspicions)} suspicions, at most {_MOST_SUSPICIONS} are possible"
        reporter.report(DiagnosticCode.EXPRESSION_TOO_DEEP, node.suspicions[-1].span, why, "join some by `or`")
        return False
    return True


def _check_path(place: ast.PathPlace, reporter: Reporter) -> None:
    why = ""
    if not place.steps:
        why = "$ alone is the whole object"
    elif len(place.steps) > _MOST_STEPS:
        why = f"it has {len(place.steps)} steps, at most {_MOST_STEPS} are possible"
    elif any(isinstance(step, int) and step > _MOST_INDEX for step in place.steps):
        why = f"a place in a list is at most {_MOST_INDEX}"
    if why:
        reporter.report(
            DiagnosticCode.INVALID_PATH, place.span, why, "name the keys that lead there:  $.engine.temperature"
        )


def _check_position(node: ast.ObjectDefinition, owner: OwnerSymbol, reporter: Reporter) -> None:
    for name in ("lat", "lon"):
        signal = owner.signals.get(name)
        if signal is None:
            why = f"a position has signals lat and lon; {name} is missing"
            help_ = f"add:  signal {name} : f64 at $.{name} [deg]"
            reporter.report(DiagnosticCode.POSITION_SIGNALS, node.name.span, why, help_)
        elif signal.facts.kind != "unknown" and not comparable(signal.facts.unit, unit_of("deg")):
            # It may be that of another definition of this name, which is said.
            written = next((each for each in node.signals if each.name.text == name), None)
            if written is None:
                continue
            why = f"{name} is {is_a(signal.facts.unit)}; places are given in [deg]"
            span = written.unit.span if written.unit is not None else written.name.span
            reporter.report(DiagnosticCode.POSITION_SIGNALS, span, why, f"use:  signal {name} : f64 at $.{name} [deg]")


def _check_severity(node: ast.SeverityMap, owner: OwnerSymbol, reporter: Reporter) -> None:
    signal = owner.signals.get(node.signal.text)
    if signal is None:
        names = ", ".join(owner.signals)
        why = f"{owner.name} has no signal {node.signal.text}"
        reporter.report(DiagnosticCode.UNKNOWN_NAME, node.signal.span, why, f"it has: {names}")
    elif signal.facts.kind not in ("text", "unknown"):
        why = f"{signal.name} is no text, and severities are told from text"
        reporter.report(DiagnosticCode.WRONG_TYPE, node.signal.span, why, f"use:  signal {signal.name} : text at …")
    seen: dict[tuple[str | None, bool, bool], ast.SeverityArm] = {}
    for arm in node.arms:
        key = (arm.pattern, arm.is_regex, arm.ignore_case)
        if arm.is_regex and arm.pattern is not None:
            fault = pattern_fault(arm.pattern)
            if fault:
                help_ = "write the texts out, each in an arm of its own, or a simpler pattern"
                reporter.report(DiagnosticCode.INVALID_PATTERN, arm.span, fault, help_)
        if (None, False, False) in seen or key in seen:
            why = "`else` stands before it" if (None, False, False) in seen else "an arm before it is the same"
            reporter.report(DiagnosticCode.UNREACHABLE_ARM, arm.span, why, "move it up, or delete it")
        seen.setdefault(key, arm)
