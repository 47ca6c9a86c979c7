"""All rules of all texts: consts, derived signals, checks and events, in the order in which they read each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from parsing.checker.actions import Replacements, ordered, target_of
from parsing.checker.checks_and_events import check, event
from parsing.checker.cost import check_costs
from parsing.checker.dependencies import Node, in_order, read_by
from parsing.checker.derived_rules import derived
from parsing.checker.drafts import Draft, Drafts
from parsing.checker.durations import check_durations
from parsing.checker.environment import Environment, Reads
from parsing.checker.expressions import checked
from parsing.checker.identities import Identities
from parsing.checker.nearest import listed
from parsing.checker.reporting import Findings, Reporter
from parsing.checker.scope import Catalogue, Scope
from parsing.checker.sources import Source
from parsing.checker.staleness import hint_never_stale
from parsing.checker.symbols import ConstSymbol, Place, RuleSymbol
from parsing.checker.values import Value
from parsing.language import ast
from parsing.language.codes import DiagnosticCode
from parsing.rules.program import Program, Rule


class RuleChecker:
    """Of the texts of one check."""

    def __init__(
        self,
        sources: Sequence[Source],
        catalogue: Catalogue,
        attributes: Mapping[str, str] | None,
        ids: Identities,
        findings: Findings,
    ) -> None:
        self._ids = ids
        self._findings = findings
        self._attributes = attributes
        self._texts = {source.name: source.text for source in sources}
        self._scopes = {names.name: Scope(catalogue, names) for names in catalogue.sets}
        written = [names for names in catalogue.sets if names.name in self._texts]
        self._consts = [const for names in written for const in names.consts.values()]
        self._rules = [rule for names in written for rule in names.rules.values()]
        self._replaced: frozenset[int] = frozenset()
        self._drafts = Drafts()
        self._in_cycles: set[int] = set()
        self.remembered: dict[Place, int] = {}
        """Bytes, by the places of rules."""

    def check(self) -> Program:
        """The program of all rules without faults."""
        self._replaced = frozenset(self._replaced_signals())
        roots: list[Node] = [*self._consts, *self._rules]
        for symbol in in_order(roots, self._read_by, self._report_cycle):
            if isinstance(symbol, ConstSymbol):
                symbol.value = self._const(symbol)
            else:
                self._rule(symbol)
        replacements = Replacements(self._drafts, self._ids)
        for symbol in self._rules:
            if symbol.what == "check":
                replacements.add(symbol, self.environment(symbol))
        self.remembered = check_costs(self._drafts, self._findings)
        order, cycles = ordered(self._drafts)
        for cycle in cycles:
            self._report_replacement_cycle(cycle)
        return Program(tuple(draft.finished() for draft in order))

    def environment(self, symbol: Node) -> Environment:
        reporter = Reporter(self._findings, symbol.place.file, symbol.name)
        return Environment(
            self._scopes[symbol.set_name],
            reporter,
            self._texts[symbol.place.file],
            "const" if isinstance(symbol, ConstSymbol) else "rule",
            self._attributes,
            Reads(),
            replaced=self._replaced,
        )

    def _read_by(self, symbol: Node) -> list[Node]:
        return read_by(symbol, self._scopes[symbol.set_name])

    def _replaced_signals(self) -> set[int]:
        """Of signals that get other values in the place of theirs; silent, as the actions are checked later."""
        found: set[int] = set()
        for symbol in self._rules:
            if isinstance(symbol.node, ast.Check):
                silent = self.environment(symbol).silent()
                actions = [action for action in symbol.node.actions if isinstance(action, ast.Replace)]
                found.update(id(target) for action in actions if (target := target_of(action, silent)) is not None)
        return found

    def _const(self, symbol: ConstSymbol) -> Value:
        env = self.environment(symbol)
        value = checked(symbol.node.value, env)
        if value.is_known and value.constant is None:
            why = f"{env.quote(value.span)} is no finite number"
            env.report(DiagnosticCode.NOT_FINITE, value.span, why, "a const is a number that can be calculated at once")
        return value

    def _rule(self, symbol: RuleSymbol) -> None:
        env = self.environment(symbol)
        node = symbol.node
        rule: Rule | None
        match node:
            case ast.Derived():
                rule = derived(symbol, node, env)
            case ast.Check():
                rule = check(symbol, node, env)
            case ast.Event():
                rule = event(symbol, node, env)
        hint_never_stale(symbol, env)
        if rule is not None and not env.reads.symbols:
            why = "it reads no signal, and rules are evaluated when something comes that they read"
            constant = symbol.what == "derived signal" and not env.reads.attributes
            help_ = f"use:  const {symbol.name} = …" if constant else "let it read the signal that it is about"
            env.report(DiagnosticCode.READS_NOTHING, symbol.place.span, why, help_)
        if check_durations(symbol, env) and rule is not None:
            self._drafts.add(Draft(rule, list(env.reads.symbols), symbol, symbol.place.file, symbol.place.span))

    def _report_cycle(self, cycle: list[Node]) -> None:
        """Of circles that share rules the first."""
        told = not self._in_cycles.isdisjoint(map(id, cycle))
        self._in_cycles.update(map(id, cycle))
        if told:
            return
        names = [symbol.name for symbol in cycle]
        first = cycle[0]
        env = self.environment(first)
        if len(cycle) == 1:
            why = f"{first.name} reads itself"
            help_ = "a rule cannot read its own result; functions such as unroll and mean remember for it"
        else:
            steps = [f"{name} reads {other}" for name, other in zip(names, [*names[1:], names[0]], strict=True)]
            why = listed(steps, 6)
            help_ = "take one of them out of the circle"
        env.report(DiagnosticCode.CYCLE, first.place.span, why, help_)

    def _report_replacement_cycle(self, cycle: list[Draft]) -> None:
        hidden = next((draft for draft in cycle if draft.symbol is None), None)
        if hidden is None:
            return
        names = [draft.rule.name for draft in cycle]
        at = cycle.index(hidden)
        names = names[at:] + names[:at]
        check_name = hidden.rule.name.rpartition(" after ")[2]
        why = f"what comes in its place is made of it: {' reads '.join([*names, names[0]])}"
        help_ = "replace it with something that is not made of the signal, or drop it"
        reporter = Reporter(self._findings, hidden.file, check_name)
        reporter.report(DiagnosticCode.REPLACEMENT_CYCLE, hidden.span, why, help_)
