"""Headers that tell browsers what pages may do."""

from typing import Final

from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.middleware import CSPMiddleware, PolicyParts
from django.http import HttpRequest
from django.http.response import HttpResponseBase

Directives = dict[str, list[str]]

# All scripts and styles are files of our own; 'self' covers the websocket to the same host as well.
STRICT: Final[Directives] = {
    "default-src": [NONE],
    "script-src": [SELF],
    "style-src": [SELF],
    "img-src": [SELF, "data:"],
    "font-src": [SELF],
    "connect-src": [SELF],
    "form-action": [SELF],
    "base-uri": [NONE],
    "frame-ancestors": [NONE],
}
_STYLED: Final[Directives] = {**STRICT, "style-src": [SELF, UNSAFE_INLINE]}
# By the app that a route belongs to. The admin's front end (Alpine) evaluates the expressions in its templates.
BY_APP: Final[dict[str, Directives]] = {"admin": {**_STYLED, "script-src": [SELF, UNSAFE_EVAL]}}
BY_ROUTE: Final[dict[str, Directives]] = {"meta-docs": _STYLED}

# What no page needs, and no script that got into one should have.
PERMISSIONS: Final = ", ".join(
    f"{feature}=()"
    for feature in ("camera", "display-capture", "geolocation", "microphone", "payment", "serial", "usb")
)


class ContentPolicy(CSPMiddleware):
    """The policy of settings, or the wider one of the few pages that are not ours."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        match = request.resolver_match
        if match is not None and not report_only:
            parts.replace = BY_APP.get(match.app_name) or BY_ROUTE.get(match.view_name)
        return parts

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        response["Permissions-Policy"] = PERMISSIONS
        return super().process_response(request, response)
