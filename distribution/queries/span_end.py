"""What holds at the end of what was received in a span: how far rules judged, and values that are stored on change."""

import math
from dataclasses import asdict, dataclass
from typing import Any, Final

from distribution.queries.reader import read
from distribution.queries.replaced import Replaced
from distribution.schema import ce_technology
from ingest.decoding.rules import DERIVED_SOURCE
from parsing.quality import Quality
from parsing.rules.timing import AHEAD, LATENESS

HELD_ORDINAL: Final = 1
"""Of a row that a re-decode puts at its end; rules give rows of ordinal 0."""

_END: Final = """
    SELECT count(), max(toUnixTimestamp64Micro(assumeNotNull(last_ts))),
           argMax(toUnixTimestamp64Micro(received), (`partition`, `offset`))
    FROM {table}
    WHERE machine = {{machine:UInt32}} AND `release` = {{release:UInt32}}
        AND received >= fromUnixTimestamp64Micro({{begin:Int64}}, 'UTC')
        AND received < fromUnixTimestamp64Micro({{end:Int64}}, 'UTC')
        AND isNotNull(last_ts) AND last_ts <= addMicroseconds(received, {ahead})
"""
# As readers have it: what is absent does not end what holds.
_HELD: Final = """
    SELECT `group`, argMax((us, value, quality, `release`, received_us), (us, ordinal)) FROM (
        SELECT `group`, toUnixTimestamp64Micro(ts) AS us, ordinal, `values`[1] AS value, qualities[1] AS quality,
               `release`, toUnixTimestamp64Micro(received) AS received_us
        FROM {table} FINAL
        WHERE machine = {{machine:UInt32}} AND source = {source} AND qualities[1] != {absent}
            AND `group` IN (SELECT `group` FROM {catalogue} FINAL WHERE kind = 'derived' AND store = 'on_change')
    )
    WHERE received_us < {{end:Int64}} OR us <= {{ts:Int64}}
    GROUP BY `group`
"""


@dataclass(frozen=True, slots=True)
class SpanEnd:
    """`ts` µs: what happened up to then was judged by what was received in the span, and nothing of later times;
    `received` µs: when its last envelope was.
    """

    ts: int
    received: int


@dataclass(frozen=True, slots=True)
class Held:
    """The newest row of a derived signal that is stored on change; times in µs."""

    ts: int
    value: float
    quality: int
    release: int
    received: int

    def says_the_same(self, other: "Held") -> bool:
        both_nan = math.isnan(self.value) and math.isnan(other.value)
        return self.quality == other.quality and (self.value == other.value or both_nan)


def end_of(span: Replaced) -> SpanEnd | None:
    """None where the release decoded nothing that has a time. Raises TooMuchError, StoreUnavailableError."""
    ((count, newest, received),) = read(_END.format(table=ce_technology("envelope"), ahead=AHEAD), asdict(span))
    return SpanEnd(newest - LATENESS - 1, received) if count else None


def held_at_end(span: Replaced, ts: int = 0) -> dict[int, Held]:
    """By group, of what was received before the end of the span, or happened up to `ts`, µs.

    Raises TooMuchError, StoreUnavailableError.
    """
    sql = _HELD.format(
        table=ce_technology("frame_values"), catalogue=ce_technology("signal_catalogue"), source=DERIVED_SOURCE,
        absent=int(Quality.ABSENT),
    )  # fmt: skip
    rows = read(sql, {"machine": span.machine, "end": span.end, "ts": ts})
    return {group: Held(*row) for group, row in rows}


def cleared_row(machine: int, rule: int, ts: int, release: int, received: int) -> dict[str, Any]:
    """Of `finding`: what was raised in the span, and whoever judged on behind it knows nothing of."""
    return {
        "machine": machine, "rule": rule, "ts": ts, "index": 0, "kind": "event", "name": "", "state": "cleared",
        "severity": "info", "text": "a re-decode ends here", "since": ts, "capture": "{}", "group_by": "",
        "release": release, "received": received,
    }  # fmt: skip


def held_row(machine: int, group: int, ts: int, held: Held, received: int) -> dict[str, Any]:
    """Of `frame_values`: what holds again. Its ordinal, which no instant's row has, says that it is none."""
    return {
        "machine": machine, "group": group, "source": DERIVED_SOURCE, "ts": ts, "ordinal": HELD_ORDINAL,
        "values": [held.value], "qualities": [held.quality], "release": held.release, "received": received,
    }  # fmt: skip
