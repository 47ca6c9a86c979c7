"""A hub topic of its own for each test that publishes to the real broker."""

import os
import uuid
from collections.abc import Iterator

import pytest
from confluent_kafka import Consumer, Message, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

PARTITIONS = 3


class Hub:
    """A prefix whose `hub` topic exists, and what is in it."""

    def __init__(self, bootstrap_servers: str) -> None:
        self.bootstrap_servers = bootstrap_servers
        self.prefix = f"test-device-{uuid.uuid4().hex[:8]}."
        self.topic = f"{self.prefix}hub"
        self._admin = AdminClient({"bootstrap.servers": bootstrap_servers})

    def create(self) -> None:
        self._admin.create_topics([NewTopic(self.topic, PARTITIONS, 1)])[self.topic].result()

    def delete(self) -> None:
        self._admin.delete_topics([self.topic])[self.topic].result()

    def read(self) -> list[Message]:
        """Everything published so far, partition by partition."""
        consumer = Consumer({"bootstrap.servers": self.bootstrap_servers, "group.id": "none"})
        messages = []
        try:
            for partition in range(PARTITIONS):
                # The end of this moment: an end-of-partition event never comes while a fleet keeps publishing.
                _, end = consumer.get_watermark_offsets(TopicPartition(self.topic, partition), timeout=10)
                consumer.assign([TopicPartition(self.topic, partition, 0)])
                for _ in range(end):
                    message = consumer.poll(10)
                    assert message is not None, "the broker does not answer"
                    assert message.error() is None, message.error()
                    messages.append(message)
        finally:
            consumer.close()
        return messages


@pytest.fixture
def hub() -> Iterator[Hub]:
    it = Hub(os.environ["KAFKA_BOOTSTRAP_SERVERS"])
    it.create()
    yield it
    it.delete()
