"""A batch of envelopes and a catalogue in; rows, objects and rejects out. No I/O, no state.

The processor and the live lane both decode with this, so what is shown live is what will be stored.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from ingest.decoding.records import RawRecord
from ingest.envelope import ClientRaw, OpenedCan, OpenedObjects, Rejected, open_envelope
from ingest.meta.follower import Catalogue
from parsing.codes import Code
from parsing.engine import Extraction, Extractor, Frames
from parsing.ordinal import MOST_ROWS, ordinals


@dataclass(frozen=True, slots=True)
class Block:
    """Rows of one group; all arrays have one entry a row, `values` and `qualities` one column a slot."""

    group: int
    envelope: NDArray[np.uint32]
    source: NDArray[np.uint32]
    ts: NDArray[np.int64]
    ordinal: NDArray[np.uint8]
    values: NDArray[np.float64]
    qualities: NDArray[np.uint8]

    def keep(self, mask: NDArray[np.bool_]) -> "Block":
        return Block(
            self.group, self.envelope[mask], self.source[mask], self.ts[mask], self.ordinal[mask],
            self.values[mask], self.qualities[mask],
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unmodelled:
    """Frames of one envelope that no definition describes: an unknown id (`page` -1) or an unknown page."""

    envelope: int
    bus: int
    can_id: int
    page: int
    count: int
    first_ts: int
    last_ts: int


@dataclass(frozen=True, slots=True)
class Envelope:
    """What became of one record. `machine` is 0 and times are None where they are not known."""

    record: RawRecord
    machine: int
    opened: OpenedCan | OpenedObjects | ClientRaw | Rejected
    frames: int = 0
    first_ts: int | None = None
    last_ts: int | None = None

    @property
    def rejected(self) -> Rejected | None:
        return self.opened if isinstance(self.opened, Rejected) else None


@dataclass(slots=True)
class Decoded:
    """The outcome of a batch; `envelopes` is in the order of the records and indexes everything else."""

    release: int
    envelopes: list[Envelope]
    blocks: list[Block] = field(default_factory=list)
    unmodelled: list[Unmodelled] = field(default_factory=list)


def decode(records: Sequence[RawRecord], catalogue: Catalogue) -> Decoded:
    """Decode a batch with one release. Bad data never raises: its envelope holds a Rejected."""
    decoded = Decoded(catalogue.release.number, [_open(record, catalogue) for record in records])
    lots: dict[tuple[int, int], list[int]] = defaultdict(list)
    for index, envelope in enumerate(decoded.envelopes):
        if isinstance(envelope.opened, OpenedCan):
            model = catalogue.machines[envelope.record.device].model
            lots[model, envelope.opened.frames.data.shape[1]].append(index)
    for (model, _width), indexes in lots.items():
        _extract(decoded, indexes, catalogue.extractor(model))
    return decoded


def _open(record: RawRecord, catalogue: Catalogue) -> Envelope:
    if not record.device:
        return Envelope(record, 0, Rejected(Code.NO_DEVICE, "the hub's header iothub-connection-device-id is missing"))
    entry = catalogue.machines.get(record.device)
    if entry is None:
        detail = f"no machine has the device id {record.device[:128]!r}"
        return Envelope(record, 0, Rejected(Code.UNKNOWN_MACHINE, detail))
    opened = open_envelope(record.headers, record.body)
    if isinstance(opened, OpenedCan):
        first, last = int(opened.frames.ts.min()), int(opened.frames.ts.max())
        return Envelope(record, entry.machine, opened, len(opened.frames), first, last)
    if isinstance(opened, OpenedObjects):
        times = [each.ts for each in opened.objects]
        if max(Counter(times).values()) > MOST_ROWS:
            detail = f"more than {MOST_ROWS} objects of one envelope have the same time"
            return Envelope(record, entry.machine, Rejected(Code.REPEATED_TIME, detail))
        return Envelope(record, entry.machine, opened, len(times), min(times), max(times))
    return Envelope(record, entry.machine, opened)


def _extract(decoded: Decoded, indexes: list[int], extractor: Extractor) -> None:
    """Decode the frames of these envelopes, all of one model and one width."""
    opened = [decoded.envelopes[index].opened for index in indexes]
    bodies = [each.frames for each in opened if isinstance(each, OpenedCan)]
    owner = np.repeat(np.array(indexes, np.uint32), [len(body) for body in bodies])
    ts = np.concatenate([body.ts for body in bodies])
    frames = Frames(
        bus=np.concatenate([body.bus for body in bodies]),
        can_id=np.concatenate([body.can_id for body in bodies]),
        length=np.concatenate([body.length for body in bodies]),
        data=np.concatenate([body.data for body in bodies]),
    )
    extraction = extractor.extract(frames)
    blocks: list[Block] = []
    overflowed: set[int] = set()
    for block in extraction.blocks:
        at, envelope = ts[block.frame_index], owner[block.frame_index]
        ordinal, too_many = ordinals(envelope, block.group, block.source, at)
        overflowed.update(int(each) for each in too_many)
        blocks.append(Block(block.group, envelope, block.source, at, ordinal, block.values, block.qualities))
    decoded.unmodelled.extend(_count_unmodelled(frames, owner, ts, extraction))
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


def _count_unmodelled(
    frames: Frames, owner: NDArray[np.uint32], ts: NDArray[np.int64], extraction: Extraction
) -> Iterator[Unmodelled]:
    """Count by envelope, bus, id and page, in the order of the envelopes."""
    at = extraction.unknown_frame
    if not len(at):
        return
    keys = np.empty(len(at), [("envelope", "u4"), ("bus", "u1"), ("can_id", "u4"), ("page", "i8")])
    keys["envelope"], keys["bus"], keys["can_id"] = owner[at], frames.bus[at], frames.can_id[at]
    keys["page"] = extraction.unknown_page
    distinct, member, counts = np.unique(keys, return_inverse=True, return_counts=True)
    first = np.full(len(distinct), np.iinfo(np.int64).max)
    last = np.zeros(len(distinct), np.int64)
    np.minimum.at(first, member, ts[at])
    np.maximum.at(last, member, ts[at])
    for index, (envelope, bus, can_id, page) in enumerate(distinct.tolist()):
        yield Unmodelled(envelope, bus, can_id, page, int(counts[index]), int(first[index]), int(last[index]))
