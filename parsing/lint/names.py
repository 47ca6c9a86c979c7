"""All names of all sets, as the checker suggests them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from hashlib import blake2b

from parsing.lint.facts import Facts
from parsing.lint.reading import DIGEST


class Names:
    """`parsing.checker.scope.Vocabulary`, from the facts of each set's parts."""

    def __init__(self, sets: Mapping[str, Sequence[Facts]]) -> None:
        self._sets = sets

    def values(self, own: str) -> Iterator[str]:
        for those in self._own_first(own):
            for kind in ("rules", "consts", "signals"):
                yield from _names(those, kind)

    def owners(self, own: str) -> Iterator[str]:
        for those in self._own_first(own):
            yield from _names(those, "owners")

    def enums(self, own: str | None = None) -> Iterator[str]:
        for those in self._sets.values() if own is None else [self._sets[own]]:
            yield from _names(those, "enums")

    def _own_first(self, own: str) -> Iterator[Sequence[Facts]]:
        yield self._sets[own]
        yield from (those for name, those in self._sets.items() if name != own)

    @cached_property
    def digest(self) -> bytes:
        """Changes with any of them, and with their order."""
        found = blake2b(digest_size=DIGEST)
        for name, those in self._sets.items():
            told = [
                name,
                *(",".join(_names(those, kind)) for kind in ("rules", "consts", "signals", "owners", "enums")),
            ]
            found.update("\0".join(told).encode("utf-8", "surrogatepass") + b"\1")
        return found.digest()


def _names(those: Sequence[Facts], kind: str) -> Iterator[str]:
    for facts in those:
        yield from getattr(facts, kind)
