"""Which changes break what reads values: stored series, derived signals, checks, events, pages.

A change breaks where it removes or renames what values are asked for by (a signal, derived signal, message, object or
set), takes a set from a machine model, or changes what the numbers mean: a signal's unit, its type, its enum, or what a
number of its enum says. All released signals count as read, since their series are stored. A change of where a signal's
bits are, of its scale, offset, limits or condition, or of a rule's logic mends values and breaks none: the number means
afterwards what it was said to mean before.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from duco_cms.definitions.artefact import Content
from duco_cms.definitions.comparison import Item, Key, What, items

_ASKED_FOR: Final[frozenset[What]] = frozenset({"set", "message", "signal", "derived signal", "object"})
_MEANING: Final[Mapping[What, tuple[str, ...]]] = {
    "signal": ("unit", "type", "enum"),
    "derived signal": ("unit", "type", "enum"),
}

_KINDS = "derived signal|check|event"
_READ_BY = re.compile(rf"(?P<before>.*) \(read by (?P<readers>(?:{_KINDS}) .+)\)", re.DOTALL)
_BETWEEN_READERS = re.compile(rf", (?=(?:{_KINDS}) )")
_READER = re.compile(rf"(?P<kind>{_KINDS}) (?P<name>.+)", re.DOTALL)

Signal = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Breaking:
    """One such change. `readers` are the rules of the old content that read it, such as `check Overheated`."""

    what: What
    name: str
    why: str
    readers: tuple[str, ...]

    def __str__(self) -> str:
        read = f" (read by {', '.join(self.readers)})" if self.readers else ""
        return f"{self.what} {self.name}: {self.why}{read}"


def readers_in(text: str) -> tuple[str, list[tuple[str, str]]]:
    """Of a breaking change as a text, which is what submissions keep: what is before the readers, and of each reader
    its kind and name.
    """
    match = _READ_BY.fullmatch(text)
    if match is None:
        return text, []
    readers = [_READER.fullmatch(each) for each in _BETWEEN_READERS.split(match["readers"])]
    return match["before"], [(each["kind"], each["name"]) for each in readers if each is not None]


def breaking_changes(old: Content, new: Content) -> list[Breaking]:
    """Those from `old` to `new`, in the order of `old`."""
    after = dict(items(new))
    readers = _Readers(old)
    found = []
    for key, item in items(old):
        reasons = ["removed"] if key not in after else list(_reasons(key[0], item, after[key]))
        # An enum that nothing uses any more is no loss of its own: its signals say so.
        if reasons and (key in after or key[0] in _ASKED_FOR):
            found.append(Breaking(key[0], item.name, ", ".join(reasons), readers.of(key)))
    return found


def _reasons(what: What, old: Item, new: Item) -> Iterator[str]:
    if what in _ASKED_FOR and old.fields["name"] != new.fields["name"]:
        yield f"renamed to {new.fields['name']}"
    for field in _MEANING.get(what, ()):
        before, after = old.fields.get(field), new.fields.get(field)
        if before != after:
            yield f"{field} {_said(before)} → {_said(after)}"
    if what == "enum":
        yield from _numbers(old, new)
    if what == "model":
        yield from _sets(old, new)


def _numbers(old: Item, new: Item) -> Iterator[str]:
    after: dict[int, str] = dict(new.fields["values"])
    for number, text in old.fields["values"]:
        if after.get(number) != text:
            yield f"{number} {text} → {after.get(number, 'nothing')}"


def _sets(old: Item, new: Item) -> Iterator[str]:
    kept = {binding["set"] for binding in new.fields["sets"]}
    if any(binding["set"] not in kept for binding in old.fields["sets"]):
        yield "a definition set is taken from it"


def _said(value: object) -> str:
    return "none" if value in (None, "") else str(value)


class _Readers:
    """Which rules of a content read a signal, or a rule's result."""

    def __init__(self, content: Content) -> None:
        self._of_signal: dict[Signal, list[str]] = defaultdict(list)
        self._of_rule: dict[int, list[str]] = defaultdict(list)
        for rule in content.get("rules", []):
            self._note(rule)

    def of(self, key: Key) -> tuple[str, ...]:
        what, number, slot = key
        if what == "signal":
            return tuple(self._of_signal[number, slot])
        return tuple(self._of_rule[number]) if what == "derived signal" else ()

    def _note(self, rule: Mapping[str, Any]) -> None:
        name = f"{'derived signal' if rule['kind'] == 'derived' else rule['kind']} {rule['name']}"
        for source in rule["inputs"]:
            readers = (
                self._of_rule[source["rule"]] if "rule" in source else self._of_signal[source["group"], source["slot"]]
            )
            if name not in readers:
                readers.append(name)
