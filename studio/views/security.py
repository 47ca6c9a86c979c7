"""Headers of Studio's pages, and who asks for them."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse

# All scripts and styles are files of our own; 'self' covers the websocket to the same host as well.
POLICY: Final = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)


class SignedInRequest(HttpRequest):
    """What a view behind `login_required` gets."""

    user: User


def strict_content(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Adds the content security policy, and keeps pages with data out of caches."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Content-Security-Policy"] = POLICY
        response["Cache-Control"] = "no-store"
        return response

    return answer
