"""What checks and events found, a page at a time, and when each finding was over."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from distribution.queries.history import Span
from distribution.queries.reader import read
from distribution.schema import ce_technology

RAISED: Final = "raised"
# Of a key, from the greatest to the least of which pages go.
ORDER: Final = (("ts", "Int64"), ("machine", "UInt32"), ("rule", "UInt32"), ("index", "UInt32"))

_PLAIN: Final = (
    "machine", "rule", "index", "kind", "name", "state", "severity", "text", "capture", "group_by", "release",
)  # fmt: skip
_TIMES: Final = ("ts", "since", "received")
_WEEK: Final = 7 * 86_400_000_000
_NEWEST_OF_EACH_RULE: Final = """
    (SELECT * FROM {table} FINAL WHERE machine IN {{machines:Array(UInt32)}} AND (machine, rule, ts) IN (
        SELECT machine, rule, max(ts) FROM {table} WHERE machine IN {{machines:Array(UInt32)}} GROUP BY machine, rule
    ) ORDER BY `index` DESC LIMIT 1 BY machine, rule) AS t
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which findings: of the machines, in the span; `equal` are columns (rule, kind, severity, state) and values.

    `is_open`: those that are raised and the newest of their rule on their machine.
    """

    machines: Sequence[int]
    span: Span
    equal: Mapping[str, str | int]
    is_open: bool = False


def page(wanted: Wanted, before: Sequence[Any] | None, limit: int) -> list[dict[str, Any]]:
    """At most `limit` findings, newest first, those after the key `before` (ORDER); times in µs.

    `ended` is when the finding's rule said the next thing: None where it is open, and of what is not `raised`.
    Raises TooMuchError, StoreUnavailableError.
    """
    found: list[dict[str, Any]] = []
    if wanted.machines:
        for span in _windows(wanted, before):
            found += _within(wanted, span, before, limit - len(found))
            if len(found) == limit:
                break
    ended = _ends([row for row in found if row["state"] == RAISED])
    return [row | {"ended": ended.get((row["machine"], row["rule"], row["ts"]))} for row in found]


def _windows(wanted: Wanted, before: Sequence[Any] | None) -> Iterator[Span]:
    """The span in growing pieces, the newest first: rows lie by machine before time, so one read would sort all."""
    end = min(wanted.span.end, before[0] + 1) if before else wanted.span.end
    # What is open may be old, and is found by reading every rule's newest time.
    width = end if wanted.is_open else _WEEK
    while end > wanted.span.begin:
        begin = max(wanted.span.begin, end - width)
        yield Span(begin, end)
        end, width = begin, width * 8


def _within(wanted: Wanted, span: Span, before: Sequence[Any] | None, limit: int) -> list[dict[str, Any]]:
    table = ce_technology("finding")
    rows = _NEWEST_OF_EACH_RULE.format(table=table) if wanted.is_open else f"{table} AS t FINAL"
    conditions, parameters = _conditions(wanted, span)
    if before is not None:
        conditions.append(
            "(t.ts, t.machine, t.rule, t.`index`) < (fromUnixTimestamp64Micro({before_ts:Int64}, 'UTC'), "
            "{before_machine:UInt32}, {before_rule:UInt32}, {before_index:UInt32})"
        )
        parameters |= {f"before_{name}": value for (name, _), value in zip(ORDER, before, strict=True)}
    columns = [f"t.`{name}`" for name in _PLAIN] + [f"toUnixTimestamp64Micro(t.{name})" for name in _TIMES]
    order = ", ".join(f"t.`{name}` DESC" for name, _ in ORDER)
    sql = f"SELECT {', '.join(columns)} FROM {rows} WHERE {' AND '.join(conditions)} ORDER BY {order} LIMIT {{limit:UInt32}}"  # noqa: E501, S608 - our own names  # fmt: skip
    return [dict(zip((*_PLAIN, *_TIMES), row, strict=True)) for row in read(sql, parameters | {"limit": limit})]


def _conditions(wanted: Wanted, span: Span) -> tuple[list[str], dict[str, Any]]:
    conditions = [
        "t.machine IN {machines:Array(UInt32)}",
        "t.ts >= fromUnixTimestamp64Micro({begin:Int64}, 'UTC')",
        "t.ts < fromUnixTimestamp64Micro({end:Int64}, 'UTC')",
    ]
    parameters: dict[str, Any] = {"machines": sorted(wanted.machines), "begin": span.begin, "end": span.end}
    for name, value in wanted.equal.items():
        conditions.append(f"t.{name} = {{{name}:{'UInt32' if name == 'rule' else 'String'}}}")
        parameters[name] = value
    if wanted.is_open:
        conditions.append(f"t.state = '{RAISED}'")
    return conditions, parameters


def _ends(raised: Sequence[Mapping[str, Any]]) -> dict[tuple[int, int, int], int]:
    """(machine, rule, ts) → when the rule's next finding on the machine came, where there is one."""
    if not raised:
        return {}
    keys = [(row["machine"], row["rule"], row["ts"]) for row in raised]
    sql = f"""
        SELECT machine, rule, key.3, toUnixTimestamp64Micro(min(ts)) FROM {ce_technology("finding")}
        INNER JOIN (
            SELECT arrayJoin({{keys:Array(Tuple(UInt32, UInt32, Int64))}}) AS key, key.1 AS machine, key.2 AS rule,
                   fromUnixTimestamp64Micro(key.3, 'UTC') AS began
        ) AS k USING (machine, rule)
        WHERE (machine, rule) IN {{rules:Array(Tuple(UInt32, UInt32))}} AND ts > began GROUP BY machine, rule, key.3
    """  # noqa: S608 - our own names
    rows = read(sql, {"keys": keys, "rules": sorted({key[:2] for key in keys})})
    return {(machine, rule, began): end for machine, rule, began, end in rows}
