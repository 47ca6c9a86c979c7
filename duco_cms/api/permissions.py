"""Who may read the Meta API, and who may edit by it."""

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from duco_cms.api.authentication import Worker


class WorkerOrStaff(BasePermission):
    """Workers, and users of the platform's staff. The catalogue is shared, so organisations do not matter here."""

    message = "Only workers and the platform's staff may read this."

    def has_permission(self, request: Request, view: APIView) -> bool:  # noqa: ARG002 - DRF's signature
        caller: object = request.user
        return isinstance(caller, Worker) or bool(request.user.is_active and request.user.is_staff)


class Staff(BasePermission):
    """Users of the platform's staff: workers need no texts, and checking one costs seconds."""

    message = "Only the platform's staff may do this."

    def has_permission(self, request: Request, view: APIView) -> bool:  # noqa: ARG002 - DRF's signature
        return bool(request.user.is_active and request.user.is_staff)


class EditorToWrite(BasePermission):
    """Who changes a set's text changes all that is in it."""

    message = "You may not change definition sets."

    def has_permission(self, request: Request, view: APIView) -> bool:  # noqa: ARG002 - DRF's signature
        return request.method in SAFE_METHODS or request.user.has_perm("definitions.change_definitionset")
