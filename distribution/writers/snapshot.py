"""`parsed` → SnapShot Redis: the newest row of each (machine, group, source) and of what else a page shows first."""

import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import msgpack
import numpy as np
import pyarrow as pa
import redis
import structlog
from confluent_kafka import KafkaException

from distribution.snapshot.read import HEAD
from distribution.writers.open_findings import COUNT_OPEN, newest_findings
from ingest.streaming.batches import Record, committed_positions, positions_after, seek_back
from ingest.streaming.config import consumer_config
from ingest.streaming.faults import reach
from ingest.streaming.member import Member
from parsing.quality import Quality

log = structlog.get_logger(__name__)

BATCH_RECORDS = 500
LINGER_SECONDS = 0.1
POLL_SECONDS = 0.5

# Of one machine. It has some hundred groups from some dozen sources; a device that makes up addresses could have
# millions, and the memory is everybody's.
FIELDS_MAXIMUM = 16_384

# KEYS: the hash, and of findings that of the counts. ARGV: how many fields there may be; then field, ts, ordinal,
# release, value, … Redis' numbers are doubles, exact to 2^53 µs (the year 2255). The head of a stored value is compared
# as it stands in it, so there is no second place that could disagree.
_WRITE_NEWER = """
local room = tonumber(ARGV[1]) - redis.call('HLEN', KEYS[1])
local refused = 0
for i = 2, #ARGV, 5 do
  local old = redis.call('HGET', KEYS[1], ARGV[i])
  local newer = true
  if old then
    local ts, ordinal, release = struct.unpack('<i8BI4', old)
    local new_ts, new_ordinal, new_release = tonumber(ARGV[i + 1]), tonumber(ARGV[i + 2]), tonumber(ARGV[i + 3])
    if ts ~= new_ts then newer = new_ts > ts
    elseif ordinal ~= new_ordinal then newer = new_ordinal > ordinal
    else newer = new_release > release end
  elseif room > 0 or ARGV[i] == 'position' then
    room = room - 1
  else
    newer = false
    refused = refused + 1
  end
  if newer then
    redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 4])
  end
end
"""
_GIVE_REFUSED = "return refused"
NEWER_ONLY = _WRITE_NEWER + _GIVE_REFUSED
NEWER_FINDINGS = _WRITE_NEWER + COUNT_OPEN + _GIVE_REFUSED

Field = tuple[str, int, int, int, bytes]  # name, ts, ordinal, release, packed value


class SnapshotWriter:
    """One member of the group `{prefix}snapshot`. Newer-only, so reading records twice changes nothing."""

    def __init__(self, servers: str, prefix: str, worker: str, parsed: str, redis_url: str, redis_prefix: str) -> None:
        self._redis_prefix = redis_prefix
        self._redis = redis.Redis.from_url(redis_url, socket_timeout=10, socket_connect_timeout=5)
        self._script = self._redis.register_script(NEWER_ONLY)
        self._findings_script = self._redis.register_script(NEWER_FINDINGS)
        self._member = Member(consumer_config(servers, f"{prefix}snapshot", worker), [parsed])

    def run(self, stop: threading.Event) -> None:
        """Work until `stop`. Raises KafkaException where only a new process can go on."""
        consumer = self._member.consumer
        self._member.join(lambda partitions: committed_positions(consumer, partitions), lambda: None)
        try:
            while not stop.is_set():
                records = self._member.poll_batch(BATCH_RECORDS, LINGER_SECONDS, POLL_SECONDS)
                if records:
                    self._take(records)
        finally:
            consumer.close()

    def _take(self, records: list[Record]) -> None:
        try:
            self.write(records)
        except redis.RedisError as error:
            log.warning("SnapShot Redis does not answer; trying again", error=repr(error))
            seek_back(self._member.consumer, records)
            time.sleep(0.5)
            return
        reach("snapshot.written")
        try:
            self._member.consumer.commit(offsets=positions_after(records), asynchronous=False)
        except KafkaException as error:
            # Evicted or the broker is away: whoever reads these records again writes nothing new.
            log.warning("snapshot offsets not committed", error=str(error))
        reach("snapshot.committed")

    def write(self, records: Sequence[Record]) -> None:
        """Write what is newer. Raises redis.RedisError."""
        tables: dict[str, list[pa.Table]] = defaultdict(list)
        for record in records:
            name = record.header("table")
            if name in ("frame_values", "position", "finding", "envelope"):
                tables[name].append(pa.ipc.open_stream(record.value).read_all())
        fields = _newest_fields(tables)
        findings = newest_findings(pa.concat_tables(tables["finding"])) if tables["finding"] else {}
        with self._redis.pipeline(transaction=False) as pipeline:
            for machine, entries in fields.items():
                key = f"{self._redis_prefix}snapshot:{machine}"
                self._script(keys=[key], args=_arguments(entries), client=pipeline)
            for machine, entries in findings.items():
                keys = [f"{self._redis_prefix}findings:{machine}", f"{self._redis_prefix}findings"]
                self._findings_script(keys=keys, args=_arguments(entries), client=pipeline)
            for name, scores in (("contact", "received"), ("running", "release")):
                for machine, score in _greatest(tables["envelope"], scores).items():
                    pipeline.zadd(f"{self._redis_prefix}{name}", {str(machine): score}, gt=True)
            refused = pipeline.execute()
        for machine, count in zip([*fields, *findings], refused, strict=False):  # the contacts come behind
            if count:
                log.warning("the snapshot of a machine is full", machine=machine, refused=count)


def _arguments(entries: list[Field]) -> list[Any]:
    return [FIELDS_MAXIMUM, *(part for entry in entries for part in entry)]


def _newest_fields(tables: dict[str, list[pa.Table]]) -> dict[int, list[Field]]:
    fields: dict[int, list[Field]] = defaultdict(list)
    if tables["frame_values"]:
        rows = _with_a_value(pa.concat_tables(tables["frame_values"]).combine_chunks())
        if rows.num_rows:
            _add_newest_rows(fields, rows)
    if tables["position"]:
        _add_newest_positions(fields, pa.concat_tables(tables["position"]))
    return fields


def _with_a_value(rows: pa.Table) -> pa.Table:
    """Without rows of which every slot is absent: an empty frame is history, and no news of any signal."""
    qualities = rows["qualities"].chunk(0)
    least = np.minimum.reduceat(qualities.flatten().to_numpy(), qualities.offsets.to_numpy()[:-1])
    return rows.filter(pa.array(least != Quality.ABSENT)).combine_chunks()


def _add_newest_rows(fields: dict[int, list[Field]], rows: pa.Table) -> None:
    columns: dict[str, Any] = {
        name: rows[name].cast(pa.int64()).to_numpy() if name in ("ts", "received") else rows[name].to_numpy()
        for name in ("machine", "group", "source", "ts", "ordinal", "release", "received")
    }
    order = np.lexsort([columns[key] for key in ("release", "ordinal", "ts", "source", "group", "machine")])
    last = np.ones(len(order), bool)
    last[:-1] = False
    for key in ("machine", "group", "source"):
        ordered = columns[key][order].astype(np.int64)
        last[:-1] |= np.diff(ordered) != 0
    values, qualities = rows["values"].chunk(0), rows["qualities"].chunk(0)
    for row in order[last].tolist():
        numbers = values[row].values.to_numpy()
        ts, ordinal, release = (int(columns[key][row]) for key in ("ts", "ordinal", "release"))
        packed = HEAD.pack(ts, ordinal, release, int(columns["received"][row]), len(numbers))
        packed += numbers.tobytes() + qualities[row].values.to_numpy().tobytes()
        name = f"{columns['group'][row]}:{columns['source'][row]}"
        fields[int(columns["machine"][row])].append((name, ts, ordinal, release, packed))


def _add_newest_positions(fields: dict[int, list[Field]], rows: pa.Table) -> None:
    times = pa.table({name: rows[name].cast(pa.int64()) for name in ("ts", "received")}).to_pylist()
    newest: dict[int, dict[str, Any]] = {}
    for fields_of_row, time_fields in zip(rows.to_pylist(), times, strict=True):
        row = fields_of_row | time_fields
        key = (row["ts"], row["ordinal"], row["release"])
        best = newest.get(row["machine"])
        if best is None or key >= (best["ts"], best["ordinal"], best["release"]):
            newest[row["machine"]] = row
    for machine, row in newest.items():
        head = HEAD.pack(row["ts"], row["ordinal"], row["release"], row["received"], 0)
        fields[machine].append(("position", row["ts"], row["ordinal"], row["release"], head + msgpack.packb(row)))


def _greatest(tables: list[pa.Table], column: str) -> dict[int, int]:
    """By machine. Releases only count up, as time does."""
    greatest: dict[int, int] = {}
    for table in tables:
        numbers = table[column].cast(pa.int64()).to_pylist()
        for machine, number in zip(table["machine"].to_pylist(), numbers, strict=True):
            greatest[machine] = max(number, greatest.get(machine, 0))
    return greatest
