"""What a change of a signal or rule reaches."""

from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers as s
from rest_framework.request import Request
from rest_framework.response import Response

from duco_cms.api.problems import Problem
from duco_cms.api.texts import EditorView, set_numbered
from duco_cms.definitions.examination import MalformedContentError
from duco_cms.definitions.impact import Asked, Impact, Impacts, message_key, models_reached
from duco_cms.definitions.models import DefinitionSet, Signal

NAME_CHARACTERS = 401
"""Of a message, a dot, and a signal."""


class ReaderSerializer(s.Serializer[None]):
    """`through`: the rules between, from the one that reads it itself."""

    number = s.IntegerField()
    kind = s.CharField(help_text="derived, check or event")
    name = s.CharField()
    set = s.CharField()
    through = s.ListField(child=s.CharField())


class ProverSerializer(s.Serializer[None]):
    number = s.IntegerField()
    kind = s.CharField(help_text="sample or sequence")
    title = s.CharField()
    set = s.CharField()


class ModelReachedSerializer(s.Serializer[None]):
    """`machines`: how many of them the caller may see."""

    name = s.CharField()
    number = s.IntegerField()
    machines = s.IntegerField()


class ImpactSerializer(s.Serializer[None]):
    """`has_errors`: the definitions have errors, and rules with errors may be missing."""

    signal = s.CharField()
    readers = ReaderSerializer(many=True)
    provers = ProverSerializer(many=True)
    models = ModelReachedSerializer(many=True)
    has_errors = s.BooleanField()


class ImpactView(EditorView):
    wanted = {"GET": "definitions.view_definitionset"}
    known = frozenset({"signal"})

    @extend_schema(
        operation_id="set_impact",
        responses=ImpactSerializer,
        parameters=[
            OpenApiParameter("signal", str, required=True, description="`Message.Signal`, or the name of a rule.")
        ],
    )
    def get(self, request: Request, number: int) -> Response:
        """The rules that read the signal at whatever remove, the samples and test sequences that speak of it or of
        these rules, and the machine models that have it.
        """
        definition_set = set_numbered(number)
        name = request.query_params.get("signal", "")
        if not name or len(name) > NAME_CHARACTERS or "\0" in name:
            raise Problem("invalid", "Say which signal: signal=Message.Signal, or signal=Rule.")
        try:
            found = Impacts()
        except MalformedContentError as error:
            told = [asdict(each) for each in error.diagnostics]
            raise Problem("invalid", "The definitions have errors.", status=422, diagnostics=told) from None
        impact = _impact(found, definition_set, name)
        user: Any = request.user
        models = [asdict(each) for each in models_reached(definition_set, user)]
        return Response({"signal": name, **asdict(impact), "models": models, "has_errors": found.has_errors})


def _impact(found: Impacts, definition_set: DefinitionSet, name: str) -> Impact:
    signals = [
        (signal, message)
        for signal, message in _signals_ending(definition_set, name)
        if f"{message}.{signal.name}" == name
    ]
    rule = found.rule_named(definition_set.name, name)
    if not signals and rule is None:
        raise Problem("no_signal", f"{definition_set} has no signal or rule {name}.", status=404)
    asked: list[tuple[Asked, tuple[str, str] | None]] = [
        ((signal.group_id, signal.slot), message_key(definition_set.name, message)) for signal, message in signals
    ] or [(rule or 0, None)]
    return _joined([found.of(what, message) for what, message in asked])


def _signals_ending(definition_set: DefinitionSet, name: str) -> list[tuple[Signal, str]]:
    """Both names may have dots in them, so all places to cut are tried."""
    parts = name.split(".")
    ends = [".".join(parts[at:]) for at in range(1, len(parts))]
    rows = Signal.objects.filter(
        group__message__definition_set=definition_set, group__message__retired=False, retired=False, name__in=ends
    )
    return [(each, each.group.message.name) for each in rows.select_related("group__message")]


def _joined(impacts: list[Impact]) -> Impact:
    """Of signals of one name, on several pages of a message."""
    readers = {each.number: each for impact in impacts for each in impact.readers}
    provers = {(each.kind, each.number): each for impact in impacts for each in impact.provers}
    return Impact([*readers.values()], [*provers.values()])
