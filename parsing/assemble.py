"""A release's content from imported sets, with ids counted up: for tests, benchmarks and trying a DBC without a CMS."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from parsing.dbc.records import ImportedGroup, ImportedMessage, ImportedSet


@dataclass(frozen=True, slots=True)
class _Counters:
    enum: Iterator[int] = field(default_factory=lambda: count(1))
    message: Iterator[int] = field(default_factory=lambda: count(1))
    group: Iterator[int] = field(default_factory=lambda: count(1))


def build_content(
    sets: Sequence[ImportedSet], models: Mapping[str, Iterable[tuple[str, int | None]]]
) -> dict[str, Any]:
    """Content for `dump_release`.

    `models` gives each model's name its bindings: (name of a set, bus or None). Ids count up from 1 in the order given,
    slots from 0 in each group.
    """
    counters = _Counters()
    enums: list[dict[str, Any]] = []
    set_ids = {imported.name: number for number, imported in enumerate(sets, 1)}
    content_sets = []
    for imported in sets:
        ids = {enum.name: next(counters.enum) for enum in imported.enums}
        enums += [{"id": ids[enum.name], "name": enum.name, "values": _listed(enum.values)} for enum in imported.enums]
        messages = [_message(message, ids, counters) for message in imported.messages]
        content_sets.append({"id": set_ids[imported.name], "name": imported.name, "messages": messages})
    content_models = [
        {"id": number, "name": name, "sets": [{"set": set_ids[bound], "bus": bus} for bound, bus in bindings]}
        for number, (name, bindings) in enumerate(models.items(), 1)
    ]
    return {"enums": enums, "sets": content_sets, "models": content_models}


def _message(message: ImportedMessage, enums: Mapping[str, int], counters: _Counters) -> dict[str, Any]:
    columns = {name: value for name, value in asdict(message).items() if name != "groups"}
    groups = [_group(group, enums, counters) for group in message.groups]
    return {"id": next(counters.message), **columns, "groups": groups}


def _group(group: ImportedGroup, enums: Mapping[str, int], counters: _Counters) -> dict[str, Any]:
    signals = [
        {**asdict(signal), "slot": slot, "enum": enums[signal.enum] if signal.enum else None}
        for slot, signal in enumerate(group.signals)
    ]
    return {
        "id": next(counters.group),
        "condition": [[multiplexor, _listed(ranges)] for multiplexor, ranges in group.condition],
        "signals": signals,
    }


def _listed(pairs: Iterable[tuple[Any, Any]]) -> list[list[Any]]:
    return [list(pair) for pair in pairs]
