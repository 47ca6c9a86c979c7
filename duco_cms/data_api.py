"""The Data API over HTTP, on behalf of the signed-in user: the one way in which the CMS sees data of machines."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import httpx
import orjson
from django.conf import settings
from django.core.signing import TimestampSigner

ANSWER_BYTES: Final = 16 * 2**20
CONNECT_SECONDS: Final = 2.0
ANSWER_SECONDS: Final = 25.0
"""A little more than a query of the store may take."""
FAILED: Final = "data_api_failed"


class DataApiError(Exception):
    """There is no answer: a text for people, the Data API's code, and the status that it answered; None, no answer."""

    def __init__(self, detail: str, code: str, status: int | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code
        self.status = status


def read(user_id: int, path: str, parameters: Mapping[str, str]) -> Any:
    """The JSON that GET `/data/v1/<path>` gives the user: `read(user.pk, "machines/7/frames", {"id": "18F00400"})`.

    Parts of the path that are no numbers are quoted by the caller. For sync code; it holds its thread while it waits.
    Raises DataApiError.
    """
    url = f"{settings.DATA_API_URL}/data/v1/{path}"
    headers = {"Authorization": _authorization(user_id), "Accept": "application/json"}
    try:
        with _client().stream("GET", url, params=dict(parameters), headers=headers) as response:
            body = _read_bounded(response)
    except httpx.TimeoutException:
        raise DataApiError("The Data API did not answer in time.", "data_api_timeout") from None
    except httpx.TransportError:
        raise DataApiError("The Data API is not reachable.", "data_api_unreachable") from None
    if response.status_code != httpx.codes.OK:
        raise _error(response.status_code, body)
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        raise DataApiError("The Data API answered with something else than JSON.", FAILED, 200) from None


@cache
def _client() -> httpx.Client:
    """One for the process: threads share its connections."""
    return httpx.Client(
        timeout=httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS),
        limits=httpx.Limits(
            max_connections=32, max_keepalive_connections=8, keepalive_expiry=settings.HTTP_KEEP_ALIVE_SECONDS
        ),
        # The address is the deployment's own; a proxy from the environment must not see the signature.
        trust_env=False,
    )


def _authorization(user_id: int) -> str:
    return f"OnBehalf {TimestampSigner(salt=settings.ON_BEHALF_SALT).sign(str(user_id))}"


def _read_bounded(response: httpx.Response) -> bytes:
    body = bytearray()
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > ANSWER_BYTES:
            raise DataApiError("The answer is too large. Ask for less.", "answer_too_large", response.status_code)
    return bytes(body)


def _error(status: int, body: bytes) -> DataApiError:
    """What the caller can mend or wait for is passed on; of a fault of the Data API's own no more is said."""
    try:
        problem = orjson.loads(body)
        return DataApiError(str(problem["detail"]), str(problem["code"]), status)
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return DataApiError(f"The Data API answered {status}.", FAILED, status)
