"""librdkafka settings of DUCO's own consumers and producers, each with its reason."""

from typing import Any

MAX_RECORD_BYTES = 4_000_000
"""A machine's state is the largest: 1 MiB of rows may wait in it, and as much be remembered by rules."""
SESSION_TIMEOUT_MS = 10_000
TRANSACTION_TIMEOUT_MS = 60_000


def consumer_config(servers: str, group: str, worker: str) -> dict[str, Any]:
    """A group member that is known by name, so that a restart takes its partitions back without a rebalance."""
    return {
        "bootstrap.servers": servers,
        "group.id": group,
        "group.instance.id": f"{group}.{worker}",
        "session.timeout.ms": SESSION_TIMEOUT_MS,
        # Eager: cooperative assignors refuse offset commits in the midst of a rebalance (librdkafka #3337).
        "partition.assignment.strategy": "range",
        "isolation.level": "read_committed",
        "enable.auto.commit": False,
        "enable.auto.offset.store": False,
        # Positions are always given; a position that retention has overtaken must be heard of.
        "auto.offset.reset": "error",
        # A worker that sits on the broker's long poll answers a batch late; memory per partition stays bounded.
        "fetch.wait.max.ms": 50,
        "queued.max.messages.kbytes": 16_384,
        "fetch.message.max.bytes": MAX_RECORD_BYTES,
    }


def transactional_config(servers: str, transactional_id: str) -> dict[str, Any]:
    """A producer whose records and offsets become visible together or not at all."""
    return {
        "bootstrap.servers": servers,
        "transactional.id": transactional_id,
        "transaction.timeout.ms": TRANSACTION_TIMEOUT_MS,
        "linger.ms": 0,
        "compression.type": "lz4",
        "message.max.bytes": MAX_RECORD_BYTES,
        # With the default of 100 ms every transaction that follows closely on another waits 100 ms: the broker
        # answers "concurrent transactions" until it has written the markers of the one before.
        "retry.backoff.ms": 5,
        "retry.backoff.max.ms": 200,
    }


def reader_config(servers: str) -> dict[str, Any]:
    """A consumer without a group that reads a partition from its beginning to its end."""
    return {
        "bootstrap.servers": servers,
        "group.id": "unused",
        "isolation.level": "read_committed",
        "enable.auto.commit": False,
        "enable.partition.eof": True,
        "auto.offset.reset": "earliest",
        "fetch.message.max.bytes": MAX_RECORD_BYTES,
    }
