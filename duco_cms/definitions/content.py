"""What a release holds, read from the definitions as they stand (docs/contracts/release.md)."""

from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from duco_cms.definitions.artefact import Content
from duco_cms.definitions.models import DefinitionSet
from duco_cms.definitions.object_content import object_records
from duco_cms.definitions.stored import Row, StoredSet, stored_set
from duco_cms.fleet.models import MachineModel


def build_content(sets: Sequence[StoredSet]) -> Content:
    """The `content` of an artefact of these sets, as far as rows say it; with all models. Ids ascend; bindings by rank.
    Rules and judgements are compiled (`definitions.judging`).
    """
    enums = [enum for each in sets for enum in each.enums]
    return {
        "enums": [_enum(enum) for enum in sorted(enums, key=itemgetter("id"))],
        "sets": [_set(each) for each in sorted(sets, key=lambda each: each.definition_set.pk)],
        "models": [_model(model) for model in MachineModel.objects.order_by("id").prefetch_related("bindings")],
        "objects": object_records(sets),
        "rules": [],
    }


def build_set_content(definition_set: DefinitionSet) -> Content:
    """As `build_content`, of one set's enums and messages alone."""
    stored = stored_set(definition_set)
    return {
        "enums": [_enum(enum) for enum in stored.enums],
        "sets": [_set(stored)],
        "models": [],
        "objects": [],
        "rules": [],
    }


def _enum(enum: Row) -> dict[str, Any]:
    return {
        "id": enum["id"],
        "name": enum["name"],
        "values": enum["values"],
        "type": enum["type"] or None,
        "titles": enum["titles"],
        "otherwise": [enum["otherwise"], enum["otherwise_title"]] if enum["otherwise"] else None,
    }


def _set(stored: StoredSet) -> dict[str, Any]:
    return {
        "id": stored.definition_set.pk,
        "name": stored.name,
        "messages": [_message(message) for message in stored.messages],
    }


def _message(message: Row) -> dict[str, Any]:
    return {
        "id": message["id"],
        "name": message["name"],
        "match": message["match"],
        "can_id": message["can_id"],
        "extended": message["extended"],
        "pgn": message["pgn"],
        "j1939": message["j1939"],
        "length": message["length"],
        "cycle_time": message["cycle_time"],
        "frame_format": message["frame_format"] or None,
        "comment": message["comment"],
        "groups": [_group(group) for group in message["groups"]],
        "title": message["title"],
        "timeout": message["timeout"],
        "source_address": message["source_address"],
        "dtcs": message["dtcs"],
    }


def _group(group: Row) -> dict[str, Any]:
    return {
        "id": group["id"],
        "condition": group["condition"],
        "signals": [_signal(signal) for signal in group["signals"]],
        "title": group["title"],
    }


def _signal(signal: Row) -> dict[str, Any]:
    return {
        "slot": signal["slot"],
        "name": signal["name"],
        "start": signal["start"],
        "length": signal["length"],
        "byte_order": signal["byte_order"],
        "type": signal["type"],
        "scale": signal["scale"],
        "offset": signal["offset"],
        "minimum": signal["minimum"],
        "maximum": signal["maximum"],
        "unit": signal["unit"],
        "enum": signal["enum_id"],
        "spn": signal["spn"],
        "sentinels": signal["sentinels"],
        "comment": signal["comment"],
        "not_available": signal["not_available"],
        "error": signal["error"],
    }


def _model(model: MachineModel) -> dict[str, Any]:
    # Meta.ordering of the bindings is their rank.
    sets = [{"set": binding.definition_set_id, "bus": binding.bus} for binding in model.bindings.all()]
    return {"id": model.pk, "name": model.name, "sets": sets}
