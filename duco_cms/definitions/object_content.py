"""Definitions of objects as a release has them, from their rows' texts."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from duco_cms.definitions.models import ObjectDefinition
from duco_cms.definitions.pieces import Piece, assembled, pieces_of_enums
from duco_cms.definitions.stored import StoredSet
from parsing.checker.sources import Source, imported_sets
from parsing.language.parser import parse
from parsing.objects.records import NEVER_SUSPECT, ImportedObject


def object_records(sets: Iterable[StoredSet]) -> list[dict[str, Any]]:
    """Of all these sets; ids ascend. No object is suspect: conditions are compiled elsewhere."""
    return sorted((record for each in sets for record in _of_set(each)), key=lambda record: int(record["id"]))


def _of_set(stored: StoredSet) -> list[dict[str, Any]]:
    rows = [row for row in stored.written if isinstance(row, ObjectDefinition)]
    if not rows:
        return []
    text = assembled([*pieces_of_enums(stored), *(Piece(row.position, row.text, row) for row in rows)]).text
    source = Source(stored.name, parse(text, stored.name).document, text)
    said = {each.name: each for each in imported_sets([source], [])[0].objects}
    enums = {enum["name"]: enum["id"] for enum in stored.enums}
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
