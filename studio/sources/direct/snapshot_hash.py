"""The hashes of SnapShot Redis that hold a machine's latest rows and findings, as they are."""

from typing import Final

from django.conf import settings
from redis.asyncio import Redis
from redis.exceptions import RedisError

from studio.sources import SourceError

POSITION: Final = b"position"


async def fields_of(machine: int, kind: str = "snapshot") -> dict[bytes, bytes]:
    """Of `{kind}:{machine}`. Raises SourceError."""
    try:
        async with Redis.from_url(settings.SNAPSHOT_REDIS_URL, socket_timeout=5) as redis:
            found = await redis.hgetall(f"{settings.REDIS_PREFIX}{kind}:{machine}")
    except RedisError:
        raise SourceError(503, "store_unavailable", "SnapShot Redis is not reachable.") from None
    return {bytes(name): bytes(value) for name, value in found.items()}  # type: ignore[arg-type]  # not decoded
