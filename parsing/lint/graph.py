"""Which parts of all sets decide what is said of a part: a key for each that changes when one of them does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from parsing.dbc.records import ImportedEnum, ImportedMessage
from parsing.lint.circles import circles
from parsing.lint.facts import Facts
from parsing.lint.reading import DIGEST, Chunk


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A chunk of a text, or a record of a set that is none."""

    set_name: str
    digest: bytes
    facts: Facts
    origin: Chunk | ImportedMessage | ImportedEnum


class Graph:
    """Of the parts of all sets, in the order in which these are checked; parts are known by their numbers."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self.parts = parts
        self._givers: dict[str, list[int]] = {}
        for number, part in enumerate(parts):
            for name in part.facts.gives:
                self._givers.setdefault(name, []).append(number)
        self._needed = [self._needed_by(number) for number in range(len(parts))]

    def _needed_by(self, number: int) -> list[int]:
        """In order; mostly itself among them, as who gives the same name has to do with it."""
        facts = self.parts[number].facts
        found = self._givers_of(facts.needs)
        for name in facts.sends:
            for giver in self._givers_of((name,)):
                found |= self._givers_of(self.parts[giver].facts.frames)
        return sorted(found)

    def _givers_of(self, names: Iterable[str]) -> set[int]:
        found: set[int] = set()
        for name in names:
            found.update(self._givers.get(name, ()))
        return found

    def needed(self, numbers: Iterable[int]) -> list[int]:
        """They, and all that they need at whatever remove; in order."""
        found = set(numbers)
        waiting = list(found)
        while waiting:
            new = [each for each in self._needed[waiting.pop()] if each not in found]
            found.update(new)
            waiting += new
        return sorted(found)

    def keys(self) -> list[bytes]:
        """By number: of what the part and all that it needs say, and of their order."""
        keys: list[bytes] = [b""] * len(self.parts)
        for those in circles(self._needed):
            members = sorted(those)
            inside = {number: place for place, number in enumerate(members)}
            whole = blake2b(digest_size=DIGEST)
            for number in members:
                part = self.parts[number]
                whole.update(b"\0part" + part.set_name.encode("utf-8", "surrogatepass") + b"\0" + part.digest)
                for each in self._needed[number]:
                    whole.update(b"\1%d" % inside[each] if each in inside else b"\2" + keys[each])
            for number, place in inside.items():
                keys[number] = blake2b(whole.digest() + b"%d" % place, digest_size=DIGEST).digest()
        return keys
