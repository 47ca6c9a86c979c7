"""The object in an envelope that a value was read from."""

import json
from collections.abc import Iterator
from typing import Any, Final

from distribution.explain.records import ReadObject
from distribution.explain.stream import Found, Wanted
from ingest.decoding.objects import Placed, place_objects
from ingest.envelope import PositionObject
from ingest.envelope.documents import plain, read_json, read_msgpack
from ingest.envelope.opening import JSON
from ingest.envelope.unpacking import unpack_body
from parsing.objects.paths import walk, written
from parsing.objects.plan import place_of
from parsing.objects.records import ObjectDefinition, ObjectSignal
from parsing.quality import Quality

MOST_SHOWN: Final = 4_000
"""Characters of the object, as JSON."""


def read_object(found: Found, wanted: Wanted, definition: ObjectDefinition, signal: ObjectSignal) -> ReadObject | None:
    """None where the envelope has no such object."""
    placed = _placed(found, wanted)
    if placed is None:
        return None
    member, body = list(_members(_document(found), definition))[placed.number]
    text = json.dumps(plain(member), indent=2, ensure_ascii=False)
    return ReadObject(
        number=placed.number,
        path=f"$.{written(signal.path)}",
        raw=plain(place_of(signal).read(member, body)),
        scale=signal.scale,
        offset=signal.offset,
        document=text[:MOST_SHOWN],
        is_cut=len(text) > MOST_SHOWN,
    )


def why_suspect(found: Found, wanted: Wanted) -> str:
    """Which condition of the definition doubts it; only positions say so."""
    placed = _placed(found, wanted)
    if placed is None or found.quality != Quality.SUSPECT:
        return ""
    if isinstance(placed.what, PositionObject) and placed.what.reason:
        return f"The definition doubts the object: {placed.what.reason}."
    return "A condition of the definition doubts the object."


def _placed(found: Found, wanted: Wanted) -> Placed | None:
    for rows, placed in place_objects(found.decoded):
        if rows.plan.group == wanted.group and placed and placed[0].envelope == found.envelope:
            alike = [
                each
                for each in placed
                if (each.source, each.what.ts, each.ordinal) == (wanted.source, wanted.ts, wanted.ordinal)
            ]
            return alike[0] if alike else None
    return None


def _document(found: Found) -> Any:
    """Of a body that has been opened once: nothing is wrong with it."""
    record = found.record
    body = unpack_body(record.body, record.headers.get("content-encoding"))
    is_json = record.headers.get("content-type", "").partition(";")[0].strip().lower() == JSON
    return read_json(body) if is_json else read_msgpack(body)


def _members(document: Any, definition: ObjectDefinition) -> Iterator[tuple[Any, Any]]:
    """Each object with the body that lists it, or None, in the order in which they are numbered."""
    for body in document if isinstance(document, list) else [document]:
        if definition.each is None:
            yield body, None
        else:
            yield from ((member, body) for member in walk(body, definition.each))
