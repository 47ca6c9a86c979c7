"""Which names there are, and which of them a text means: its own set's first, then those of the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from parsing.checker.nearest import Spelling
from parsing.checker.symbols import ConstSymbol, EnumSymbol, OwnerSymbol, RuleSymbol, SignalSymbol, Symbol


@dataclass(slots=True)
class SetNames:
    """The names of one definition set; of several with one name the first."""

    name: str
    owners: dict[str, OwnerSymbol] = field(default_factory=dict)
    enums: dict[str, EnumSymbol] = field(default_factory=dict)
    rules: dict[str, RuleSymbol] = field(default_factory=dict)
    consts: dict[str, ConstSymbol] = field(default_factory=dict)
    signals: dict[str, list[SignalSymbol]] = field(default_factory=dict)

    def add_owner(self, owner: OwnerSymbol) -> None:
        self.owners[owner.name] = owner
        for signal in owner.signals.values():
            self.signals.setdefault(signal.name, []).append(signal)

    def named(self, name: str) -> list[Symbol]:
        """What a plain name can mean here. A rule or const hides signals of its name."""
        own: Symbol | None = self.rules.get(name) or self.consts.get(name)
        return [own] if own is not None else list(self.signals.get(name, ()))


class Vocabulary(Protocol):
    """All names that there are, for suggestions; those of the set `own` first."""

    def values(self, own: str) -> Iterator[str]: ...

    def owners(self, own: str) -> Iterator[str]: ...

    def enums(self, own: str | None = None) -> Iterator[str]:
        """Of that set alone, or of all."""


@dataclass(slots=True)
class Catalogue:
    """The names of all sets. `vocabulary`: names of more than is in them, where they are a part of what there is."""

    sets: list[SetNames]
    spelling: Spelling = field(default_factory=Spelling)
    vocabulary: Vocabulary | None = None

    def elsewhere(self, own: SetNames) -> Iterator[SetNames]:
        return (each for each in self.sets if each is not own)

    def set_named(self, name: str) -> SetNames | None:
        return next((each for each in self.sets if each.name == name), None)


@dataclass(slots=True)
class Scope:
    """What one text sees."""

    catalogue: Catalogue
    own: SetNames

    def named(self, name: str) -> list[Symbol]:
        """All that a plain name may mean; more than one is ambiguous."""
        found = self.own.named(name)
        return found or [symbol for other in self.catalogue.elsewhere(self.own) for symbol in other.named(name)]

    def owners(self, name: str) -> list[OwnerSymbol]:
        """Messages and definitions of objects."""
        own = self.own.owners.get(name)
        return (
            [own] if own else [each.owners[name] for each in self.catalogue.elsewhere(self.own) if name in each.owners]
        )

    def enums(self, name: str) -> list[EnumSymbol]:
        own = self.own.enums.get(name)
        return [own] if own else [each.enums[name] for each in self.catalogue.elsewhere(self.own) if name in each.enums]

    def nearest(self, name: str, candidates: Iterable[str]) -> list[str]:
        return self.catalogue.spelling.nearest(name, candidates)

    def value_names(self) -> Iterator[str]:
        """Of everything that can be read by a plain name, own first."""
        if self.catalogue.vocabulary is not None:
            yield from self.catalogue.vocabulary.values(self.own.name)
            return
        for each in (self.own, *self.catalogue.elsewhere(self.own)):
            yield from each.rules
            yield from each.consts
            yield from each.signals

    def owner_names(self) -> Iterator[str]:
        if self.catalogue.vocabulary is not None:
            yield from self.catalogue.vocabulary.owners(self.own.name)
            return
        for each in (self.own, *self.catalogue.elsewhere(self.own)):
            yield from each.owners

    def enum_names(self) -> Iterator[str]:
        """Of all sets."""
        if self.catalogue.vocabulary is not None:
            return self.catalogue.vocabulary.enums()
        return (name for each in self.catalogue.sets for name in each.enums)

    def own_enum_names(self) -> Iterator[str]:
        if self.catalogue.vocabulary is not None:
            return self.catalogue.vocabulary.enums(self.own.name)
        return iter(self.own.enums)
