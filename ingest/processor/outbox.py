"""What a decoded batch sends to Kafka: slices of `parsed`, and dead letters."""

import time
from collections.abc import Iterator

import pyarrow as pa

from ingest.decoding.outcome import Decoded
from ingest.decoding.records import RawRecord
from ingest.decoding.tables import Tables
from ingest.envelope import Rejected
from ingest.streaming.transaction import Headers

SLICE_BYTES = 900_000
MAX_DETAIL = 1024


def slices(tables: Tables, release: int) -> Iterator[tuple[Headers, bytes]]:
    """Each table as Arrow IPC streams of at most 900 KB."""
    for name, table in tables.items():
        for part in _cut(table.combine_chunks()):
            headers = [("table", name), ("schema", "1"), ("rows", str(part.num_rows)), ("release", str(release))]
            yield [(key, value.encode()) for key, value in headers], _stream(part)


def _cut(table: pa.Table) -> Iterator[pa.Table]:
    parts = -(-table.nbytes // SLICE_BYTES)
    if parts <= 1 and (table.num_rows == 1 or len(_stream(table)) <= SLICE_BYTES):
        yield table
        return
    step = max(1, table.num_rows // max(parts, 2))
    for start in range(0, table.num_rows, step):
        # A slice shares the buffers of the whole; IPC writes only its part.
        yield from _cut_slice(table.slice(start, step))


def _cut_slice(table: pa.Table) -> Iterator[pa.Table]:
    if table.num_rows > 1 and len(_stream(table)) > SLICE_BYTES:
        half = table.num_rows // 2
        yield from _cut_slice(table.slice(0, half))
        yield from _cut_slice(table.slice(half))
    else:
        yield table


def _stream(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue().to_pybytes())


def dead_letters(decoded: Decoded) -> Iterator[tuple[RawRecord, Headers]]:
    """The rejected records, each with the headers of its dead letter."""
    for envelope in decoded.envelopes:
        if envelope.rejected is not None:
            yield envelope.record, dead_letter_headers(envelope.record, envelope.rejected, decoded.release)


def dead_letter_headers(record: RawRecord, rejected: Rejected, release: int) -> Headers:
    """The record's own headers, then what was wrong with it (docs/contracts/topics.md)."""
    added = {
        "code": str(rejected.code),
        "detail": rejected.detail[:MAX_DETAIL],
        "raw": f"{record.partition}/{record.offset}",
        "release": str(release),
        "stage": "process",
        "rejected": str(time.time_ns() // 1000),
    }
    kept = [(key, value.encode()) for key, value in record.headers.items() if key not in added]
    return kept + [(key, value.encode()) for key, value in added.items()]
