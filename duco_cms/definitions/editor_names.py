"""Names of other sets that a set's rules may read, for completion and hover."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from duco_cms.definitions.models import DefinitionSet, Enum, Message, ObjectDefinition, Rule, Signal

NAMES_TOLD = 50_000

Named = dict[str, Any]
"""`kind`, `name`, `set`, `owner` (a signal's message) and `detail`: what its definition says, on one line."""


def names_beside(definition_set: DefinitionSet) -> list[Named]:
    """Of the sets that machines use together with this one, by set and name; as many as an editor can take."""
    sets = DefinitionSet.objects.filter(bindings__model__bindings__definition_set=definition_set)
    others = sets.exclude(pk=definition_set.pk).distinct()
    return list(islice(_names_of(others), NAMES_TOLD))


def _names_of(sets: QuerySet[DefinitionSet]) -> Iterator[Named]:
    for each in sets:
        yield from _signals(each)
        for name, title in Message.objects.filter(definition_set=each, retired=False).values_list("name", "title"):
            yield _named("message", name, each.name, title)
        for name, values in Enum.objects.filter(definition_set=each).values_list("name", "values"):
            yield _named("enum", name, each.name, ", ".join(text for _, text in values[:8]))
        for kind, name, text in Rule.objects.filter(definition_set=each, retired=False).values_list(
            "kind", "name", "text"
        ):
            yield _named(kind, name, each.name, _first_line(text))
        for kind, name in ObjectDefinition.objects.filter(definition_set=each).values_list("kind", "name"):
            yield _named(kind, name, each.name, "")


def _signals(definition_set: DefinitionSet) -> Iterator[Named]:
    signals = Signal.objects.filter(
        group__message__definition_set=definition_set, group__message__retired=False, retired=False
    ).order_by("group__message__name", "name")
    columns = ("name", "group__message__name", "type", "length", "unit", "minimum", "maximum", "enum__name")
    for name, message, kind, length, unit, low, high, enum in signals.values_list(*columns):
        detail = enum or f"{kind[0]}{length}"
        detail += f" [{unit}]" if unit else ""
        detail += f" range {low:g}..{high:g}" if low is not None and high is not None else ""
        yield {**_named("signal", name, definition_set.name, detail), "owner": message}


def _first_line(text: str) -> str:
    """Of the item itself, behind the comments above it."""
    return next((line for line in text.splitlines() if not line.startswith("#")), "")


def _named(kind: str, name: str, set_name: str, detail: str) -> Named:
    return {"kind": kind, "name": name, "set": set_name, "owner": "", "detail": detail[:200]}
