"""All samples and sequences of texts that have been checked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from parsing.checker.check import Checked
from parsing.checker.scope import Scope
from parsing.checker.sources import Source
from parsing.language import ast
from parsing.language.diagnostics import Diagnostic
from parsing.proof.expected import Proof
from parsing.proof.frames import FrameDecoder
from parsing.proof.objects import ObjectProvers
from parsing.proof.samples import prove_frame, prove_object
from parsing.proof.sequences import Sets, prove_sequence
from parsing.release_places import places_of


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
    objects = ObjectProvers(checked.content)
    sets = Sets(definition_sets, decoders, objects, places_of(checked.content))
    for source, names in zip(sources, checked.catalogue.sets, strict=False):
        scope = Scope(checked.catalogue, names)
        for item in source.document.items:
            if isinstance(item, ast.Golden):
                owner = scope.owners(item.message.text)[0]
                proof = Proof(source.name, source.text, item.title, scope, owner)
                failures = (
                    prove_frame(item, proof, decoders[owner.set_name], definition_sets[owner.set_name])
                    if owner.is_message
                    else prove_object(item, proof, owner, objects)
                )
                yield Outcome(source.name, item.title, "golden", tuple(failures))
            elif isinstance(item, ast.Test):
                proof = Proof(source.name, source.text, item.title, scope)
                failures = prove_sequence(item, proof, checked.program, sets)
                yield Outcome(source.name, item.title, "test", tuple(failures))
