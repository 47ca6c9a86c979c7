"""Who may do what by the Meta API: workers what their work needs, the platform's staff what their roles allow."""

from collections.abc import Mapping

from django.contrib.auth.models import User
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from duco_cms.api.authentication import Worker
from duco_cms.api.models import ApiToken


def may(request: Request, permission: str) -> bool:
    """Of the platform's staff, with the permission; by a token, one with it in its scopes. The catalogue is shared, so
    organisations do not matter here.
    """
    user: object = request.user
    if not isinstance(user, User) or not user.is_active or not user.is_staff or not user.has_perm(permission):
        return False
    return not isinstance(request.auth, ApiToken) or request.auth.has_scope(permission)


class Permitted(BasePermission):
    """Asks the view's `wanted`: method → permission, HEAD and OPTIONS as GET. Workers may use the methods in its
    `for_workers`.
    """

    message = "Your role does not allow this."

    def has_permission(self, request: Request, view: APIView) -> bool:
        method = "GET" if request.method in SAFE_METHODS else str(request.method)
        wanted: Mapping[str, str] = getattr(view, "wanted", {})
        if method not in wanted:
            # Whoever may do anything here learns that there is no such method.
            return any(self._may(request, view, each) for each in wanted)
        return self._may(request, view, method)

    def _may(self, request: Request, view: APIView, method: str) -> bool:
        caller: object = request.user
        if isinstance(caller, Worker):
            return method in getattr(view, "for_workers", ())
        return may(request, getattr(view, "wanted", {})[method])
