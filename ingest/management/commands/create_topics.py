"""`manage.py create_topics`: the Kafka topics of docs/contracts/topics.md, as far as they are missing."""

from typing import Any

from confluent_kafka.admin import AdminClient
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from ingest.topic_creation import TopicsUnusableError, create_missing, plan_topics
from ingest.topics import Topics


class Command(BaseCommand):
    help = "Creates the Kafka topics that are missing. Refuses topics that are there with another partition count."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--deadline", type=float, default=60.0, help="Seconds to wait for Kafka.")

    def handle(self, *, deadline: float, **_options: Any) -> None:
        topics = Topics.with_prefix(settings.KAFKA_TOPIC_PREFIX)
        local_hub = not settings.IOTHUB_EVENTS_CONNECTION_STRING
        plans = plan_topics(topics, settings.KAFKA_PARTITIONS, local_hub=local_hub)
        # Silent: the deadline ends the wait with an explanation, librdkafka would log each attempt.
        admin = AdminClient({"bootstrap.servers": settings.KAFKA_BOOTSTRAP_SERVERS, "log_level": 0})
        try:
            created = create_missing(admin, plans, deadline)
        except TopicsUnusableError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Created {', '.join(created)}." if created else "All topics are there.")
