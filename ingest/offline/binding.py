"""The sets of all files in use on one machine: the one that the log is of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from parsing.definitions import Binding, Content, Model


def bound(content: Content, buses: Mapping[str, int | None]) -> Content:
    """With one model, which has all sets in their order; `buses` gives each set's by its name, None: every bus."""
    bindings = tuple(Binding(each.id, buses[each.name]) for each in content.sets)
    return replace(content, models=(Model(1, "log", bindings),))
