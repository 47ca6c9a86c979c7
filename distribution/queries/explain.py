"""What the stores have of one value: its row, the rows it may have been made of, and the envelopes around it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from distribution.queries.reader import read
from distribution.schema import ce_technology, raw_data_cache_store
from parsing.quality import Quality

MOST_CANDIDATES: Final = 64
"""Envelopes that were received at the very same time."""

_VALUE: Final = """
    SELECT toUnixTimestamp64Micro(ts) AS us, source, ordinal, `values`[{{slot:UInt16}} + 1],
           qualities[{{slot:UInt16}} + 1], `release`, toUnixTimestamp64Micro(received)
    FROM {table} FINAL
    WHERE machine = {{machine:UInt32}} AND `group` = {{group:UInt32}} AND {where}
        AND ({{source:Int64}} < 0 OR source = {{source:Int64}}) AND {{slot:UInt16}} < length(`values`)
    ORDER BY us DESC, ordinal {order}, source LIMIT 1
"""
_TEXT: Final = """
    SELECT toUnixTimestamp64Micro(ts) AS us, source, ordinal, value, quality, `release`,
           toUnixTimestamp64Micro(received)
    FROM {table} FINAL
    WHERE machine = {{machine:UInt32}} AND `group` = {{group:UInt32}} AND {where}
        AND ({{source:Int64}} < 0 OR source = {{source:Int64}}) AND slot = {{slot:UInt16}}
    ORDER BY us DESC, ordinal {order}, source LIMIT 1
"""
# As a time and not as a number: so the table's own order finds it.
_AT: Final = "ts = fromUnixTimestamp64Micro({us:Int64}, 'UTC') AND ordinal = {ordinal:UInt8}"
_UP_TO: Final = "ts <= fromUnixTimestamp64Micro({us:Int64}, 'UTC')"
_LEDGER: Final = """
    SELECT `partition`, `offset`, origin, message_id, device, kind, frames, `rows`,
           if(isNull(first_ts), -1, toUnixTimestamp64Micro(assumeNotNull(first_ts))),
           if(isNull(last_ts), -1, toUnixTimestamp64Micro(assumeNotNull(last_ts))),
           toUnixTimestamp64Micro(received)
    FROM {table} FINAL
    WHERE machine = {{machine:UInt32}} AND {where}
    ORDER BY `partition` {order}, `offset` {order} LIMIT {{limit:UInt32}}
"""
_RECEIVED: Final = "received = fromUnixTimestamp64Micro({us:Int64}, 'UTC')"
_BEFORE: Final = """`partition` = {partition:UInt16} AND `offset` < {offset:Int64}
    AND received >= fromUnixTimestamp64Micro({us:Int64}, 'UTC')"""
_DETAILS: Final = """
    SELECT content_type, content_encoding, realtime, length(body),
           if(isNull(enqueued), -1, toUnixTimestamp64Micro(assumeNotNull(enqueued)))
    FROM {table}
    WHERE `partition` = {{partition:UInt16}} AND `offset` = {{offset:Int64}} LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Key:
    """A value of a signal; `ts` µs, `source` None: of any. `latest`: the last one up to `ts` instead of that of `ts`
    and `ordinal`.
    """

    machine: int
    group: int
    slot: int
    source: int | None
    ts: int
    ordinal: int = 0
    latest: bool = False


@dataclass(frozen=True, slots=True)
class StoredValue:
    """`text` of text signals, which have no number; `received` µs: when its envelope was."""

    ts: int
    source: int
    ordinal: int
    value: float
    text: str | None
    quality: Quality
    release: int
    received: int


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """An envelope that was decoded; times in µs, those of its frames or objects None where it has none."""

    partition: int
    offset: int
    origin: str
    message_id: str
    device: str
    kind: str
    frames: int
    rows: int
    first_ts: int | None
    last_ts: int | None
    received: int

    def spans(self, ts: int) -> bool:
        return self.first_ts is not None and self.last_ts is not None and self.first_ts <= ts <= self.last_ts


@dataclass(frozen=True, slots=True)
class Details:
    """What the raw store has of an envelope; `size` of the body in bytes, as it was sent, `enqueued` µs."""

    content_type: str
    content_encoding: str
    realtime: bool
    size: int
    enqueued: int | None


def stored_value(key: Key) -> StoredValue | None:
    """A number or a text; None where there is none, and where it is absent. Raises TooMuchError,
    StoreUnavailableError.
    """
    text = _first(_TEXT, "text_value", key)
    number = _first(_VALUE, "frame_values", key)
    if text and (not number or Quality(number[4]) == Quality.ABSENT or text[0] > number[0]):
        ts, source, ordinal, value, quality, release, received = text
        return StoredValue(ts, source, ordinal, 0.0, str(value), Quality(quality), release, received)
    if not number:
        return None
    ts, source, ordinal, value, quality, release, received = number
    return StoredValue(ts, source, ordinal, value, None, Quality(quality), release, received)


def _first(sql: str, table: str, key: Key) -> Sequence[Any] | None:
    parameters = {
        "machine": key.machine, "group": key.group, "slot": key.slot, "us": key.ts, "ordinal": key.ordinal,
        "source": -1 if key.source is None else key.source,
    }  # fmt: skip
    where, order = (_UP_TO, "DESC") if key.latest else (_AT, "ASC")
    rows = read(sql.format(table=ce_technology(table), where=where, order=order), parameters)
    return rows[0] if rows else None


def received_at(machine: int, received: int) -> list[LedgerEntry]:
    """Envelopes of the machine that were received at that time, µs. Raises TooMuchError, StoreUnavailableError."""
    parameters = {"machine": machine, "us": received, "limit": MOST_CANDIDATES}
    return _ledger(_RECEIVED, "ASC", parameters)


def received_before(machine: int, first: LedgerEntry, since: int, most: int) -> list[LedgerEntry]:
    """The last ones before that envelope, at most so many, received since a time, µs; in the order of the stream.

    Raises TooMuchError, StoreUnavailableError.
    """
    parameters = {
        "machine": machine, "partition": first.partition, "offset": first.offset, "us": since, "limit": most,
    }  # fmt: skip
    return _ledger(_BEFORE, "DESC", parameters)[::-1]


def _ledger(where: str, order: str, parameters: dict[str, Any]) -> list[LedgerEntry]:
    rows = read(_LEDGER.format(table=ce_technology("envelope"), where=where, order=order), parameters)
    return [_entry(*row) for row in rows]


def _entry(
    partition: int, offset: int, origin: str, message_id: str, device: str, kind: str, frames: int, rows: int,
    first_ts: int, last_ts: int, received: int,
) -> LedgerEntry:  # fmt: skip
    """Times below 0 are none."""
    first, last = (None if each < 0 else each for each in (first_ts, last_ts))
    return LedgerEntry(partition, offset, origin, message_id, device, kind, frames, rows, first, last, received)


def details(partition: int, offset: int) -> Details | None:
    """None where the raw store does not have the envelope. Raises TooMuchError, StoreUnavailableError."""
    parameters = {"partition": partition, "offset": offset}
    rows = read(_DETAILS.format(table=raw_data_cache_store("envelope")), parameters)
    if not rows:
        return None
    content_type, encoding, realtime, size, enqueued = rows[0]
    return Details(content_type, encoding, bool(realtime), size, enqueued if enqueued >= 0 else None)
