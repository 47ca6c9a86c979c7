"""Lists of what is known of a machine: positions, trouble codes, logs, events and more, a page at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from distribution.queries.history import Span
from distribution.queries.reader import read
from distribution.schema import ce_technology

_TIMES: Final = {"ts", "received", "first_ts", "last_ts", "first_seen", "last_seen", "ended"}
_BINARY: Final = {"data"}


@dataclass(frozen=True, slots=True)
class Listing:
    """A table as pages of it are read.

    `columns` as they come out, times as µs and binary ones as hex; `order` names the key's columns behind `machine`
    with their types: pages go from the greatest to the least of them.
    """

    table: str
    columns: tuple[str, ...]
    order: tuple[tuple[str, str], ...]

    @property
    def is_timed(self) -> bool:
        return self.order[0][0] == "ts"


_TS: Final = ("ts", "Int64")
_ORDINAL: Final = ("ordinal", "UInt8")
_STAMP: Final = ("release", "received")

POSITIONS: Final = Listing(
    "position",
    ("ts", "ordinal", "lat", "lon", "alt", "speed", "heading", "hdop", "satellites", "quality", "reason", *_STAMP),
    (_TS, _ORDINAL),
)
DTCS: Final = Listing(
    "dtc",
    (
        "ts", "source", "spn", "fmi", "occurrence", "active", "first_seen", "last_seen", "ended", "count", "oc", "cm",
        "lamps", "text", *_STAMP,
    ),
    (_TS, ("source", "UInt32"), ("spn", "UInt32"), ("fmi", "UInt8"), ("occurrence", "UInt32")),
)  # fmt: skip
DTC_LISTS: Final = Listing(
    "dtc_list",
    ("ts", "source", "dm", "ordinal", "transport", "lamps", "spn", "fmi", "oc", "cm", "data", *_STAMP),
    (_TS, ("source", "UInt32"), ("dm", "UInt8"), _ORDINAL),
)
TRANSPORT_MESSAGES: Final = Listing(
    "transport_message",
    ("ts", "source", "pgn", "ordinal", "length", "data", *_STAMP),
    (_TS, ("source", "UInt32"), ("pgn", "UInt32"), _ORDINAL),
)
SOURCES: Final = Listing(
    "source_name",
    (
        "ts", "bus", "source_address", "ordinal", "name", "identity_number", "manufacturer_code", "ecu_instance",
        "function_instance", "function", "vehicle_system", "vehicle_system_instance", "industry_group",
        "arbitrary_address_capable", *_STAMP,
    ),
    (_TS, ("bus", "UInt8"), ("source_address", "UInt8"), _ORDINAL),
)  # fmt: skip
BUS_FAULTS: Final = Listing(
    "bus_fault",
    ("bus", "source_address", "destination_address", "pgn", "reason", "count", "first_ts", "last_ts", *_STAMP),
    (
        ("bus", "UInt8"), ("source_address", "UInt8"), ("destination_address", "UInt8"), ("pgn", "UInt32"),
        ("reason", "String"),
    ),
)  # fmt: skip
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


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows of a listing; `span` holds for timed tables, `active` (None = all) for trouble codes."""

    machine: int
    span: Span
    active: bool | None = None


def page(listing: Listing, wanted: Wanted, before: Sequence[Any] | None, limit: int) -> list[Mapping[str, Any]]:
    """At most `limit` rows, newest first, those after the key `before` in that order.

    Raises TooMuchError, StoreUnavailableError.
    """
    columns = ", ".join(_expression(name) for name in listing.columns)
    conditions = ["t.machine = {machine:UInt32}"]
    parameters: dict[str, Any] = {"machine": wanted.machine, "limit": limit}
    if listing.is_timed:
        conditions.append("t.ts >= fromUnixTimestamp64Micro({begin:Int64}, 'UTC')")
        conditions.append("t.ts < fromUnixTimestamp64Micro({end:Int64}, 'UTC')")
        parameters |= {"begin": wanted.span.begin, "end": wanted.span.end}
    if wanted.active is not None:
        conditions.append("t.active = {active:UInt8}")
        parameters["active"] = int(wanted.active)
    if before is not None:
        bound = ", ".join(_placeholder(name, kind) for name, kind in listing.order)
        conditions.append(f"({', '.join(f't.`{name}`' for name, _ in listing.order)}) < ({bound})")
        parameters |= {f"before_{name}": value for (name, _), value in zip(listing.order, before, strict=True)}
    order = ", ".join(f"t.`{name}` DESC" for name, _ in listing.order)
    sql = f"SELECT {columns} FROM {ce_technology(listing.table)} AS t FINAL WHERE {' AND '.join(conditions)} ORDER BY {order} LIMIT {{limit:UInt32}}"  # noqa: E501, S608 - our own names  # fmt: skip
    return [dict(zip(listing.columns, row, strict=True)) for row in read(sql, parameters)]


def _expression(column: str) -> str:
    if column in _TIMES:
        return f"toUnixTimestamp64Micro(t.{column})"
    return f"lower(hex(t.{column}))" if column in _BINARY else f"t.`{column}`"


def _placeholder(name: str, kind: str) -> str:
    bound = f"{{before_{name}:{kind}}}"
    return f"fromUnixTimestamp64Micro({bound}, 'UTC')" if name == "ts" else bound
