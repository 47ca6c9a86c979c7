"""How many workers and machines run which release, as they say themselves (docs/contracts/redis.md)."""

from collections import Counter
from dataclasses import dataclass

import orjson
import redis
import structlog
from django.conf import settings

from duco_cms.fleet.models import Machine
from duco_cms.fleet.notices import REDIS_TIMEOUT_SECONDS

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class RunningCount:
    """Of one release: the workers that decode with it, and the active machines of which they last did."""

    release: int
    workers: int
    machines: int


def running_counts() -> list[RunningCount]:
    """Newest release first; empty where nobody says what it runs, or Redis does not answer."""
    try:
        workers, machines = _workers(), _machines()
    except redis.RedisError as error:
        log.warning("not known what runs", error=repr(error))
        return []
    return [RunningCount(each, workers[each], machines[each]) for each in sorted({*workers, *machines}, reverse=True)]


def _workers() -> Counter[int]:
    """A worker of both channels counts for both releases."""
    with redis.Redis.from_url(settings.REALTIME_REDIS_URL, socket_timeout=REDIS_TIMEOUT_SECONDS) as realtime:
        keys = list(realtime.scan_iter(f"{settings.REDIS_PREFIX}worker:*", count=1000))
        said = [orjson.loads(body) for body in (realtime.mget(keys) if keys else []) if body is not None]
    return Counter(release for runs in said for release in {runs["stable"], runs["canary"]} if release is not None)


def _machines() -> Counter[int]:
    with redis.Redis.from_url(settings.SNAPSHOT_REDIS_URL, socket_timeout=REDIS_TIMEOUT_SECONDS) as snapshot:
        scores = snapshot.zrange(f"{settings.REDIS_PREFIX}running", 0, -1, withscores=True)
    active = set(Machine.objects.filter(active=True).values_list("number", flat=True))
    return Counter(int(release) for machine, release in scores if int(machine) in active)
