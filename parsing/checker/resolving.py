"""From a reference to what it means; silent, so that dependencies can be found before anything is judged."""

from __future__ import annotations

from typing import NamedTuple

from parsing.checker.scope import Scope, SetNames
from parsing.checker.symbols import EnumSymbol, OwnerSymbol, Symbol
from parsing.language.expressions import Reference

MACHINE = "machine"
PREVIOUS = "prev"
THIS = "this"


class Member(NamedTuple):
    """Of an enum."""

    enum: EnumSymbol
    name: str


class MachineAttribute(NamedTuple):
    name: str


class PreviousOf(NamedTuple):
    """`prev.x`: x at the sample before."""

    symbol: Symbol


Meaning = Symbol | Member | MachineAttribute | PreviousOf


def meanings(scope: Scope, reference: Reference, owner: OwnerSymbol | None = None) -> list[Meaning]:
    """All that it may mean: none is unknown, several are ambiguous. `owner`: the definition of objects it stands in."""
    match [part.text for part in reference.parts]:
        case [name] | ["this", name]:
            return list(_plain(scope, name, owner))
        case ["machine", name]:
            return [MachineAttribute(name)]
        case ["prev", name]:
            return [PreviousOf(symbol) for symbol in _plain(scope, name, owner)]
        case [first, second]:
            return _of_two(scope, first, second)
        case [set_name, first, second]:
            return _in_set(scope.catalogue.set_named(set_name), first, second)
        case _:
            return []


def _plain(scope: Scope, name: str, owner: OwnerSymbol | None) -> list[Symbol]:
    if owner is not None and name in owner.signals:
        return [owner.signals[name]]
    return scope.named(name)


def _of_two(scope: Scope, first: str, second: str) -> list[Meaning]:
    found: list[Meaning] = [owner.signals[second] for owner in scope.owners(first) if second in owner.signals]
    found = found or [Member(enum, second) for enum in scope.enums(first) if second in enum.members]
    of_set = scope.catalogue.set_named(first)
    return found or (list(of_set.named(second)) if of_set else [])


def _in_set(of_set: SetNames | None, first: str, second: str) -> list[Meaning]:
    if of_set is None:
        return []
    owner, enum = of_set.owners.get(first), of_set.enums.get(first)
    if owner is not None and second in owner.signals:
        return [owner.signals[second]]
    return [Member(enum, second)] if enum is not None and second in enum.members else []
