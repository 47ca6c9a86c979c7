"""What batches are decoded with: by channel a release with the fleet directory (docs/contracts/release.md)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol, TypeVar

from ingest.meta.directory import MachineEntry
from parsing.compiler import compile_model
from parsing.compiler.transport import transport_content
from parsing.definitions import Content, Model
from parsing.engine import Extractor
from parsing.objects.readers import ObjectReader, readers_of
from parsing.release import Release
from parsing.release_places import groups_of
from parsing.rules.linking import RuleTables, link

STABLE, CANARY = "stable", "canary"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What a batch is decoded with: one release, one directory, extractors of each machine model, made on first use."""

    release: Release
    machines: MappingProxyType[str, MachineEntry]
    _extractors: dict[int, Extractor] = field(default_factory=dict)
    _transport_extractors: dict[int, Extractor] = field(default_factory=dict)
    _object_readers: dict[int, Mapping[str, ObjectReader]] = field(default_factory=dict)
    _rule_tables: dict[int, RuleTables] = field(default_factory=dict)

    def extractor(self, model: int) -> Extractor:
        """Decodes the model's single frames; for a model newer than the release no frame is modelled."""
        if model not in self._extractors:
            self._extractors[model] = Extractor(compile_model(self._content(model), model))
        return self._extractors[model]

    def transport_extractor(self, model: int) -> Extractor:
        """Decodes what came in several packets, by the definitions of more than 8 bytes alone."""
        if model not in self._transport_extractors:
            content = transport_content(self._content(model))
            self._transport_extractors[model] = Extractor(compile_model(content, model))
        return self._transport_extractors[model]

    def object_readers(self, model: int) -> Mapping[str, ObjectReader]:
        """What reads the model's objects, by kind of envelope."""
        if model not in self._object_readers:
            self._object_readers[model] = readers_of(self.release.content, model)
        return self._object_readers[model]

    def rule_tables(self, model: int) -> RuleTables:
        """The rules of which the model has all inputs."""
        if model not in self._rule_tables:
            self._rule_tables[model] = link(self.release.content.rules, groups_of(self.release.content, model))
        return self._rule_tables[model]

    def with_machines(self, machines: dict[str, MachineEntry]) -> Catalogue:
        return Catalogue(
            self.release, MappingProxyType(machines), self._extractors, self._transport_extractors,
            self._object_readers, self._rule_tables,
        )  # fmt: skip

    def _content(self, model: int) -> Content:
        known = any(each.id == model for each in self.release.models)
        return self.release.content if known else _nothing_for(model)


def _nothing_for(model: int) -> Content:
    return Content(enums=(), sets=(), models=(Model(model, "not yet released", ()),))


class _OfDevice(Protocol):
    @property
    def device(self) -> str: ...


_Record = TypeVar("_Record", bound=_OfDevice)


@dataclass(frozen=True, slots=True)
class Channels:
    """`canary` is there while a release is on trial. All have the same machines."""

    stable: Catalogue
    canary: Catalogue | None = None

    @property
    def machines(self) -> MappingProxyType[str, MachineEntry]:
        return self.stable.machines

    def of(self, channel: str) -> Catalogue:
        """Without a trial its machines have what all have."""
        return self.canary if self.canary is not None and channel == CANARY else self.stable

    def channel_of(self, device: str) -> str:
        entry = self.machines.get(device)
        return CANARY if self.canary is not None and entry is not None and entry.channel == CANARY else STABLE

    def split(self, records: Sequence[_Record]) -> dict[str, list[_Record]]:
        """By channel, each machine's in their order."""
        parts: dict[str, list[_Record]] = defaultdict(list)
        for record in records:
            parts[self.channel_of(record.device)].append(record)
        return parts
