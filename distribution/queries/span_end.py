"""What holds at the end of what was received in a span: how far rules judged, and what they found."""

from dataclasses import asdict, dataclass
from typing import Any, Final

from distribution.queries.reader import read
from distribution.queries.replaced import Replaced
from distribution.schema import ce_technology
from parsing.rules.timing import AHEAD, LATENESS

_END: Final = """
    SELECT count(), max(toUnixTimestamp64Micro(assumeNotNull(last_ts))),
           argMax(toUnixTimestamp64Micro(received), (`partition`, `offset`))
    FROM {table}
    WHERE machine = {{machine:UInt32}} AND `release` = {{release:UInt32}}
        AND received >= fromUnixTimestamp64Micro({{begin:Int64}}, 'UTC')
        AND received < fromUnixTimestamp64Micro({{end:Int64}}, 'UTC')
        AND isNotNull(last_ts) AND last_ts <= addMicroseconds(received, {ahead})
"""


@dataclass(frozen=True, slots=True)
class SpanEnd:
    """`ts` µs: what happened up to then was judged by what was received in the span, and nothing of later times;
    `received` µs: when its last envelope was.
    """

    ts: int
    received: int


def end_of(span: Replaced) -> SpanEnd | None:
    """None where the release decoded nothing that has a time. Raises TooMuchError, StoreUnavailableError."""
    ((count, newest, received),) = read(_END.format(table=ce_technology("envelope"), ahead=AHEAD), asdict(span))
    return SpanEnd(newest - LATENESS - 1, received) if count else None


def cleared_row(machine: int, rule: int, ts: int, release: int, received: int) -> dict[str, Any]:
    """Of `finding`: what was raised in the span, and whoever judged on behind it knows nothing of."""
    return {
        "machine": machine, "rule": rule, "ts": ts, "index": 0, "kind": "event", "name": "", "state": "cleared",
        "severity": "info", "text": "a re-decode ends here", "since": ts, "capture": "{}", "group_by": "",
        "release": release, "received": received,
    }  # fmt: skip
