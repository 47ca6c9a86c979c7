"""Attributes of the machine that are given: a name that nothing reads is a mistake, which would pass unseen."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from parsing.definitions import Content


class UnreadAttribute(Exception):
    """The text names the attribute and says which there are."""


def attributes_read(content: Content) -> list[str]:
    """By rules, and by what makes objects suspect; sorted."""
    of_rules = (name for rule in content.rules for name in rule.attributes)
    of_objects = (name for each in content.objects for name in each.judgement.attributes)
    return sorted({*of_rules, *of_objects})


def refuse_unread(given: Mapping[str, float], read: Collection[str]) -> None:
    """Raises UnreadAttribute."""
    for name in given:
        if name not in read:
            from parsing.checker.nearest import Spelling, did_you_mean, listed  # noqa: PLC0415 - seldom wanted

            help_ = did_you_mean(Spelling().nearest(name, read)) or f"they read: {listed(sorted(read)) or 'none'}"
            raise UnreadAttribute(f"--machine {name}: neither a rule nor a suspicion reads machine.{name}; {help_}")
