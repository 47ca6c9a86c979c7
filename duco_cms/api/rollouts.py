"""Rollouts by the Meta API: the one that runs, and how it ends."""

from django.contrib.auth.models import User
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from duco_cms.api.paging import NewestFirst
from duco_cms.api.problems import Problem
from duco_cms.api.publication_serializers import (
    CurrentRolloutSerializer,
    PauseSerializer,
    ReasonSerializer,
    RolloutSerializer,
)
from duco_cms.api.refusals import refusals_told
from duco_cms.api.requests import IF_MATCH, etag_wanted, valid
from duco_cms.api.views import MetaView
from duco_cms.publication.canaries import running_rollout
from duco_cms.publication.going_back import end_rollout, pause
from duco_cms.publication.models import Rollout
from duco_cms.publication.permissions import RELEASE, user_of
from duco_cms.publication.releasing import promote


class RolloutView(MetaView):
    """Workers read what runs, and pause it."""

    wanted = {"GET": "publication.view_rollout"}
    for_workers: tuple[str, ...] = ("GET",)

    def told(self, rollout: Rollout) -> Response:
        return Response(RolloutSerializer(rollout).data, headers={"ETag": rollout.etag})


class RolloutListView(RolloutView, ListAPIView[Rollout]):
    """All rollouts, newest first."""

    known = frozenset({"cursor"})
    serializer_class = RolloutSerializer
    pagination_class = NewestFirst
    queryset = Rollout.objects.headers()
    http_method_names = ["get", "head", "options"]


class CurrentRolloutView(RolloutView):
    """The rollout that runs."""

    @extend_schema(responses=CurrentRolloutSerializer, operation_id="rollout_current")
    def get(self, request: Request) -> Response:  # noqa: ARG002 - DRF's signature
        """404 with code `no_rollout` while none runs."""
        rollout = running_rollout()
        if rollout is None:
            raise Problem("no_rollout", "No release is on trial.", status=404)
        return Response(CurrentRolloutSerializer(rollout).data, headers={"ETag": rollout.etag})


class OneRolloutView(RolloutView):
    """One rollout."""

    @extend_schema(responses=RolloutSerializer, operation_id="rollout")
    def get(self, request: Request, number: int) -> Response:  # noqa: ARG002 - DRF's signature
        return self.told(rollout_of(number))


class PromoteView(RolloutView):
    """All machines get the release on trial."""

    wanted = {"POST": RELEASE}
    for_workers = ()

    @extend_schema(request=None, responses=RolloutSerializer, operation_id="rollout_promote", parameters=[IF_MATCH])
    def post(self, request: Request, number: int) -> Response:
        etag = etag_wanted(request)
        with refusals_told():
            return self.told(promote(rollout_of(number), user_of(request), etag))


class EndView(RolloutView):
    """The canary machines go back to what the others have."""

    wanted = {"POST": RELEASE}
    for_workers = ()

    @extend_schema(
        request=ReasonSerializer, responses=RolloutSerializer, operation_id="rollout_end", parameters=[IF_MATCH]
    )
    def post(self, request: Request, number: int) -> Response:
        etag, given = etag_wanted(request), valid(ReasonSerializer, request)
        with refusals_told():
            end_rollout(rollout_of(number), user_of(request), given["reason"], etag)
        return self.told(rollout_of(number))


class PauseView(RolloutView):
    """As ending it, by the guard. Paused again it stays as it is, so every worker may say what it found."""

    wanted = {"POST": RELEASE}
    for_workers = ("POST",)

    @extend_schema(request=PauseSerializer, responses=RolloutSerializer, operation_id="rollout_pause")
    def post(self, request: Request, number: int) -> Response:
        given = valid(PauseSerializer, request)
        user = request.user if isinstance(request.user, User) else None
        with refusals_told():
            return self.told(pause(rollout_of(number), user, given["reason"], given["evidence"]))


def rollout_of(number: int) -> Rollout:
    """Raises Problem (404) where there is none."""
    rollout = Rollout.objects.headers().filter(pk=number).first()
    if rollout is None:
        raise Problem("no_rollout", "There is no such rollout.", status=404)
    return rollout
