"""A machine's positions, DTCs, logs, events and unmodelled ids, a page at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from distribution.queries.history import Span
from distribution.queries.reader import read
from distribution.schema import ce_technology

_TIMES: Final = {"ts", "received", "first_ts", "last_ts"}


@dataclass(frozen=True, slots=True)
class Listing:
    """A table as pages of it are read.

    `columns` as they come out, times as µs; `order` names the key's columns behind `machine` with their types: pages
    go from the greatest to the least of them.
    """

    table: str
    columns: tuple[str, ...]
    order: tuple[tuple[str, str], ...]

    @property
    def is_timed(self) -> bool:
        return self.order[0][0] == "ts"


_TS: Final = ("ts", "Int64")
_STAMP: Final = ("release", "received")

POSITIONS: Final = Listing(
    "position",
    ("ts", "ordinal", "lat", "lon", "alt", "speed", "heading", "hdop", "satellites", "quality", "reason", *_STAMP),
    (_TS, ("ordinal", "UInt8")),
)
DTCS: Final = Listing(
    "dtc",
    ("ts", "source", "spn", "fmi", "oc", "cm", "active", "text", *_STAMP),
    (_TS, ("source", "UInt32"), ("spn", "UInt32"), ("fmi", "UInt8")),
)
LOGS: Final = Listing(
    "log",
    ("ts", "message_id", "index", "level", "severity", "logger", "message", "fields", *_STAMP),
    (_TS, ("message_id", "String"), ("index", "UInt32")),
)
EVENTS: Final = Listing(
    "event",
    ("ts", "message_id", "index", "name", "state", "severity", "value", "text", "fields", *_STAMP),
    (_TS, ("message_id", "String"), ("index", "UInt32")),
)
UNMODELLED: Final = Listing(
    "unmodelled",
    ("bus", "can_id", "page", "count", "first_ts", "last_ts", *_STAMP),
    (("bus", "UInt8"), ("can_id", "UInt32"), ("page", "Int64")),
)


def page(
    listing: Listing, machine: int, span: Span, before: Sequence[Any] | None, limit: int
) -> list[Mapping[str, Any]]:
    """At most `limit` rows, newest first, those after the key `before` in that order; `span` holds for timed tables.

    Raises TooMuchError, StoreUnavailableError.
    """
    columns = ", ".join(f"toUnixTimestamp64Micro(t.{c})" if c in _TIMES else f"t.`{c}`" for c in listing.columns)
    conditions = ["t.machine = {machine:UInt32}"]
    parameters: dict[str, Any] = {"machine": machine, "limit": limit}
    if listing.is_timed:
        conditions.append("t.ts >= fromUnixTimestamp64Micro({begin:Int64}, 'UTC')")
        conditions.append("t.ts < fromUnixTimestamp64Micro({end:Int64}, 'UTC')")
        parameters |= {"begin": span.begin, "end": span.end}
    if before is not None:
        bound = ", ".join(_placeholder(name, kind) for name, kind in listing.order)
        conditions.append(f"({', '.join(f't.`{name}`' for name, _ in listing.order)}) < ({bound})")
        parameters |= {f"before_{name}": value for (name, _), value in zip(listing.order, before, strict=True)}
    order = ", ".join(f"t.`{name}` DESC" for name, _ in listing.order)
    sql = f"SELECT {columns} FROM {ce_technology(listing.table)} AS t FINAL WHERE {' AND '.join(conditions)} ORDER BY {order} LIMIT {{limit:UInt32}}"  # noqa: E501, S608 - our own names  # fmt: skip
    return [dict(zip(listing.columns, row, strict=True)) for row in read(sql, parameters)]


def _placeholder(name: str, kind: str) -> str:
    bound = f"{{before_{name}:{kind}}}"
    return f"fromUnixTimestamp64Micro({bound}, 'UTC')" if name == "ts" else bound
