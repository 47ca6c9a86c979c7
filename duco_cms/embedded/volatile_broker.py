"""The last resort where no Kafka can be had: librdkafka's mock cluster, in memory.

It forgets everything when it ends, drops records beyond a few megabytes a partition, and ignores transactions, so
nothing that DUCO promises about delivery holds on it. It lets a person look around, and no test may use it.
"""

from dataclasses import astuple

from confluent_kafka import Producer

from ingest.topics import Topics

# The mock cluster's own; it cannot be told another.
PARTITIONS = 4
ANSWER_SECONDS = 10


class VolatileBroker:
    """A broker that lives as long as this object. `bootstrap` is its host:port."""

    def __init__(self, topic_prefix: str) -> None:
        self._cluster = Producer({"test.mock.num.brokers": 1, "log_level": 3})
        brokers = self._cluster.list_topics(timeout=ANSWER_SECONDS).brokers.values()
        self.bootstrap = ",".join(f"{broker.host}:{broker.port}" for broker in brokers)
        for topic in astuple(Topics.with_prefix(topic_prefix)):
            # A topic comes into being when it is first asked for; consumers ask without creating.
            self._cluster.list_topics(topic, timeout=ANSWER_SECONDS)
