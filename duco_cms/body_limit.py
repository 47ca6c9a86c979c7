"""A bound on what a request may send: Django writes a body of any size to disk before it asks who sends it."""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from duco_cms.api.problems import API_PATHS, CONTENT_TYPE, problem_body

Message = Mapping[str, Any]
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_TEXT = "The body is too large."


class BodyLimit:
    """Wraps Django's ASGI application, which reads the whole body first: 413 as soon as it is over the limit."""

    def __init__(self, application: Application, limit: int) -> None:
        self._application = application
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if _declared(scope) > self._limit:
            await _refuse(scope, send)
            return
        received = 0

        async def bounded() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            # Django takes this for a client that left: it forgets the request and sends nothing.
            return message if received <= self._limit else {"type": "http.disconnect"}

        await self._application(scope, bounded, send)
        if received > self._limit:
            await _refuse(scope, send)


def _declared(scope: Scope) -> int:
    """Bytes, as Content-Length says; 0 without one. The server has refused what is no number."""
    return max((int(value) for name, value in scope["headers"] if name == b"content-length"), default=0)


async def _refuse(scope: Scope, send: Send) -> None:
    kind, text = "text/plain", _TEXT
    if scope["path"].startswith(API_PATHS):
        kind, text = CONTENT_TYPE, json.dumps(problem_body(413, "too_large", _TEXT))
    told = {"content-type": kind, "content-length": str(len(text)), "connection": "close"}
    headers = [(name.encode(), value.encode()) for name, value in told.items()]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode()})
