"""On whose behalf the code at hand runs, and whether what it saves is told of one by one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.http.response import HttpResponseBase

_request: ContextVar[HttpRequest | None] = ContextVar("audited_request", default=None)
_summed_up: ContextVar[bool] = ContextVar("audit_summed_up", default=False)


class AuditMiddleware:
    """Remembers the request, not its user: the APIs learn later who that is."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        token = _request.set(request)
        try:
            return self._get_response(request)
        finally:
            _request.reset(token)


def acting_user() -> User | None:
    """Who is signed in to the request at hand; None outside of requests."""
    user = getattr(_request.get(), "user", None)
    return user if isinstance(user, User) else None


@contextmanager
def summed_up() -> Iterator[None]:
    """What is saved inside is told of as a whole by whoever does it."""
    token = _summed_up.set(True)
    try:
        yield
    finally:
        _summed_up.reset(token)


def is_summed_up() -> bool:
    return _summed_up.get()
