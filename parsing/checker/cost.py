"""What a rule costs: instructions each time it runs, and what it remembers for each machine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from parsing.checker.drafts import Draft, Drafts
from parsing.checker.reporting import Findings, Reporter
from parsing.checker.symbols import Place
from parsing.language.codes import DiagnosticCode
from parsing.rules.compiled import MAX_INPUTS, MAX_INSTRUCTIONS, MAX_MEMORY_WORDS
from parsing.rules.inputs_of import walk
from parsing.rules.opcodes import SHAPES, Opcode
from parsing.rules.program import (
    AbsentFor,
    Attribute,
    Check,
    Constant,
    Derived,
    Elapsed,
    Event,
    Expr,
    Held,
    Previous,
    Rate,
    Read,
    Rule,
    Unroll,
    Window,
)

_WORD_BYTES = 8
MOST_BYTES_TOGETHER = 1 << 20

_OPCODES: dict[type, Opcode] = {
    Previous: Opcode.PREVIOUS,
    Elapsed: Opcode.ELAPSED,
    AbsentFor: Opcode.ABSENT_FOR,
    Rate: Opcode.RATE,
    Window: Opcode.MEAN_OVER,
    Unroll: Opcode.UNROLL,
    Held: Opcode.HELD,
}


class Cost(NamedTuple):
    """Each time the rule runs, and for each machine."""

    instructions: int
    bytes: int


def cost_of(rule: Rule) -> Cost:
    parts = [part for expression in _expressions(rule) for part in walk(expression)]
    instructions = 1 + sum(not isinstance(part, Constant | Read | Attribute) for part in parts)
    words = sum(SHAPES[opcode].memory for part in parts if (opcode := _OPCODES.get(type(part))) is not None)
    if isinstance(rule, Derived) and rule.store == "on_change":
        words += SHAPES[Opcode.DERIVE].memory
    if isinstance(rule, Event):
        conditions = [rule.raise_when] if rule.clear_when is None else [rule.raise_when, rule.clear_when]
        plain = sum(not isinstance(condition, Held) for condition in conditions)
        words += 1 + plain * SHAPES[Opcode.HELD].memory
        instructions += plain + (rule.clear_when is None)
    return Cost(instructions, words * _WORD_BYTES)


def _expressions(rule: Rule) -> Iterator[Expr]:
    match rule:
        case Derived():
            yield rule.value
        case Check():
            if rule.when is not None:
                yield rule.when
            yield rule.expect
        case Event():
            yield rule.raise_when
            if rule.clear_when is not None:
                yield rule.clear_when


def check_costs(drafts: Drafts, findings: Findings) -> dict[Place, int]:
    """Of each rule, and of all together; bytes by the places of rules."""
    together = 0
    remembered: dict[Place, int] = {}
    for draft in drafts.all:
        cost = cost_of(draft.rule)
        _check_one(draft, cost, findings)
        before, together = together, together + cost.bytes
        remembered[Place(draft.file, draft.span)] = cost.bytes
        if before <= MOST_BYTES_TOGETHER < together:
            most = f"at most {MOST_BYTES_TOGETHER:,} are possible"
            why = f"with this one, rules remember {together:,} bytes a machine, {most}"
            help_ = "windows (mean, min, max over) remember most; share one in a derived signal"
            _reporter(draft, findings).report(DiagnosticCode.TOO_MUCH_STATE_TOGETHER, draft.span, why, help_)
    return remembered


def _reporter(draft: Draft, findings: Findings) -> Reporter:
    return Reporter(findings, draft.file, draft.rule.name)


def _check_one(draft: Draft, cost: Cost, findings: Findings) -> None:
    reporter = _reporter(draft, findings)
    if cost.instructions > MAX_INSTRUCTIONS:
        why = f"it takes {cost.instructions:,} instructions, at most {MAX_INSTRUCTIONS - 1} are possible"
        help_ = "name parts of it:  derived part : f64 [unit] = …  store never"
        reporter.report(DiagnosticCode.TOO_MANY_INSTRUCTIONS, draft.span, why, help_)
    if cost.bytes > MAX_MEMORY_WORDS * _WORD_BYTES:
        why = f"it remembers {cost.bytes:,} bytes a machine, at most {MAX_MEMORY_WORDS * _WORD_BYTES:,} are possible"
        help_ = "windows (mean, min, max over) remember most; make derived signals of some of them"
        reporter.report(DiagnosticCode.TOO_MUCH_STATE, draft.span, why, help_)
    if len(draft.reads) > MAX_INPUTS:
        why = f"it reads {len(draft.reads)} signals, at most {MAX_INPUTS} are possible"
        help_ = "name parts of it:  derived part : f64 [unit] = …  store never"
        reporter.report(DiagnosticCode.TOO_MANY_INPUTS, draft.span, why, help_)
