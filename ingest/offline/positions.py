"""A recording of positions, a JSON object a line, through definitions: judged in the order of the lines."""

from __future__ import annotations

import gzip
import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson

from ingest.offline.arguments import FileArgument
from ingest.offline.attributes import refuse_unread
from ingest.offline.binding import bound
from ingest.offline.checking import checked_content
from ingest.offline.texts import json_lines
from parsing.attributes import attributes_read
from parsing.definitions import Content
from parsing.objects.faults import ObjectFault
from parsing.objects.judging import Trail
from parsing.objects.kinds import PositionObject
from parsing.objects.readers import ObjectReader, readers_of
from parsing.quality import Quality

DECODED, PROBLEM = 0, 1
_KIND = "vehicle_position"
_MICROSECONDS = 1e6
_MOST_TOLD = 10


def decode_positions(parsed: Namespace) -> int:
    """Write `--positions`; returns the exit code. What a line says as `received_at` (µs) is when it was received, else
    it is taken to have been received at its own time. Raises UnreadableDefinitions, UnreadAttribute, OSError.
    """
    content, attributes = _content(parsed.definitions), dict(parsed.machine)
    refuse_unread(attributes, attributes_read(content.rules, (each.judgement for each in content.objects)))
    (model,) = content.models
    reader = readers_of(content, model.id)[_KIND]
    counted: Counter[str] = Counter()
    with Path(parsed.positions).open("wb") as file:
        file.writelines(json_lines(_judged(_lines(parsed.log, counted), reader, attributes, counted)))
    bad = sum(counted[name] for name in ("not JSON", "not a position"))
    total = counted.pop("positions", 0)
    said = ", ".join(f"{count:,} {name}" for name, count in counted.most_common())
    print(f"decode: {total:,} positions{f'; {said}' if said else ''}", file=sys.stderr)
    return PROBLEM if bad or not total else DECODED


def _content(texts: Sequence[FileArgument]) -> Content:
    content = checked_content(texts, [Path(each.path).read_bytes() for each in texts], [])
    return bound(content, {each.stem: each.bus for each in texts})


def _lines(path: str, counted: Counter[str]) -> Iterator[dict[str, Any]]:
    with gzip.open(path) if path.endswith(".gz") else Path(path).open("rb") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                body = orjson.loads(line)
            except orjson.JSONDecodeError as error:
                _tell(counted, "not JSON", f"line {number}: {error}")
                continue
            yield {"line": number, "body": body}


def _judged(
    lines: Iterator[dict[str, Any]], reader: ObjectReader, attributes: dict[str, float], counted: Counter[str]
) -> Iterator[dict[str, Any]]:
    trail: Trail | None = None
    for line in lines:
        try:
            rows = reader.decoder.decode(line["body"])
        except ObjectFault as fault:
            _tell(counted, "not a position", f"line {line['line']}: {fault}")
            continue
        for number, each in enumerate(rows.objects):
            if not isinstance(each, PositionObject):
                continue
            reason = None
            if each.quality == Quality.OK and rows.values:
                received = line["body"].get("received_at") if isinstance(line["body"], dict) else None
                received = received if type(received) is int else each.ts
                values, qualities = rows.values[number], rows.qualities[number]
                reason, trail = reader.judge.judge(values, qualities, each.ts, received, attributes, trail)
            judged = each._replace(quality=Quality.SUSPECT, reason=reason) if reason is not None else each
            counted["positions"] += 1
            if judged.quality != Quality.OK:
                counted[judged.reason] += 1
            yield {"line": line["line"], "timestamp": judged.ts / _MICROSECONDS} | _columns(judged)


def _columns(each: PositionObject) -> dict[str, Any]:
    columns = each._asdict() | {"quality": each.quality.name.lower()}
    del columns["ts"]
    return columns


def _tell(counted: Counter[str], what: str, detail: str) -> None:
    counted[what] += 1
    if counted[what] <= _MOST_TOLD:
        print(f"decode: {detail}", file=sys.stderr)
