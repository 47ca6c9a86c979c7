"""Housekeeping of the stores, done by Celery."""

from contextlib import suppress

import httpx
import redis
import structlog
from celery import shared_task
from django.conf import settings
from redis.exceptions import LockError

from distribution.catalogue import fill_catalogue
from distribution.clickhouse import connect
from distribution.guard import watch
from distribution.jobs.worker import take_turn
from distribution.meta import meta
from distribution.schema.migrations import migrate
from ingest.meta.catalogue import CANARY, STABLE
from ingest.meta.client import says_none
from parsing.release import Release, load_release

log = structlog.get_logger(__name__)

GUARD_SECONDS = 120
JOBS_EXPIRES_SECONDS = 60


@shared_task(name="distribution.catalogue")
def catalogue() -> int:
    """Brings the tables of signals and rules up to the newest release, be it on trial; gives the rows written.

    Runs after each publication.
    """
    with meta() as api:
        releases = [release for channel in (STABLE, CANARY) if (release := _release_of(channel, api)) is not None]
    if not releases:
        return 0
    client = connect()
    return sum(fill_catalogue(client, release) for release in releases)


@shared_task(name="distribution.guard")
def guard() -> None:
    """Ends a trial that makes values bad. One at a time: where the store is slow, none waits behind another."""
    with redis.Redis.from_url(settings.REALTIME_REDIS_URL) as connection:
        lock = connection.lock(f"{settings.REDIS_PREFIX}guard", timeout=GUARD_SECONDS, blocking=False)
        if lock.acquire():
            try:
                watch()
            finally:
                # Where it took longer, the lock is gone or another's.
                with suppress(LockError):
                    lock.release()


@shared_task(name="distribution.jobs")
def jobs() -> None:
    """Does a turn of the job that has waited longest, and asks for the next turn."""
    if take_turn():
        jobs.apply_async(expires=JOBS_EXPIRES_SECONDS)


@shared_task(name="distribution.retention")
def retention() -> None:
    """Sees to it that the tables are there and forget by RAW_RETENTION_DAYS; the server itself drops what is old."""
    migrate(connect())


def _release_of(channel: str, api: httpx.Client) -> Release | None:
    """From the Meta API, like every worker's; None where the channel has none. Raises httpx.HTTPError."""
    response = api.get(f"/meta/v1/channels/{channel}/release")
    if says_none(response):
        return None
    response.raise_for_status()
    return load_release(response.content)
