"""What a release holds, read from the definitions as they stand (docs/contracts/release.md)."""

from typing import Any

from django.db.models import Prefetch

from duco_cms.definitions.artefact import Content
from duco_cms.definitions.models import DefinitionSet, Enum, Message, Signal, SignalGroup
from duco_cms.definitions.object_content import object_records
from duco_cms.fleet.models import MachineModel


def build_content() -> Content:
    """The `content` of an artefact, as far as rows say it: all enums, sets, models and definitions of objects but for
    what is retired. Ids ascend; bindings by rank. Rules and judgements are compiled (`definitions.judging`).
    """
    return {
        "enums": [_enum(enum) for enum in Enum.objects.order_by("id")],
        "sets": [_set(definition_set) for definition_set in _sets()],
        "models": [_model(model) for model in MachineModel.objects.order_by("id").prefetch_related("bindings")],
        "objects": object_records(),
        "rules": [],
    }


def build_set_content(set_id: int) -> Content:
    """As `build_content`, of one set's enums and messages alone."""
    enums = Enum.objects.filter(definition_set=set_id).order_by("id")
    return {
        "enums": [_enum(enum) for enum in enums],
        "sets": [_set(definition_set) for definition_set in _sets(pk=set_id)],
        "models": [],
        "objects": [],
        "rules": [],
    }


def _sets(**only: int) -> list[DefinitionSet]:
    signals = Signal.objects.filter(retired=False).order_by("slot")
    groups = SignalGroup.objects.order_by("id").prefetch_related(Prefetch("signals", queryset=signals))
    messages = (
        Message.objects.filter(retired=False).order_by("id").prefetch_related(Prefetch("groups", queryset=groups))
    )
    return list(
        DefinitionSet.objects.filter(**only).order_by("id").prefetch_related(Prefetch("messages", queryset=messages))
    )


def _enum(enum: Enum) -> dict[str, Any]:
    return {
        "id": enum.pk,
        "name": enum.name,
        "values": enum.values,
        "type": enum.type or None,
        "titles": enum.titles,
        "otherwise": [enum.otherwise, enum.otherwise_title] if enum.otherwise else None,
    }


def _set(definition_set: DefinitionSet) -> dict[str, Any]:
    return {
        "id": definition_set.pk,
        "name": definition_set.name,
        "messages": [_message(message) for message in definition_set.messages.all()],
    }


def _message(message: Message) -> dict[str, Any]:
    return {
        "id": message.pk,
        "name": message.name,
        "match": message.match,
        "can_id": message.can_id,
        "extended": message.extended,
        "pgn": message.pgn,
        "j1939": message.j1939,
        "length": message.length,
        "cycle_time": message.cycle_time,
        "frame_format": message.frame_format or None,
        "comment": message.comment,
        # A group whose signals are all retired gives no rows.
        "groups": [_group(group) for group in message.groups.all() if group.known or group.signals.all()],
        "title": message.title,
        "timeout": message.timeout,
        "source_address": message.source_address,
        "dtcs": message.dtcs,
    }


def _group(group: SignalGroup) -> dict[str, Any]:
    return {
        "id": group.pk,
        "condition": group.condition,
        "signals": [_signal(signal) for signal in group.signals.all()],
        "title": group.title,
    }


def _signal(signal: Signal) -> dict[str, Any]:
    return {
        "slot": signal.slot,
        "name": signal.name,
        "start": signal.start,
        "length": signal.length,
        "byte_order": signal.byte_order,
        "type": signal.type,
        "scale": signal.scale,
        "offset": signal.offset,
        "minimum": signal.minimum,
        "maximum": signal.maximum,
        "unit": signal.unit,
        "enum": signal.enum_id,
        "spn": signal.spn,
        "sentinels": signal.sentinels,
        "comment": signal.comment,
        "not_available": signal.not_available,
        "error": signal.error,
    }


def _model(model: MachineModel) -> dict[str, Any]:
    # Meta.ordering of the bindings is their rank.
    sets = [{"set": binding.definition_set_id, "bus": binding.bus} for binding in model.bindings.all()]
    return {"id": model.pk, "name": model.name, "sets": sets}
