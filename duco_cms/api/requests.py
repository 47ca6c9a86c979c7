"""What routes read from requests."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request

from duco_cms.api.problems import Problem

IF_MATCH = OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, required=True)


def etag_wanted(request: Request) -> str:
    """The request's If-Match. Raises Problem (428) without one."""
    etag: str = request.headers.get("If-Match", "")
    if not etag:
        raise Problem("if_match_wanted", "Send the ETag of what you change as If-Match.", status=428)
    return etag


def valid(serializer: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    """The body's fields. Raises ValidationError."""
    return valid_fields(serializer(data=request.data))


def valid_fields(given: serializers.Serializer[Any]) -> dict[str, Any]:
    """Of a serializer with data. Raises ValidationError."""
    given.is_valid(raise_exception=True)
    fields: dict[str, Any] = given.validated_data
    return fields
