"""Decoded batches as the Arrow tables of `parsed` (docs/contracts/rows.md)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ingest.decoding.j1939_tables import j1939_rows
from ingest.decoding.objects import Placed, place_objects, text_rows
from ingest.decoding.outcome import Block, Decoded, Envelope
from ingest.envelope import DtcObject, EventObject, LogObject, OpenedObjects, PositionObject
from parsing.rows import SCHEMAS

Tables = dict[str, pa.Table]


def tables_of(decoded: Decoded, counted: Mapping[str, Sequence[Mapping[str, Any]]]) -> Tables:
    """Every table that has rows; `counted` are those of the tables of counts, which the processor keeps."""
    received = np.array([envelope.record.received for envelope in decoded.envelopes], np.int64)
    machines = np.array([envelope.machine for envelope in decoded.envelopes], np.uint32)
    rows = np.zeros(len(decoded.envelopes), np.uint32)
    tables: Tables = {}
    blocks = [block for block in decoded.blocks if len(block.ts)]
    if blocks:
        tables["frame_values"] = _frame_values(blocks, machines, received, decoded.release)
        for block in blocks:
            rows += np.bincount(block.envelope, minlength=len(rows)).astype(np.uint32)
    listed = [*_objects(decoded).items(), *j1939_rows(decoded), *counted.items(), ("finding", _findings(decoded))]
    for name, records in [*listed, ("envelope", list(_ledger(decoded, rows)))]:
        if records:
            tables[name] = pa.Table.from_pylist(list(records), SCHEMAS[name])
    return tables


def _frame_values(
    blocks: Sequence[Block], machines: NDArray[np.uint32], received: NDArray[np.int64], release: int
) -> pa.Table:
    schema = SCHEMAS["frame_values"]
    counts = [len(block.ts) for block in blocks]
    envelope = np.concatenate([block.envelope for block in blocks])
    slots = np.repeat(np.array([block.values.shape[1] for block in blocks], np.int32), counts)
    offsets = np.zeros(len(slots) + 1, np.int32)
    np.cumsum(slots, out=offsets[1:])
    values = np.concatenate([block.values.ravel() for block in blocks])
    qualities = np.concatenate([block.qualities.ravel() for block in blocks])
    columns = {
        "machine": machines[envelope],
        "group": np.repeat(np.array([block.group for block in blocks], np.uint32), counts),
        "source": np.concatenate([block.source for block in blocks]),
        "ts": np.concatenate([block.ts for block in blocks]),
        "ordinal": np.concatenate([block.ordinal for block in blocks]),
        "values": pa.ListArray.from_arrays(offsets, values, schema.field("values").type),
        "qualities": pa.ListArray.from_arrays(offsets, qualities, schema.field("qualities").type),
        "release": np.full(len(envelope), release, np.uint32),
        "received": received[envelope],
    }
    arrays = [
        columns[column.name]
        if isinstance(columns[column.name], pa.Array)
        else pa.array(columns[column.name], column.type)
        for column in schema
    ]
    return pa.Table.from_arrays(arrays, schema=schema)


def _findings(decoded: Decoded) -> list[dict[str, Any]]:
    return [
        {
            "machine": decoded.envelopes[each.envelope].machine, "rule": each.rule_id, "ts": each.ts, "index": 0,
            "kind": each.kind, "name": each.rule.name if each.rule else "", "state": each.state,
            "severity": each.severity, "text": each.text, "since": each.since, "capture": each.capture.decode(),
            "group_by": each.rule.group_by if each.rule else "", "release": decoded.release,
            "received": decoded.envelopes[each.envelope].record.received,
        }
        for each in decoded.findings
    ]  # fmt: skip


def _objects(decoded: Decoded) -> dict[str, list[dict[str, Any]]]:
    rows: dict[str, list[dict[str, Any]]] = {"position": [], "log": [], "event": [], "text_value": text_rows(decoded)}
    for _, placed in place_objects(decoded):
        for each in placed:
            # Trouble codes have been told to the machine's listener.
            if isinstance(each.what, DtcObject):
                break
            envelope = decoded.envelopes[each.envelope]
            common = {
                "machine": envelope.machine, "release": decoded.release, "received": envelope.record.received,
                "ts": each.what.ts,
            }  # fmt: skip
            table, make = _ROWS[type(each.what)]
            rows[table].append(common | make(each.what, envelope, each))
    return rows


def _position(each: PositionObject, _: Envelope, placed: Placed) -> dict[str, Any]:
    return {
        "ordinal": placed.ordinal, "lat": each.lat, "lon": each.lon, "alt": each.alt, "speed": each.speed,
        "heading": each.heading, "hdop": each.hdop, "satellites": each.satellites,
        "quality": int(each.quality), "reason": each.reason,
    }  # fmt: skip


def _identity(envelope: Envelope, placed: Placed) -> dict[str, Any]:
    message_id = envelope.record.headers.get("message-id") or envelope.record.origin
    return {"message_id": message_id, "index": placed.number}


def _log(each: LogObject, envelope: Envelope, placed: Placed) -> dict[str, Any]:
    return _identity(envelope, placed) | {
        "level": each.level, "severity": each.severity, "logger": each.logger, "message": each.message,
        "fields": each.fields,
    }  # fmt: skip


def _event(each: EventObject, envelope: Envelope, placed: Placed) -> dict[str, Any]:
    return _identity(envelope, placed) | {
        "name": each.name, "state": each.state, "severity": each.severity, "value": each.value, "text": each.text,
        "fields": each.fields,
    }  # fmt: skip


_ROWS: dict[type, tuple[str, Callable[[Any, Envelope, Placed], dict[str, Any]]]] = {
    PositionObject: ("position", _position),
    LogObject: ("log", _log),
    EventObject: ("event", _event),
}


def _ledger(decoded: Decoded, rows: NDArray[np.uint32]) -> Iterator[dict[str, Any]]:
    unmodelled = [0] * len(decoded.envelopes)
    for each in decoded.unmodelled:
        unmodelled[each.envelope] += each.count
    for index, envelope in enumerate(decoded.envelopes):
        if envelope.rejected is not None:
            continue
        record = envelope.record
        objects = envelope.frames if isinstance(envelope.opened, OpenedObjects) else 0
        yield {
            "partition": record.partition, "offset": record.offset, "origin": record.origin,
            "message_id": record.headers.get("message-id", ""), "device": record.device,
            "machine": envelope.machine, "kind": record.headers.get("kind", ""), "frames": envelope.frames,
            "rows": int(rows[index]) + objects, "unmodelled": unmodelled[index], "short": int(decoded.short[index]),
            "first_ts": envelope.first_ts, "last_ts": envelope.last_ts,
            "release": decoded.release, "received": record.received,
        }  # fmt: skip
