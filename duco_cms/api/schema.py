"""What drf-spectacular does not know of the APIs: the ways of signing in, and that all errors are problems."""

from http import HTTPStatus
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


# What is refused: everywhere, where something is done, where there are ETags, and where If-Match is wanted.
EVERYWHERE = {
    400: "A parameter or the body is not valid.",
    401: "Nobody is signed in.",
    403: "The caller's role does not allow this.",
    404: "There is no such thing, or the caller may not see it.",
    406: "The answer cannot be had in what Accept asks for.",
    429: "Too many requests; Retry-After says how many seconds to wait.",
}
WHERE_DONE = {
    409: "It is not in a state that allows this.",
    413: "The body is too large.",
    415: "The body's content type is not one of those taken here.",
    422: "The definitions have errors; `diagnostics` tells them.",
}
WITH_ETAG = {412: "It is not, or not any more, what If-Match names."}
WITH_IF_MATCH = {428: "If-Match is missing."}
OF_STORES = {503: "A store or server behind this does not answer."}
DONE_BY = ("post", "put", "patch", "delete")


def with_problems(result: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
    """A drf-spectacular hook: what every operation may refuse, by status."""
    components = result["components"]
    components["schemas"]["Problem"] = PROBLEM
    told = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    refusals = EVERYWHERE | WHERE_DONE | WITH_ETAG | WITH_IF_MATCH | OF_STORES
    components["responses"] = {
        _named(status): {"description": text, "content": told} for status, text in refusals.items()
    }
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            for status in _refused(path, method, operation):
                operation["responses"][str(status)] = {"$ref": f"#/components/responses/{_named(status)}"}
    return result


def _named(status: int) -> str:
    return HTTPStatus(status).name.title().replace("_", "")


def _refused(path: str, method: str, operation: dict[str, Any]) -> list[int]:
    found = [*EVERYWHERE]
    if method in DONE_BY:
        found += WHERE_DONE
    names = {each["name"] for each in operation.get("parameters", ())}
    if names & {"If-Match", "If-None-Match"}:
        found += WITH_ETAG
    if "If-Match" in names:
        found += WITH_IF_MATCH
    if path.startswith("/data/") or "503" in operation["responses"]:
        found += OF_STORES
    return found
