"""How good what releases give is: values, and bad ones, by group and slot."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from distribution.queries.reader import read
from distribution.schema import ce_technology
from parsing.quality import Quality

BAD: Final = (Quality.OUT_OF_RANGE, Quality.NOT_AVAILABLE, Quality.ERROR)
"""What a wrong definition makes of good frames. Staleness is silence, and what is absent is no value: a signal that a
release no longer has is not bad.
"""

_SQL: Final = """
    SELECT `group`, slot - 1, count(), countIf(has({{bad:Array(UInt8)}}, quality))
    FROM (
        SELECT `group`, qualities FROM {table}
        WHERE machine IN {{machines:Array(UInt32)}} AND `release` {which} {{releases:Array(UInt32)}}
            AND received >= fromUnixTimestamp64Micro({{begin:Int64}}, 'UTC')
            AND received < fromUnixTimestamp64Micro({{end:Int64}}, 'UTC')
    )
    ARRAY JOIN qualities AS quality, arrayEnumerate(qualities) AS slot
    WHERE quality != {{absent:UInt8}}
    GROUP BY `group`, slot
    ORDER BY `group`, slot
"""


@dataclass(frozen=True, slots=True)
class Share:
    """Of a signal: how many values, and how many of them are bad."""

    group: int
    slot: int
    values: int
    bad: int


def shares(
    machines: Sequence[int], begin: int, end: int, *, releases: Sequence[int], others: bool = False
) -> list[Share]:  # fmt: skip
    """Of what the releases gave (`others`: all releases but these) of what was received from `begin` to before `end`,
    µs.

    Raises TooMuchError, StoreUnavailableError.
    """
    parameters = {
        "machines": list(machines), "begin": begin, "end": end, "releases": list(releases),
        "bad": [int(quality) for quality in BAD], "absent": int(Quality.ABSENT),
    }  # fmt: skip
    sql = _SQL.format(table=ce_technology("frame_values"), which="NOT IN" if others else "IN")
    return [Share(*map(int, row)) for row in read(sql, parameters)]
