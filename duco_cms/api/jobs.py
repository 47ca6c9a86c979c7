"""Jobs by the Meta API: ask for a backtest or a re-decode, look at it, steer it."""

from dataclasses import asdict
from typing import Any

from django.contrib.auth.models import User
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from duco_cms.api.job_serializers import (
    AskedJobSerializer,
    JobFoundSerializer,
    JobSerializer,
    SeriesFoundSerializer,
)
from duco_cms.api.paging import NewestFirst
from duco_cms.api.permissions import Permitted, may
from duco_cms.api.problems import Problem
from duco_cms.api.refusals import refusals_told
from duco_cms.api.releases import release_of
from duco_cms.api.requests import IF_MATCH, etag_wanted, valid
from duco_cms.api.views import MetaView
from duco_cms.jobs.asking import Span, ask_backtest, ask_redecode
from duco_cms.jobs.found import found_by, points_of, with_progress
from duco_cms.jobs.models import Job
from duco_cms.jobs.models.job import Kind
from duco_cms.jobs.permissions import BACKTEST, REDECODE, VIEW
from duco_cms.jobs.steering import cancel, pause, resume
from duco_cms.publication.models import Submission
from duco_cms.publication.permissions import user_of

MACHINE = OpenApiParameter("machine", int, description="Of this machine alone.")


class JobListView(MetaView, ListAPIView[Job]):
    """All jobs, newest first."""

    # A re-decode wants more, which `post` sees to.
    wanted = {"GET": VIEW, "POST": BACKTEST}
    known = frozenset({"cursor"})
    serializer_class = JobSerializer
    pagination_class = NewestFirst
    queryset = with_progress(Job.objects.headers())

    @extend_schema(request=AskedJobSerializer, responses={202: JobSerializer}, operation_id="ask_job")
    def post(self, request: Request) -> Response:
        """Ask for a backtest or a re-decode. Workers begin with it at once, or when they are done with others."""
        given = valid(AskedJobSerializer, request)
        _require_right(request, given["kind"])
        with refusals_told():
            job = _asked(user_of(request), given)
        return Response(
            JobSerializer(job).data, 202, headers={"ETag": job.etag, "Location": f"/meta/v1/jobs/{job.pk}"}
        )  # fmt: skip


class JobView(MetaView):
    """One job."""

    wanted = {"GET": VIEW}

    @extend_schema(responses=JobSerializer, operation_id="job")
    def get(self, request: Request, number: int) -> Response:  # noqa: ARG002 - DRF's signature
        return _told(job_of(number))


class FoundView(MetaView):
    """What a job has found so far."""

    wanted = {"GET": VIEW}
    known = frozenset({"machine"})

    @extend_schema(responses=JobFoundSerializer, operation_id="job_found", parameters=[MACHINE])
    def get(self, request: Request, number: int) -> Response:
        found = found_by(job_of(number), _integer(request, "machine"))
        told = asdict(found)
        for each in [*told["signals"], *told["rules"]]:
            each["machines"] = sorted(each["machines"])
        return Response(told)


class PointsView(MetaView):
    """Values of a signal by both contents, where they differ."""

    wanted = {"GET": VIEW}
    known = frozenset({"machine", "group", "slot"})

    @extend_schema(
        responses=SeriesFoundSerializer(many=True),
        operation_id="job_points",
        parameters=[
            OpenApiParameter("machine", int, required=True),
            OpenApiParameter("group", int, required=True),
            OpenApiParameter("slot", int, required=True),
        ],
    )
    def get(self, request: Request, number: int) -> Response:
        machine, group, slot = (_integer(request, name) for name in ("machine", "group", "slot"))
        if machine is None or group is None or slot is None:
            raise Problem("invalid", "`machine`, `group` and `slot` are wanted.")
        return Response(points_of(job_of(number), machine, group, slot))


class SteerView(MetaView):
    """A step of a job; whoever may ask for such a job may do it."""

    wanted = {"POST": BACKTEST}

    def steer(self, request: Request, number: int, step: Any) -> Response:
        job, etag = job_of(number), etag_wanted(request)
        _require_right(request, job.kind)
        with refusals_told():
            step(job, user_of(request), etag)
        return _told(job_of(number))


class PauseJobView(SteerView):
    @extend_schema(request=None, responses=JobSerializer, operation_id="job_pause", parameters=[IF_MATCH])
    def post(self, request: Request, number: int) -> Response:
        """What it has done stays done."""
        return self.steer(request, number, pause)


class ResumeJobView(SteerView):
    @extend_schema(request=None, responses=JobSerializer, operation_id="job_resume", parameters=[IF_MATCH])
    def post(self, request: Request, number: int) -> Response:
        """A paused or failed one goes on where it was."""
        return self.steer(request, number, resume)


class CancelJobView(SteerView):
    @extend_schema(request=None, responses=JobSerializer, operation_id="job_cancel", parameters=[IF_MATCH])
    def post(self, request: Request, number: int) -> Response:
        """For good. Rows that a re-decode has stored stay stored."""
        return self.steer(request, number, cancel)


def job_of(number: int) -> Job:
    """Raises Problem (404) where there is none."""
    job = Job.objects.headers().filter(pk=number).first()
    if job is None:
        raise Problem("no_job", "There is no such job.", status=404)
    return job


def _require_right(request: Request, kind: str) -> None:
    """Raises PermissionDenied where it is a re-decode, and that is not among the caller's rights."""
    if kind == Kind.REDECODE and not may(request, REDECODE):
        raise PermissionDenied(Permitted.message)


def _told(job: Job) -> Response:
    return Response(JobSerializer(job).data, headers={"ETag": job.etag})


def _asked(user: User, given: dict[str, Any]) -> Job:
    if given["kind"] == Kind.REDECODE:
        return ask_redecode(user, job_of(given["compared"]), given["note"])
    span = Span(given["machines"], given["begin"], given["end"], given["warm_up"])
    against = release_of(given["against"]) if "against" in given else None
    content = release_of(given["release"]) if "release" in given else _submission(given["submission"])
    return ask_backtest(user, content, span, against, given["note"])


def _submission(number: int) -> Submission:
    found = Submission.objects.filter(pk=number).first()
    if found is None:
        raise Problem("no_submission", "There is no such submission.", status=404)
    return found


def _integer(request: Request, name: str) -> int | None:
    """Raises Problem."""
    text = request.query_params.get(name)
    if text is None:
        return None
    if not text.isascii() or not text.isdecimal() or len(text) > len(str(2**32)):
        raise Problem("invalid", f"`{name}` is a number.")
    return int(text)
