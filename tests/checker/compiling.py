"""Texts, parsed and checked, and their rules run once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from parsing.checker.check import Checked, check
from parsing.checker.collecting import catalogue_of
from parsing.checker.identities import CountedIdentities
from parsing.checker.reporting import Findings
from parsing.checker.rules import RuleChecker
from parsing.checker.sources import Source, content_of, enums_of, imported_sets
from parsing.checker.symbols import RuleSymbol
from parsing.dbc.records import ImportedSet
from parsing.language.parser import parse
from parsing.quality import Quality
from parsing.rules.interpreter import Interpreter, Row
from parsing.rules.interpreter_results import DerivedRow, Finding
from parsing.rules.program import Program, SignalInput

FILE = "machine"


def source(text: str, name: str = FILE) -> Source:
    parsed = parse(text, name)
    assert not parsed.diagnostics, parsed.diagnostics
    return Source(name, parsed.document, text)


def compiled(text: str, imported: Sequence[ImportedSet] = (), attributes: Mapping[str, str] | None = None) -> Checked:
    return check([source(text)], imported, attributes)


def codes(checked: Checked) -> list[str]:
    return [diagnostic.code.value for diagnostic in checked.diagnostics]


def rules_of(text: str) -> tuple[Program, dict[str, RuleSymbol]]:
    """With what the checker knows of each rule's values."""
    sources, findings = [source(text)], Findings()
    content = content_of(imported_sets(sources, ()))
    ids = CountedIdentities(content)
    catalogue = catalogue_of(sources, enums_of(sources, ()), content, ids, findings)
    program = RuleChecker(sources, catalogue, None, ids, findings).check()
    assert not [each for each in findings.in_order([FILE]) if each.is_error], findings.in_order([FILE])
    return program, catalogue.sets[0].rules


def places(checked: Checked) -> dict[str, tuple[int, int]]:
    """Group and slot of each signal by its name."""
    found = {}
    for definitions in checked.content.sets:
        for message in definitions.messages:
            for name, (group, signal) in message.homes().items():
                found[name] = (group.id, signal.slot)
    for each in checked.content.objects:
        found |= {signal.name: (each.group, signal.slot) for signal in each.signals}
    return found


def run(
    program: Program, instants: Sequence[Mapping[tuple[int, int], float | tuple[float, int]]], **attributes: float
) -> list[DerivedRow | Finding]:
    """Each instant a second after the one before; of a value alone the quality is ok."""
    interpreter = Interpreter(program, attributes)
    results: list[DerivedRow | Finding] = []
    for second, values in enumerate(instants):
        rows = [_row(group, values, second * 1_000_000) for group in sorted({group for group, _ in values})]
        results += interpreter.take(rows, second * 1_000_000, None)
    return results + interpreter.finish()


def _row(group: int, values: Mapping[tuple[int, int], float | tuple[float, int]], ts: int) -> Row:
    own = {slot: value for (of, slot), value in values.items() if of == group}
    numbers, qualities = [0.0] * (max(own) + 1), [int(Quality.ABSENT)] * (max(own) + 1)
    for slot, value in own.items():
        numbers[slot], qualities[slot] = value if isinstance(value, tuple) else (float(value), int(Quality.OK))
    return Row(group, ts, numbers, qualities)


def value_of(text: str, name: str, **values: float | tuple[float, int]) -> tuple[float, int]:
    """Of a derived signal, when signals have these values (in their units)."""
    checked = compiled(text)
    assert checked.is_publishable, checked.diagnostics
    at = places(checked)
    group = next(rule.group for rule in checked.program.rules if rule.name == name)
    rows = run(checked.program, [{at[signal]: value for signal, value in values.items()}])
    found = [row for row in rows if isinstance(row, DerivedRow) and row.group == group]
    return found[-1].value, found[-1].quality


def reads(program: Program, name: str) -> list[str]:
    """The names of the rules that a rule reads."""
    names = {rule.id: rule.name for rule in program.rules}
    rule = next(rule for rule in program.rules if rule.name == name)
    return [names[each.rule] for each in rule.inputs if not isinstance(each, SignalInput)]
