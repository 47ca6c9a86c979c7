"""Releases by the Meta API: list, differences, publication, rollback."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from duco_cms.api.paging import NewestFirst
from duco_cms.api.problems import Problem
from duco_cms.api.publication_serializers import (
    DiffSerializer,
    PublishSerializer,
    ReasonSerializer,
    ReleaseHeadSerializer,
)
from duco_cms.api.refusals import CHANGES_TOLD, refusals_told
from duco_cms.api.requests import IF_MATCH, etag_wanted, valid
from duco_cms.api.views import MetaView
from duco_cms.definitions.models import Release
from duco_cms.publication.canaries import running_rollout
from duco_cms.publication.differences import Difference, difference
from duco_cms.publication.going_back import roll_back
from duco_cms.publication.models import Submission
from duco_cms.publication.permissions import RELEASE, user_of
from duco_cms.publication.releasing import Cohort, publish_submission, start_rollout

VIEW = "definitions.view_release"


class ReleaseListView(MetaView, ListAPIView[Release]):
    """All releases, newest first."""

    wanted = {"GET": VIEW, "POST": RELEASE}
    for_workers = ("GET",)
    known = frozenset({"cursor"})
    serializer_class = ReleaseHeadSerializer
    pagination_class = NewestFirst
    queryset = Release.objects.headers()

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "channels": channels()}

    @extend_schema(
        request=PublishSerializer, responses={201: ReleaseHeadSerializer}, operation_id="publish", parameters=[IF_MATCH]
    )
    def post(self, request: Request) -> Response:
        """Publish an approved submission, of which If-Match names the ETag."""
        etag, given = etag_wanted(request), valid(PublishSerializer, request)
        submission = Submission.objects.filter(pk=given.pop("submission")).first()
        if submission is None:
            raise Problem("no_submission", "There is no such submission.", status=404)
        user, channel = user_of(request), given.pop("channel")
        with refusals_told():
            if channel == "canary":
                release = start_rollout(submission, user, Cohort(**given), etag).release
            else:
                release = publish_submission(submission, user, etag)
        return told(release, 201)


class DiffView(MetaView):
    """How a release differs from another."""

    wanted = {"GET": VIEW}
    known = frozenset({"to"})

    @extend_schema(
        responses=DiffSerializer,
        operation_id="release_diff",
        parameters=[
            OpenApiParameter("to", str, default="previous", description="`live`, `previous`, or a release's number.")
        ],
    )
    def get(self, request: Request, number: int) -> Response:
        """From the one named `to`: `previous` is the one before that all machines were to run."""
        release = release_of(number)
        return Response(diff_told(difference(self._other(request, release), release)))

    def _other(self, request: Request, release: Release) -> Release | None:
        to = request.query_params.get("to", "previous")
        if to == "live":
            return Release.objects.live()
        if to == "previous":
            return Release.objects.before(release.number)
        if not to.isdecimal() or len(to) > len(str(2**31)):
            raise Problem("invalid", "`to` is `live`, `previous`, or a release's number.")
        return release_of(int(to))


class RollbackView(MetaView):
    """Back to a former release."""

    wanted = {"POST": RELEASE}

    @extend_schema(
        request=ReasonSerializer,
        responses={201: ReleaseHeadSerializer},
        operation_id="release_rollback",
        parameters=[IF_MATCH],
    )
    def post(self, request: Request, number: int) -> Response:
        """Its content for all machines, under a new number. If-Match names the ETag of `channels/stable/release`: sent
        twice, it is done once.
        """
        etag, given = etag_wanted(request), valid(ReasonSerializer, request)
        live = next((each for each in Release.objects.headers().stable() if each.etag == etag), None)
        if live is None:
            raise Problem("stale", "If-Match names no release that is or was live.", status=412)
        with refusals_told():
            return told(roll_back(release_of(number), user_of(request), given["reason"], live.number), 201)


def channels() -> dict[int, str]:
    """Release number → the channel whose machines run it now."""
    live, rollout = Release.objects.headers().stable().first(), running_rollout()
    found = {live.number: "stable"} if live else {}
    return found | ({rollout.release_id: "canary"} if rollout else {})


def told(release: Release, status: int) -> Response:
    body = ReleaseHeadSerializer(release, context={"channels": channels()}).data
    return Response(body, status=status, headers={"ETag": release.etag})


def release_of(number: int) -> Release:
    """With its content. Raises Problem (404) where there is none."""
    release = Release.objects.filter(pk=number).first()
    if release is None:
        raise Problem("no_release", "There is no such release.", status=404)
    return release


def diff_told(found: Difference) -> dict[str, Any]:
    """As `DiffSerializer` has it."""
    return {
        "to": found.to,
        "summary": found.summary,
        "breaking": found.breaking,
        "changes": [
            {"kind": each.kind, "what": each.what, "name": each.name, "detail": each.detail}
            for each in found.changes[:CHANGES_TOLD]
        ],
        "more_changes": max(0, len(found.changes) - CHANGES_TOLD),
    }
