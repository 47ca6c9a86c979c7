"""Names of messages, signals and enums: identifiers, and each once."""

from __future__ import annotations

import re

from parsing.dbc.records import ImportedEnum

_NOT_IN_NAMES = re.compile(r"\W", re.ASCII)


def identifier(name: str) -> str:
    """The name, or one of ASCII letters, digits and _ made of it that does not begin with a digit."""
    if name.isidentifier() and name.isascii():
        return name
    mended = _NOT_IN_NAMES.sub("_", name)
    return mended if not mended[:1].isdigit() and mended else f"_{mended}"


class NumberedNames:
    """Gives each name once; the second time it is `name_2`."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._numbers: dict[str, int] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._taken

    def take(self, name: str) -> str:
        """The name, or the first with a number that is not taken."""
        free = name
        number = self._numbers.get(name, 2)
        while free in self._taken:
            free = f"{name}_{number}"
            number += 1
        self._numbers[name] = number
        self._taken.add(free)
        return free


class EnumNames:
    """Collects the enums of a set: equal lists of values are one enum, named after its first signal."""

    def __init__(self) -> None:
        self._names: dict[tuple[tuple[int, str], ...], str] = {}
        self._taken = NumberedNames()

    def name(self, message: str, signal: str, values: tuple[tuple[int, str], ...]) -> str:
        """The name of the enum with these values."""
        if values not in self._names:
            self._names[values] = self._taken.take(signal if signal not in self._taken else f"{message}_{signal}")
        return self._names[values]

    def enums(self) -> tuple[ImportedEnum, ...]:
        return tuple(ImportedEnum(name, values) for values, name in self._names.items())
