"""Submissions by the Meta API: submit, look at, approve, reject, withdraw."""

from typing import Any

from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle

from duco_cms.api.paging import NewestFirst
from duco_cms.api.problems import Problem
from duco_cms.api.publication_serializers import (
    CommentSerializer,
    NoteSerializer,
    ReasonSerializer,
    SubmissionDetailSerializer,
    SubmissionSerializer,
)
from duco_cms.api.refusals import refusals_told
from duco_cms.api.releases import diff_told
from duco_cms.api.requests import IF_MATCH, IF_NONE_MATCH, etag_wanted, valid
from duco_cms.api.throttling import EditThrottle
from duco_cms.api.views import ARTEFACT, MetaView, ReleaseArtefactView
from duco_cms.definitions.models import Release
from duco_cms.publication.differences import difference_of_content
from duco_cms.publication.models import Submission
from duco_cms.publication.models.submission import State
from duco_cms.publication.permissions import REVIEW, SUBMIT, user_of
from duco_cms.publication.review import (
    approve,
    draft_differs,
    missing_approvals,
    reject,
    resubmit,
    submit,
    withdraw,
)

VIEW = "publication.view_submission"


class SubmissionListView(MetaView, ListAPIView[Submission]):
    """All submissions, newest first."""

    wanted = {"GET": VIEW, "POST": SUBMIT}
    known = frozenset({"cursor", "state"})
    serializer_class = SubmissionSerializer
    pagination_class = NewestFirst
    queryset = Submission.objects.headers()

    def get_throttles(self) -> list[BaseThrottle]:
        """Listing costs little."""
        return [EditThrottle()] if self.request.method == "POST" else []

    @extend_schema(parameters=[OpenApiParameter("state", str, enum=State.values)])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        state = request.query_params.get("state")
        if state is not None and state not in State.values:
            raise Problem("invalid", f"`state` is one of {', '.join(State.values)}.")
        if state is not None:
            self.queryset = Submission.objects.headers().filter(state=state)
        return super().get(request, *args, **kwargs)

    @extend_schema(request=NoteSerializer, responses={201: SubmissionSerializer}, operation_id="submit")
    def post(self, request: Request) -> Response:
        """Freeze the definitions as they stand, for review. 422 with diagnostics where they have errors."""
        note = valid(NoteSerializer, request)["note"]
        with refusals_told():
            return told(submit(user_of(request), note), 201)


class SubmissionView(MetaView):
    """One submission."""

    wanted = {"GET": VIEW}
    throttle_classes = [EditThrottle]

    @extend_schema(responses=SubmissionDetailSerializer, operation_id="submission")
    def get(self, request: Request, number: int) -> Response:  # noqa: ARG002 - DRF's signature
        """With what it would change."""
        submission, base = submission_of(number), None
        content = submission.read_content()
        if submission.base_id is not None:
            base = Release.objects.get(pk=submission.base_id)
        previous = Release.objects.before(base.number) if base else None
        body = {
            **SubmissionSerializer(submission).data,
            "to_base": diff_told(difference_of_content(base, content)),
            "to_previous": diff_told(difference_of_content(previous, content)),
            "missing_approvals": missing_approvals(submission),
            "is_draft_changed": submission.is_open and draft_differs(submission),
        }
        return Response(body, headers={"ETag": submission.etag})


class SubmissionArtefactView(ReleaseArtefactView):
    """What a submission froze, as the artefact of the release that it would become."""

    wanted = {"GET": VIEW}
    for_workers = ("GET",)

    @extend_schema(responses=ARTEFACT, operation_id="submission_artefact", parameters=[IF_NONE_MATCH])
    def get(self, request: Request, number: int) -> HttpResponseBase:
        submission = submission_of(number)
        newest = Release.objects.headers().first()
        return self.serve(
            request,
            Release(
                number=newest.number + 1 if newest else 1, content=submission.content, note=submission.note,
                content_hash=submission.content_hash, published=submission.submitted,
            ),
        )  # fmt: skip


class ApproveView(MetaView):
    """By a reviewer."""

    wanted = {"POST": REVIEW}

    @extend_schema(
        request=CommentSerializer,
        responses=SubmissionSerializer,
        operation_id="submission_approve",
        parameters=[IF_MATCH],
    )
    def post(self, request: Request, number: int) -> Response:
        etag, given = etag_wanted(request), valid(CommentSerializer, request)
        with refusals_told():
            return told(approve(submission_of(number), user_of(request), given["comment"], etag))


class RejectView(MetaView):
    """By a reviewer."""

    wanted = {"POST": REVIEW}

    @extend_schema(
        request=ReasonSerializer,
        responses=SubmissionSerializer,
        operation_id="submission_reject",
        parameters=[IF_MATCH],
    )
    def post(self, request: Request, number: int) -> Response:
        etag, given = etag_wanted(request), valid(ReasonSerializer, request)
        with refusals_told():
            return told(reject(submission_of(number), user_of(request), given["reason"], etag))


class WithdrawView(MetaView):
    """By its author."""

    wanted = {"POST": SUBMIT}

    @extend_schema(
        request=None, responses=SubmissionSerializer, operation_id="submission_withdraw", parameters=[IF_MATCH]
    )
    def post(self, request: Request, number: int) -> Response:
        etag = etag_wanted(request)
        with refusals_told():
            return told(withdraw(submission_of(number), user_of(request), etag))


class ResubmitView(MetaView):
    """The definitions as they stand now in its place."""

    wanted = {"POST": SUBMIT}
    throttle_classes = [EditThrottle]

    @extend_schema(request=None, responses={201: SubmissionSerializer}, operation_id="submission_resubmit")
    def post(self, request: Request, number: int) -> Response:
        with refusals_told():
            return told(resubmit(submission_of(number), user_of(request)), 201)


def submission_of(number: int) -> Submission:
    """Raises Problem (404) where there is none."""
    submission = Submission.objects.headers().filter(pk=number).first()
    if submission is None:
        raise Problem("no_submission", "There is no such submission.", status=404)
    return submission


def told(submission: Submission, status: int = 200) -> Response:
    now = submission_of(submission.pk)
    return Response(SubmissionSerializer(now).data, status=status, headers={"ETag": now.etag})
