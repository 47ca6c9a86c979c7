"""`manage.py ingest`: collect hub events into `raw`, and feed the provisional live lane."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from ingest.collector.collector import Collector, HubSource
from ingest.collector.live import LiveLane
from ingest.iothub.connection import parse_connection_string
from ingest.meta.follower import MetaFollower
from ingest.streaming.config import consumer_config
from ingest.topics import Topics
from ingest.worker import meta_address, run_until_signalled


class Command(BaseCommand):
    help = "Collects hub events into Kafka. Runs until it is stopped; run as many as the hub has partitions."
    requires_system_checks = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        servers, prefix = settings.KAFKA_BOOTSTRAP_SERVERS, settings.KAFKA_TOPIC_PREFIX
        with (
            MetaFollower(meta_address("ingest")) as follower,
            LiveLane(settings.REALTIME_REDIS_URL, settings.REDIS_PREFIX, follower) as live,
        ):
            run_until_signalled(lambda stop: Collector(hub_source(), servers, prefix, live.offer).run(stop))


def hub_source() -> HubSource:
    """Azure's Event-Hubs-compatible endpoint where one is set, else the local hub topic."""
    group = f"{settings.KAFKA_TOPIC_PREFIX}collect"
    azure = settings.IOTHUB_EVENTS_CONNECTION_STRING
    if azure:
        connection = parse_connection_string(azure)
        return HubSource(connection.consumer_config(group), connection.entity_path, connection.entity_path)
    hub = Topics.with_prefix(settings.KAFKA_TOPIC_PREFIX).hub
    return HubSource(consumer_config(settings.KAFKA_BOOTSTRAP_SERVERS, group, settings.WORKER_NAME), hub, hub)
