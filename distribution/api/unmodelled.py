"""What machines send that no definition reads, ranked over all that the user may see."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from distribution.api.access import machines_visible_to
from distribution.api.errors import ParameterError
from distribution.api.frames import id_text
from distribution.api.parameters import HOUR, Parameters, rfc3339
from distribution.api.serializers_unmodelled import KINDS, UnmodelledListSerializer
from distribution.api.unmodelled_live import live_catalogue
from distribution.api.views import FROM_TO, DataView
from distribution.queries.history import Span
from distribution.queries.unmodelled import SORTS, UnknownFrames, unknown_frames
from distribution.queries.unmodelled_enums import NamedNumbers, unknown_numbers
from distribution.queries.unmodelled_survey import UnknownField, survey
from ingest.meta.catalogue import Catalogue
from parsing.objects.readers import DEFAULT_READERS, ObjectReader

LIMIT: Final = 200
LIMIT_MOST: Final = 2_000
DAY: Final = 24 * HOUR
SPAN_MOST: Final = 7 * DAY
"""Of reception, for what is read from values and envelopes."""

NUMBERS_SHOWN: Final = 100
_SEARCH: Final = re.compile(r"[0-9A-F]{0,8}\Z", re.ASCII)
FRAMES, ENUM_VALUES, JSON_FIELDS = KINDS
Models = Mapping[int, int]
"""Machine → its model, of those that the user may see."""


class FleetUnmodelledView(DataView):
    allowed = frozenset({"kind", "from", "to", "search", "sort", "limit"})

    @extend_schema(
        operation_id="unmodelled",
        parameters=[
            OpenApiParameter("kind", str, enum=list(KINDS), description="frames where it is not given."),
            *FROM_TO,
            OpenApiParameter("search", str, description="Of frames: part of an id in hex, or a PGN in decimal or hex."),
            OpenApiParameter("sort", str, enum=list(SORTS), description="The greatest first; count if not given."),
            OpenApiParameter("limit", int, description=f"1 to {LIMIT_MOST} ({LIMIT})."),
        ],
        responses=UnmodelledListSerializer,
    )
    def get(self, request: Request) -> Response:
        """What no definition reads, over all machines that the user may see, ranked.

        Frames: ids without a message and pages that their message does not have; `from` and `to` are of event time, and
        counts are since ever. Values that the enum of their signal does not name, and fields of objects that the live
        release does not read: of what was received from `from` to `to`, the last day unless said, 7 days at most.
        """
        asked = self.parameters(request)
        kind = asked.word("kind", KINDS) or FRAMES
        limit = asked.integer("limit", LIMIT, 1, LIMIT_MOST) or LIMIT
        sort = asked.word("sort", SORTS) or SORTS[0]
        models = {machine.number: machine.model_id for machine in machines_visible_to(request.user)}
        span = asked.span(None) if kind == FRAMES else _recent(asked)
        if kind == FRAMES:
            answer = _frames(models, span, _search(asked), sort, limit)
        elif kind == ENUM_VALUES:
            answer = _enum_values(models, span, sort, limit)
        else:
            answer = _json_fields(models, span, sort, limit)
        return Response({"kind": kind, "from": rfc3339(span.begin), "to": rfc3339(span.end), **answer})


def _recent(asked: Parameters) -> Span:
    span = asked.span(DAY)
    if span.end - span.begin > SPAN_MOST:
        raise ParameterError("from lies 7 days before to at most.")
    return span


def _search(asked: Parameters) -> str:
    text = asked.given.get("search", "").strip().upper().removeprefix("0X")
    if not _SEARCH.match(text):
        raise ParameterError("search is up to 8 hexadecimal digits.")
    return text


def _frames(models: Models, span: Span, search: str, sort: str, limit: int) -> dict[str, Any]:
    found, total = unknown_frames(list(models), span, search=search, sort=sort, limit=limit)
    return {"total": total, FRAMES: [_frames_json(each, models) for each in found]}


def _frames_json(found: UnknownFrames, models: Models) -> dict[str, Any]:
    ids = [can_id for can_id, _ in found.ids] if found.extended else []
    return {
        "bus": found.bus,
        "extended": found.extended,
        "pgn": found.number if found.extended else None,
        "priorities": sorted({can_id >> 26 & 7 for can_id in ids}),
        "source_addresses": sorted({can_id & 0xFF for can_id in ids}),
        "ids": [{"id": id_text(can_id), "count": count} for can_id, count in found.ids],
        "page": None if found.page < 0 else found.page,
        **_ranked(found.count, found.machines, found.first, found.last, models),
    }


def _enum_values(models: Models, span: Span, sort: str, limit: int) -> dict[str, Any]:
    """One more than is shown is asked for: how many there are is not worth a second look at all values."""
    live = live_catalogue()
    places = dict(_signals_of_enums(live)) if live else {}
    named = [NamedNumbers(*place, numbers) for place, (numbers, _) in places.items()]
    found = unknown_numbers(list(models), named, span, sort=sort, limit=limit + 1)
    shown = [
        {
            **places[each.group, each.slot][1],
            "group": each.group,
            "slot": each.slot,
            "value": each.number,
            **_ranked(each.count, each.machines, each.first, each.last, models),
        }
        for each in found[:limit]
    ]
    return {"total": len(found), ENUM_VALUES: shown}


def _signals_of_enums(live: Catalogue) -> Iterable[tuple[tuple[int, int], tuple[tuple[int, ...], dict[str, Any]]]]:
    """(group, slot) → the numbers that its enum names, and what it is called; not of enums that name all others."""
    content = live.release.content
    enums = {enum.id: enum for enum in content.enums if enum.otherwise is None}
    sets = {each.id: each.name for each in content.sets}
    for each in content.sets:
        for message in each.messages:
            about = {"set": each.name, "set_id": each.id, "message": message.name, "message_id": message.id}
            for group in message.groups:
                yield from _named(group.id, group.signals, enums, about)
    for definition in content.objects:
        about = {
            "set": sets.get(definition.set, ""), "set_id": definition.set, "message": definition.name,
            "message_id": None,
        }  # fmt: skip
        yield from _named(definition.group, definition.signals, enums, about)


def _named(
    group: int, signals: Sequence[Any], enums: Mapping[int, Any], about: Mapping[str, Any]
) -> Iterable[tuple[tuple[int, int], tuple[tuple[int, ...], dict[str, Any]]]]:
    for signal in signals:
        enum = enums.get(signal.enum)
        if enum is not None:
            numbers = tuple(number for number, _ in enum.values)
            names = {"signal": signal.name, "enum": enum.name, "enum_id": enum.id}
            yield (group, signal.slot), (numbers, {**about, **names})


def _json_fields(models: Models, span: Span, sort: str, limit: int) -> dict[str, Any]:
    live = live_catalogue()

    def reader_of(machine: int, kind: str) -> ObjectReader:
        return (live.object_readers(models[machine]) if live else DEFAULT_READERS)[kind]

    found = survey(list(models), span, reader_of)
    ranks = {
        "count": lambda each: (each.count, len(each.machines)),
        "machines": lambda each: (len(each.machines), each.count),
        "last_seen": lambda each: (each.last, each.count),
    }
    ranked = sorted(sorted(found.fields, key=lambda each: (each.kind, each.path)), key=ranks[sort], reverse=True)
    return {
        "total": len(ranked),
        JSON_FIELDS: [_field_json(each, models) for each in ranked[:limit]],
        "looked_at": {"envelopes": found.envelopes, "of": found.found, "complete": not found.is_full},
    }


def _field_json(found: UnknownField, models: Models) -> dict[str, Any]:
    definition = found.reader.definition
    is_own = definition.id > 0
    return {
        "kind": found.kind,
        "field": ".".join(found.path),
        "path": found.path,
        "types": sorted(found.types),
        "example": found.example,
        "definition": definition.name if is_own else None,
        "definition_id": definition.id if is_own else None,
        "set_id": definition.set if is_own else None,
        **_ranked(found.count, found.machines.most_common(), found.first, found.last, models),
    }


def _ranked(
    count: int, machines: Sequence[tuple[int, int]], first: int, last: int, models: Models
) -> dict[str, Any]:  # fmt: skip
    return {
        "count": count,
        "machines": len(machines),
        "machine_numbers": [number for number, _ in machines[:NUMBERS_SHOWN]],
        "model_ids": sorted({models[number] for number, _ in machines}),
        "first_seen": rfc3339(first),
        "last_seen": rfc3339(last),
    }
