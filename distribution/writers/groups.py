"""The consumer groups of `manage.py distribute`, side by side in one process: a slow store delays only its own."""

import threading
from collections.abc import Callable, Sequence

import structlog
from django.conf import settings

from distribution.writers.clickhouse_store import ClickHouseStore
from distribution.writers.history import HistorySink
from distribution.writers.planned import PlannedWriter
from distribution.writers.raw_store import RawStoreSink
from distribution.writers.snapshot import SnapshotWriter
from ingest.topics import Topics

log = structlog.get_logger(__name__)

GROUPS = ("raw_store", "history", "snapshot")
Loop = Callable[[threading.Event], None]


def loop_of(group: str) -> Loop:
    """The group's loop, by the settings."""
    servers, prefix, worker = settings.KAFKA_BOOTSTRAP_SERVERS, settings.KAFKA_TOPIC_PREFIX, settings.WORKER_NAME
    topics = Topics.with_prefix(prefix)
    if group == "snapshot":
        url, redis_prefix = settings.SNAPSHOT_REDIS_URL, settings.REDIS_PREFIX
        return SnapshotWriter(servers, prefix, worker, topics.parsed, url, redis_prefix).run
    sink = HistorySink(topics.parsed) if group == "history" else RawStoreSink(topics.raw, topics.dead_letters)
    return PlannedWriter(servers, prefix, worker, sink, ClickHouseStore()).run


def run_groups(groups: Sequence[str], stop: threading.Event) -> None:
    """Run the groups until `stop`. When one fails all stop, and its exception is raised: the process starts anew."""
    failures: list[BaseException] = []

    def run(group: str) -> None:
        try:
            loop_of(group)(stop)
        except BaseException as error:  # noqa: BLE001  (handed to the main thread, which raises it)
            log.error("group failed", group=group, error=repr(error))
            failures.append(error)
            stop.set()

    threads = [threading.Thread(target=run, args=(group,), name=group) for group in groups]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
