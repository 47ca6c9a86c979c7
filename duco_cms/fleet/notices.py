"""Small notices on commit: to workers on the Redis channel `meta`, to open pages on the channel layer.

They only save waiting: workers poll behind them and pages reload. So a Redis that is away is logged (`robust`) and
does not undo the change that was to be noticed.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Literal

import redis
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.conf import settings
from django.db import transaction

NOTICE_GROUP = "notices"
REDIS_TIMEOUT_SECONDS = 2.0


@cache
def realtime_redis() -> redis.Redis:
    """The RealTime Redis; gives up after two seconds."""
    return redis.Redis.from_url(
        settings.REALTIME_REDIS_URL,
        socket_timeout=REDIS_TIMEOUT_SECONDS,
        socket_connect_timeout=REDIS_TIMEOUT_SECONDS,
    )


def tell_workers(changed: Literal["release", "directory"]) -> None:
    """Once this transaction commits, workers ask for the new one at once instead of at their next poll."""
    _on_commit(lambda: _publish(changed))


def tell_pages(notice: Mapping[str, object]) -> None:
    """Once this transaction commits, every open page gets `notice`; its `type` is such as `notice.release`."""
    told = dict(notice)
    _on_commit(lambda: _send(told))


def _on_commit(tell: Callable[[], None]) -> None:
    """A function, not a partial: Django says the name of one that fails, which a partial has not."""
    transaction.on_commit(tell, robust=True)


def _publish(changed: str) -> None:
    realtime_redis().publish(f"{settings.REDIS_PREFIX}meta", changed)


def _send(notice: dict[str, object]) -> None:
    async_to_sync(get_channel_layer().group_send)(NOTICE_GROUP, notice)
