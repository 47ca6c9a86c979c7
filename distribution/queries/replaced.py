"""Taking out rows that a re-decode has replaced."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass
from typing import Any, Final

from distribution.clickhouse import connect
from distribution.queries.reader import read
from distribution.schema import ce_technology
from ingest.envelope.opening import CAN, KINDS
from parsing.objects.kinds import ENVELOPE_KINDS

_SPAN: Final = """
    received >= fromUnixTimestamp64Micro({begin:Int64}, 'UTC')
    AND received < fromUnixTimestamp64Micro({end:Int64}, 'UTC')
"""
# Rows that the new content gives too have collapsed, or will; these are those that it gives no more. Only of envelopes
# that it did decode, by the ledger: what the raw store has no more, or the content refused, is kept as it was.
_DELETE: Final = """
    DELETE FROM {table}
    WHERE machine = {{machine:UInt32}} AND `release` < {{release:UInt32}} AND {span}
        AND received IN (
            SELECT received FROM {ledger}
            WHERE machine = {{machine:UInt32}} AND `release` >= {{release:UInt32}} AND {span}
        )
        AND NOT ({may_be_of_others}) {kept}
"""
# Envelopes of one poll of the collector have one `received`.
_NOT_DECODED: Final = """
    received IN (
        SELECT any(received) FROM {ledger} WHERE machine = {{machine:UInt32}} AND kind IN {kinds} AND {span}
        GROUP BY `partition`, `offset` HAVING max(`release`) < {{release:UInt32}}
    )
"""
_OF_MESSAGES: Final = "`group` IN (SELECT `group` FROM {catalogue} WHERE kind = 'message')"
_KINDS: Final = {
    "position": ["vehicle_position"], "log": ["vehicle_log"], "event": ["vehicle_event"],
    "text_value": list(ENVELOPE_KINDS),
}  # fmt: skip
"""Of envelopes that rows of a table come of. What rules give comes with those of any kind."""
_KEPT: Final = "AND (rule, toUnixTimestamp64Micro(ts)) NOT IN {kept:Array(Tuple(UInt32, Int64))}"
_OPEN: Final = """
    SELECT rule, toUnixTimestamp64Micro(max(ts)) FROM {table} FINAL
    WHERE machine = {{machine:UInt32}} AND received < fromUnixTimestamp64Micro({{moment:Int64}}, 'UTC')
    GROUP BY rule HAVING argMax(state, (ts, `index`)) = 'raised'
"""
_CLEARED: Final = """
    SELECT rule, min(toUnixTimestamp64Micro(ts)) FROM {table} FINAL
    WHERE machine = {{machine:UInt32}} AND `release` < {{release:UInt32}} AND {span}
        AND state = 'cleared' AND rule IN {{rules:Array(UInt32)}}
    GROUP BY rule
"""
_FOUND: Final = """
    SELECT DISTINCT rule FROM {table} WHERE machine = {{machine:UInt32}} AND `release` = {{release:UInt32}} AND {span}
"""


@dataclass(frozen=True, slots=True)
class Replaced:
    """What was received of the machine from `begin` to before `end`, µs, and is there by `release`."""

    machine: int
    begin: int
    end: int
    release: int


def delete_replaced(table: str, span: Replaced, kept: AbstractSet[tuple[int, int]] = frozenset()) -> None:
    """Rows of smaller numbers, of envelopes that the ledger has by the span's. What may as well be of an envelope that
    it has not stays, and so do findings in `kept` (rule, µs).

    Raises clickhouse_connect's ClickHouseError.
    """
    but, others = _KEPT if kept else "", _may_be_of_others(table)
    names = {"table": ce_technology(table), "ledger": ce_technology("envelope"), "span": _SPAN}
    sql = _DELETE.format(**names, may_be_of_others=others, kept=but)
    parameters: dict[str, Any] = asdict(span) | ({"kept": sorted(kept)} if kept else {})
    connect().command(sql, parameters=parameters)


def _may_be_of_others(table: str) -> str:
    """Whether an envelope that could have given the row, as far as its table tells, was not decoded."""
    if table == "frame_values":
        messages = _OF_MESSAGES.format(catalogue=ce_technology("signal_catalogue"))
        return f"{_not_decoded([CAN])} OR NOT {messages} AND {_not_decoded(KINDS)}"
    return _not_decoded(_KINDS.get(table, KINDS))


def _not_decoded(kinds: Sequence[str]) -> str:
    return _NOT_DECODED.format(ledger=ce_technology("envelope"), kinds=list(kinds), span=_SPAN)


def open_before(machine: int, moment: int) -> dict[int, int]:
    """Rules whose newest finding of what was received before that moment, µs, is raised; its time, µs.

    Raises TooMuchError, StoreUnavailableError.
    """
    sql = _OPEN.format(table=ce_technology("finding"))
    return {row[0]: row[1] for row in read(sql, {"machine": machine, "moment": moment})}


def first_cleared(span: Replaced, rules: AbstractSet[int]) -> set[tuple[int, int]]:
    """Of each of these rules the first finding of the span that clears it, by smaller numbers: (rule, µs)."""
    if not rules:
        return set()
    sql = _CLEARED.format(table=ce_technology("finding"), span=_SPAN)
    return {(row[0], row[1]) for row in read(sql, asdict(span) | {"rules": sorted(rules)})}


def rules_found(span: Replaced) -> set[int]:
    """Rules of which the release found something in the span. Raises TooMuchError, StoreUnavailableError."""
    return {row[0] for row in read(_FOUND.format(table=ce_technology("finding"), span=_SPAN), asdict(span))}
