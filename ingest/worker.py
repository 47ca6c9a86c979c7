"""What every worker process has in common: its settings, its signals, its way out."""

import signal
import threading
from collections.abc import Callable

import structlog
from confluent_kafka import KafkaException
from django.conf import settings

from ingest.meta.follower import MetaAddress
from ingest.streaming.errors import Fenced

log = structlog.get_logger(__name__)


def meta_address(role: str) -> MetaAddress:
    """The Meta API by the settings, for a worker of that role (`process`, `ingest`)."""
    return MetaAddress(
        url=settings.META_API_URL,
        token=settings.META_API_TOKEN,
        redis_url=settings.REALTIME_REDIS_URL,
        notices=f"{settings.REDIS_PREFIX}meta",
        poll_seconds=settings.META_POLL_SECONDS,
        cache_directory=settings.VAR_DIR / "meta",
        presence=f"{settings.REDIS_PREFIX}worker:{role}:{settings.WORKER_NAME}",
    )


def run_until_signalled(work: Callable[[threading.Event], None]) -> None:
    """Run a loop until SIGTERM or SIGINT. A fault that only a new process can mend exits with status 1."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        work(stop)
    except Fenced as error:
        log.error("another worker of this name has taken over; leaving", error=str(error))
        raise SystemExit(1) from error
    except KafkaException as error:
        log.error("Kafka cannot be used; leaving, to be started again", error=str(error))
        raise SystemExit(1) from error
