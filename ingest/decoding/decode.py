"""A batch of envelopes, a catalogue and the machines' listeners in; rows, objects and rejects out. No I/O.

The processor and the live lane both decode with this, so what is shown live is what will be stored.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import repeat

import numpy as np

from ingest.decoding.listening import ListenerOf, Lot, listen
from ingest.decoding.objects import TrailsOf, judge_objects, object_blocks
from ingest.decoding.outcome import Block, Decoded, Envelope, Unmodelled
from ingest.decoding.reassembled import extract_reassembled
from ingest.decoding.records import RawRecord
from ingest.envelope import OpenedCan, OpenedObjects, Rejected, open_envelope
from ingest.meta.catalogue import Catalogue
from parsing.codes import Code
from parsing.engine import Extraction, Extractor, Frames
from parsing.ordinal import MOST_ROWS, ordinals


def decode(
    records: Sequence[RawRecord],
    catalogue: Catalogue,
    listener_of: ListenerOf,
    trails_of: TrailsOf,
    opened: Sequence[Envelope] = (),
) -> Decoded:
    """Decode a batch with one release. Bad data never raises: its envelope holds a Rejected. `opened` are the same
    records as another release had them: CAN frames are read alike by all.

    Listeners hear the frames of accepted envelopes in the order of the records, and objects are judged in it; the
    outcome has listeners and trails as they are then.
    """
    before = [each.opened if isinstance(each.opened, OpenedCan) else None for each in opened] or repeat(None)
    envelopes = [_open(record, catalogue, can) for record, can in zip(records, before, strict=False)]
    decoded = Decoded(catalogue.release.number, envelopes, np.zeros(len(envelopes), np.uint32))
    indexes: dict[tuple[int, int], list[int]] = defaultdict(list)
    for index, envelope in enumerate(envelopes):
        if isinstance(envelope.opened, OpenedCan):
            model = catalogue.machines[envelope.record.device].model
            indexes[model, envelope.opened.frames.data.shape[1]].append(index)
    lots = []
    for (model, _width), of_lot in indexes.items():
        lots.append(_lot(decoded, of_lot))
        _extract(decoded, lots[-1], catalogue.extractor(model))
    listen(decoded, lots, listener_of)
    extract_reassembled(decoded, catalogue)
    judge_objects(decoded, catalogue, trails_of)
    decoded.blocks.extend(object_blocks(decoded))
    return decoded


def _open(record: RawRecord, catalogue: Catalogue, can: OpenedCan | None) -> Envelope:
    if not record.device:
        return Envelope(record, 0, Rejected(Code.NO_DEVICE, "the hub's header iothub-connection-device-id is missing"))
    entry = catalogue.machines.get(record.device)
    if entry is None:
        detail = f"no machine has the device id {record.device[:128]!r}"
        return Envelope(record, 0, Rejected(Code.UNKNOWN_MACHINE, detail))
    opened = can or open_envelope(record.headers, record.body, catalogue.object_readers(entry.model))
    if isinstance(opened, OpenedCan):
        first, last = int(opened.frames.ts.min()), int(opened.frames.ts.max())
        return Envelope(record, entry.machine, opened, len(opened.frames), first, last)
    if isinstance(opened, OpenedObjects) and opened.objects:
        return _objects_envelope(record, entry.machine, opened)
    return Envelope(record, entry.machine, opened)


def _objects_envelope(record: RawRecord, machine: int, opened: OpenedObjects) -> Envelope:
    times = [each.ts for each in opened.objects]
    if max(Counter(times).values()) > MOST_ROWS:
        detail = f"more than {MOST_ROWS} objects of one envelope have the same time"
        return Envelope(record, machine, Rejected(Code.REPEATED_TIME, detail))
    return Envelope(record, machine, opened, len(times), min(times), max(times))


def _lot(decoded: Decoded, indexes: list[int]) -> Lot:
    """The frames of these envelopes, all of one model and one width."""
    opened = [decoded.envelopes[index].opened for index in indexes]
    bodies = [each.frames for each in opened if isinstance(each, OpenedCan)]
    frames = Frames(
        bus=np.concatenate([body.bus for body in bodies]),
        can_id=np.concatenate([body.can_id for body in bodies]),
        length=np.concatenate([body.length for body in bodies], dtype=np.uint16),
        data=np.concatenate([body.data for body in bodies]),
    )
    envelope = np.repeat(np.array(indexes, np.uint32), [len(body) for body in bodies])
    return Lot(frames, np.concatenate([body.ts for body in bodies]), envelope)


def _extract(decoded: Decoded, lot: Lot, extractor: Extractor) -> None:
    extraction = extractor.extract(lot.frames)
    blocks: list[Block] = []
    overflowed: set[int] = set()
    for block in extraction.blocks:
        at, envelope = lot.ts[block.frame_index], lot.envelope[block.frame_index]
        ordinal, too_many = ordinals(envelope, block.group, block.source, at)
        overflowed.update(int(each) for each in too_many)
        blocks.append(Block(block.group, envelope, block.source, at, ordinal, block.values, block.qualities))
    decoded.count_short(lot.envelope[extraction.short_frame])
    decoded.unmodelled.extend(_count_unmodelled(lot, extraction))
    if overflowed:
        blocks = _reject_overflowed(decoded, blocks, overflowed)
    decoded.blocks.extend(blocks)


def _reject_overflowed(decoded: Decoded, blocks: list[Block], overflowed: set[int]) -> list[Block]:
    for index in overflowed:
        detail = f"more than {MOST_ROWS} rows of one group and source have the same time"
        decoded.envelopes[index] = replace(decoded.envelopes[index], opened=Rejected(Code.REPEATED_TIME, detail))
    decoded.unmodelled[:] = [each for each in decoded.unmodelled if each.envelope not in overflowed]
    bad = np.array(sorted(overflowed), np.uint32)
    return [block.keep(~np.isin(block.envelope, bad)) for block in blocks]


def _count_unmodelled(lot: Lot, extraction: Extraction) -> Iterator[Unmodelled]:
    """Count by envelope, bus, id and page, in the order of the envelopes."""
    at = extraction.unknown_frame
    if not len(at):
        return
    keys = np.empty(len(at), [("envelope", "u4"), ("bus", "u1"), ("can_id", "u4"), ("page", "i8")])
    keys["envelope"], keys["bus"], keys["can_id"] = lot.envelope[at], lot.frames.bus[at], lot.frames.can_id[at]
    keys["page"] = extraction.unknown_page
    distinct, member, counts = np.unique(keys, return_inverse=True, return_counts=True)
    first = np.full(len(distinct), np.iinfo(np.int64).max)
    last = np.zeros(len(distinct), np.int64)
    np.minimum.at(first, member, lot.ts[at])
    np.maximum.at(last, member, lot.ts[at])
    for index, (envelope, bus, can_id, page) in enumerate(distinct.tolist()):
        yield Unmodelled(envelope, bus, can_id, page, int(counts[index]), int(first[index]), int(last[index]))
