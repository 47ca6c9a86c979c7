"""Which definition reads which envelopes of a machine model."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from parsing.objects.decoding import ObjectDecoder
from parsing.objects.defaults import DEFAULTS
from parsing.objects.judging import Judge
from parsing.objects.kinds import ENVELOPE_KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from parsing.definitions import Content
    from parsing.objects.records import ObjectDefinition, ObjectKind


@dataclass(frozen=True, slots=True)
class ObjectReader:
    decoder: ObjectDecoder
    judge: Judge

    @property
    def definition(self) -> ObjectDefinition:
        return self.decoder.plan.definition


def readers_of(content: Content, model: int) -> Mapping[str, ObjectReader]:
    """By kind of envelope: the first definition of the model's sets, in the order of their bindings (whatever the bus),
    and in a set in the order of the content; where there is none, the default.
    """
    bound = next((each.sets for each in content.models if each.id == model), ())
    ranks = {binding.set: rank for rank, binding in reversed(list(enumerate(bound)))}
    own: dict[ObjectKind, ObjectDefinition] = {}
    for definition in sorted(
        (each for each in content.objects if each.set in ranks), key=lambda each: ranks[each.set]
    ):  # fmt: skip
        own.setdefault(definition.kind, definition)
    return MappingProxyType(
        {kind: _reader(own.get(objects, DEFAULTS[objects])) for kind, objects in ENVELOPE_KINDS.items()}
    )


def _reader(definition: ObjectDefinition) -> ObjectReader:
    decoder = ObjectDecoder(definition, DEFAULTS[definition.kind])
    return ObjectReader(decoder, Judge(decoder.plan))


DEFAULT_READERS: Mapping[str, ObjectReader] = MappingProxyType(
    {kind: _reader(DEFAULTS[objects]) for kind, objects in ENVELOPE_KINDS.items()}
)
"""For machines of which no release says anything."""
