"""The Meta API: releases and the fleet directory, for workers and the platform's staff."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import TextChoices
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request
from rest_framework.views import APIView

from duco_cms.api.authentication import OnBehalfAuthentication, TokenAuthentication, WorkerAuthentication
from duco_cms.api.permissions import Permitted
from duco_cms.api.problems import Problem
from duco_cms.api.requests import IF_NONE_MATCH, unless_known
from duco_cms.definitions.artefact import artefact
from duco_cms.definitions.models import Release
from duco_cms.fleet.directory import build_directory
from duco_cms.publication.canaries import canaries_of, running_rollout

# For the OpenAPI document.
ARTEFACT = {200: OpenApiTypes.OBJECT, 304: None}


class MetaView(APIView):
    """How callers say who they are, and what they must be allowed: by method (`Permitted`). Query parameters that a
    route does not know are refused: misspelt, one would be a filter that does nothing.
    """

    authentication_classes = [
        WorkerAuthentication, TokenAuthentication, OnBehalfAuthentication, SessionAuthentication,
    ]  # fmt: skip
    permission_classes = [Permitted]
    wanted: Mapping[str, str] = {}
    for_workers: tuple[str, ...] = ()
    known: frozenset[str] = frozenset()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        for name in sorted(request.query_params.keys() - self.known):
            raise Problem("invalid", f"There is no parameter {name[:64]!r} here.")


class ArtefactView(MetaView):
    """A body behind an ETag."""

    for_workers = ("GET",)

    def respond(self, request: Request, etag: str, body: Callable[[], bytes]) -> HttpResponseBase:
        """304 where the caller has it. The body may be megabytes, so it is made only for who has not."""
        headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
        response = HttpResponse(content_type="application/json", headers=headers)
        answer = unless_known(request, etag, response)
        if answer is response:
            response.content = body()
        return answer


class ReleaseArtefactView(ArtefactView):
    """An artefact of a release."""

    wanted = {"GET": "definitions.view_release"}

    def serve(self, request: Request, release: Release | None) -> HttpResponseBase:
        if release is None:
            raise Problem("no_release", "There is no such release.", status=404)
        return self.respond(request, release.etag, lambda: artefact(release))


class ReleaseView(ReleaseArtefactView):
    """One release."""

    @extend_schema(responses=ARTEFACT, operation_id="release", parameters=[IF_NONE_MATCH])
    def get(self, request: Request, number: int) -> HttpResponseBase:
        return self.serve(request, Release.objects.headers().filter(number=number).first())


class Channel(TextChoices):
    """Which release a machine runs."""

    STABLE = "stable", "Stable"
    CANARY = "canary", "Canary"


class ChannelReleaseView(ReleaseArtefactView):
    """The release that machines on a channel run: the live one, or the one on trial."""

    @extend_schema(
        responses=ARTEFACT,
        operation_id="channel_release",
        parameters=[OpenApiParameter("channel", str, OpenApiParameter.PATH, enum=Channel.values), IF_NONE_MATCH],
    )
    def get(self, request: Request, channel: str) -> HttpResponseBase:
        if channel not in Channel.values:
            raise Problem("no_channel", f"There is no channel {channel!r}.", status=404)
        releases = Release.objects.headers()
        return self.serve(request, (releases.stable() if channel == Channel.STABLE else releases.on_trial()).first())


class DirectoryView(ArtefactView):
    """The fleet directory."""

    wanted = {"GET": "fleet.view_machine"}

    @extend_schema(responses=ARTEFACT, operation_id="directory", parameters=[IF_NONE_MATCH])
    def get(self, request: Request) -> HttpResponseBase:
        directory = build_directory(canaries_of(running_rollout()))
        return self.respond(request, directory.etag, lambda: directory.body)
