"""Records as values, and positions of batches of them."""

from dataclasses import dataclass
from typing import Self

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaException, Message, TopicPartition


@dataclass(frozen=True, slots=True)
class Record:
    """A consumed record as a value. `timestamp` is in ms; of headers with one name the last one counts."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    headers: list[tuple[str, bytes]]
    value: bytes

    @classmethod
    def of(cls, message: Message) -> Self:
        """The record of a message without error."""
        topic, partition, offset = message.topic(), message.partition(), message.offset()
        if topic is None or partition is None or offset is None:
            raise ValueError("not a consumed message")
        given = message.headers() or []
        headers = [
            (name, value if isinstance(value, bytes) else b"")
            for name, value in (given.items() if isinstance(given, dict) else given)
        ]
        return cls(topic, partition, offset, message.timestamp()[1], headers, message.value() or b"")

    def header(self, name: str) -> str:
        """A header as text, empty where there is none."""
        return dict(self.headers).get(name, b"").decode("utf-8", "replace")


def committed_positions(consumer: Consumer, partitions: list[TopicPartition]) -> list[TopicPartition]:
    """Where the group goes on: what it has committed, with its metadata, or the beginning.

    Answers only when no transaction over these offsets is undecided any more (KIP-447). Raises KafkaException.
    """
    positions = consumer.committed(partitions, timeout=90)
    for position in positions:
        if position.error is not None:
            raise KafkaException(position.error)
        if position.offset < 0:
            position.offset = OFFSET_BEGINNING
    return positions


def positions_after(records: list[Record]) -> list[TopicPartition]:
    """The next offset of each partition in the batch."""
    following = {(record.topic, record.partition): record.offset + 1 for record in records}
    return [TopicPartition(topic, partition, offset) for (topic, partition), offset in following.items()]


def seek_back(consumer: Consumer, records: list[Record]) -> None:
    """Return to the first record of each partition in the batch."""
    first: dict[tuple[str, int], int] = {}
    for record in records:
        first.setdefault((record.topic, record.partition), record.offset)
    for (topic, partition), offset in first.items():
        consumer.seek(TopicPartition(topic, partition, offset))
