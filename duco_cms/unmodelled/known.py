"""What of the unread has a definition by now, released or not."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from duco_cms.definitions.models import Enum, Message, ObjectDefinition, SignalGroup
from duco_cms.fleet.models import ModelSetBinding
from parsing.definitions import pgn_of
from parsing.language.printing import name


@dataclass(frozen=True, slots=True)
class Bound:
    """A set that a machine model's frames are read with, on a bus or (None) on all."""

    set: int
    bus: int | None


class Definitions:
    """Messages, enums and definitions of objects in use, of the sets that these machine models have."""

    def __init__(self, models: Iterable[int]) -> None:
        self._bound: dict[int, list[Bound]] = defaultdict(list)
        for model, number, bus in ModelSetBinding.objects.filter(model__in=set(models)).values_list(
            "model", "definition_set", "bus"
        ):
            self._bound[model].append(Bound(number, bus))
        self._sets = {bound.set for each in self._bound.values() for bound in each}
        self._messages = self._read_messages()

    def _read_messages(self) -> dict[tuple[int, str, bool, int], list[Message]]:
        """By set, match, and the id or PGN."""
        found: dict[tuple[int, str, bool, int], list[Message]] = defaultdict(list)
        shown = ("name", "definition_set", "match", "can_id", "extended", "pgn", "source_address")
        for message in Message.objects.filter(definition_set__in=self._sets, retired=False).only(*shown):
            number = message.can_id if message.match == "id" else message.pgn
            found[message.definition_set_id, message.match, message.extended, number or 0].append(message)
        return found

    def messages(self, ids: Sequence[int], extended: bool, bus: int, models: Sequence[int]) -> list[Message | None]:
        """For each of the models and ids the message that reads it."""
        return [self._message(can_id, extended, bus, model) for model in models for can_id in ids]

    def _message(self, can_id: int, extended: bool, bus: int, model: int) -> Message | None:
        on_bus = [bound.set for bound in self._bound[model] if bound.bus in (None, bus)]
        for number in on_bus:
            for message in self._messages.get((number, "id", extended, can_id), ()):
                return message
        for number in on_bus if extended else ():
            for message in self._messages.get((number, "pgn", True, pgn_of(can_id)), ()):
                if message.source_address in (None, can_id & 0xFF):
                    return message
        return None

    def objects(self) -> list[ObjectDefinition]:
        """Of all the models, in the order of their sets."""
        return list(ObjectDefinition.objects.filter(definition_set__in=self._sets, retired=False))

    def has_set(self, models: Iterable[int], definition_set: int) -> bool:
        return any(bound.set == definition_set for model in models for bound in self._bound[model])


def pages_of(messages: Iterable[Message]) -> dict[int, list[list[Any]]]:
    """The conditions that each message's groups have, [multiplexor, ranges], of all levels."""
    found: dict[int, list[list[Any]]] = defaultdict(list)
    numbers = {message.pk for message in messages}
    for message, condition in SignalGroup.objects.filter(message__in=numbers).values_list("message", "condition"):
        found[message] += condition
    return found


def has_page(conditions: Iterable[Sequence[Any]], page: int) -> bool:
    return any(low <= page <= high for _, ranges in conditions for low, high in ranges)


def named_numbers(enums: Iterable[int]) -> dict[int, set[int] | None]:
    """What enums name by now; None: all numbers."""
    rows = Enum.objects.filter(pk__in=set(enums)).values_list("pk", "values", "otherwise")
    return {pk: None if otherwise else {number for number, _ in values} for pk, values, otherwise in rows}


def reads(definitions: Iterable[ObjectDefinition], path: Sequence[str]) -> bool:
    """Whether one says the path of the field."""
    text = path_text(path)
    return any(f"{text}{behind}" in f"{row.text}\n" for row in definitions for behind in " \n}.[") if text else False


def path_text(path: Sequence[str]) -> str:
    """`$.a.b` as the language writes it; empty for keys that cannot be written."""
    if any("`" in key or not key.isprintable() for key in path):
        return ""
    return "$" + "".join(f".{name(key)}" for key in path)


def models_of(rows: Iterable[Mapping[str, Any]]) -> set[int]:
    return {model for row in rows for model in row["model_ids"]}
