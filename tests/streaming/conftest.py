"""A deployment of its own for each test: topics under a prefix nobody else uses."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from ingest.streaming.config import reader_config
from ingest.topics import Topics

PARTITIONS = 2


@dataclass(frozen=True, slots=True)
class Deployment:
    servers: str
    prefix: str
    topics: Topics

    def produce(self, topic: str, partition: int, values: list[bytes]) -> None:
        producer = Producer({"bootstrap.servers": self.servers})
        for value in values:
            producer.produce(topic, value, partition=partition)
        assert producer.flush(30) == 0

    def read(self, topic: str, partition: int) -> list[bytes]:
        """The committed values of a partition."""
        consumer = Consumer(reader_config(self.servers))
        consumer.assign([TopicPartition(topic, partition, 0)])
        values: list[bytes] = []
        try:
            while (message := consumer.poll(10)) is not None and message.error() is None:
                values.append(message.value())
        finally:
            consumer.close()
        return values


@pytest.fixture
def deployment() -> Iterator[Deployment]:
    from django.conf import settings

    prefix = f"test.{uuid.uuid4().hex[:12]}."
    servers = settings.KAFKA_BOOTSTRAP_SERVERS
    topics = Topics.with_prefix(prefix)
    admin = AdminClient({"bootstrap.servers": servers})
    names = [topics.hub, topics.raw, topics.parsed, topics.dead_letters, topics.hub_offsets, topics.engine_state]
    for future in admin.create_topics([NewTopic(name, PARTITIONS, 1) for name in names]).values():
        future.result(30)
    yield Deployment(servers, prefix, topics)
    for future in admin.delete_topics(names).values():
        future.result(30)
