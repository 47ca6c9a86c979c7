"""How the OpenAPI document names the two ways of signing in that drf-spectacular does not know."""

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
