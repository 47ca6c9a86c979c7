"""The Meta API's part of the inbox: what is ignored, and drafts of messages. What there is, the Data API lists."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from duco_cms import data_api
from duco_cms.api.paging import NewestFirst
from duco_cms.api.permissions import may
from duco_cms.api.problems import Problem
from duco_cms.api.requests import valid
from duco_cms.api.texts import set_numbered
from duco_cms.api.throttling import EditThrottle
from duco_cms.api.views import MetaView
from duco_cms.data_api import DataApiError
from duco_cms.definitions.models import Message
from duco_cms.definitions.models.messages import Match
from duco_cms.definitions.models.release import NOTE_CHARACTERS
from duco_cms.publication.permissions import user_of
from duco_cms.unmodelled.drafting import DraftRefusedError, draft_message
from duco_cms.unmodelled.identifiers import BUS_MAXIMUM, Place, place_of
from duco_cms.unmodelled.ignoring import heed, ignore
from duco_cms.unmodelled.models import WHAT_CHARACTERS, Ignored, Kind

MACHINE_MAXIMUM = 2**31 - 1


class IgnoredSerializer(serializers.ModelSerializer[Ignored]):
    """`what` as the page has it: `PGN 65298 (FF12) on bus 0`."""

    class Meta:
        model = Ignored
        fields = ["id", "kind", "what", "reason", "at"]


class IgnoreSerializer(serializers.Serializer[None]):
    kind = serializers.ChoiceField(choices=Kind.choices)
    what = serializers.CharField(max_length=WHAT_CHARACTERS)
    reason = serializers.CharField(max_length=NOTE_CHARACTERS)


class DraftSerializer(serializers.Serializer[None]):
    """An id as in candump, on a bus; its frames of that machine are looked at, else of the one with the most."""

    id = serializers.CharField(max_length=8)
    bus = serializers.IntegerField(min_value=0, max_value=BUS_MAXIMUM)
    match = serializers.ChoiceField(choices=Match.choices)
    signals = serializers.BooleanField(default=True, help_text="A raw signal for each run of bits that change.")
    machine = serializers.IntegerField(required=False, min_value=1, max_value=MACHINE_MAXIMUM)


class DraftedSerializer(serializers.ModelSerializer[Message]):
    class Meta:
        model = Message
        fields = ["id", "name", "match", "can_id", "extended", "pgn", "length", "cycle_time", "comment"]


class IgnoredListView(MetaView, ListAPIView[Ignored]):
    """What stays out of the inbox, and why; the newest first."""

    wanted = {"GET": "unmodelled.view_ignored", "POST": "unmodelled.add_ignored"}
    known = frozenset({"cursor"})
    serializer_class = IgnoredSerializer
    pagination_class = NewestFirst
    queryset = Ignored.objects.all()
    http_method_names = ["get", "head", "options", "post"]

    @extend_schema(operation_id="unmodelled_ignore", request=IgnoreSerializer, responses={201: IgnoredSerializer})
    def post(self, request: Request) -> Response:
        """409 `already_ignored` where it is: its reason stays."""
        given = valid(IgnoreSerializer, request)
        if not ignore(user_of(request), **given):
            raise Problem("already_ignored", f"{given['what']} is ignored already.", status=409)
        row = Ignored.objects.get(kind=given["kind"], what=given["what"])
        return Response(IgnoredSerializer(row).data, status=201)


class IgnoredView(MetaView):
    """One thing that is ignored."""

    wanted = {"DELETE": "unmodelled.delete_ignored"}

    @extend_schema(operation_id="unmodelled_heed", responses={204: None})
    def delete(self, request: Request, number: int) -> Response:
        """Back into the inbox."""
        row = Ignored.objects.filter(pk=number).first()
        if row is None or not heed(user_of(request), row.kind, row.what):
            raise Problem("not_ignored", "There is nothing ignored of this number.", status=404)
        return Response(status=204)


class DraftView(MetaView):
    """A message of an id that nothing reads, in a definition set."""

    wanted = {"POST": "definitions.add_message"}
    throttle_classes = [EditThrottle]

    @extend_schema(operation_id="message_draft", request=DraftSerializer, responses={201: DraftedSerializer, 503: None})
    def post(self, request: Request, number: int) -> Response:
        """409 `draft_refused` where the set has a message that reads these frames."""
        definition_set, given = set_numbered(number), valid(DraftSerializer, request)
        place, match = _place(given), Match(given["match"])
        if given["signals"] and not may(request, "definitions.add_signal"):
            raise Problem("permission_denied", "Your role does not allow signals: send signals false.", status=403)
        activity = _activity(user_of(request).pk, place, given.get("machine"))
        try:
            message = draft_message(
                user_of(request), place, definition_set, match, activity, signals=given["signals"]
            )  # fmt: skip
        except DraftRefusedError as refusal:
            raise Problem("draft_refused", str(refusal), status=409) from None
        return Response(DraftedSerializer(message).data, status=201)


def _place(given: dict[str, Any]) -> Place:
    place = place_of(given["id"].upper(), str(given["bus"]), "")
    if place is None or (given["match"] == Match.PGN and not place.extended):
        raise Problem("invalid", "id is 8 hexadecimal digits of a 29-bit id, or 3 of one of 11 bits, which has no PGN.")
    return place


def _activity(user_id: int, place: Place, machine: int | None) -> Any:
    asked = {"id": place.id_text, "bus": str(place.bus)} | ({"machine": str(machine)} if machine else {})
    try:
        return data_api.read(user_id, "unmodelled/activity", asked)
    except DataApiError as error:
        status = error.status if error.status in {400, 404} else 503
        raise Problem(error.code, error.detail, status=status) from None
