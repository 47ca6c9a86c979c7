"""All samples and sequences of texts that have been checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from parsing.checker.check import Checked
from parsing.checker.scope import Scope
from parsing.checker.sources import Source
from parsing.definitions import DefinitionSet
from parsing.language import ast
from parsing.language.diagnostics import Diagnostic
from parsing.proof.expected import Proof
from parsing.proof.frames import FrameDecoder
from parsing.proof.samples import prove_frame
from parsing.proof.sequences import Sets, prove_sequence


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of one sample or sequence; `failures` is empty where all came true."""

    file: str
    title: str
    kind: str
    failures: tuple[Diagnostic, ...]


def prove(sources: Sequence[Source], checked: Checked) -> Iterator[Outcome]:
    """In the order of the texts, which have no errors."""
    definition_sets = {each.name: each for each in checked.content.sets}
    decoders = {name: FrameDecoder(checked.content, each.id) for name, each in definition_sets.items()}
    groups = [group for each in definition_sets.values() for message in each.messages for group in message.groups]
    widths = {group.id: group.width for group in groups}
    widths |= {each.group: 1 + max((one.slot for one in each.signals), default=-1) for each in checked.content.objects}
    sets = Sets(definition_sets, decoders, widths, *_signals(definition_sets.values()))
    for source, names in zip(sources, checked.catalogue.sets, strict=False):
        scope = Scope(checked.catalogue, names)
        for item in source.document.items:
            if isinstance(item, ast.Golden):
                owner = scope.owners(item.message.text)[0]
                proof = Proof(source.name, source.text, item.title, scope, owner)
                failures = prove_frame(item, proof, decoders[owner.set_name], definition_sets[owner.set_name])
                yield Outcome(source.name, item.title, "golden", tuple(failures))
            elif isinstance(item, ast.Test):
                proof = Proof(source.name, source.text, item.title, scope)
                failures = prove_sequence(item, proof, checked.program, sets)
                yield Outcome(source.name, item.title, "test", tuple(failures))


def _signals(
    definition_sets: Iterable[DefinitionSet],
) -> tuple[dict[tuple[int, int], str], dict[tuple[int, int], int | None]]:
    """Names of signals and their timeouts (µs), by group and slot."""
    names: dict[tuple[int, int], str] = {}
    timeouts: dict[tuple[int, int], int | None] = {}
    for message in (message for each in definition_sets for message in each.messages):
        timeout = None if message.timeout is None else message.timeout * 1000
        for group in message.groups:
            names |= {(group.id, signal.slot): signal.name for signal in group.signals}
            timeouts |= {(group.id, signal.slot): timeout for signal in group.signals}
    return names, timeouts
