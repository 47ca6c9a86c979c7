"""Which fields of objects no definition reads: a sample of the envelopes of a time, opened and surveyed."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from distribution.queries import raw
from distribution.queries.history import Span
from distribution.queries.reader import read
from distribution.schema import ce_technology
from ingest.decoding.records import RawRecord
from ingest.envelope.documents import plain, read_json, read_msgpack
from ingest.envelope.records import RejectedError
from ingest.envelope.unpacking import unpack_body
from parsing.objects.kinds import ENVELOPE_KINDS
from parsing.objects.paths import walk
from parsing.objects.readers import ObjectReader

ENVELOPES_OF_A_MACHINE: Final = 20
"""Of each kind, the newest: fields are the same in all, and one machine must not hide the others."""

ENVELOPES_MOST: Final = 1_000
BYTES_MOST: Final = 24_000_000
OBJECTS_MOST: Final = 200
"""Of one envelope."""

FIELDS_MOST: Final = 5_000
"""Keys may be anything, also a number that counts."""

EXAMPLE_CHARACTERS: Final = 120
KEY_CHARACTERS: Final = 200
_BODIES: Final = 100
_LEDGER: Final = """
    SELECT machine, `partition`, `offset` FROM (
        SELECT machine, kind, `partition`, `offset`, received FROM {table} FINAL
        WHERE machine IN {{machines:Array(UInt32)}} AND kind IN {{kinds:Array(String)}}
            AND received >= fromUnixTimestamp64Micro({{begin:Int64}}, 'UTC')
            AND received < fromUnixTimestamp64Micro({{end:Int64}}, 'UTC')
        ORDER BY received DESC LIMIT {of_a_machine} BY machine, kind
    )
    ORDER BY received DESC LIMIT {most}
"""
_TYPES: Final = {bool: "boolean", int: "number", float: "number", str: "text", bytes: "bytes", list: "list"}
Key = tuple[str, int, tuple[str, ...]]
"""Kind of envelope, definition, path."""

ReaderOf = Callable[[int, str], ObjectReader]
"""(machine, kind of envelope) → what reads its objects."""


@dataclass(slots=True)
class UnknownField:
    """A field of objects in envelopes of a kind: `path` is its key, or the keys of an object and of a field in it;
    `reader` is what reads the rest of them. Counts are objects; times of reception, µs.
    """

    kind: str
    path: tuple[str, ...]
    reader: ObjectReader
    first: int
    last: int
    example: str
    types: set[str] = field(default_factory=set)
    machines: Counter[int] = field(default_factory=Counter)

    @property
    def count(self) -> int:
        return self.machines.total()


@dataclass(slots=True)
class Survey:
    """`envelopes` were looked at, of `found` (at most ENVELOPES_MOST). `is_full`: there are more fields than kept."""

    fields: list[UnknownField]
    envelopes: int
    found: int
    is_full: bool


def survey(machines: Sequence[int], span: Span, reader_of: ReaderOf) -> Survey:
    """Of what was received in the span, as far as the raw store has it. Raises TooMuchError, StoreUnavailableError."""
    places = _places(machines, span)
    fields: dict[Key, UnknownField] = {}
    envelopes, is_full = 0, False
    for machine, record in _records(places):
        envelopes += 1
        kind = record.headers.get("kind", "")
        reader = reader_of(machine, kind)
        for path, value in _unread(record, reader):
            key = (kind, reader.definition.id, path)
            if key not in fields and len(fields) >= FIELDS_MOST:
                is_full = True
                continue
            _count(fields, key, reader, record.received, machine, value)
    return Survey(list(fields.values()), envelopes, len(places), is_full)


def _places(machines: Sequence[int], span: Span) -> dict[tuple[int, int], int]:
    """(partition, offset) → machine, the newest first."""
    if not machines:
        return {}
    sql = _LEDGER.format(table=ce_technology("envelope"), of_a_machine=ENVELOPES_OF_A_MACHINE, most=ENVELOPES_MOST)
    parameters = {
        "machines": sorted(machines), "kinds": sorted(ENVELOPE_KINDS), "begin": span.begin, "end": span.end,
    }  # fmt: skip
    return {(int(partition), int(offset)): int(machine) for machine, partition, offset in read(sql, parameters)}


def _records(places: dict[tuple[int, int], int]) -> Iterator[tuple[int, RawRecord]]:
    """Until they are BYTES_MOST."""
    wanted, size = list(places), 0
    for start in range(0, len(wanted), _BODIES):
        for record in raw.envelopes_at(wanted[start : start + _BODIES]):
            yield places[record.partition, record.offset], record
            size += len(record.body)
        if size > BYTES_MOST:
            return


def _count(
    fields: dict[Key, UnknownField],
    key: Key,
    reader: ObjectReader,
    received: int,
    machine: int,
    value: Any,
) -> None:
    kind, _, path = key
    found = fields.get(key)
    if found is None:
        found = fields[key] = UnknownField(kind, path, reader, received, received, example_of(value))
    found.first, found.last = min(found.first, received), max(found.last, received)
    found.machines[machine] += 1
    if value is not None:
        found.types.add(_TYPES.get(type(value), "object"))
        found.example = found.example or example_of(value)


def _unread(record: RawRecord, reader: ObjectReader) -> Iterator[tuple[tuple[str, ...], Any]]:
    known = _Known(reader)
    for each in _objects(_document(record), reader):
        for key, value in each.items():
            if isinstance(key, str) and len(key) <= KEY_CHARACTERS:
                yield from known.unread(key, value)


class _Known:
    """Which fields a reader reads: whole ones, and of others which keys."""

    def __init__(self, reader: ObjectReader) -> None:
        self._whole: set[str] = set()
        self._inner: dict[str, set[str]] = defaultdict(set)
        for signal in reader.decoder.plan.signals.values():
            key, *rest = signal.path
            if rest and isinstance(rest[0], str):
                self._inner[str(key)].add(rest[0])
            else:
                self._whole.add(str(key))
        if reader.definition.each:
            self._whole.add(str(reader.definition.each[0]))

    def unread(self, key: str, value: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
        if key in self._whole:
            return
        if not isinstance(value, dict) or not value:
            if key not in self._inner:
                yield (key,), value
            return
        for name, inner in value.items():
            if isinstance(name, str) and len(name) <= KEY_CHARACTERS and name not in self._inner[key]:
                yield (key, name), inner


def _objects(document: Any, reader: ObjectReader) -> list[dict[Any, Any]]:
    """Where objects are in a list of the body, the body's own fields are with them: definitions may read those too."""
    bodies = document if isinstance(document, list) else [document]
    each = reader.definition.each
    found = []
    for body in bodies[:OBJECTS_MOST]:
        if not isinstance(body, dict):
            continue
        members = walk(body, each) if each else None
        found += [member for member in members if isinstance(member, dict)] if isinstance(members, list) else []
        found.append(body)
    return found[:OBJECTS_MOST]


def _document(record: RawRecord) -> Any:
    """None for what does not open: it would be a dead letter, which this is not about."""
    try:
        body = unpack_body(record.body, record.headers.get("content-encoding"))
        is_json = "json" in record.headers.get("content-type", "").lower()
        return read_json(body) if is_json else read_msgpack(body)
    except RejectedError:
        return None


def example_of(value: Any) -> str:
    """A value as JSON, of bounded length; empty for none."""
    if value is None:
        return ""
    text = value.hex() if isinstance(value, bytes) else orjson.dumps(plain(value), default=str).decode()
    return text if len(text) <= EXAMPLE_CHARACTERS else f"{text[: EXAMPLE_CHARACTERS - 1]}…"
