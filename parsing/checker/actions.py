"""What checks change: hidden derived signals that other rules read while the check fails."""

from __future__ import annotations

from dataclasses import replace

from parsing.checker.dependencies import in_order
from parsing.checker.drafts import Draft, Drafts, Source
from parsing.checker.environment import Environment, Reads
from parsing.checker.expressions import checked
from parsing.checker.identities import Identities
from parsing.checker.references import resolved
from parsing.checker.symbols import RuleSymbol, SignalSymbol
from parsing.checker.unifying import fits, report_type
from parsing.checker.values import Value, converted
from parsing.language import ast
from parsing.language import expressions as ex
from parsing.language.codes import DiagnosticCode
from parsing.rules.program import Derived, Expr, Op, Operation, Read

Action = ast.Replace | ast.Distrust


def target_of(action: Action, env: Environment) -> SignalSymbol | RuleSymbol | None:
    """The signal or derived signal that the action changes; None: it is none, and that was said."""
    node = action.signal
    meaning = resolved(node, env) if isinstance(node, ex.Reference) else None
    if isinstance(meaning, SignalSymbol) or (isinstance(meaning, RuleSymbol) and meaning.what == "derived signal"):
        return meaning
    if meaning is not None or not isinstance(node, ex.Reference):
        verb = "replaced" if isinstance(action, ast.Replace) else "doubted"
        why = f"{env.quote(node.span)} is no signal or derived signal, and only those can be {verb}"
        env.report(DiagnosticCode.NOT_REPLACEABLE, node.span, why, "name the signal that the check doubts")
    return None


class Replacements:
    """Puts hidden derived signals between signals and their readers, in the order of the text.

    Rules that a check reads, at whatever remove, read the signal as it was before that check: else it read itself.
    """

    def __init__(self, drafts: Drafts, ids: Identities) -> None:
        self._drafts = drafts
        self._ids = ids
        self._newest: dict[int, Draft] = {}
        self._readers: dict[int, list[Draft]] = {}
        for draft in drafts.all:
            for source in draft.reads:
                self._readers.setdefault(id(source), []).append(draft)

    def add(self, check: RuleSymbol, env: Environment) -> None:
        """All actions of a check. `env` is that of its text."""
        judged = self._drafts.of_rule.get(id(check))
        if judged is None or not isinstance(check.node, ast.Check):
            return
        changed: set[int] = set()
        for action in check.node.actions:
            if isinstance(action, ast.Flag):
                continue
            target = target_of(action, env)
            if target is None:
                continue
            if id(target) in changed:
                why = f"{check.name} changes {target.name} twice"
                env.report(DiagnosticCode.REPEATED_DEFINITION, action.span, why, "delete one of the two")
                continue
            changed.add(id(target))
            self._change(judged, action, target, env)

    def _change(self, check: Draft, action: Action, target: SignalSymbol | RuleSymbol, env: Environment) -> None:
        reads = Reads()
        made = _result(action, target, check, replace(env, reads=reads))
        if made is None or check.symbol is None:
            return
        before: Source = self._newest.get(id(target), target)
        hidden = self._hidden(made, target, action, check, reads.attributes)
        for symbol in reads.symbols:
            source: Source = symbol if symbol is check.symbol else self._newest.get(id(symbol), symbol)
            hidden.reads.append(before if symbol is target else source)
        leading = self._leading_to(check)
        readers = [each for each in self._readers.get(id(before), []) if id(each) not in leading]
        for reader in readers:
            reader.reads = [hidden if source is before else source for source in reader.reads]
        self._readers[id(before)] = [each for each in self._readers.get(id(before), []) if id(each) in leading]
        self._readers[id(hidden)] = readers
        self._drafts.add(hidden)
        for source in hidden.reads:
            self._readers.setdefault(id(source), []).append(hidden)
        self._newest[id(target)] = hidden

    def _leading_to(self, check: Draft) -> set[int]:
        """The check and all that it reads."""
        found = {id(check)}
        waiting = [check]
        while waiting:
            for each in self._drafts.read_by(waiting.pop()):
                if id(each) not in found:
                    found.add(id(each))
                    waiting.append(each)
        return found

    def _hidden(
        self, value: Expr, target: SignalSymbol | RuleSymbol, action: Action, check: Draft, attributes: list[str]
    ) -> Draft:
        symbol = check.symbol
        set_name = symbol.set_name if symbol is not None else ""
        written = ".".join(part.text for part in action.signal.parts) if isinstance(action.signal, ex.Reference) else ""
        name = f"{written} after {check.rule.name}"
        boolean = isinstance(target, RuleSymbol) and target.kind == "boolean"
        rule = Derived(
            id=self._ids.rule(set_name, name), name=name, inputs=(), attributes=tuple(attributes), value=value,
            hold=None, minimum=None, maximum=None, store="never", group=None, unit=_unit_text(target),
            type="boolean" if boolean else "number", enum=target.enum.id if target.enum else None, comment="",
        )  # fmt: skip
        return Draft(rule, [], None, check.file, action.span)


def _unit_text(target: SignalSymbol | RuleSymbol) -> str:
    if isinstance(target, SignalSymbol):
        return target.record.unit if target.record is not None else ""
    return target.node.unit.text if isinstance(target.node, ast.Derived) and target.node.unit else ""


def _result(action: Action, target: SignalSymbol | RuleSymbol, check: Draft, env: Environment) -> Expr | None:
    """The check's failure, then the signal, are the first two inputs."""
    if check.symbol is None or not isinstance(action.signal, ex.Reference):
        return None
    failed = Read(env.reads.number(check.symbol))
    signal = checked(action.signal, env)
    if not signal.is_known:
        return None
    if isinstance(action, ast.Distrust):
        worse = Op.AT_BEST_SUSPECT if action.action == "suspect" else Op.AS_ERROR
        return Operation(Op.SELECT, (failed, Operation(worse, (signal.expr,)), signal.expr))
    value = checked(action.value, env, target.enum)
    found = _instead(value, signal, env)
    if found is None:
        return None
    return Operation(Op.SELECT, (failed, Operation(Op.AT_BEST_SUSPECT, (found.expr,)), signal.expr))


def _instead(value: Value, signal: Value, env: Environment) -> Value | None:
    """The value in the unit of the signal in whose place it comes."""
    if not value.is_known:
        return None
    alike = (value.is_condition and signal.is_condition) or value.enum is signal.enum
    if not alike or ("boolean" in (value.kind, signal.kind) and not (value.is_condition and signal.is_condition)):
        wanted = f"a member of {signal.enum.name}" if signal.enum else f"a value like {env.quote(signal.span)}"
        report_type(value, wanted, env)
        return None
    if value.literal and value.constant == 0 and value.unit.bare and not signal.unit.is_point:
        return replace(value, unit=signal.unit)
    return converted(value, signal.unit) if fits(signal, value, env) else None


def ordered(drafts: Drafts) -> tuple[list[Draft], list[list[Draft]]]:
    """Each behind what it reads, and the cycles that there are."""
    cycles: list[list[Draft]] = []
    order = in_order(drafts.all, drafts.read_by, cycles.append)
    return order, cycles
