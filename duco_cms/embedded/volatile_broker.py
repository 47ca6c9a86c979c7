"""The last resort where no Kafka can be had: librdkafka's mock cluster, in memory.

It forgets everything when it ends, drops records beyond a few megabytes a partition, and ignores transactions, so
nothing that DUCO promises about delivery holds on it. It lets a person look around, and no test may use it.
"""

import secrets
from dataclasses import astuple

from confluent_kafka import Producer

from ingest.topics import Topics

# The mock cluster's own; it cannot be told another.
PARTITIONS = 4
ANSWER_SECONDS = 10


class VolatileBroker:
    """A broker that lives as long as this object. `bootstrap` is its host:port."""

    def __init__(self) -> None:
        self._topic_prefix = f"volatile-{secrets.token_hex(4)}."
        self._cluster = Producer({"test.mock.num.brokers": 1, "log_level": 3})
        brokers = self._cluster.list_topics(timeout=ANSWER_SECONDS).brokers.values()
        self.bootstrap = ",".join(f"{broker.host}:{broker.port}" for broker in brokers)
        for topic in astuple(Topics.with_prefix(self._topic_prefix)):
            # A topic comes into being when it is first asked for; consumers ask without creating.
            self._cluster.list_topics(topic, timeout=ANSWER_SECONDS)

    def environment(self) -> dict[str, str]:
        """What DUCO needs to use it.

        Its offsets begin at zero in each life, and stores take an offset once: so topics get a name of their own in
        each life, and stores a place apart from that of a real broker.
        """
        return {
            "KAFKA_BOOTSTRAP_SERVERS": self.bootstrap,
            "KAFKA_TOPIC_PREFIX": self._topic_prefix,
            "KAFKA_PARTITIONS": str(PARTITIONS),
            "CLICKHOUSE_DATABASE_PREFIX": "volatile_",
            "REDIS_PREFIX": "volatile:",
            "DUCO_VOLATILE_BROKER": "1",
        }
