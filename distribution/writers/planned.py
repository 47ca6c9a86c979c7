"""Kafka → ClickHouse, each record once, whatever is killed when.

The plan: before a range of records is inserted, its end is committed beside its beginning, as the metadata of the
group's offset. A writer that starts again finds the plan, reads exactly the same range and inserts exactly the same
blocks under the same deduplication token, so ClickHouse ignores what it already has. The token alone would not do:
the same token with other rows is dropped without a word.
"""

import threading
import time
from collections import defaultdict

import structlog
from confluent_kafka import KafkaError, KafkaException, TopicPartition

from distribution.writers.sink import Sink, Store
from ingest.streaming.batches import Record, committed_positions
from ingest.streaming.config import consumer_config
from ingest.streaming.errors import Retryable
from ingest.streaming.faults import reach
from ingest.streaming.member import Member

log = structlog.get_logger(__name__)

FLUSH_SECONDS = 1.0
FLUSH_BYTES = 32_000_000
POLL_RECORDS = 200
POLL_SECONDS = 0.2
FIRST_DELAY, LONGEST_DELAY = 0.2, 10.0
PLAN = "plan:"

# The broker refuses an evicted member's commit; the next poll tells it what it still owns.
_EVICTED = {KafkaError.ILLEGAL_GENERATION, KafkaError.UNKNOWN_MEMBER_ID, KafkaError.REBALANCE_IN_PROGRESS}

Place = tuple[str, int]


class _Abandoned(Exception):
    """The partitions went to another member: it finds the plan and does the rest."""


class PlannedWriter:
    """One member of the group `{prefix}{sink.name}`."""

    def __init__(self, servers: str, prefix: str, worker: str, sink: Sink, store: Store) -> None:
        self._sink = sink
        self._store = store
        self._member = Member(consumer_config(servers, f"{prefix}{sink.name}", worker), sink.topics)
        self._pending: dict[Place, list[Record]] = defaultdict(list)
        self._plans: dict[Place, int] = {}

    def run(self, stop: threading.Event) -> None:
        """Work until `stop`. Raises KafkaException where only a new process can go on."""
        self._member.join(self._positions, self._forget)
        try:
            while not stop.is_set():
                self._fill(stop)
                try:
                    self._flush(stop)
                except _Abandoned:
                    log.info("partitions went to another member", group=self._sink.name)
        finally:
            self._member.consumer.close()

    def _positions(self, partitions: list[TopicPartition]) -> list[TopicPartition]:
        positions = committed_positions(self._member.consumer, partitions)
        for position in positions:
            if position.metadata and position.metadata.startswith(PLAN):
                self._plans[position.topic, position.partition] = int(position.metadata.removeprefix(PLAN))
        reach(f"{self._sink.name}.assigning")
        return positions

    def _forget(self) -> None:
        self._pending.clear()
        self._plans.clear()

    def _fill(self, stop: threading.Event) -> None:
        deadline, size = time.monotonic() + FLUSH_SECONDS, 0
        while not stop.is_set() and size < FLUSH_BYTES and time.monotonic() < deadline:
            for record in self._member.poll_batch(POLL_RECORDS, 0.0, POLL_SECONDS):
                self._pending[record.topic, record.partition].append(record)
                size += len(record.value)

    def _ready(self) -> dict[Place, list[Record]]:
        """The ranges that can be inserted now: a planned one exactly as planned, else all there is."""
        ready: dict[Place, list[Record]] = {}
        for place, records in self._pending.items():
            end = self._plans.get(place)
            if end is None or records[0].offset > end:
                # Past the plan's end: retention has deleted the planned range, which poll_batch has cried out.
                self._plans.pop(place, None)
                ready[place] = records
            elif records[-1].offset >= end:
                ready[place] = [record for record in records if record.offset <= end]
        return {place: records for place, records in ready.items() if records}

    def _flush(self, stop: threading.Event) -> None:
        ready = self._ready()
        if not ready:
            return
        generation = self._member.generation
        reach(f"{self._sink.name}.filled")
        fresh = [
            TopicPartition(*place, records[0].offset, metadata=f"{PLAN}{records[-1].offset}")
            for place, records in ready.items()
            if place not in self._plans
        ]
        self._commit(fresh)
        reach(f"{self._sink.name}.planned")
        for place, records in ready.items():
            self._insert(place, records, generation, stop)
        reach(f"{self._sink.name}.inserted")
        self._commit([TopicPartition(*place, records[-1].offset + 1) for place, records in ready.items()])
        reach(f"{self._sink.name}.committed")
        for place, records in ready.items():
            self._plans.pop(place, None)
            self._pending[place] = self._pending[place][len(records) :]
            if not self._pending[place]:
                del self._pending[place]

    def _insert(self, place: Place, records: list[Record], generation: int, stop: threading.Event) -> None:
        topic, partition = place
        token = f"{topic}:{partition}:{records[0].offset}-{records[-1].offset}"
        for table, rows in self._sink.inserts(records).items():
            delay = FIRST_DELAY
            while True:
                try:
                    self._store.insert(table, rows, f"{token}:{table}")
                    break
                except Retryable as error:
                    log.warning("store does not take rows; waiting", table=table, seconds=delay, error=str(error))
                    self._wait(delay, generation, stop)
                    delay = min(delay * 2, LONGEST_DELAY)
            reach(f"{self._sink.name}.table")

    def _wait(self, seconds: float, generation: int, stop: threading.Event) -> None:
        """Stay a member of the group without taking more records. Raises _Abandoned when told to stop or revoked."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self._member.consumer.pause(self._member.consumer.assignment())
            for record in self._member.poll_batch(POLL_RECORDS, 0.0, 0.1):
                self._pending[record.topic, record.partition].append(record)
            if stop.is_set() or self._member.generation != generation:
                raise _Abandoned
        self._member.consumer.resume(self._member.consumer.assignment())

    def _commit(self, offsets: list[TopicPartition]) -> None:
        if not offsets:
            return
        deadline = time.monotonic() + 60
        while True:
            try:
                results = self._member.consumer.commit(offsets=offsets, asynchronous=False)
            except KafkaException as error:
                if error.args[0].code() in _EVICTED:
                    raise _Abandoned from error
                if not error.args[0].retriable() or time.monotonic() > deadline:
                    raise
            else:
                refused = [each.error for each in results if each.error is not None]
                if refused:
                    raise KafkaException(refused[0])
                return
