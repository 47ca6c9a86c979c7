"""How workers take jobs and hand in what they did; nobody else may."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from duco_cms.api.authentication import Worker
from duco_cms.api.chunk_serializers import ChunkSerializer
from duco_cms.api.job_serializers import ClaimedSerializer, FailedSerializer, LeaseSerializer
from duco_cms.api.problems import Problem
from duco_cms.api.refusals import refusals_told
from duco_cms.api.requests import valid
from duco_cms.api.views import MetaView
from duco_cms.fleet.models import Machine
from duco_cms.jobs.leasing import Chunk, claim, finish, give_back, hand_in, renew
from duco_cms.jobs.models import Job
from duco_cms.jobs.refusals import LeaseLostError


class WorkersOnly(BasePermission):
    message = "Only workers do jobs."

    def has_permission(self, request: Request, view: APIView) -> bool:  # noqa: ARG002 - DRF's signature
        caller: object = request.user
        return isinstance(caller, Worker)


class WorkerView(MetaView):
    permission_classes = [WorkersOnly]


class ClaimView(WorkerView):
    """The next job to do."""

    @extend_schema(request=None, responses={200: ClaimedSerializer, 204: None}, operation_id="job_claim")
    def post(self, request: Request) -> Response:  # noqa: ARG002 - DRF's signature
        """204 where none waits. The lease runs for 60 s, and again so long from each renewal."""
        job = claim()
        if job is None:
            return Response(status=204)
        return Response(ClaimedSerializer({"lease": job.lease, "job": job, "machines": _machines(job)}).data)


class RenewView(WorkerView):
    @extend_schema(request=LeaseSerializer, responses={204: None}, operation_id="job_renew")
    def post(self, request: Request, number: int) -> Response:
        """409 `lease_lost`: stop, the job is somebody else's or is not to be done any more."""
        with _lease_told():
            renew(number, valid(LeaseSerializer, request)["lease"])
        return Response(status=204)


class ChunkView(WorkerView):
    @extend_schema(request=ChunkSerializer, responses={204: None}, operation_id="job_chunk")
    def post(self, request: Request, number: int) -> Response:
        """What a span gave. Sent twice it counts once."""
        given = valid(ChunkSerializer, request)
        lease = given.pop("lease")
        with _lease_told(), refusals_told():
            hand_in(number, lease, Chunk(**given))
        return Response(status=204)


class GiveBackView(WorkerView):
    @extend_schema(request=LeaseSerializer, responses={204: None}, operation_id="job_give_back")
    def post(self, request: Request, number: int) -> Response:
        """For others to go on with."""
        with _lease_told():
            give_back(number, valid(LeaseSerializer, request)["lease"])
        return Response(status=204)


class FinishView(WorkerView):
    @extend_schema(request=LeaseSerializer, responses={204: None}, operation_id="job_finish")
    def post(self, request: Request, number: int) -> Response:
        """All is done."""
        with _lease_told():
            finish(number, valid(LeaseSerializer, request)["lease"])
        return Response(status=204)


class FailView(WorkerView):
    @extend_schema(request=FailedSerializer, responses={204: None}, operation_id="job_fail")
    def post(self, request: Request, number: int) -> Response:
        """It cannot be done, for a reason that another worker would meet too."""
        given: dict[str, Any] = valid(FailedSerializer, request)
        with _lease_told():
            finish(number, given["lease"], given["error"])
        return Response(status=204)


@contextmanager
def _lease_told() -> Iterator[None]:
    try:
        yield
    except LeaseLostError:
        raise Problem("lease_lost", "The job is not yours to do any more.", status=409) from None


def _machines(job: Job) -> list[dict[str, Any]]:
    devices = dict(Machine.objects.filter(pk__in=job.machines).values_list("number", "device"))
    return [
        {
            "machine": part.machine, "device": devices[part.machine], "reached": part.reached,
            "memory": None if part.memory is None else bytes(part.memory),
        }
        for part in job.parts.all()
        if part.machine in devices
    ]  # fmt: skip
