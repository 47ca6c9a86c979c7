"""Housekeeping of the fleet: machines that fell silent, sessions that ended."""

from datetime import UTC, datetime, timedelta

import redis
from celery import shared_task
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from duco_cms.fleet.models import Machine
from duco_cms.fleet.notices import REDIS_TIMEOUT_SECONDS, tell_pages


@shared_task(name="fleet.silence")
def silence() -> int:
    """Marks machines not heard of for SILENCE_SECONDS, unmarks those heard of again, and tells of each once.

    A machine that was never heard of is not silent: it has not begun. Returns how many fell silent.
    """
    heard = _last_contacts()
    limit = timezone.now() - timedelta(seconds=settings.SILENCE_SECONDS)
    silent = {number: contact for number, contact in heard.items() if contact < limit}
    back = Machine.objects.filter(pk__in=set(heard) - set(silent), silent_since__isnull=False)
    for number in back.values_list("pk", flat=True):
        _unmark(number)
    fallen = Machine.objects.filter(pk__in=silent, silent_since__isnull=True, active=True)
    return sum(_mark(number, silent[number]) for number in fallen.values_list("pk", flat=True))


def _mark(number: int, since: datetime) -> bool:
    """The conditional update claims the notice, so two workers do not tell of one silence twice.

    `update`, not `save`: silence is not in the fleet directory, so the workers need not hear of it.
    """
    with transaction.atomic():
        marked = Machine.objects.filter(pk=number, silent_since__isnull=True).update(silent_since=since)
        if marked:
            tell_pages({"type": "notice.silent", "machine": number, "since": since.isoformat()})
    return bool(marked)


def _unmark(number: int) -> None:
    with transaction.atomic():
        if Machine.objects.filter(pk=number, silent_since__isnull=False).update(silent_since=None):
            tell_pages({"type": "notice.back", "machine": number})


def _last_contacts() -> dict[int, datetime]:
    """Machine number → when it was last received of, from the SnapShot Redis (docs/contracts/redis.md)."""
    with redis.Redis.from_url(settings.SNAPSHOT_REDIS_URL, socket_timeout=REDIS_TIMEOUT_SECONDS) as snapshot:
        scores = snapshot.zrange(f"{settings.REDIS_PREFIX}contact", 0, -1, withscores=True)
    return {int(machine): datetime.fromtimestamp(score / 1e6, tz=UTC) for machine, score in scores}


@shared_task(name="fleet.clear_sessions")
def clear_sessions() -> None:
    call_command("clearsessions")
