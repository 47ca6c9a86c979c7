"""The rows of definition sets, read once: releases, texts and checks are all made of them.

Of enums, messages and signals they are plain mappings of columns: of ten thousand signals, which a large set has, model
instances take several times as long. They are in the order of their ids, signals in that of their slots.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from duco_cms.definitions.models import (
    DefinitionSet,
    Enum,
    Message,
    ObjectDefinition,
    Rule,
    Sample,
    Signal,
    SignalGroup,
)
from duco_cms.definitions.models import Sequence as SequenceRow
from duco_cms.definitions.models.written import Written

Row = dict[str, Any]

_SIGNAL_COLUMNS = tuple(field.attname for field in Signal._meta.concrete_fields)


@dataclass(frozen=True, slots=True)
class StoredSet:
    """A set as it stands, but for what is retired. A message has its `groups`, a group its `signals`, a signal the name
    of its enum as `enum__name`. A group that is not known without signals has some.

    `written`: definitions of objects, rules, samples and test sequences; each kind in the order of the text and behind
    that in the order in which it was made.
    """

    definition_set: DefinitionSet
    enums: list[Row]
    messages: list[Row]
    written: list[Written]

    @property
    def name(self) -> str:
        return self.definition_set.name


def stored_set(definition_set: DefinitionSet) -> StoredSet:
    """Of one set."""
    (found,) = stored_sets([definition_set])
    return found


def stored_sets(sets: Iterable[DefinitionSet]) -> list[StoredSet]:
    """In the order given; by as many queries for all of them as for one."""
    by_id = {each.pk: each for each in sets}
    enums = _gathered(_rows(Enum.objects.filter(definition_set__in=by_id).order_by("id")), "definition_set_id")
    messages = _messages(by_id)
    written = _written(by_id)
    return [StoredSet(each, enums[number], messages[number], written[number]) for number, each in by_id.items()]


def _messages(sets: Mapping[int, DefinitionSet]) -> Mapping[int, list[Row]]:
    """By set. Found by the numbers of what was found before: joined, they are read in minutes where PostgreSQL does not
    know yet how many there are.
    """
    messages = _rows(Message.objects.filter(definition_set__in=sets, retired=False).order_by("id"))
    groups = _rows(SignalGroup.objects.filter(message__in=_ids(messages)).order_by("id"))
    signals = Signal.objects.filter(group__in=_ids(groups), retired=False).order_by("slot")
    by_group = _gathered(_rows(signals, *_SIGNAL_COLUMNS, "enum__name"), "group_id")
    for group in groups:
        group["signals"] = by_group[group["id"]]
    # A group whose signals are all retired gives no rows.
    by_message = _gathered((each for each in groups if each["known"] or each["signals"]), "message_id")
    for message in messages:
        message["groups"] = by_message[message["id"]]
    return _gathered(messages, "definition_set_id")


def _written(sets: Mapping[int, DefinitionSet]) -> Mapping[int, list[Written]]:
    """By set."""
    of_sets = {"definition_set__in": sets}
    kinds: tuple[QuerySet[Any], ...] = (
        ObjectDefinition.objects.filter(**of_sets, retired=False),
        Rule.objects.filter(**of_sets, retired=False),
        Sample.objects.filter(**of_sets),
        SequenceRow.objects.filter(**of_sets),
    )
    found: defaultdict[int, list[Written]] = defaultdict(list)
    for rows in kinds:
        for row in rows.order_by("position", "pk"):
            found[row.definition_set_id].append(row)
    return found


def _rows(found: QuerySet[Any], *columns: str) -> list[Row]:
    """All columns where none is named."""
    return list(found.values(*columns))


def _ids(rows: Iterable[Row]) -> list[int]:
    return [row["id"] for row in rows]


def _gathered(rows: Iterable[Row], key: str) -> defaultdict[int, list[Row]]:
    found: defaultdict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[key]].append(row)
    return found
