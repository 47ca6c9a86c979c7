"""Numbers of rules, and of the groups that derived signals are stored as."""

from __future__ import annotations

from typing import Protocol

from parsing.definitions import Content


class Identities(Protocol):
    """Who keeps definitions gives the same numbers to the same names each time."""

    def rule(self, set_name: str, rule: str) -> int: ...

    def group(self, set_name: str, rule: str) -> int: ...


class CountedIdentities:
    """Counts rules from 1, and groups on behind those of the content."""

    def __init__(self, content: Content) -> None:
        groups = [group.id for each in content.sets for message in each.messages for group in message.groups]
        self._next_group = max([0, *groups, *(each.group for each in content.objects)])
        self._next_rule = 0

    def rule(self, set_name: str, rule: str) -> int:  # noqa: ARG002
        self._next_rule += 1
        return self._next_rule

    def group(self, set_name: str, rule: str) -> int:  # noqa: ARG002
        self._next_group += 1
        return self._next_group
