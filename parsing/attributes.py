"""Attributes of machines (`machine.max_speed`): which ones definitions read."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Protocol


class _Reader(Protocol):
    @property
    def attributes(self) -> Collection[str]: ...


def attributes_read(rules: Iterable[_Reader], judgements: Iterable[_Reader]) -> list[str]:
    """By rules, and by what makes objects suspect; sorted."""
    return sorted({name for each in (*rules, *judgements) for name in each.attributes})
