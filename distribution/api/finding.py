"""A finding as JSON."""

import json
from collections.abc import Mapping
from typing import Any, Final

from distribution.api.parameters import rfc3339
from distribution.api.present import record_json

KINDS: Final = ("check", "event")
STATES: Final = ("raised", "cleared")


def finding_json(row: Mapping[str, Any], titles: Mapping[int, str]) -> dict[str, Any]:
    """Of a row of the list or of the snapshot, whose findings have not ended; `titles` are the rules'."""
    ended = row.get("ended")
    own = record_json({name: row[name] for name in ("ts", "release", "received")})
    plain = ("machine", "rule", "index", "kind", "name", "state", "severity", "text", "group_by")
    return {
        **own,
        **{name: row[name] for name in plain},
        "title": titles.get(row["rule"], ""),
        "since": rfc3339(row["since"]),
        "ended": None if ended is None else rfc3339(ended),
        "capture": [
            {"name": name, "value": value, "quality": quality, "unit": unit}
            for name, (value, quality, unit) in json.loads(row["capture"]).items()
        ],
    }
