"""Housekeeping of the stores, done by Celery."""

import httpx
import structlog
from celery import shared_task
from django.conf import settings

from distribution.catalogue import fill_catalogue
from distribution.clickhouse import connect
from distribution.schema.migrations import migrate
from parsing.release import Release, load_release

log = structlog.get_logger(__name__)

META_SECONDS = 30.0


@shared_task(name="distribution.catalogue")
def catalogue() -> int:
    """Brings the tables of signals and rules up to the live release; gives the rows written.

    Runs after each publication.
    """
    release = _live_release()
    return fill_catalogue(connect(), release) if release is not None else 0


@shared_task(name="distribution.retention")
def retention() -> None:
    """Sees to it that the tables are there and forget by RAW_RETENTION_DAYS; the server itself drops what is old."""
    migrate(connect())


def _live_release() -> Release | None:
    """From the Meta API, like every worker's; None while nothing is published. Raises httpx.HTTPError."""
    response = httpx.get(
        f"{settings.META_API_URL}/meta/v1/channels/stable/release",
        headers={"Authorization": f"Bearer {settings.META_API_TOKEN}"},
        timeout=META_SECONDS,
    )
    if response.status_code == httpx.codes.NOT_FOUND:
        return None
    response.raise_for_status()
    return load_release(response.content)
