"""The hash of SnapShot Redis that holds a machine's latest rows, as it is."""

from typing import Final

from django.conf import settings
from redis.asyncio import Redis
from redis.exceptions import RedisError

from studio.sources import SourceError

POSITION: Final = b"position"


async def fields_of(machine: int) -> dict[bytes, bytes]:
    """Raises SourceError."""
    try:
        async with Redis.from_url(settings.SNAPSHOT_REDIS_URL, socket_timeout=5) as redis:
            found = await redis.hgetall(f"{settings.REDIS_PREFIX}snapshot:{machine}")
    except RedisError:
        raise SourceError(503, "store_unavailable", "SnapShot Redis is not reachable.") from None
    return {bytes(name): bytes(value) for name, value in found.items()}  # type: ignore[arg-type]  # not decoded
