"""Stored things as JSON: times as RFC 3339 and µs, NaN and infinities as null, qualities as words."""

import math
from collections.abc import Iterable, Mapping
from typing import Any, Final

from distribution.api.access import Machine
from distribution.api.parameters import rfc3339
from distribution.queries.history import Series, Value
from distribution.queries.signals import CatalogueSignal
from distribution.snapshot.findings import SEVERITIES
from distribution.snapshot.read import SnapshotRow
from parsing.quality import Quality
from parsing.source import decode_source

_TIMES: Final = ("received", "first_ts", "last_ts")
_NONE_OPEN: Final = dict.fromkeys(SEVERITIES, 0)
WORDS: Final = {quality: quality.name.lower() for quality in Quality}


def machine_json(machine: Machine, contact: int | None, open_findings: Mapping[str, int] | None) -> dict[str, Any]:
    return {
        "machine": machine.number,
        "device": machine.device,
        "name": machine.name,
        "model": machine.model_name,
        "model_id": machine.model_id,
        "organisation": machine.organisation_name,
        "last_contact": None if contact is None else rfc3339(contact),
        "open_findings": dict(open_findings or _NONE_OPEN),
    }


def number_json(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def source_json(source: int) -> dict[str, int]:
    parts = decode_source(source)
    return {
        "source": source,
        "bus": parts.bus,
        "source_address": parts.source_address,
        "destination_address": parts.destination_address,
    }


def signal_json(signal: CatalogueSignal) -> dict[str, Any]:
    return {
        "name": signal.name,
        "kind": signal.kind,
        "message": signal.message,
        "signal": signal.signal,
        "set": signal.set,
        "group": signal.group,
        "slot": signal.slot,
        "unit": signal.unit,
        "enum": {str(number): label for number, label in signal.enum.items()} or None,
        "spn": signal.spn,
        "minimum": number_json(signal.minimum),
        "maximum": number_json(signal.maximum),
        "comment": signal.comment,
        "store": signal.store,
    }


def value_json(value: Value) -> dict[str, Any]:
    place = value.place
    return {
        "ts": rfc3339(place.us),
        "ts_us": place.us,
        "value": number_json(value.value),
        "quality": WORDS[value.quality],
        "source": place.source,
        "group": place.group,
        "slot": place.slot,
        "ordinal": place.ordinal,
        "release": value.release,
    }


def series_json(series: Series) -> dict[str, Any]:
    before = series.before
    return {
        **source_json(series.source),
        "before": before
        and {"ts": rfc3339(before.us), "value": number_json(before.value), "quality": WORDS[before.quality]},
        "points": [(rfc3339(us), value) for us, value in series.points],
        "bad": [
            {"from": rfc3339(span.begin), "to": rfc3339(span.end), "quality": WORDS[span.quality]}
            for span in series.bad
        ],
    }


def snapshot_json(row: SnapshotRow, signals: Iterable[CatalogueSignal], now: int) -> list[dict[str, Any]]:
    """One object a signal of the row's group; `absent` ones are left out."""
    stamp = {
        **source_json(row.source),
        "ts": rfc3339(row.ts),
        "ts_us": row.ts,
        "ordinal": row.ordinal,
        "received": rfc3339(row.received),
        "age_seconds": max(0.0, (now - row.received) / 1e6),
        "release": row.release,
    }
    return [
        {
            "name": signal.name,
            "message": signal.message,
            "signal": signal.signal,
            "unit": signal.unit,
            "group": signal.group,
            "slot": signal.slot,
            "value": number_json(row.values[signal.slot]),
            "quality": WORDS[row.qualities[signal.slot]],
            **stamp,
        }
        for signal in signals
        if signal.slot < len(row.values) and row.qualities[signal.slot] != Quality.ABSENT
    ]


def record_json(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of records.page, or the snapshot's position."""
    shown = {name: number_json(value) if isinstance(value, float) else value for name, value in row.items()}
    if "ts" in row:
        shown |= {"ts": rfc3339(row["ts"]), "ts_us": row["ts"]}
    shown |= {name: rfc3339(row[name]) for name in _TIMES if name in row}
    if "quality" in row:
        shown["quality"] = WORDS[Quality(row["quality"])]
    return shown
