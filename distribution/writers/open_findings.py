"""Findings as SnapShot Redis keeps them: the newest of each rule, and how many are open on each machine."""

from typing import Any, Final

import msgpack
import pyarrow as pa

from distribution.snapshot.findings import SEVERITIES
from distribution.snapshot.read import HEAD

RAISED: Final = "raised"
_CLEARED: Final = 0
_TIMES: Final = ("ts", "since", "received")

# Behind a script that has written a machine's findings: counts those that are open anew. Findings are rare.
COUNT_OPEN: Final = """
local counts = {0, 0, 0, 0}
for _, value in ipairs(redis.call('HVALS', KEYS[1])) do
  local severity = string.byte(value, 24)
  if severity > 0 then counts[severity] = counts[severity] + 1 end
end
local machine = string.match(KEYS[1], '%d+$')
if counts[1] + counts[2] + counts[3] + counts[4] > 0 then
  redis.call('HSET', KEYS[2], machine, struct.pack('<HHHH', counts[1], counts[2], counts[3], counts[4]))
else
  redis.call('HDEL', KEYS[2], machine)
end
"""


def newest_findings(rows: pa.Table) -> dict[int, list[tuple[str, int, int, int, bytes]]]:
    """Machine → the newest finding of each rule: field, ts, index, release, packed value (docs/contracts/redis.md).

    One that is cleared stays as a mark, so that an older one that comes after it does not open it again.
    """
    times = pa.table({name: rows[name].cast(pa.int64()) for name in _TIMES}).to_pylist()
    newest: dict[tuple[int, int], dict[str, Any]] = {}
    for fields_of_row, time_fields in zip(rows.to_pylist(), times, strict=True):
        row = fields_of_row | time_fields
        held = newest.get((row["machine"], row["rule"]))
        if held is None or _age(row) >= _age(held):
            newest[row["machine"], row["rule"]] = row
    found: dict[int, list[tuple[str, int, int, int, bytes]]] = {}
    for (machine, rule), row in newest.items():
        found.setdefault(machine, []).append((str(rule), *_age(row), _packed(row)))
    return found


def _age(row: dict[str, Any]) -> tuple[int, int, int]:
    """The greater, the newer. The head has a byte for the index, which counts findings of one rule and time."""
    return row["ts"], min(row["index"], 255), row["release"]


def _packed(row: dict[str, Any]) -> bytes:
    head: bytes = HEAD.pack(*_age(row), row["received"], 0)
    if row["state"] != RAISED:
        return head + bytes([_CLEARED])
    return head + bytes([1 + SEVERITIES.index(row["severity"])]) + bytes(msgpack.packb(row))
