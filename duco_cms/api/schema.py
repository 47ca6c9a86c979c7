"""What drf-spectacular does not know of the APIs: the ways of signing in, and that all errors are problems."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema


class OnBehalfScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # of an untyped base
    target_class = "duco_cms.api.authentication.OnBehalfAuthentication"
    name = "onBehalf"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:  # noqa: ARG002 - its signature
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`OnBehalf` and a user id that Studio signed less than 60 seconds ago.",
        }


class WorkerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # of an untyped base
    target_class = "duco_cms.api.authentication.WorkerAuthentication"
    name = "worker"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:  # noqa: ARG002 - its signature
        return {"type": "http", "scheme": "bearer", "description": "META_API_TOKEN."}


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # of an untyped base
    target_class = "duco_cms.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:  # noqa: ARG002 - its signature
        return {"type": "http", "scheme": "bearer", "description": "An API token made in the admin."}


PROBLEM = {
    "type": "object",
    "description": "RFC 9457. `code` is stable; other members depend on it.",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
    },
    "required": ["type", "title", "status", "code", "detail"],
}


def with_problems(result: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
    """A drf-spectacular hook: every operation may answer with a problem."""
    result["components"]["schemas"]["Problem"] = PROBLEM
    schema = {"schema": {"$ref": "#/components/schemas/Problem"}}
    told = {"description": "Refused", "content": {"application/problem+json": schema}}
    for operations in result["paths"].values():
        for operation in operations.values():
            operation["responses"].setdefault("default", told)
    return result
