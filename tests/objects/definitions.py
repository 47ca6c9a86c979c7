"""Catalogues from definitions in the language, by the way that a publication takes, and envelopes that they read."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import orjson

from ingest.decoding.decode import decode
from ingest.decoding.outcome import Decoded
from ingest.decoding.records import RawRecord
from ingest.decoding.tables import tables_of
from ingest.meta.catalogue import Catalogue
from ingest.meta.directory import MachineEntry
from ingest.processor.state import MachineState, advance, listeners_of, trails_of
from parsing.assemble import document_of
from parsing.checker.check import check
from parsing.checker.sources import Source
from parsing.definitions import Binding, Content, Model
from parsing.language.parser import parse
from parsing.language.rendering import render
from parsing.objects.readers import readers_of
from parsing.release import dump_release, load_release

MODEL = 1
DEVICE = "ex-1"
T0 = 1_700_000_000_000_000
SECOND = 1_000_000


def content_of(text: str) -> Content:
    parsed = parse(text, "machine")
    assert not parsed.diagnostics, render(parsed.diagnostics[0], text)
    checked = check([Source("machine", parsed.document, text)])
    faults = [each for each in checked.diagnostics if each.is_error]
    assert not faults, render(faults[0], text)
    bindings = tuple(Binding(each.id, None) for each in checked.content.sets)
    return replace(checked.content, models=(Model(MODEL, "EX-1", bindings),))


def catalogue_of(text: str, attributes: Mapping[str, float] | None = None, number: int = 1) -> Catalogue:
    """A release with this one text, as it is published and read again."""
    content = document_of(content_of(text)) if text else {"enums": [], "sets": [], "models": []}
    release = load_release(dump_release(number=number, content=content, published="2026-01-01T00:00:00Z"))
    entry = MachineEntry(1, MODEL, "stable", dict(attributes or {}))
    return Catalogue(release, MappingProxyType({DEVICE: entry}))


def read(text: str, kind: str, document: Any) -> Any:
    """What the definition reads of a body; raises ObjectFault."""
    return readers_of(content_of(text), MODEL)[kind].decoder.decode(document)


def envelope(number: int, kind: str, document: Any, received: int = T0) -> RawRecord:
    headers = {
        "device": DEVICE, "kind": kind, "schema": "1", "content-type": "application/json",
        "message-id": f"id-{number}", "origin": f"hub/0/{number}",
    }  # fmt: skip
    return RawRecord(0, number, headers, orjson.dumps(document), received)


def batches(records: Sequence[RawRecord], size: int) -> Iterator[Sequence[RawRecord]]:
    return (records[start : start + size] for start in range(0, len(records), size))


def run(catalogue: Catalogue, lots: Iterable[Sequence[RawRecord]]) -> tuple[list[Decoded], dict[int, MachineState]]:
    """As the processor does, with the state packed and unpacked between two batches."""
    states: dict[int, MachineState] = {}
    outcomes = []
    for lot in lots:
        kept = {machine: MachineState.unpack(state.pack()) for machine, state in states.items()}
        outcomes.append(decode(lot, catalogue, listeners_of(kept), trails_of(kept)))
        changed, _ = advance(outcomes[-1], kept, {})
        states = kept | changed
    return outcomes, states


def rows(outcomes: Sequence[Decoded], table: str) -> list[dict[str, Any]]:
    return [
        row
        for outcome in outcomes
        for name, found in tables_of(outcome, {}).items()
        if name == table
        for row in found.to_pylist()
    ]
