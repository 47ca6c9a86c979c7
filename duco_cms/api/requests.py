"""What routes read from requests."""

from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request

from duco_cms.api.problems import Problem

IF_MATCH = OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, required=True)
IF_NONE_MATCH = OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER, description="304 where it is this.")


def etag_wanted(request: Request) -> str:
    """The request's If-Match. Raises Problem (428) without one."""
    etag: str = request.headers.get("If-Match", "")
    if not etag:
        raise Problem("if_match_wanted", "Send the ETag of what you change as If-Match.", status=428)
    return etag


def unless_known(request: Request, etag: str, response: HttpResponse) -> HttpResponseBase:
    """304 instead of the response where If-None-Match names the ETag. Raises Problem (412) where If-Match does not."""
    answer = get_conditional_response(request, etag=etag, response=response) or response
    if answer.status_code == HTTPStatus.PRECONDITION_FAILED:
        raise Problem("stale", "It is not what If-Match names.", status=412)
    return answer


def valid(serializer: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    """The body's fields. Raises ValidationError."""
    return valid_fields(serializer(data=request.data))


def valid_fields(given: serializers.Serializer[Any]) -> dict[str, Any]:
    """Of a serializer with data. Raises ValidationError."""
    given.is_valid(raise_exception=True)
    fields: dict[str, Any] = given.validated_data
    return fields
