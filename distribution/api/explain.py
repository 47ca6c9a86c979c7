"""Where a stored value comes from, back to the hub's message."""

from typing import Any, Final

from django.conf import settings
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from distribution.api.access import visible_machine
from distribution.api.errors import ParameterError, UnknownValueError
from distribution.api.explain_json import explanation_json
from distribution.api.parameters import LAST
from distribution.api.serializers_explain import ExplanationSerializer
from distribution.api.throttling import ExplainThrottle
from distribution.api.views import SOURCE_MAXIMUM, DataView
from distribution.explain.explaining import explain
from distribution.queries.explain import Key
from ingest.topics import Topics

GROUP_MAXIMUM: Final = 2**32 - 1
SLOT_MAXIMUM: Final = 2**16 - 1
ORDINAL_MAXIMUM: Final = 255
_NEEDED: Final = ("group", "slot", "ts")


class ExplainView(DataView):
    throttle_classes = [ExplainThrottle]
    allowed = frozenset({"group", "slot", "source", "ts", "ordinal", "latest"})

    @extend_schema(
        operation_id="machine_explain",
        parameters=[
            OpenApiParameter("group", int, required=True),
            OpenApiParameter("slot", int, required=True),
            OpenApiParameter("ts", str, required=True, description="Event time, RFC 3339 or µs since 1970."),
            OpenApiParameter("source", int, description="One source only; else the first that has a value then."),
            OpenApiParameter("ordinal", int, description="0 where it is not given."),
            OpenApiParameter("latest", int, enum=[0, 1], description="1 = the last value up to ts."),
        ],
        responses=ExplanationSerializer,
    )
    def get(self, request: Request, machine: int) -> Response:
        """A stored value from its row back: release, definition, intermediate values, bits, frames, envelope.

        What is gone by now is null, and `gaps` say why; the rest is told all the same.
        """
        found = visible_machine(request.user, machine)
        told = explain(self._key(request, found.number), found.model_id, _topic())
        if told is None:
            raise UnknownValueError
        about: dict[str, Any] = {"machine": found.number, "machine_name": found.name}
        return Response(about | explanation_json(told))

    def _key(self, request: Request, machine: int) -> Key:
        asked = self.parameters(request)
        for name in _NEEDED:
            if name not in asked.given:
                raise ParameterError(f"{name} is missing: group, slot and ts say which value.")
        return Key(
            machine=machine,
            group=asked.integer("group", None, 0, GROUP_MAXIMUM) or 0,
            slot=asked.integer("slot", None, 0, SLOT_MAXIMUM) or 0,
            source=asked.integer("source", None, 0, SOURCE_MAXIMUM),
            ts=asked.time("ts", LAST),
            ordinal=asked.integer("ordinal", 0, 0, ORDINAL_MAXIMUM) or 0,
            latest=asked.flag("latest"),
        )


def _topic() -> str:
    return Topics.with_prefix(settings.KAFKA_TOPIC_PREFIX).raw
