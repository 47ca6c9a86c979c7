"""Reading one partition of a compacted topic to its end."""

import time
from collections.abc import Iterator

from confluent_kafka import OFFSET_BEGINNING, Consumer, IsolationLevel, KafkaError, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec

from ingest.streaming.config import reader_config
from ingest.streaming.errors import Retryable

DEADLINE_SECONDS = 90.0


def read_to_end(servers: str, topic: str, partition: int) -> Iterator[tuple[bytes, bytes | None]]:
    """(key, value) of every committed record of the partition, oldest first; value None is a tombstone.

    The end is the log's end, open transactions included: the caller has fenced or waited out whoever wrote
    here before, so their markers are on the way, and stopping at the last stable offset could miss the
    newest state. Raises Retryable if the end is not reached in 90 s.
    """
    end = _log_end(servers, topic, partition)
    if end == 0:
        return
    consumer = Consumer(reader_config(servers))
    try:
        consumer.assign([TopicPartition(topic, partition, OFFSET_BEGINNING)])
        deadline = time.monotonic() + DEADLINE_SECONDS
        while time.monotonic() < deadline:
            message = consumer.poll(0.5)
            if message is None:
                continue
            error = message.error()
            if error is not None and error.code() != KafkaError._PARTITION_EOF:  # noqa: SLF001
                raise KafkaException(error)
            if error is None:
                yield message.key() or b"", message.value()
            if (message.offset() or 0) + (error is None) >= end:
                return
        raise Retryable(f"{topic}/{partition} could not be read to its end, offset {end}, in {DEADLINE_SECONDS:.0f} s")
    finally:
        consumer.close()


def _log_end(servers: str, topic: str, partition: int) -> int:
    admin = AdminClient({"bootstrap.servers": servers})
    target = TopicPartition(topic, partition)
    latest = OffsetSpec.latest()  # type: ignore[no-untyped-call]  # the library's own
    futures = admin.list_offsets({target: latest}, isolation_level=IsolationLevel.READ_UNCOMMITTED, request_timeout=30)
    return int(futures[target].result().offset)
