"""Errors of the APIs as RFC 9457 problems: `application/problem+json` with a stable `code`."""

from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.defaults import page_not_found
from rest_framework import status
from rest_framework.exceptions import APIException, NotFound, ValidationError
from rest_framework.exceptions import PermissionDenied as ApiPermissionDenied
from rest_framework.utils.encoders import JSONEncoder
from rest_framework.views import set_rollback

CONTENT_TYPE = "application/problem+json"
API_PATHS = ("/meta/", "/data/")


class Problem(APIException):
    """An error with a code of its own: `raise Problem("no_release", "…", status=404)`. `members` are told with it."""

    def __init__(self, code: str, detail: str, status: int = status.HTTP_400_BAD_REQUEST, **members: Any) -> None:
        super().__init__(detail, code)
        self.status_code = status
        self.members = members


def problem_body(status_code: int, code: str, detail: str, **members: Any) -> dict[str, Any]:
    return {
        "type": "about:blank",
        "title": HTTPStatus(status_code).phrase,
        "status": status_code,
        "code": code,
        "detail": detail,
        **members,
    }


def _as_api_exception(error: Exception) -> APIException | None:
    if isinstance(error, APIException):
        return error
    if isinstance(error, Http404):
        return NotFound()
    if isinstance(error, PermissionDenied):
        return ApiPermissionDenied()
    return None


def problem_handler(error: Exception, context: dict[str, Any]) -> JsonResponse | None:  # noqa: ARG001 - DRF's
    """DRF's EXCEPTION_HANDLER. None, so a 500, for what is not the caller's fault. Always JSON: where the view renders
    something else, a problem would be YAML by a name that is not its own.
    """
    found = _as_api_exception(error)
    if found is None:
        return None
    set_rollback()
    headers = {}
    if header := getattr(found, "auth_header", None):
        headers["WWW-Authenticate"] = header
    if wait := getattr(found, "wait", None):
        headers["Retry-After"] = str(int(wait))
    if isinstance(found, ValidationError):
        body = problem_body(found.status_code, "invalid", "Some parameters are not valid.", errors=found.detail)
    else:
        members = found.members if isinstance(found, Problem) else {}
        body = problem_body(found.status_code, str(found.get_codes()), str(found.detail), **members)
    return JsonResponse(body, JSONEncoder, status=found.status_code, headers=headers, content_type=CONTENT_TYPE)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Unknown routes: a problem under the APIs, a page elsewhere."""
    if request.path.startswith(API_PATHS):
        body = problem_body(404, "not_found", "There is no such route.")
        return JsonResponse(body, status=404, content_type=CONTENT_TYPE)
    return page_not_found(request, exception)
