"""The machines that a user may see, as settings.MACHINE_ACCESS says, when each was heard of, and what is open on it."""

import struct
from typing import Any, Final

from channels.db import database_sync_to_async
from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils.module_loading import import_string
from redis.asyncio import Redis
from redis.exceptions import RedisError

from studio.sources import SourceError
from studio.sources.direct.clickhouse import rfc3339

SEVERITIES: Final = ("info", "warning", "error", "critical")
COUNTS: Final = struct.Struct("<4H")
NONE: Final = bytes(COUNTS.size)


@database_sync_to_async
def _visible(user_id: int, machine: int | None) -> list[dict[str, Any]]:
    user = get_user_model().objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        raise SourceError(401, "authentication_failed", "The user does not exist or is not active.")
    visible = import_string(settings.MACHINE_ACCESS)(user)
    if machine is not None:
        visible = visible.filter(number=machine)
    return [
        {
            "machine": each.number,
            "device": each.device,
            "name": each.name,
            "model": each.model_name,
            "model_id": each.model_id,
            "organisation": each.organisation_name,
        }
        for each in visible.order_by("number")
    ]


async def machines(user_id: int, machine: int | None) -> list[dict[str, Any]]:
    """All that the user may see, or the one asked for; empty where it is not there or not the user's."""
    visible: list[dict[str, Any]] = await _visible(user_id, machine)
    if not visible:
        return []
    try:
        async with Redis.from_url(settings.SNAPSHOT_REDIS_URL, socket_timeout=5) as redis:
            numbers = [str(each["machine"]) for each in visible]
            scores = await redis.zmscore(f"{settings.REDIS_PREFIX}contact", numbers)
            counts: list[Any] = await redis.hmget(f"{settings.REDIS_PREFIX}findings", numbers)
    except RedisError:
        raise SourceError(503, "store_unavailable", "SnapShot Redis is not reachable.") from None
    return [
        {
            **each,
            "last_contact": None if score is None else rfc3339(int(score)),
            "open_findings": dict(zip(SEVERITIES, COUNTS.unpack(packed or NONE), strict=True)),
        }
        for each, score, packed in zip(visible, scores, counts, strict=True)
    ]
