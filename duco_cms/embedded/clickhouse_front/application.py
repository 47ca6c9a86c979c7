"""The ASGI application: one route for statements, /ping, and errors as ClickHouse words them."""

import asyncio
import json
import logging
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

from duco_cms.embedded.clickhouse_front.asking import (
    Asking,
    RefusedError,
    form_fields,
    is_authorised,
    read_asking,
    url_fields,
)
from duco_cms.embedded.clickhouse_front.compression import UnreadableBodyError, chosen_encoding, pack
from duco_cms.embedded.clickhouse_front.engine import Engine, EngineError, Result
from duco_cms.embedded.clickhouse_front.execution import Body, execute
from duco_cms.embedded.clickhouse_front.statuses import http_status

log = logging.getLogger(__name__)

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

_IN_MEMORY = 8 << 20
_MAX_FORM = 32 << 20
_AUTHENTICATION_FAILED = 516
_HOSTS = {"127.0.0.1", "localhost"}


class DisconnectedError(Exception):
    """The client left before its body was whole: nothing is run."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes of a body as sent and unpacked, and statements that run at the same time."""

    body: int
    unpacked: int
    threads: int


class Front:
    """Serves one engine."""

    def __init__(self, engine: Engine, limits: Limits, user: str, password: str, spool: Path) -> None:
        self._engine, self._limits = engine, limits
        self._user, self._password = user, password
        self._spool = spool
        self._threads = ThreadPoolExecutor(limits.threads, thread_name_prefix="statement")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        headers = {
            name.decode("ascii", "replace").lower(): value.decode(errors="replace") for name, value in scope["headers"]
        }
        try:
            await self._respond(scope, headers, receive, send)
        except DisconnectedError:
            log.info("a client left before its request was whole")
        except RefusedError as error:
            await _fail(send, error.status, error.code, str(error))
        except UnreadableBodyError as error:
            await _fail(send, 400, 432, f"Code: 432. DB::Exception: {error} (UNKNOWN_COMPRESSION_METHOD)")
        except EngineError as error:
            await _fail(send, http_status(error.code), error.code, str(error))

    async def _respond(self, scope: Scope, headers: dict[str, str], receive: Receive, send: Send) -> None:
        if scope["path"] in {"/ping", "/replicas_status"} and scope["method"] in {"GET", "HEAD"}:
            await _send(send, 200, [(b"content-type", b"text/html; charset=UTF-8")], iter([b"Ok.\n"]))
            return
        if scope["path"] != "/" or scope["method"] not in {"GET", "POST"}:
            raise RefusedError(404, 36, f"There is no {scope['method']} {scope['path']}. (BAD_ARGUMENTS)")
        if "origin" in headers or headers.get("host", "").rpartition(":")[0] not in _HOSTS:
            # A page in some browser on this machine must not reach the store, also not by a name of its own that
            # resolves to loopback. No client sends Origin.
            raise RefusedError(403, 497, "Requests from web pages are not served. (ACCESS_DENIED)")
        fields = url_fields(scope["query_string"])
        if not is_authorised(headers, fields, self._user, self._password):
            text = f"{headers.get('x-clickhouse-user', 'default')}: Authentication failed. (AUTHENTICATION_FAILED)"
            raise RefusedError(403, _AUTHENTICATION_FAILED, text)
        with tempfile.SpooledTemporaryFile(_IN_MEMORY, dir=str(self._spool)) as body:
            await self._receive_body(receive, body)
            asking, encoding = _asking(headers, fields, body)
            loop = asyncio.get_running_loop()
            result = await loop.run_in_executor(
                self._threads, execute, self._engine, asking, Body(body, encoding, self._limits.unpacked), self._spool
            )
        await self._send_result(send, headers, asking, result)

    async def _receive_body(self, receive: Receive, body: IO[bytes]) -> None:
        size, more = 0, True
        while more:
            event = await receive()
            if event["type"] == "http.disconnect":
                raise DisconnectedError
            piece = event.get("body", b"")
            size += len(piece)
            if size > self._limits.body:
                raise RefusedError(413, 307, f"The body has over {self._limits.body} bytes. (TOO_MANY_BYTES)")
            body.write(piece)
            more = event.get("more_body", False)
        body.seek(0)

    async def _send_result(self, send: Send, headers: dict[str, str], asking: Asking, result: Result) -> None:
        encoding = chosen_encoding(headers.get("accept-encoding", "")) if len(result.body) else None
        answer: Headers = [
            (b"content-type", b"application/octet-stream"),
            (b"x-clickhouse-query-id", (asking.query_id or str(uuid4())).encode("ascii", "replace")),
            (b"x-clickhouse-timezone", self._engine.timezone.encode()),
            (b"x-clickhouse-server-display-name", b"duco"),
            (b"x-clickhouse-summary", json.dumps(result.summary).encode()),
        ]
        if result.output_format:
            answer.append((b"x-clickhouse-format", result.output_format.encode()))
        if encoding:
            answer.append((b"content-encoding", encoding.encode()))
        await _send(send, 200, answer, pack(result.body, encoding))


def _asking(headers: dict[str, str], fields: dict[str, str], body: IO[bytes]) -> tuple[Asking, str]:
    """What is asked, and how the body is packed; a form is fields, so nothing of it is left in the body."""
    if headers.get("content-type", "").lower().startswith("multipart/form-data"):
        form = form_fields(body.read(_MAX_FORM), headers["content-type"])
        body.seek(0)
        body.truncate()
        return read_asking({**fields, **form}, headers), ""
    return read_asking(fields, headers), headers.get("content-encoding", "").strip().lower()


async def _fail(send: Send, status: int, code: int, text: str) -> None:
    headers = [
        (b"content-type", b"text/plain; charset=UTF-8"),
        (b"x-clickhouse-exception-code", str(code).encode()),
    ]
    await _send(send, status, headers, iter([text.encode() + b"\n"]))


async def _send(send: Send, status: int, headers: Headers, pieces: Iterator[bytes]) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    for piece in pieces:
        if piece:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})
