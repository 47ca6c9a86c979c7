"""Streams through the engine and through the interpreter, and what came of them in a form that can be compared."""

from __future__ import annotations

import struct
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from parsing.engine.rule_engine import RuleEngine
from parsing.engine.rule_outcome import NO_TIME, Envelopes, Outcome, RuleRows
from parsing.rules.compiled import CompiledRule
from parsing.rules.generate import compile_program
from parsing.rules.interpreter import Interpreter
from parsing.rules.interpreter_results import DerivedRow, Result
from parsing.rules.linking import RuleTables, link
from parsing.rules.program import Program
from tests.rules.cases import SLOTS, Envelope

Told = dict[tuple[int, int | str], list[Any]]
"""By machine, and group of a derived signal or "findings": each row's time, value and quality, or the finding."""


def compiled(program: Program) -> tuple[CompiledRule, ...]:
    return compile_program(program, {rule.id: 1 for rule in program.rules})


def tables_of(program: Program) -> RuleTables:
    return link(compiled(program), SLOTS)


def rows_of(envelopes: Sequence[Envelope]) -> list[RuleRows]:
    """By group, as a batch has them."""
    columns: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for number, envelope in enumerate(envelopes):
        for order, row in enumerate(envelope.rows):
            columns[row.group].append((number, order, row.ts, row.values, row.qualities))
    return [_rule_rows(group, rows) for group, rows in columns.items()]


def _rule_rows(group: int, rows: list[tuple[Any, ...]]) -> RuleRows:
    envelope, order, ts, values, qualities = zip(*rows, strict=True)
    return RuleRows(
        group, np.array(envelope, np.uint32), np.array(order, np.uint32), np.array(ts, np.int64),
        # Slot by slot, as extraction has them.
        np.array(values, np.float64).T.copy().T, np.array(qualities, np.uint8).T.copy().T,
    )  # fmt: skip


def run_engine(engine: RuleEngine, envelopes: Sequence[Envelope]) -> Outcome:
    columns = Envelopes(
        np.array([each.machine for each in envelopes], np.uint32),
        np.array([NO_TIME if each.newest is None else each.newest for each in envelopes], np.int64),
        np.array([NO_TIME if each.received is None else each.received for each in envelopes], np.int64),
    )
    return engine.run(rows_of(envelopes), columns)


def tell(told: Told, outcome: Outcome) -> None:
    """Add what came of a batch."""
    for derived in outcome.derived:
        for place, envelope in enumerate(derived.envelope.tolist()):
            row = int(derived.ts[place]), bits(derived.values[place]), int(derived.qualities[place])
            told.setdefault((int(outcome.machine[envelope]), derived.group), []).append(row)
    found = outcome.findings
    for place, envelope in enumerate(found.envelope.tolist()):
        captured = slice(found.captured_at[place], found.captured_at[place + 1])
        values = zip(map(bits, found.captured[captured]), found.captured_qualities[captured].tolist(), strict=True)
        state = "raised" if found.raised[place] else "cleared"
        finding = int(found.rule[place]), int(found.ts[place]), int(found.since[place]), state, tuple(values)
        told.setdefault((int(outcome.machine[envelope]), "findings"), []).append(finding)


def tell_results(told: Told, machine: int, results: Iterable[Result]) -> None:
    for each in results:
        if isinstance(each, DerivedRow):
            row = each.ts, bits(each.value), int(each.quality)
            told.setdefault((machine, each.group), []).append(row)
        else:
            values = tuple((bits(value), int(quality)) for value, quality in each.captured)
            finding = each.rule, each.ts, each.since, each.state, values
            told.setdefault((machine, "findings"), []).append(finding)


def interpret(
    program: Program, envelopes: Sequence[Envelope], attributes: Sequence[Mapping[str, float]], lateness: int
) -> Told:
    """All of it, to the end of the log."""
    told: Told = {}
    machines = [Interpreter(program, each, lateness) for each in attributes]
    for envelope in envelopes:
        results = machines[envelope.machine].take(envelope.rows, envelope.newest, envelope.received)
        tell_results(told, envelope.machine, results)
    for number, machine in enumerate(machines):
        tell_results(told, number, machine.finish())
    return told


def bits(value: float) -> int | str:
    """Of an f64; every NaN is the same."""
    return "nan" if value != value else struct.unpack("<q", struct.pack("<d", value))[0]  # noqa: PLR0124
