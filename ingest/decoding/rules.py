"""Rules over decoded batches: derived signals become rows like others, checks and events give findings.

The rules' memory of a machine is in the machine's state; here are the engines that have it at work.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import orjson
import structlog
from numpy.typing import NDArray

from ingest.decoding.outcome import Block, Decoded, FoundByRule
from ingest.meta.catalogue import Catalogue
from ingest.meta.directory import MachineEntry
from parsing.engine.rule_engine import RuleEngine
from parsing.engine.rule_outcome import NO_TIME, Envelopes, Findings, Outcome, RuleRows
from parsing.quality import Quality
from parsing.release import Release
from parsing.rules.compiled import CompiledRule, RuleSource, Source
from parsing.rules.state import InvalidState
from parsing.rules.timing import LATENESS
from parsing.source import encode_source

log = structlog.get_logger(__name__)

DERIVED_SOURCE = encode_source(0)

Raised = Mapping[int, str]
"""By id the hash of each rule that has raised a finding and not cleared it."""


@dataclass(frozen=True, slots=True)
class RuleMemory:
    """What is remembered of a machine: the engine's state, and what is raised."""

    state: bytes = b""
    raised: Raised = field(default_factory=dict)


NOTHING = RuleMemory()
MemoryOf = Callable[[int], RuleMemory]


class _Rules(NamedTuple):
    """Of a release, by id: the rules, what decides their behaviour, and what they capture (name and unit)."""

    rules: Mapping[int, CompiledRule]
    hashes: Mapping[int, str]
    captures: Mapping[int, tuple[tuple[str, str], ...]]


class RuleLane:
    """The engines of one worker. Where a batch is given up, so is the lane: the next begins with what was committed."""

    def __init__(self, lateness: int = LATENESS) -> None:
        self._lateness = lateness
        self._release = 0
        self._engines: dict[int, RuleEngine] = {}
        self._known: dict[int, MachineEntry] = {}
        self._rules = _Rules({}, {}, {})

    def run(self, decoded: Decoded, catalogue: Catalogue, memory_of: MemoryOf) -> dict[int, RuleMemory]:
        """Add what rules give to `decoded`; returns the memory of the machines of the batch, as it is then."""
        judged = self.judge(decoded, catalogue, memory_of)
        return {machine: RuleMemory(self._state(machine), raised) for machine, raised in judged.items()}

    def judge(self, decoded: Decoded, catalogue: Catalogue, memory_of: MemoryOf) -> dict[int, Raised]:
        """As `run`, but of the memory only what is raised: to take the state out of an engine costs something."""
        self._follow(catalogue)
        by_model: dict[int, list[int]] = defaultdict(list)
        for index, envelope in enumerate(decoded.envelopes):
            if envelope.rejected is None and envelope.last_ts is not None:
                by_model[catalogue.machines[envelope.record.device].model].append(index)
        judged: dict[int, Raised] = {}
        for model, indexes in by_model.items():
            batch = _Batch(decoded, np.array(indexes, np.uint32))
            entries = [catalogue.machines[decoded.envelopes[index].record.device] for index in indexes]
            judged |= self._run_model(model, batch, catalogue, {each.machine: each for each in entries}, memory_of)
        return judged

    def states(self) -> dict[int, bytes]:
        """Of every machine that an engine remembers."""
        return {machine: self._state(machine) for machine in self._known}

    def forget_given(self) -> None:
        """Derived signals that are stored on change have a row where they are evaluated next, on every machine."""
        for machine, entry in self._known.items():
            self._engines[entry.model].forget_given(machine)

    def forget(self, machine: int) -> None:
        entry = self._known.pop(machine, None)
        if entry is not None:
            self._engines[entry.model].forget(machine)

    def _state(self, machine: int) -> bytes:
        """Empty where no rules run on the machine."""
        entry = self._known.get(machine)
        return self._engines[entry.model].dump(machine) if entry is not None else b""

    def _follow(self, catalogue: Catalogue) -> None:
        """Another release: engines begin anew, with what states say."""
        if catalogue.release.number == self._release:
            return
        self._release = catalogue.release.number
        self._engines.clear()
        self._known.clear()
        rules = catalogue.release.content.rules
        self._rules = _Rules(
            {rule.id: rule for rule in rules}, {rule.id: rule.hash for rule in rules}, _captures(catalogue.release)
        )

    def _run_model(
        self,
        model: int,
        batch: "_Batch",
        catalogue: Catalogue,
        entries: Mapping[int, MachineEntry],
        memory_of: MemoryOf,
    ) -> Mapping[int, Raised]:
        tables = catalogue.rule_tables(model)
        before = {machine: memory_of(machine) for machine in entries}
        raised = {machine: dict(memory.raised) for machine, memory in before.items()}
        linked = {rule.id for rule in tables.linked}
        batch.clear_orphans(raised, {rule: self._rules.hashes[rule] for rule in linked})
        if not linked:
            for machine in entries:
                self.forget(machine)
            return {machine: raised[machine] for machine in entries if before[machine] != NOTHING}
        engine = self._engines.get(model)
        if engine is None:
            engine = self._engines[model] = RuleEngine(tables, self._lateness)
        for machine, entry in entries.items():
            if self._known.get(machine) != entry:
                self._admit(engine, entry, before[machine].state)
        outcome = engine.run(list(batch.rows(set(tables.group_ids))), batch.envelopes())
        batch.take(outcome, self._rules, raised)
        return raised

    def _admit(self, engine: RuleEngine, entry: MachineEntry, state: bytes) -> None:
        self.forget(entry.machine)
        try:
            engine.machine(entry.machine, entry.attributes, state or None)
        except InvalidState as error:
            # Bad data is a value: the machine's rules begin anew rather than stop all others.
            log.error(
                "the rules' memory of a machine cannot be read; it begins anew", machine=entry.machine, error=error
            )
            engine.machine(entry.machine, entry.attributes, None)
        self._known[entry.machine] = entry


class _Batch:
    """The envelopes of one model, in their order; `indexes` u32 are their places in `decoded`."""

    def __init__(self, decoded: Decoded, indexes: NDArray[np.uint32]) -> None:
        self._decoded, self._indexes = decoded, indexes
        self._places = np.full(len(decoded.envelopes), len(indexes), np.uint32)
        self._places[indexes] = np.arange(len(indexes), dtype=np.uint32)

    def envelopes(self) -> Envelopes:
        those = [self._decoded.envelopes[index] for index in self._indexes.tolist()]
        newest = [NO_TIME if each.last_ts is None else each.last_ts for each in those]
        return Envelopes(
            np.array([each.machine for each in those], np.uint32),
            np.array(newest, np.int64),
            np.array([each.record.received for each in those], np.int64),
        )

    def rows(self, groups: set[int]) -> Iterator[RuleRows]:
        for block in self._decoded.blocks:
            if block.group not in groups:
                continue
            place = self._places[block.envelope]
            mine = np.flatnonzero(place < len(self._indexes))
            if len(mine):
                yield RuleRows(
                    block.group, place[mine], self._order(place[mine]), block.ts[mine], block.values[mine],
                    block.qualities[mine],
                )  # fmt: skip

    def _order(self, place: NDArray[np.uint32]) -> NDArray[np.uint32]:
        """Of a group's rows in their envelopes, each from 0 on; the engine's room is as wide as orders spread."""
        rows = np.arange(len(place), dtype=np.uint32)
        first = np.empty(len(self._indexes), np.uint32)
        # Of an envelope that stands at several places the last one is kept.
        first[place[::-1]] = rows[::-1]
        return rows - first[place]

    def clear_orphans(self, raised: Mapping[int, dict[int, str]], hashes: Mapping[int, str]) -> None:
        """What a rule raised that is gone, or has changed and begins anew, nobody else would clear."""
        for index in self._indexes.tolist():
            envelope = self._decoded.envelopes[index]
            of_machine = raised[envelope.machine]
            for rule in [rule for rule, was in of_machine.items() if hashes.get(rule) != was]:
                del of_machine[rule]
                ts = envelope.last_ts or 0
                self._decoded.findings.append(FoundByRule(index, rule, None, ts, ts, is_raised=False, capture=b"{}"))

    def take(self, outcome: Outcome, rules: _Rules, raised: Mapping[int, dict[int, str]]) -> None:
        """Rows and findings; `raised` is brought up to date."""
        for rows in outcome.derived:
            count = len(rows.ts)
            self._decoded.blocks.append(
                Block(
                    rows.group, self._indexes[rows.envelope], np.full(count, DERIVED_SOURCE, np.uint32), rows.ts,
                    np.zeros(count, np.uint8), rows.values.reshape(count, 1), rows.qualities.reshape(count, 1),
                )
            )  # fmt: skip
        for number, rule_id in enumerate(outcome.findings.rule.tolist()):
            found = self._found(outcome.findings, number, rules.rules[rule_id], rules.captures[rule_id])
            of_machine = raised[self._decoded.envelopes[found.envelope].machine]
            if found.is_raised:
                of_machine[rule_id] = rules.hashes[rule_id]
            else:
                of_machine.pop(rule_id, None)
            self._decoded.findings.append(found)

    def _found(
        self, findings: Findings, number: int, rule: CompiledRule, names: tuple[tuple[str, str], ...]
    ) -> FoundByRule:
        start, end = findings.captured_at[number : number + 2].tolist()
        captured = zip(
            findings.captured[start:end].tolist(), findings.captured_qualities[start:end].tolist(), strict=True
        )
        envelope = int(self._indexes[findings.envelope[number]])
        return FoundByRule(
            envelope, rule.id, rule, int(findings.ts[number]), int(findings.since[number]),
            is_raised=bool(findings.raised[number]), capture=_capture(names, list(captured)),
        )  # fmt: skip


def _captures(release: Release) -> dict[int, tuple[tuple[str, str], ...]]:
    """Name and unit of each value that a rule captures, by the rule's id."""
    rules = {rule.id: rule for rule in release.content.rules}

    def named(source: Source) -> tuple[str, str]:
        if isinstance(source, RuleSource):
            output = rules[source.rule].output
            return rules[source.rule].name, output.unit if output else ""
        signal = release.signals(source.group)[source.slot]
        return f"{release.groups[source.group].message.name}.{signal.name}", signal.unit

    return {rule.id: tuple(named(rule.inputs[number]) for number in rule.capture) for rule in rules.values()}


def _capture(names: tuple[tuple[str, str], ...], captured: list[tuple[float, int]]) -> bytes:
    """JSON: name → [value or null, quality, unit]."""
    said: dict[str, Any] = {}
    for (name, unit), (value, quality) in zip(names, captured, strict=False):
        is_there = quality != Quality.ABSENT and math.isfinite(value)
        said[name] = [value if is_there else None, Quality(quality).name.lower(), unit]
    return orjson.dumps(said)
