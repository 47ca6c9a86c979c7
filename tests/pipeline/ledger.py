"""What a deployment holds in the end: Kafka's and ClickHouse's own words, for holding one against another."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import redis
from clickhouse_connect.driver.client import Client
from confluent_kafka import Consumer, TopicPartition

from ingest.processor.state import MachineState
from ingest.streaming.compacted import read_to_end
from ingest.streaming.config import reader_config


@dataclass(frozen=True, slots=True)
class Stores:
    """Where one deployment keeps things."""

    servers: str
    prefix: str
    partitions: int
    clickhouse: Client
    database_prefix: str
    redis_url: str
    redis_prefix: str

    def raw_message_ids(self) -> list[str]:
        """Of all committed records of `raw`, in no order."""
        consumer = Consumer(reader_config(self.servers))
        found: list[str] = []
        try:
            for partition in range(self.partitions):
                consumer.assign([TopicPartition(f"{self.prefix}raw", partition, 0)])
                while (message := consumer.poll(10)) is not None and message.error() is None:
                    found.append(dict(message.headers())["message-id"].decode())
        finally:
            consumer.close()
        return found

    def lag(self, group: str, topic: str) -> int:
        """Records of the topic that the group has not committed; markers of transactions are no records."""
        consumer = Consumer(reader_config(self.servers) | {"group.id": f"{self.prefix}{group}"})
        places = [TopicPartition(f"{self.prefix}{topic}", partition) for partition in range(self.partitions)]
        left = 0
        try:
            for place in consumer.committed(places, timeout=30):
                place.offset = max(place.offset, 0)
                consumer.assign([place])
                while (message := consumer.poll(10)) is not None and message.error() is None:
                    left += 1
        finally:
            consumer.close()
        return left

    def states(self) -> dict[int, MachineState]:
        found: dict[int, MachineState] = {}
        for partition in range(self.partitions):
            for key, value in read_to_end(self.servers, f"{self.prefix}engine_state", partition):
                found[int(key)] = MachineState.unpack(value)
        return found

    def select(self, columns: str, database: str, table: str, order: str) -> list[tuple[Any, ...]]:
        """Rows as they are in the parts, not as FINAL would show them: nothing may have been written twice."""
        query = f"SELECT {columns} FROM {self.database_prefix}{database}.{table} ORDER BY {order}"  # noqa: S608 - our own names
        return [tuple(row) for row in self.clickhouse.query(query).result_rows]

    def count(self, database: str, table: str) -> int:
        return int(self.select("count()", database, table, "1")[0][0])

    def values(self) -> list[tuple[Any, ...]]:
        key = "machine, group, source, ts, ordinal"
        return self.select(f"{key}, values, qualities, release", "ce_technology", "frame_values", key)

    def outcomes(self) -> Counter[str]:
        """message-id → how often it became rows or a dead letter."""
        parsed = self.select("message_id", "ce_technology", "envelope", "1")
        rejected = self.select("message_id", "raw_data_cache_store", "dead_letter", "1")
        return Counter(row[0] for row in parsed + rejected)

    def snapshot(self) -> dict[str, dict[bytes, bytes]]:
        """Without the received time, which differs from run to run."""
        with redis.Redis.from_url(self.redis_url) as connection:
            keys = sorted(connection.scan_iter(f"{self.redis_prefix}snapshot:*"))
            return {
                key.decode().removeprefix(self.redis_prefix): {
                    name: value[:13] + value[21:] for name, value in connection.hgetall(key).items()
                }
                for key in keys
            }
