"""Frames tried on a set's definitions as they stand."""

from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from duco_cms.api.parsers import BoundedJsonParser
from duco_cms.api.problems import Problem
from duco_cms.api.requests import valid
from duco_cms.api.texts import EditorView, set_numbered
from duco_cms.api.try_serializers import TriedSerializer, TrySerializer
from duco_cms.definitions.trying import Bench, TrialRefusedError, try_frames
from duco_cms.fleet.access import machines_visible_to
from duco_cms.fleet.models import Machine


class TryView(EditorView):
    """Changes and stores nothing."""

    wanted = {"POST": "definitions.view_definitionset"}
    parser_classes = [BoundedJsonParser]

    @extend_schema(operation_id="set_try", request=TrySerializer, responses=TriedSerializer)
    def post(self, request: Request, number: int) -> Response:
        """What frames give by the definitions as they stand, and beside it by the live release; of the sets of the
        machine's model, or of this set alone. 422 with diagnostics where the definitions cannot be run.
        """
        definition_set = set_numbered(number)
        fields = valid(TrySerializer, request)
        bench = Bench(definition_set, _machine(request, fields["machine"]))
        try:
            return Response(try_frames(bench, fields["given"], with_rules=fields["rules"]))
        except TrialRefusedError as refusal:
            found = [asdict(each) for each in refusal.diagnostics]
            raise Problem("invalid", "The definitions have errors.", status=422, diagnostics=found) from None


def _machine(request: Request, number: int | None) -> Machine | None:
    if number is None:
        return None
    user: Any = request.user
    machine = machines_visible_to(user).select_related("model").filter(pk=number).first()
    if machine is None:
        raise Problem("no_machine", "There is no such machine.", status=404)
    return machine
