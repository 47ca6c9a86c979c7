"""Definitions of objects as a release has them, from their rows' texts."""

from dataclasses import asdict
from itertools import groupby
from operator import attrgetter
from typing import Any

from duco_cms.definitions.models import DefinitionSet, Enum, ObjectDefinition
from duco_cms.definitions.pieces import Piece, assembled, pieces_of_enums
from parsing.checker.sources import Source, imported_sets
from parsing.language.parser import parse
from parsing.objects.records import NEVER_SUSPECT, ImportedObject


def object_records() -> list[dict[str, Any]]:
    """Of all sets, but for what is retired; ids ascend. No object is suspect: conditions are compiled elsewhere."""
    rows = ObjectDefinition.objects.filter(retired=False).select_related("definition_set")
    by_set = groupby(rows.order_by("definition_set", "pk"), key=attrgetter("definition_set"))
    found = [record for definition_set, those in by_set for record in _of_set(definition_set, list(those))]
    return sorted(found, key=lambda record: int(record["id"]))


def _of_set(definition_set: DefinitionSet, rows: list[ObjectDefinition]) -> list[dict[str, Any]]:
    text = assembled([*pieces_of_enums(definition_set), *(Piece(row.position, row.text, row) for row in rows)]).text
    source = Source(definition_set.name, parse(text, definition_set.name).document, text)
    said = {each.name: each for each in imported_sets([source], [])[0].objects}
    enums = dict(Enum.objects.filter(definition_set=definition_set).values_list("name", "pk"))
    return [_record(row, said[row.name], enums) for row in rows if row.name in said]


def _record(row: ObjectDefinition, said: ImportedObject, enums: dict[str, int]) -> dict[str, Any]:
    fields = asdict(said)
    signals = [
        {**signal, "slot": row.slots[signal["name"]], "enum": enums[signal["enum"]] if signal["enum"] else None}
        for signal in fields["signals"]
    ]
    return {
        **fields,
        "id": row.pk,
        "set": row.definition_set_id,
        "group": row.group,
        "signals": signals,
        "judgement": asdict(NEVER_SUSPECT),
    }
