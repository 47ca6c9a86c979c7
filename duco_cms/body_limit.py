"""A bound on what a request may send: Django writes a body of any size to disk before it asks who sends it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

Message = Mapping[str, Any]
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_TEXT = b"The body is too large."


class BodyLimit:
    """Wraps Django's ASGI application, which reads the whole body first: 413 as soon as it is over the limit."""

    def __init__(self, application: Application, limit: int) -> None:
        self._application = application
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if _declared(scope) > self._limit:
            await _refuse(send)
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
            await _refuse(send)


def _declared(scope: Scope) -> int:
    """Bytes, as Content-Length says; 0 without one. The server has refused what is no number."""
    return max((int(value) for name, value in scope["headers"] if name == b"content-length"), default=0)


async def _refuse(send: Send) -> None:
    length = str(len(_TEXT)).encode()
    headers = [(b"content-type", b"text/plain"), (b"content-length", length), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": _TEXT})
