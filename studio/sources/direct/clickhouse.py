"""ClickHouse over HTTP: bound parameters, bounded answers, faults as SourceError."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import httpx
import orjson
from django.conf import settings

from studio.sources import SourceError

TOTAL_SECONDS: Final = 15.0
LIMITS: Final = {
    "max_execution_time": "10",
    "max_result_rows": "200000",
    "max_memory_usage": "2000000000",
    "output_format_json_quote_64bit_integers": "0",
    "output_format_json_quote_denormals": "0",
}
QUALITIES: Final = ("ok", "suspect", "out_of_range", "stale", "not_available", "error", "absent")


def table(name: str) -> str:
    return f"{settings.CLICKHOUSE_DATABASE_PREFIX}ce_technology.{name}"


async def rows(sql: str, parameters: Mapping[str, object]) -> list[list[Any]]:
    """The rows of a SELECT. Raises SourceError."""
    bound = {f"param_{name}": str(value) for name, value in parameters.items()}
    try:
        url = httpx.URL(settings.CLICKHOUSE_URL)
        auth = httpx.BasicAuth(url.username, url.password) if url.userinfo else None
        async with httpx.AsyncClient(timeout=TOTAL_SECONDS, trust_env=False, auth=auth) as client:
            # Without the password: httpx writes addresses into its log as they are.
            response = await client.post(
                url.copy_with(userinfo=b""), params={**LIMITS, **bound}, content=f"{sql} FORMAT JSONCompact"
            )
    except httpx.TransportError:
        raise SourceError(503, "store_unavailable", "ClickHouse is not reachable.") from None
    if response.status_code != httpx.codes.OK:
        raise SourceError(502, "store_failed", "ClickHouse refused the question.")
    found: list[list[Any]] = orjson.loads(response.content)["data"]
    return found


def rfc3339(us: int) -> str:
    seconds, micros = divmod(us, 1_000_000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{micros:06}Z"
