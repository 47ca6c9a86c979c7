"""The Meta API: releases and the fleet directory, for workers and the platform's staff."""

from collections.abc import Callable

from django.contrib.auth.models import User
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.authentication import SessionAuthentication
from rest_framework.generics import ListAPIView
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.views import APIView

from duco_cms.api.authentication import OnBehalfAuthentication, WorkerAuthentication
from duco_cms.api.permissions import WorkerOrStaff
from duco_cms.api.problems import Problem
from duco_cms.definitions.artefact import artefact
from duco_cms.definitions.models import Release
from duco_cms.fleet.directory import build_directory
from duco_cms.fleet.models import Channel


class MetaView(APIView):
    """Who may use the Meta API, and how they say who they are."""

    authentication_classes = [WorkerAuthentication, OnBehalfAuthentication, SessionAuthentication]
    permission_classes = [WorkerOrStaff]


class ArtefactView(MetaView):
    """An immutable body behind an ETag."""

    def respond(self, request: Request, etag: str, body: Callable[[], bytes]) -> HttpResponseBase:
        """304 where the caller has it. The body may be megabytes, so it is made only for who has not."""
        headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
        response = HttpResponse(content_type="application/json", headers=headers)
        answer = get_conditional_response(request, etag=etag, response=response) or response
        if answer is response:
            response.content = body()
        return answer


class ReleaseArtefactView(ArtefactView):
    """An artefact of a release."""

    def serve(self, request: Request, release: Release | None) -> HttpResponseBase:
        if release is None:
            raise Problem("no_release", "There is no such release.", status=404)
        return self.respond(request, release.etag, lambda: artefact(release))


class ReleaseView(ReleaseArtefactView):
    """One release."""

    @extend_schema(responses=OpenApiTypes.OBJECT, operation_id="release")
    def get(self, request: Request, number: int) -> HttpResponseBase:
        return self.serve(request, Release.objects.headers().filter(number=number).first())


class ChannelReleaseView(ReleaseArtefactView):
    """The release that machines on a channel run: the newest, as there is one channel."""

    @extend_schema(responses=OpenApiTypes.OBJECT, operation_id="channel_release")
    def get(self, request: Request, channel: str) -> HttpResponseBase:
        if channel not in Channel.values:
            raise Problem("no_channel", f"There is no channel {channel!r}.", status=404)
        return self.serve(request, Release.objects.headers().first())


class DirectoryView(ArtefactView):
    """The fleet directory."""

    @extend_schema(responses=OpenApiTypes.OBJECT, operation_id="directory")
    def get(self, request: Request) -> HttpResponseBase:
        directory = build_directory()
        return self.respond(request, directory.etag, lambda: directory.body)


class ReleaseHeadSerializer(serializers.ModelSerializer[Release]):
    """A release without its content."""

    author = serializers.StringRelatedField[User](allow_null=True)

    class Meta:
        model = Release
        fields = ["number", "content_hash", "published", "note", "author"]


class NewestFirst(CursorPagination):
    """100 releases a page."""

    ordering = "-number"
    page_size = 100


class ReleaseListView(MetaView, ListAPIView[Release]):
    """All releases, newest first."""

    serializer_class = ReleaseHeadSerializer
    pagination_class = NewestFirst
    queryset = Release.objects.headers()
