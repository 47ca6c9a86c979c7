"""What no definition reads, over many machines: ids and pages, ranked by frames, by machines or by time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from distribution.queries.history import Span
from distribution.queries.reader import read
from distribution.schema import ce_technology

SORTS: Final = ("count", "machines", "last_seen")
IDS_SHOWN: Final = 64
"""Of the ids that share a PGN, those with the most frames."""

# Ids of 29 bits that differ in priority, source address or destination address alone are one entry.
_FRAMES: Final = """
    SELECT bus, extended, number, page, sum(count) AS frames, uniqExact(machine) AS machine_count,
           toUnixTimestamp64Micro(min(first_ts)), toUnixTimestamp64Micro(max(last_ts)) AS last_us,
           sumMap([can_id], [count]) AS by_id, sumMap([machine], [count]) AS by_machine,
           arraySlice(arrayReverseSort(each -> (each.2, each.1), arrayZip(by_id.1, by_id.2)), 1, {ids}),
           arrayReverseSort(each -> (each.2, each.1), arrayZip(by_machine.1, by_machine.2)),
           count() OVER () AS total
    FROM (
        SELECT machine, bus, can_id, page, count, first_ts, last_ts, can_id >= 0x80000000 AS extended,
               bitAnd(bitShiftRight(can_id, 8), 0x3FFFF) AS group_number,
               if(bitAnd(bitShiftRight(group_number, 8), 0xFF) >= 240, group_number, bitAnd(group_number, 0x3FF00)) AS pgn,
               if(extended, pgn, can_id) AS number,
               if(extended, leftPad(hex(bitAnd(can_id, 0x1FFFFFFF)), 8, '0'), right(hex(bitOr(can_id, 0x1000)), 3)) AS text
        FROM {table} AS t FINAL
        WHERE machine IN {{machines:Array(UInt32)}}
            AND last_ts >= fromUnixTimestamp64Micro({{begin:Int64}}, 'UTC')
            AND first_ts < fromUnixTimestamp64Micro({{end:Int64}}, 'UTC')
    )
    GROUP BY bus, extended, number, page
    HAVING {{search:String}} = ''
        OR countIf(position(text, {{search:String}}) > 0) > 0
        OR (extended AND number IN {{pgns:Array(Int64)}})
    ORDER BY {order} DESC, frames DESC, bus, extended, number, page
    LIMIT {{limit:UInt32}}
"""  # noqa: E501 - SQL
_ORDERS: Final = {"count": "frames", "machines": "machine_count", "last_seen": "last_us"}

_SENDERS: Final = """
    SELECT machine, bus, count, toUnixTimestamp64Micro(first_ts), toUnixTimestamp64Micro(last_ts)
    FROM {table} AS t FINAL
    WHERE machine IN {{machines:Array(UInt32)}} AND can_id = {{can_id:UInt32}} AND page = {{page:Int64}}
        AND ({{bus:Int16}} < 0 OR bus = {{bus:Int16}})
    ORDER BY count DESC, machine, bus
    LIMIT {{limit:UInt32}}
"""


@dataclass(frozen=True, slots=True)
class UnknownFrames:
    """Frames of a bus that no definition reads. `number` is their PGN where ids have 29 bits, else the id; `page` -1:
    the id is unknown, else the raw bits of a multiplexor. `ids` (with SocketCAN's flag) and `machines` come with their
    counts, the greatest first; of ids IDS_SHOWN at most. Times in µs. All as of the last count that was told of
    (docs/contracts/rows.md), so at least.
    """

    bus: int
    extended: bool
    number: int
    page: int
    count: int
    machine_count: int
    first: int
    last: int
    ids: Sequence[tuple[int, int]]
    machines: Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Sender:
    """A machine that sends an id on a bus; times in µs."""

    machine: int
    bus: int
    count: int
    first: int
    last: int


def unknown_frames(
    machines: Sequence[int], span: Span, *, search: str, sort: str, limit: int
) -> tuple[list[UnknownFrames], int]:
    """At most `limit` of them, the greatest first, and how many there are. `search` is part of an id in upper case hex,
    or a PGN; the span is of event time, counts are since ever.

    Raises TooMuchError, StoreUnavailableError.
    """
    if not machines:
        return [], 0
    sql = _FRAMES.format(table=ce_technology("unmodelled"), order=_ORDERS[sort], ids=IDS_SHOWN)
    parameters: Mapping[str, Any] = {
        "machines": sorted(machines), "begin": span.begin, "end": span.end, "search": search,
        "pgns": [int(search, 16), *([int(search)] if search.isdecimal() else [])] if search else [], "limit": limit,
    }  # fmt: skip
    rows = read(sql, parameters)
    found = [
        UnknownFrames(
            bus, bool(extended), number, page, count, machine_count, first, last, pairs_of(ids), pairs_of(of_machines)
        )
        for bus, extended, number, page, count, machine_count, first, last, _, _, ids, of_machines, _ in rows
    ]
    return found, int(rows[0][-1]) if rows else 0


def senders(machines: Sequence[int], can_id: int, page: int, bus: int | None, limit: int) -> list[Sender]:
    """Which of the machines send the id (with SocketCAN's flag) unread, most frames first.

    Raises TooMuchError, StoreUnavailableError.
    """
    if not machines:
        return []
    parameters: Mapping[str, Any] = {
        "machines": sorted(machines), "can_id": can_id, "page": page, "bus": -1 if bus is None else bus, "limit": limit,
    }  # fmt: skip
    return [Sender(*map(int, row)) for row in read(_SENDERS.format(table=ce_technology("unmodelled")), parameters)]


def pairs_of(rows: Sequence[Sequence[Any]]) -> list[tuple[int, int]]:
    """Pairs of numbers as ClickHouse's tuples give them."""
    return [(int(first), int(second)) for first, second in rows]
