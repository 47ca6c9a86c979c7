"""Golden samples: a frame or an object, and what comes out of it."""

from __future__ import annotations

import json
from collections.abc import Mapping

from parsing.checker.environment import Environment
from parsing.checker.expectations import check_expectation
from parsing.checker.nearest import did_you_mean, listed
from parsing.checker.reporting import Findings, Reporter
from parsing.checker.scope import Scope
from parsing.checker.sources import Source
from parsing.checker.symbols import OwnerSymbol, SignalSymbol
from parsing.checker.unknown_names import where_looked
from parsing.checker.verdicts import check_verdict, verdict_meant
from parsing.definitions import MAX_PAYLOAD_BYTES, Signal
from parsing.language import ast
from parsing.language import expressions as ex
from parsing.language.codes import DiagnosticCode
from parsing.language.expressions import Name
from parsing.quality import STATES

_MOST_ADDRESS = 253


class SampleChecker:
    """Of one text."""

    def __init__(self, source: Source, scope: Scope, attributes: Mapping[str, str] | None, findings: Findings) -> None:
        self._source = source
        self._scope = scope
        self._attributes = attributes
        self._findings = findings

    def check(self, node: ast.Golden) -> None:
        reporter = Reporter(self._findings, self._source.name, node.title)
        env = Environment(self._scope, reporter, self._source.text, "expectation", self._attributes)
        owner = owner_named(node.message, env)
        if owner is None:
            return
        if owner.is_message:
            _check_frame(node, owner, env)
        else:
            _check_object(node, owner, env)
        for each in node.expect:
            self._expectation(each, node, owner, env)

    def _expectation(self, each: ast.Expectation, node: ast.Golden, owner: OwnerSymbol, env: Environment) -> None:
        reference = ast.subject_of(each)
        texts = [part.text for part in reference.parts] if isinstance(reference, ex.Reference) else []
        name = texts[-1] if texts and texts[:-1] in ([], [owner.name], [owner.set_name, owner.name]) else None
        if name is not None and name in owner.dtc_lists:
            if isinstance(each, ast.Equals) and not isinstance(each.value, ex.Text):
                why = f"{name} is a list of trouble codes"
                env.report(DiagnosticCode.WRONG_TYPE, each.value.span, why, f'use:  {name} = "110/3 oc1, 190/2 oc5"')
            return
        verdict = verdict_meant(each, owner) if name is not None else None
        if verdict is not None:
            check_verdict(each, verdict, owner, env)
            return
        symbol = owner.signals.get(name) if name is not None else None
        if symbol is None:
            there = [*owner.signals, *owner.dtc_lists, *owner.verdicts]
            near = env.scope.nearest(name or "", there)
            why = f"{owner.name} has no signal {env.quote(reference.span)}"
            help_ = did_you_mean(near) or f"it has: {listed(there, 8)}"
            env.report(DiagnosticCode.NOT_IN_MESSAGE, reference.span, why, help_)
            return
        check_expectation(symbol, each, env)
        _check_end(each, symbol, node, env)


def owner_named(name: Name, env: Environment) -> OwnerSymbol | None:
    """A message or definition of objects by its name; None: there is none or several, and that was said."""
    found = env.scope.owners(name.text)
    if len(found) == 1:
        return found[0]
    if found:
        why = f"{name.text} may be {listed([each.qualified for each in found])}"
        env.report(
            DiagnosticCode.AMBIGUOUS_NAME, name.span, why, "put the sample into the text of the set that is meant"
        )
    else:
        near = env.scope.nearest(name.text, env.scope.owner_names())
        why = f"no message, position, log, fault or report is named {name.text}"
        env.report(DiagnosticCode.UNKNOWN_MESSAGE, name.span, why, did_you_mean(near) or where_looked(env))
    return None


def check_address(address: int | None, span: ast.Span, env: Environment) -> None:
    if address is not None and not 0 <= address <= _MOST_ADDRESS:
        why = f"a frame's source address is at most {_MOST_ADDRESS:#x}"
        env.report(DiagnosticCode.WRONG_SAMPLE, span, why, "use:  sa 0x00")


def _check_frame(node: ast.Golden, owner: OwnerSymbol, env: Environment) -> None:
    check_address(node.source_address, node.span, env)
    if node.payload is None:
        why = f"{owner.name} is a message; its samples are the bytes of a frame"
        env.report(DiagnosticCode.WRONG_SAMPLE, node.message.span, why, 'use:  bytes x"F0 7D 85 9B"')
    elif len(node.payload) > MAX_PAYLOAD_BYTES:
        why = f"{len(node.payload)} bytes; the longest payload has {MAX_PAYLOAD_BYTES}"
        env.report(DiagnosticCode.WRONG_SAMPLE, node.message.span, why, "give the bytes of one frame, or one message")


def _check_object(node: ast.Golden, owner: OwnerSymbol, env: Environment) -> None:
    if node.json is None:
        why = f"{owner.name} defines objects; its samples are JSON"
        env.report(DiagnosticCode.WRONG_SAMPLE, node.message.span, why, 'use:  json {"lat": 48.1, "lon": 11.5}')
        return
    try:
        json.loads(node.json)
    except ValueError as error:
        _report_json(f"the JSON cannot be read: {error}", node, env)
    except RecursionError:
        _report_json("the JSON is nested too deep", node, env)


def _report_json(why: str, node: ast.Golden, env: Environment) -> None:
    env.report(DiagnosticCode.WRONG_SAMPLE, node.message.span, why, "paste an object as the device sends it")


def _check_end(each: ast.Expectation, symbol: SignalSymbol, node: ast.Golden, env: Environment) -> None:
    """A value from behind the end of the payload."""
    record = symbol.record
    if node.payload is None or not isinstance(record, Signal) or record.end <= len(node.payload) * 8:
        return
    if isinstance(each, ast.Is) and each.state in set(STATES) - {"ok", "valid"}:
        return
    why = f"the sample has {len(node.payload)} bytes, {symbol.name} ends in byte {-(-record.end // 8)}"
    help_ = f"give the sample more bytes, or expect:  {symbol.name} is absent"
    env.report(DiagnosticCode.SHORT_SAMPLE, each.span, why, help_)
