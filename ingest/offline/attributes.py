"""Attributes of the machine that are given: a name that nothing reads is a mistake, which would pass unseen."""

from __future__ import annotations

from collections.abc import Collection, Mapping


class UnreadAttribute(Exception):
    """The text names the attribute and says which there are."""


def refuse_unread(given: Mapping[str, float], read: Collection[str]) -> None:
    """Raises UnreadAttribute."""
    for name in given:
        if name not in read:
            from parsing.checker.nearest import Spelling, did_you_mean, listed  # noqa: PLC0415 - seldom wanted

            help_ = did_you_mean(Spelling().nearest(name, read)) or f"they read: {listed(sorted(read)) or 'none'}"
            raise UnreadAttribute(f"--machine {name}: neither a rule nor a suspicion reads machine.{name}; {help_}")
