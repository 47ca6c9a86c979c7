"""Who may read the Meta API."""

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from duco_cms.api.authentication import Worker


class WorkerOrStaff(BasePermission):
    """Workers, and users of the platform's staff. The catalogue is shared, so organisations do not matter here."""

    message = "Only workers and the platform's staff may read this."

    def has_permission(self, request: Request, view: APIView) -> bool:  # noqa: ARG002 - DRF's signature
        caller: object = request.user
        return isinstance(caller, Worker) or bool(request.user.is_active and request.user.is_staff)
