"""A transactional producer whose every error ends in one of three ways: committed, aborted, or out."""

import faulthandler
import time
from collections.abc import Callable, Sequence

from confluent_kafka import KafkaError, KafkaException, Producer, TopicPartition

from ingest.streaming.config import transactional_config
from ingest.streaming.errors import Fenced, Retryable
from ingest.streaming.faults import reach

COMMIT_DEADLINE_SECONDS = 30.0
HANG_SECONDS = COMMIT_DEADLINE_SECONDS + 5

Headers = list[tuple[str, bytes]]


class Transaction:
    """One transaction at a time under a fixed transactional id.

    Creating it fences every earlier producer of the same id and ends their open transaction. All methods raise
    Retryable (this transaction was aborted; seek back and do it again) or Fenced (exit). `stage` begins the names
    of its planted fault points.
    """

    def __init__(self, servers: str, transactional_id: str, stage: str) -> None:
        self.transactional_id = transactional_id
        self._stage = stage
        self._producer = Producer(transactional_config(servers, transactional_id))
        self._guard(lambda: self._producer.init_transactions(COMMIT_DEADLINE_SECONDS))

    def begin(self) -> None:
        self._guard(self._producer.begin_transaction)

    def produce(
        self,
        topic: str,
        partition: int,
        key: bytes | None,
        value: bytes | None,
        headers: Headers,
        timestamp_ms: int = 0,
    ) -> None:
        while True:
            try:
                self._producer.produce(
                    topic, value, key=key, partition=partition, headers=[*headers], timestamp=timestamp_ms
                )
            except BufferError:
                self._producer.poll(0.05)
            except KafkaException as error:
                self._react(error)
            else:
                return

    def commit(self, offsets: Sequence[TopicPartition] = (), group: object | None = None) -> None:
        """Make everything since begin() visible, with the consumer's offsets where given.

        The flush first: see transactional_config. An outcome that stays unknown for 30 s is Fenced, never a
        second try on the same producer: a late commit could hit the next transaction (Jepsen on Kafka, 2024).
        Where librdkafka does not return the process ends: after the group's coordinator went away under a
        transaction, send_offsets_to_transaction waits for ever, whatever its timeout (librdkafka #5456, #5511; seen
        with 2.16.1).
        """
        faulthandler.dump_traceback_later(HANG_SECONDS, exit=True)
        try:
            self._commit(offsets, group)
        finally:
            faulthandler.cancel_dump_traceback_later()

    def _commit(self, offsets: Sequence[TopicPartition], group: object | None) -> None:
        if self._producer.flush(COMMIT_DEADLINE_SECONDS):
            raise Fenced(f"{self.transactional_id}: records not acknowledged in {COMMIT_DEADLINE_SECONDS:.0f} s")
        reach(f"{self._stage}.flushed")
        if offsets:
            self._guard(lambda: self._producer.send_offsets_to_transaction(list(offsets), group, 30.0))
        reach(f"{self._stage}.before_commit")
        self._guard(lambda: self._producer.commit_transaction(10.0))

    def _guard(self, call: Callable[[], object]) -> None:
        deadline = time.monotonic() + COMMIT_DEADLINE_SECONDS
        while True:
            try:
                call()
            except KafkaException as error:
                if error.args[0].retriable() and time.monotonic() < deadline:
                    continue
                self._react(error)
            else:
                return

    def _react(self, error: KafkaException) -> None:
        fault: KafkaError = error.args[0]
        if fault.txn_requires_abort():
            try:
                self._producer.abort_transaction(30.0)
            except KafkaException as worse:
                raise Fenced(f"{self.transactional_id}: {worse.args[0].str()}") from worse
            raise Retryable(f"{self.transactional_id}: {fault.str()}") from error
        raise Fenced(f"{self.transactional_id}: {fault.str()}") from error
