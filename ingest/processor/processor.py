"""`raw` → engine → `parsed`, `dead_letters`, `engine_state`, and the offsets, in one transaction."""

import threading
from collections import defaultdict

import structlog
from confluent_kafka import TopicPartition

from ingest.decoding.decode import decode
from ingest.decoding.records import RawRecord, raw_record
from ingest.decoding.tables import tables_of
from ingest.meta.catalogue import Channels
from ingest.meta.follower import MetaFollower
from ingest.processor.lanes import RuleLanes
from ingest.processor.outbox import dead_letters, slices
from ingest.processor.state import MachineState, advance, listeners_of, memories_of, trails_of
from ingest.streaming.batches import Record, committed_positions, positions_after, seek_back
from ingest.streaming.compacted import read_to_end
from ingest.streaming.config import consumer_config
from ingest.streaming.errors import Retryable
from ingest.streaming.faults import reach
from ingest.streaming.member import Member
from ingest.streaming.transaction import Transaction
from ingest.topics import Topics

log = structlog.get_logger(__name__)

BATCH_RECORDS = 500
LINGER_SECONDS = 0.1
POLL_SECONDS = 0.5


class Processor:
    """One worker of the group `{prefix}process`: takes whole partitions, and with them their machines' state."""

    def __init__(self, servers: str, prefix: str, worker: str, follower: MetaFollower) -> None:
        self._servers = servers
        self._topics = Topics.with_prefix(prefix)
        self._follower = follower
        # Before joining the group: what an earlier process of this name left open must be over before its
        # partitions' state is read.
        self._transaction = Transaction(servers, f"{prefix}process.{worker}", "process")
        self._member = Member(consumer_config(servers, f"{prefix}process", worker), [self._topics.raw])
        self._states: dict[int, dict[int, MachineState]] = {}
        self._rules = RuleLanes()

    def run(self, stop: threading.Event) -> None:
        """Work until `stop`. Raises Fenced or KafkaException where only a new process can go on."""
        while self._follower.wait(1.0) is None:
            if stop.is_set():
                return
        self._member.join(self._positions, self._revoked)
        try:
            while not stop.is_set():
                batch = self._member.poll_batch(BATCH_RECORDS, LINGER_SECONDS, POLL_SECONDS)
                if batch:
                    self._process(batch)
        finally:
            self._member.consumer.close()

    def _positions(self, partitions: list[TopicPartition]) -> list[TopicPartition]:
        # No transaction over these offsets is undecided any more, so what is read of engine_state from now on
        # belongs to exactly these offsets.
        positions = committed_positions(self._member.consumer, partitions)
        for position in positions:
            reach("process.assigning")
            self._states[position.partition] = self._restore(position.partition)
        return positions

    def _revoked(self) -> None:
        self._states.clear()
        self._rules = RuleLanes()

    def _restore(self, partition: int) -> dict[int, MachineState]:
        states: dict[int, MachineState] = {}
        for key, value in read_to_end(self._servers, self._topics.engine_state, partition):
            if value is None:
                states.pop(int(key), None)
            else:
                states[int(key)] = MachineState.unpack(value)
        return states

    def _process(self, batch: list[Record]) -> None:
        reach("process.polled")
        by_partition: dict[int, list[RawRecord]] = defaultdict(list)
        for record in batch:
            by_partition[record.partition].append(raw_record(record))
        channels = self._channels(by_partition)
        try:
            self._transaction.begin()
            reach("process.begun")
            changed = {
                partition: self._step(partition, records, channels) for partition, records in by_partition.items()
            }
            reach("process.produced")
            self._transaction.commit(positions_after(batch), self._member.consumer.consumer_group_metadata())
        except Retryable as error:
            log.warning("transaction aborted; doing the batch again", error=str(error))
            seek_back(self._member.consumer, batch)
            # What rules remember is now what was not committed.
            self._rules = RuleLanes()
            return
        reach("process.committed")
        for partition, states in changed.items():
            self._states[partition].update(states)

    def _channels(self, batch: dict[int, list[RawRecord]]) -> Channels:
        """What channels decode with now; where a device is unknown the Meta API is asked first: it may be new."""
        channels = self._follower.current()
        if channels is not None and all(
            record.device in channels.machines for records in batch.values() for record in records
        ):
            return channels
        channels = self._follower.check() or channels
        if channels is None:
            raise RuntimeError("no catalogue: run() waits for the first one")
        return channels

    def _step(self, partition: int, records: list[RawRecord], channels: Channels) -> dict[int, MachineState]:
        """Decode one partition's records, each channel's by its release, and send the outcome; returns the states that
        it changes.
        """
        changed: dict[int, MachineState] = {}
        for channel, part in channels.split(records).items():
            changed |= self._decode(partition, part, channel, channels)
        return changed

    def _decode(
        self, partition: int, records: list[RawRecord], channel: str, channels: Channels
    ) -> dict[int, MachineState]:  # fmt: skip
        states, catalogue = self._states[partition], channels.of(channel)
        decoded = decode(records, catalogue, listeners_of(states), trails_of(states))
        memories = self._rules.run(channel, decoded, catalogue, memories_of(states))
        changed, counted = advance(decoded, states, memories)
        send = self._transaction.produce
        for headers, body in slices(tables_of(decoded, counted), decoded.release):
            send(self._topics.parsed, partition, None, body, headers, records[-1].received // 1000)
            reach("process.parsed")
        for record, headers in dead_letters(decoded):
            key = record.device.encode() or None
            send(self._topics.dead_letters, partition, key, record.body, headers, record.received // 1000)
            reach("process.dead_letter")
        for machine, state in changed.items():
            send(self._topics.engine_state, partition, str(machine).encode(), state.pack(), [])
            reach("process.state")
        return changed
