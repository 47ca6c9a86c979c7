"""A member of a consumer group: takes what there is, and never mixes what it owned before with what it owns now."""

import time
from collections.abc import Callable
from typing import Any

import structlog
from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, Message, TopicPartition

from ingest.streaming.batches import Record

log = structlog.get_logger(__name__)

IDLE_SECONDS = 0.02

Positions = Callable[[list[TopicPartition]], list[TopicPartition]]


class Member:
    """Wraps a consumer whose assignor is eager: a rebalance takes all partitions away before it gives any."""

    def __init__(self, config: dict[str, Any], topics: list[str]) -> None:
        self.consumer = Consumer(config)
        self.generation = 0  # of the assignment; whatever was taken under an older one is another member's by now
        self._topics = topics

    def join(self, positions: Positions, forget: Callable[[], None]) -> None:
        """Subscribe. `positions` makes ready for new partitions and says where each begins; `forget` drops the old."""

        def assign(consumer: Consumer, partitions: list[TopicPartition]) -> None:
            starting = positions(partitions)
            consumer.assign(starting)
            consumer.resume(starting)  # an outage may have paused them before the rebalance
            log.info("assigned", topics=self._topics, partitions=[(each.partition, each.offset) for each in starting])

        def revoke(_consumer: Consumer, partitions: list[TopicPartition]) -> None:
            self.generation += 1
            forget()
            log.info("revoked", topics=self._topics, partitions=sorted(each.partition for each in partitions))

        self.consumer.subscribe(self._topics, on_assign=assign, on_revoke=revoke, on_lost=revoke)

    def poll_batch(self, limit: int, linger: float, wait: float) -> list[Record]:
        """Up to `limit` records: waits `wait` seconds for the first, then `linger` seconds for the others.

        poll() and not consume(): a rebalance runs inside of them, and what one consume() returns may be from before
        it and from after it. Raises KafkaException where the consumer is beyond repair.
        """
        records: list[Record] = []
        generation, deadline = self.generation, time.monotonic() + wait
        while len(records) < limit:
            remaining = deadline - time.monotonic()
            message = self.consumer.poll(max(0.0, min(remaining, IDLE_SECONDS) if records else remaining))
            if self.generation != generation:
                records.clear()
                generation = self.generation
            if message is not None and self._usable(message):
                if not records:
                    deadline = time.monotonic() + linger
                records.append(Record.of(message))
            elif remaining <= 0:
                break
        return records

    def _usable(self, message: Message) -> bool:
        error = message.error()
        if error is None:
            return True
        # A consumer's own fatal error arrives as a message with this code, and fatal() is false on it; poll() then
        # gives nothing for ever after.
        if error.fatal() or error.code() == KafkaError._FATAL:  # noqa: SLF001
            raise KafkaException(error)
        topic, partition = message.topic(), message.partition()
        where = {"topic": topic, "partition": partition, "error": error.str()}
        if error.code() == KafkaError._AUTO_OFFSET_RESET and topic is not None and partition is not None:  # noqa: SLF001
            # What retention has deleted cannot be brought back by standing still; it must only never be quiet.
            log.critical("records were deleted before they were read; going on with the oldest that is left", **where)
            self.consumer.seek(TopicPartition(topic, partition, OFFSET_BEGINNING))
        else:
            # Lost connections and the like: librdkafka mends them itself, and says so here.
            log.warning("kafka", **where)
        return False
