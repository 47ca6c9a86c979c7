"""What changes between two documents, in the words of those who define signals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from parsing.language.ast import Document
from parsing.language.diff_sheets import Sheet, bounds, sheets

_BREAKING = frozenset(("type", "unit", "number"))
"""Aspects whose change makes stored values, or those who read them, wrong."""

_CONDITIONS = frozenset(("condition", "condition to clear", "expectation", "formula", "actions", "steps"))


@dataclass(frozen=True, slots=True)
class Change:
    """`path` is `EEC1.engine_speed`, of whole items their name. `aspect` is what changed (`scale`, `range`), or
    `added`, `removed` or `renamed`. `text` is what is shown. Breaking is what makes readers of the values wrong.
    """

    path: str
    aspect: str
    before: str
    after: str
    text: str
    breaking: bool


def diff_documents(old: Document, new: Document) -> list[Change]:
    """In the order of `new`; what was removed comes behind. Comments, order and spelling are no change."""
    return list(_lists("", sheets(old.items), sheets(new.items)))


def _lists(path: str, old: Sequence[Sheet], new: Sequence[Sheet]) -> Iterator[Change]:
    before, after = _by_name(old), _by_name(new)
    gone = {key: one for key, one in before.items() if key not in after}
    for key, one in after.items():
        if key in before:
            yield from _sheets(_joined(path, one.name), before[key], one)
            continue
        was = next((other for other in gone if gone[other].says_the_same(one)), None)
        if was is None:
            yield Change(_joined(path, one.name), "added", "", one.name, f"{one.kind} added", breaking=False)
        else:
            name = gone.pop(was).name
            yield Change(
                _joined(path, one.name), "renamed", name, one.name, f"renamed {name} → {one.name}", breaking=True
            )
    for one in gone.values():
        yield Change(_joined(path, one.name), "removed", one.name, "", f"{one.kind} removed", breaking=True)


def _by_name(given: Sequence[Sheet]) -> dict[tuple[str, str, int], Sheet]:
    """Of several with the same name, the first is compared with the first, and so on."""
    seen: Counter[tuple[str, str]] = Counter()
    found: dict[tuple[str, str, int], Sheet] = {}
    for one in given:
        seen[one.kind, one.name] += 1
        found[one.kind, one.name, seen[one.kind, one.name]] = one
    return found


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _sheets(path: str, old: Sheet, new: Sheet) -> Iterator[Change]:
    for aspect, after in new.facts.items():
        before = old.facts[aspect]
        if before != after:
            text = _range(old, new) if aspect == "range" else _text(aspect, before, after)
            yield Change(path, aspect, before, after, text, breaking=aspect in _BREAKING)
    yield from _lists(path, old.parts, new.parts)


def _text(aspect: str, before: str, after: str) -> str:
    if not before:
        return f"{aspect} added: {after}"
    if not after:
        return f"{aspect} removed: {before}"
    if aspect == "place":
        return f"moved from {before} to {after}"
    if aspect in _CONDITIONS:
        return f"{aspect} changed: {before} → {after}"
    return f"{aspect} {before} → {after}"


def _range(old: Sheet, new: Sheet) -> str:
    before, after = old.range, new.range
    if before is None or after is None or before.unit != after.unit:
        return _text("range", old.facts["range"], new.facts["range"])
    verb = ""
    if after.low <= before.low and after.high >= before.high:
        verb = "widened "
    elif after.low >= before.low and after.high <= before.high:
        verb = "narrowed "
    unit = f"[{after.unit.text}]" if after.unit else new.unit
    return f"range {verb}{bounds(before)} → {bounds(after)} {unit}".rstrip()
