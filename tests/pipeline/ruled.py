"""Catalogues with rules, and what the processor makes of a stream with them: without servers, but by the same steps."""

from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, NamedTuple

from ingest.decoding.decode import decode
from ingest.decoding.records import RawRecord
from ingest.decoding.rules import RuleLane
from ingest.decoding.tables import tables_of
from ingest.meta.catalogue import Catalogue
from ingest.meta.directory import MachineEntry
from ingest.processor.state import MachineState, advance, listeners_of, memories_of, trails_of
from parsing.assemble import document_of
from parsing.checker.check import check
from parsing.checker.content import content_with_rules
from parsing.checker.sources import Source
from parsing.dbc.records import ImportedSet
from parsing.definitions import Binding, Content, Model
from parsing.language.parser import parse
from parsing.release import dump_release, load_release
from tests.pipeline.catalogue import MODEL

DEVICE = "ex-1"


def content_of(text: str, *imported: ImportedSet, bus: int | None = None) -> Content:
    """One model that has all sets; those that are imported are bound to `bus`."""
    parsed = parse(text, "rules")
    checked = check([Source("rules", parsed.document, text)], imported)
    faults = [each for each in (*parsed.diagnostics, *checked.diagnostics) if each.is_error]
    assert not faults, faults[0]
    content = content_with_rules(checked)
    names = {each.name for each in imported}
    bindings = tuple(Binding(each.id, bus if each.name in names else None) for each in content.sets)
    return replace(content, models=(Model(MODEL, "EX-1", bindings),))


def catalogue_of(content: Content, number: int = 1, **attributes: float) -> Catalogue:
    """A release with this content, as it is published and read again."""
    release = load_release(dump_release(number=number, content=document_of(content), published="2026-01-01T00:00:00Z"))
    entry = MachineEntry(1, MODEL, "stable", attributes)
    return Catalogue(release, MappingProxyType({DEVICE: entry}))


def groups_of(content: Content) -> dict[str, int]:
    """Groups of derived signals by name."""
    return {rule.name: rule.output.group for rule in content.rules if rule.output and rule.output.group}


class Kept(NamedTuple):
    """Derived rows (group, µs, value, quality), findings (rule, µs, since, state, capture), and the machine's state."""

    rows: list[tuple[Any, ...]]
    findings: list[tuple[Any, ...]]
    state: MachineState


class Worker:
    """Takes batches one after the other; `restart` as where its process is killed between two."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._states: dict[int, MachineState] = {}
        self._lane = RuleLane()
        self._rows: list[tuple[Any, ...]] = []
        self._findings: list[tuple[Any, ...]] = []

    def take(self, records: Sequence[RawRecord]) -> None:
        decoded = decode(records, self.catalogue, listeners_of(self._states), trails_of(self._states))
        memories = self._lane.run(decoded, self.catalogue, memories_of(self._states))
        changed, counted = advance(decoded, self._states, memories)
        self._states |= changed
        derived = set(groups_of(self.catalogue.release.content).values())
        tables = tables_of(decoded, counted)
        if "frame_values" in tables:
            for row in tables["frame_values"].to_pylist():
                if row["group"] in derived:
                    ts = row["ts"].value // 1000 if hasattr(row["ts"], "value") else row["ts"]
                    self._rows.append((row["group"], ts, *row["values"], *row["qualities"]))
        for row in tables["finding"].to_pylist() if "finding" in tables else ():
            self._findings.append((row["rule"], row["ts"], row["since"], row["state"], row["capture"]))

    def restart(self) -> None:
        self._lane = RuleLane()
        self._states = {machine: MachineState.unpack(state.pack()) for machine, state in self._states.items()}

    @property
    def kept(self) -> Kept:
        return Kept(sorted(self._rows), self._findings, self._states[1])


def run(catalogue: Catalogue, records: Sequence[RawRecord], batch: int, *, restarts: bool = False) -> Kept:
    worker = Worker(catalogue)
    for start in range(0, len(records), batch):
        worker.take(records[start : start + batch])
        if restarts:
            worker.restart()
    return worker.kept
