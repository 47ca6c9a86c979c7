"""The Data API over HTTP, on behalf of the signed-in user."""

import asyncio
from typing import Final
from urllib.parse import quote
from weakref import WeakKeyDictionary

import httpx
import orjson
from django.conf import settings
from django.core.signing import TimestampSigner

from studio.sources import UNREACHABLE, Question, SourceError

# A day of every row of one signal is under a megabyte; more than this is a mistake in the question.
ANSWER_BYTES: Final = 8 * 2**20
CONNECT_SECONDS: Final = 2.0
TOTAL_SECONDS: Final = 15.0
# What the caller can mend or wait for.
PASSED_ON: Final = frozenset({400, 401, 403, 404, 429, 503})

_clients: WeakKeyDictionary[asyncio.AbstractEventLoop, httpx.AsyncClient] = WeakKeyDictionary()


def _client() -> httpx.AsyncClient:
    """One for each event loop: connections are kept, and a loop's connections cannot be used on another."""
    loop = asyncio.get_running_loop()
    if loop not in _clients:
        _clients[loop] = httpx.AsyncClient(
            timeout=httpx.Timeout(TOTAL_SECONDS, connect=CONNECT_SECONDS),
            limits=httpx.Limits(
                max_connections=64, max_keepalive_connections=16, keepalive_expiry=settings.HTTP_KEEP_ALIVE_SECONDS
            ),
            # The address is the deployment's own; a proxy from the environment must not see the signature.
            trust_env=False,
        )
    return _clients[loop]


def path_of(question: Question) -> str:
    if question.machine is None:
        return "/data/v1/machines/"
    machine = f"/data/v1/machines/{question.machine}"
    if question.resource == "machine":
        return f"{machine}/"
    if question.resource == "signals":
        return f"{machine}/signals/"
    if question.resource == "history":
        return f"{machine}/signals/{quote(question.signal, safe='')}"
    return f"{machine}/{question.resource}"


def _authorization(user_id: int) -> str:
    return f"OnBehalf {TimestampSigner(salt=settings.ON_BEHALF_SALT).sign(str(user_id))}"


class DataApiSource:
    async def read(self, user_id: int, question: Question) -> bytes:
        url = f"{settings.DATA_API_URL}{path_of(question)}"
        headers = {"Authorization": _authorization(user_id), "Accept": "application/json"}
        try:
            async with (
                asyncio.timeout(TOTAL_SECONDS),
                _client().stream("GET", url, params=question.parameters, headers=headers) as response,
            ):
                body = await _read_bounded(response)
        except (TimeoutError, httpx.TimeoutException):
            raise SourceError(504, "data_api_timeout", "The Data API did not answer in time.") from None
        except httpx.TransportError:
            raise SourceError(503, UNREACHABLE, "The Data API is not reachable.") from None
        if response.status_code == httpx.codes.OK:
            return body
        raise _error(response.status_code, body)


async def _read_bounded(response: httpx.Response) -> bytes:
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > ANSWER_BYTES:
            raise SourceError(502, "answer_too_large", "The answer is too large. Ask for a shorter time.")
    return bytes(body)


def _error(status: int, body: bytes) -> SourceError:
    """Of the rest, a fault of the Data API's own, no more is said."""
    if status in PASSED_ON:
        try:
            problem = orjson.loads(body)
            return SourceError(status, str(problem["code"]), str(problem["detail"]))
        except (orjson.JSONDecodeError, KeyError, TypeError):
            return SourceError(status, "data_api_refused", f"The Data API answered {status}.")
    return SourceError(502, "data_api_failed", f"The Data API answered {status}.")
