"""Hub → `raw`: every hub event once, its position in the same transaction as its record."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
from confluent_kafka import OFFSET_BEGINNING, KafkaException, TopicPartition

from ingest.collector.headers import raw_headers
from ingest.decoding.records import RawRecord
from ingest.iothub.headers import decode_headers
from ingest.streaming.batches import Record, positions_after, seek_back
from ingest.streaming.compacted import read_to_end
from ingest.streaming.errors import Retryable
from ingest.streaming.faults import reach
from ingest.streaming.member import Member
from ingest.streaming.transaction import Transaction
from ingest.topics import Topics

log = structlog.get_logger(__name__)

BATCH_RECORDS = 500
LINGER_SECONDS = 0.05
POLL_SECONDS = 0.5
HUB_COMMIT_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class HubSource:
    """Where hub events are read: a consumer configuration, the topic, and the entity path that names it in origins."""

    consumer: dict[str, Any]
    topic: str
    entity: str


class Collector:
    """One worker of the hub's consumer group; one transactional producer for each hub partition it owns.

    The hub knows no transactions and is another cluster, so its group only shares out partitions and shows lag;
    the position that counts is in `hub_offsets`, beside the records (Kafka Connect does the same, KIP-618).
    """

    def __init__(
        self, source: HubSource, servers: str, prefix: str, live: Callable[[list[RawRecord]], None] | None = None
    ) -> None:
        self._source = source
        self._servers = servers
        self._prefix = prefix
        self._topics = Topics.with_prefix(prefix)
        self._live = live
        self._member = Member(source.consumer, [source.topic])
        self._lanes: dict[int, Transaction] = {}
        self._shown = time.monotonic()

    def run(self, stop: threading.Event) -> None:
        """Work until `stop`. Raises Fenced or KafkaException where only a new process can go on."""
        self._member.join(self._positions, self._lanes.clear)
        try:
            while not stop.is_set():
                events = self._member.poll_batch(BATCH_RECORDS, LINGER_SECONDS, POLL_SECONDS)
                if events:
                    self._collect(events)
        finally:
            self._member.consumer.close()

    def _positions(self, partitions: list[TopicPartition]) -> list[TopicPartition]:
        for partition in partitions:
            transactional_id = f"{self._prefix}collect.{self._source.entity}.{partition.partition}"
            self._lanes[partition.partition] = Transaction(self._servers, transactional_id, "collect")
            reach("collect.assigning")
            partition.offset = self._position(partition.partition)
        return partitions

    def _key(self, partition: int) -> bytes:
        return f"{self._source.entity}/{partition}".encode()

    def _position(self, partition: int) -> int:
        """The next offset to read. The producer before has been fenced, so nothing can move it any more."""
        position = OFFSET_BEGINNING
        for key, value in read_to_end(self._servers, self._topics.hub_offsets, partition):
            if key == self._key(partition) and value is not None:
                position = int(value)
        return position

    def _collect(self, events: list[Record]) -> None:
        reach("collect.polled")
        received = time.time_ns() // 1000
        by_partition: dict[int, list[Record]] = defaultdict(list)
        for event in events:
            by_partition[event.partition].append(event)
        for partition, part in by_partition.items():
            records = [self._record(event, received) for event in part]
            try:
                self._write(partition, records, part[-1].offset + 1)
            except Retryable as error:
                log.warning("transaction aborted; doing the batch again", partition=partition, error=str(error))
                seek_back(self._member.consumer, part)
                continue
            if self._live is not None:
                self._live(records)
        self._show_position(events)

    def _record(self, event: Record, received: int) -> RawRecord:
        origin = f"{self._source.entity}/{event.partition}/{event.offset}"
        headers = raw_headers(decode_headers(event.headers), origin, received)
        return RawRecord(event.partition, event.offset, headers, event.value, received)

    def _write(self, partition: int, records: list[RawRecord], following: int) -> None:
        lane = self._lanes[partition]
        lane.begin()
        reach("collect.begun")
        for record in records:
            headers = [(key, value.encode()) for key, value in record.headers.items()]
            key = record.device.encode() or None
            lane.produce(self._topics.raw, partition, key, record.body, headers, record.received // 1000)
            reach("collect.record")
        lane.produce(self._topics.hub_offsets, partition, self._key(partition), str(following).encode(), [])
        reach("collect.produced")
        lane.commit()
        reach("collect.committed")

    def _show_position(self, events: list[Record]) -> None:
        """Commit to the hub's group, for lag displays only; at most once a second (IoT Hub takes 4/s a partition)."""
        if time.monotonic() - self._shown < HUB_COMMIT_SECONDS:
            return
        self._shown = time.monotonic()
        try:
            self._member.consumer.commit(offsets=positions_after(events), asynchronous=True)
        except KafkaException as error:
            log.warning("lag display not updated", error=str(error))
        reach("collect.shown")
