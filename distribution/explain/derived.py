"""Derived signals: the rule as text, what it read, and what its parts came to."""

from collections.abc import Mapping

from distribution.explain import definitions, rule_runs
from distribution.explain.records import Explanation, Gap, InputKind, RuleInput, RulePart, RuleRun
from distribution.explain.releases import as_machine
from distribution.explain.rule_texts import Names, RuleWriter
from distribution.explain.rule_trees import program_of
from distribution.explain.stream import Rerun
from distribution.queries import explain as queries
from ingest.decoding.rules import DERIVED_SOURCE
from ingest.meta.catalogue import Catalogue
from parsing.quality import Quality
from parsing.release import Release
from parsing.rules.compiled import CompiledRule
from parsing.rules.program import Derived, Input, SignalInput
from parsing.rules.program import RuleInput as ReadRule


def explain_rule(catalogue: Catalogue, told: Explanation, key: queries.Key, rerun: Rerun | None) -> RuleRun | None:
    """Fills the definition's lines and the reason too. Raises TooMuchError, StoreUnavailableError."""
    release = catalogue.release
    compiled = next((each for each in release.content.rules if each.output and each.output.group == told.group), None)
    if compiled is None:
        return None
    program = program_of(release.content.rules, compiled.id)
    rule = next(each for each in program.rules if each.id == compiled.id)
    if not isinstance(rule, Derived):
        return None
    reader = _Reader(release, key.machine)
    writer = RuleWriter(rule.inputs, rule.attributes, reader.names)
    if told.definition is not None:
        told.definition.lines.extend(definitions.of_rule(writer.lines(rule)))
    moment = None
    if rerun is not None:
        entry = next(iter(as_machine(catalogue, key.machine, 0, {"any"}).machines.values()))
        instant = rerun.found.ts if rerun.found else told.stored.ts
        moment = rule_runs.look(program, rule, entry.attributes, rerun, instant)
    if moment is None:
        told.gaps.append(Gap("not_rerun", "The rule was not run again: its inputs are those that are stored."))
        inputs = [reader.stored(each, told.stored.ts) for each in rule.inputs]
        return RuleRun(writer.text(rule.value), inputs, [], None)
    inputs = [
        reader.rerun(each, seen, moment.places) for each, seen in zip(rule.inputs, moment.inputs, strict=True)
    ]  # fmt: skip
    parts = [RulePart(writer.text(each.expression), each.value, each.quality, each.depth) for each in moment.parts]
    told.reason = _reason(told, inputs)
    return RuleRun(writer.text(rule.value), inputs, parts, moment.since)


class _Reader:
    """What is known of the inputs of a release's rules."""

    def __init__(self, release: Release, machine: int) -> None:
        self._machine = machine
        self._rules = {rule.id: rule for rule in release.content.rules}
        self._signals = {
            (number, signal.slot): (place.message.name, signal.name, signal.unit)
            for number, place in release.groups.items()
            for signal in place.group.signals
        }
        self.names = Names({place: (each[0], each[1]) for place, each in self._signals.items()}, self._rules)

    def rerun(
        self, each: Input, seen: rule_runs.ReadInput, places: Mapping[tuple[int, int], rule_runs.RowPlace]
    ) -> RuleInput:
        group, slot = self._place(each)
        row = None
        if group is not None and seen.at is not None:
            row = places.get((group, seen.at)) or rule_runs.RowPlace(DERIVED_SOURCE, 0)
        return RuleInput(
            name=self.names.of(each).text,
            kind=self._kind(each),
            unit=self._unit(each),
            value=seen.value,
            quality=seen.quality,
            ts=seen.at,
            group=group,
            slot=slot,
            source=row.source if row else None,
            ordinal=row.ordinal if row else None,
            is_rerun=True,
        )

    def stored(self, each: Input, ts: int) -> RuleInput:
        """The last one up to that time."""
        group, slot = self._place(each)
        found = None
        if group is not None and slot is not None:
            found = queries.stored_value(queries.Key(self._machine, group, slot, None, ts, latest=True))
        return RuleInput(
            name=self.names.of(each).text,
            kind=self._kind(each),
            unit=self._unit(each),
            value=found.value if found else 0.0,
            quality=found.quality if found else Quality.ABSENT,
            ts=found.ts if found else None,
            group=group,
            slot=slot,
            source=found.source if found else None,
            ordinal=found.ordinal if found else None,
            is_rerun=False,
        )

    def _place(self, each: Input) -> tuple[int | None, int | None]:
        if isinstance(each, SignalInput):
            return each.group, each.slot
        output = self._rule(each).output
        return (output.group, 0) if output is not None and output.group is not None else (None, None)

    def _kind(self, each: Input) -> InputKind:
        return "signal" if isinstance(each, SignalInput) else self._rule(each).kind

    def _unit(self, each: Input) -> str:
        if isinstance(each, SignalInput):
            return self._signals[each.group, each.slot][2]
        output = self._rule(each).output
        return output.unit if output else ""

    def _rule(self, each: ReadRule) -> CompiledRule:
        return self._rules[each.rule]


def _reason(told: Explanation, inputs: list[RuleInput]) -> str:
    """Empty where it is ok, or where a limit says it."""
    if told.stored.quality in (Quality.OK, Quality.OUT_OF_RANGE):
        return ""
    bad = [each for each in inputs if each.quality != Quality.OK]
    if not bad:
        return "None of its inputs says so: the rule itself gives that quality."
    return "; ".join(f"{each.name} was {each.quality.name.lower().replace('_', ' ')}" for each in bad) + "."
