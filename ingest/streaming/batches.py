"""Taking what a consumer has, without waiting for more than a moment."""

import time
from dataclasses import dataclass
from typing import Self

import structlog
from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, Message, TopicPartition

log = structlog.get_logger(__name__)


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


def poll_batch(consumer: Consumer, limit: int, linger: float, wait: float) -> list[Record]:
    """Up to `limit` records: waits `wait` seconds for the first, then `linger` seconds for the others.

    poll() before consume(): consume(n, timeout) waits for all n or the whole timeout.
    Raises KafkaException where the consumer is beyond repair (another member took its name, say).
    """
    first = consumer.poll(wait)
    if first is None:
        return []
    messages = [first]
    deadline = time.monotonic() + linger
    while len(messages) < limit:
        more = consumer.consume(limit - len(messages), 0)
        messages.extend(more)
        if not more:
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                break
            one = consumer.poll(min(remaining, 0.02))
            if one is not None:
                messages.append(one)
    return [Record.of(message) for message in messages if _usable(consumer, message)]


def _usable(consumer: Consumer, message: Message) -> bool:
    error = message.error()
    if error is None:
        return True
    # A consumer's own fatal error arrives as a message with this code, and fatal() is false on it; poll() then gives
    # nothing for ever after.
    if error.fatal() or error.code() == KafkaError._FATAL:  # noqa: SLF001
        raise KafkaException(error)
    topic, partition = message.topic(), message.partition()
    where = {"topic": topic, "partition": partition, "error": error.str()}
    if error.code() == KafkaError._AUTO_OFFSET_RESET and topic is not None and partition is not None:  # noqa: SLF001
        # What retention has deleted cannot be brought back by standing still; it must only never be quiet.
        log.critical("records were deleted before they were read; going on with the oldest that is left", **where)
        consumer.seek(TopicPartition(topic, partition, OFFSET_BEGINNING))
    else:
        # Lost connections and the like: librdkafka mends them itself, and says so here.
        log.warning("kafka", **where)
    return False


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
