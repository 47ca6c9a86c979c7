"""Taking what a consumer has, without waiting for more than a moment."""

import time

import structlog
from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, Message, TopicPartition

log = structlog.get_logger(__name__)


def poll_batch(consumer: Consumer, limit: int, linger: float, wait: float) -> list[Message]:
    """Up to `limit` messages: waits `wait` seconds for the first, then `linger` seconds for the others.

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
    return [message for message in messages if _usable(consumer, message)]


def _usable(consumer: Consumer, message: Message) -> bool:
    error = message.error()
    if error is None:
        return True
    if error.fatal():
        raise KafkaException(error)
    where = {"topic": message.topic(), "partition": message.partition(), "error": error.str()}
    if error.code() == KafkaError._AUTO_OFFSET_RESET:  # noqa: SLF001  (the library's public constant)
        # What retention has deleted cannot be brought back by standing still; it must only never be quiet.
        log.critical("records were deleted before they were read; going on with the oldest that is left", **where)
        consumer.seek(TopicPartition(message.topic(), message.partition(), OFFSET_BEGINNING))
    else:
        # Lost connections and the like: librdkafka mends them itself, and says so here.
        log.warning("kafka", **where)
    return False


def positions_after(messages: list[Message]) -> list[TopicPartition]:
    """The next offset of each partition in the batch."""
    following = {(message.topic(), message.partition()): message.offset() + 1 for message in messages}
    return [TopicPartition(topic, partition, offset) for (topic, partition), offset in following.items()]


def seek_back(consumer: Consumer, messages: list[Message]) -> None:
    """Return to the first message of each partition in the batch."""
    first: dict[tuple[str, int], int] = {}
    for message in messages:
        first.setdefault((message.topic(), message.partition()), message.offset())
    for (topic, partition), offset in first.items():
        consumer.seek(TopicPartition(topic, partition, offset))
