"""`raw` and `dead_letters` → `raw_data_cache_store`: every envelope as it came."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from distribution.schema import raw_data_cache_store
from distribution.writers.sink import Inserts
from ingest.decoding.records import RawRecord, raw_record
from ingest.envelope import is_realtime
from ingest.streaming.batches import Record

_TIME = pa.timestamp("us", tz="UTC")
ENVELOPE = pa.schema(
    [
        ("partition", pa.uint16()), ("offset", pa.int64()), ("origin", pa.string()), ("message_id", pa.string()),
        ("device", pa.string()), ("kind", pa.string()), ("content_type", pa.string()),
        ("content_encoding", pa.string()), ("realtime", pa.uint8()), ("enqueued", _TIME), ("received", _TIME),
        ("properties", pa.map_(pa.string(), pa.string())), ("body", pa.binary()),
    ]
)  # fmt: skip
DEAD_LETTER = pa.schema(
    [
        *ENVELOPE, pa.field("code", pa.string()), pa.field("detail", pa.string()), pa.field("stage", pa.string()),
        pa.field("release", pa.uint32()), pa.field("rejected", _TIME),
    ]
)  # fmt: skip


class RawStoreSink:
    """Sink of the group `raw_store`."""

    name = "raw_store"

    def __init__(self, raw: str, dead_letters: str) -> None:
        self.topics = [raw, dead_letters]
        self._dead_letters = dead_letters

    def inserts(self, records: Sequence[Record]) -> Inserts:
        """`envelope` or `dead_letter` → one row a record, by the topic the records are of."""
        envelopes = [raw_record(record) for record in records]
        if records[0].topic == self._dead_letters:
            rows = [_envelope(record) | _reject(record) for record in envelopes]
            return {raw_data_cache_store("dead_letter"): pa.Table.from_pylist(rows, DEAD_LETTER)}
        rows = [_envelope(record) for record in envelopes]
        return {raw_data_cache_store("envelope"): pa.Table.from_pylist(rows, ENVELOPE)}


def _envelope(record: RawRecord) -> dict[str, Any]:
    headers = record.headers
    return {
        "partition": record.partition, "offset": record.offset, "origin": record.origin,
        "message_id": headers.get("message-id", ""), "device": record.device, "kind": headers.get("kind", ""),
        "content_type": headers.get("content-type", ""), "content_encoding": headers.get("content-encoding", ""),
        "realtime": int(is_realtime(headers)), "enqueued": _micros(headers.get("enqueued")),
        "received": record.received,
        "properties": sorted(
            (key.removeprefix("property."), value) for key, value in headers.items() if key.startswith("property.")
        ),
        "body": record.body,
    }  # fmt: skip


def _reject(record: RawRecord) -> dict[str, Any]:
    """Where the envelope stands in `raw`, and why it was refused."""
    headers = record.headers
    partition, _, offset = headers.get("raw", "").partition("/")
    return {
        "partition": int(partition) if partition.isdecimal() else record.partition,
        "offset": int(offset) if offset.isdecimal() else record.offset,
        "code": headers.get("code", ""), "detail": headers.get("detail", ""), "stage": headers.get("stage", ""),
        "release": int(headers.get("release", "0")), "rejected": _micros(headers.get("rejected")),
    }  # fmt: skip


def _micros(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() else None
