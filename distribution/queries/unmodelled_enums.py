"""Stored numbers that a signal's enum does not name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from distribution.queries.history import Span
from distribution.queries.reader import read
from distribution.queries.unmodelled import pairs_of
from distribution.schema import ce_technology
from parsing.quality import Quality

VALUES_OF_A_SIGNAL: Final = 50
"""A counter that somebody gave an enum would fill the list by itself."""

_EXACT: Final = 2**53
_VALUES: Final = """
    SELECT `group`, slot, toInt64(value) AS number, count() AS values_found, uniqExact(machine) AS machine_count,
           toUnixTimestamp64Micro(min(ts)), toUnixTimestamp64Micro(max(ts)) AS last_us,
           sumMap([machine], [toUInt64(1)]) AS by_machine,
           arrayReverseSort(each -> (each.2, each.1), arrayZip(by_machine.1, by_machine.2))
    FROM (
        SELECT v.machine AS machine, v.`group` AS `group`, v.ts AS ts, e.slot AS slot, e.named AS named,
               v.`values`[e.slot + 1] AS value, v.qualities[e.slot + 1] AS quality
        FROM (
            SELECT machine, `group`, ts, `values`, qualities FROM {table}
            WHERE machine IN {{machines:Array(UInt32)}} AND `group` IN {{groups:Array(UInt32)}}
                AND received >= fromUnixTimestamp64Micro({{begin:Int64}}, 'UTC')
                AND received < fromUnixTimestamp64Micro({{end:Int64}}, 'UTC')
        ) AS v
        INNER JOIN (
            SELECT arrayJoin({{enums:Array(Tuple(UInt32, UInt16, Array(Int64)))}}) AS one, one.1 AS `group`,
                   one.2 AS slot, one.3 AS named
        ) AS e ON v.`group` = e.`group`
        WHERE e.slot < length(v.`values`)
    )
    WHERE quality <= {worst} AND abs(value) < {exact} AND value = floor(value) AND NOT has(named, toInt64(value))
    GROUP BY `group`, slot, number
    ORDER BY {order} DESC, values_found DESC, `group`, slot, number
    LIMIT {most} BY `group`, slot
    LIMIT {{limit:UInt32}}
"""
_ORDERS: Final = {"count": "values_found", "machines": "machine_count", "last_seen": "last_us"}


@dataclass(frozen=True, slots=True)
class NamedNumbers:
    """The numbers that the enum of the signal (group, slot) names."""

    group: int
    slot: int
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class UnknownNumber:
    """`machines` with their counts, the greatest first; times in µs."""

    group: int
    slot: int
    number: int
    count: int
    machine_count: int
    first: int
    last: int
    machines: Sequence[tuple[int, int]]


def unknown_numbers(
    machines: Sequence[int], enums: Sequence[NamedNumbers], span: Span, *, sort: str, limit: int
) -> list[UnknownNumber]:
    """At most `limit`, the greatest first, of what was received in the span and is not missing or an error.

    Raises TooMuchError, StoreUnavailableError.
    """
    if not machines or not enums:
        return []
    sql = _VALUES.format(
        table=ce_technology("frame_values"),
        worst=int(Quality.OUT_OF_RANGE),
        exact=_EXACT,
        most=VALUES_OF_A_SIGNAL,
        order=_ORDERS[sort],
    )
    parameters: Mapping[str, Any] = {
        "machines": sorted(machines), "groups": sorted({each.group for each in enums}),
        "enums": [(each.group, each.slot, list(each.numbers)) for each in enums],
        "begin": span.begin, "end": span.end, "limit": limit,
    }  # fmt: skip
    rows = read(sql, parameters)
    return [
        UnknownNumber(group, slot, number, count, machine_count, first, last, pairs_of(of_machines))
        for group, slot, number, count, machine_count, first, last, _, of_machines in rows
    ]
