"""Objects of envelopes: judged in the order in which they came, and the values of their signals as rows."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from ingest.decoding.outcome import Block, Decoded, Envelope
from ingest.envelope import DtcObject, OpenedObjects, PositionObject
from ingest.meta.catalogue import Catalogue
from ingest.meta.directory import MachineEntry
from parsing.objects.decoding import ObjectRows
from parsing.objects.judging import Trail, marked
from parsing.objects.kinds import OBJECT_SOURCE, EnvelopeObject
from parsing.objects.readers import ObjectReader
from parsing.quality import Quality

Trails = Mapping[int, Trail]
"""Definition → what is remembered of a machine's objects of it."""

TrailsOf = Callable[[int], Trails]


def judge_objects(decoded: Decoded, catalogue: Catalogue, trails_of: TrailsOf) -> None:
    """Mark what is suspect, and fill `decoded.trails`: of machines whose objects were judged, as they are then."""
    for index, envelope in enumerate(decoded.envelopes):
        opened = envelope.opened
        if not isinstance(opened, OpenedObjects) or not opened.rows.plan.judgement.suspicions:
            continue
        entry = catalogue.machines[envelope.record.device]
        readers = catalogue.object_readers(entry.model)
        if envelope.machine not in decoded.trails:
            # Trails of definitions that read nothing any more would stay for ever.
            used = {reader.definition.id for reader in readers.values()}
            kept = {number: trail for number, trail in trails_of(envelope.machine).items() if number in used}
            decoded.trails[envelope.machine] = kept
        judged = _judged(envelope, opened, readers[opened.kind], entry, decoded.trails[envelope.machine])
        decoded.envelopes[index] = replace(envelope, opened=judged)


def _judged(
    envelope: Envelope, opened: OpenedObjects, reader: ObjectReader, entry: MachineEntry, trails: dict[int, Trail]
) -> OpenedObjects:
    rows, number = opened.rows, reader.definition.id
    objects, qualities = list(rows.objects), list(rows.qualities)
    for place, each in enumerate(rows.objects):
        if isinstance(each, PositionObject) and each.quality != Quality.OK:
            continue  # why it is out of range is known better than why it is suspect
        reason, trail = reader.judge.judge(
            rows.values[place],
            qualities[place],
            each.ts,
            envelope.record.received,
            entry.attributes,
            trails.get(number),
        )
        if trail is not None:
            trails[number] = trail
        if reason is not None:
            objects[place] = _marked(each, reason)
            qualities[place] = marked(qualities[place])
    return OpenedObjects(
        opened.kind, tuple(objects), replace(rows, objects=tuple(objects), qualities=tuple(qualities))
    )  # fmt: skip


def _marked(each: EnvelopeObject, reason: str) -> EnvelopeObject:
    return each._replace(quality=Quality.SUSPECT, reason=reason) if isinstance(each, PositionObject) else each


class Placed(NamedTuple):
    """An object with its envelope, its number there, and its ordinal: how many of its time come before it."""

    envelope: int
    number: int
    ordinal: int
    what: EnvelopeObject

    @property
    def source(self) -> int:
        return self.what.source if isinstance(self.what, DtcObject) else OBJECT_SOURCE


def place_objects(decoded: Decoded) -> Iterator[tuple[ObjectRows, list[Placed]]]:
    """The objects of each envelope that holds some."""
    for index, envelope in enumerate(decoded.envelopes):
        if not isinstance(envelope.opened, OpenedObjects):
            continue
        seen: Counter[int] = Counter()
        placed = []
        for number, each in enumerate(envelope.opened.objects):
            placed.append(Placed(index, number, seen[each.ts], each))
            seen[each.ts] += 1
        yield envelope.opened.rows, placed


def object_blocks(decoded: Decoded) -> Iterator[Block]:
    """Rows of the numbers that definitions of a release read, a block a group."""
    by_group: dict[int, list[tuple[Placed, list[float], list[int]]]] = defaultdict(list)
    for rows, placed in place_objects(decoded):
        if rows.plan.group and rows.plan.has_values:
            width = rows.plan.width
            by_group[rows.plan.group] += [
                (each, rows.values[each.number][:width], rows.qualities[each.number][:width]) for each in placed
            ]
    for group, found in by_group.items():
        if found:
            yield Block(
                group=group,
                envelope=np.array([each.envelope for each, _, _ in found], np.uint32),
                source=np.array([each.source for each, _, _ in found], np.uint32),
                ts=np.array([each.what.ts for each, _, _ in found], np.int64),
                ordinal=np.array([each.ordinal for each, _, _ in found], np.uint8),
                values=np.array([values for _, values, _ in found], np.float64),
                qualities=np.array([qualities for _, _, qualities in found], np.uint8),
            )


def text_rows(decoded: Decoded) -> list[dict[str, Any]]:
    """Rows of `text_value`."""
    return [
        {
            "machine": decoded.envelopes[placed[text.number].envelope].machine,
            "group": rows.plan.group, "source": placed[text.number].source, "ts": placed[text.number].what.ts,
            "ordinal": placed[text.number].ordinal, "slot": text.slot, "value": text.value,
            "quality": int(text.quality), "release": decoded.release,
            "received": decoded.envelopes[placed[text.number].envelope].record.received,
        }
        for rows, placed in place_objects(decoded)
        if rows.plan.group
        for text in rows.texts
    ]  # fmt: skip
