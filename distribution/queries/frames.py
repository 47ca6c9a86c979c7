"""Frames that machines sent, from the raw store, in the order of their stream."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from distribution.queries import raw
from distribution.queries.history import Span
from distribution.queries.reader import read
from distribution.queries.sent_by import last_of_others
from distribution.schema import ce_technology
from ingest.decoding.records import RawRecord
from ingest.envelope import OpenedCan, open_envelope
from ingest.frames import CanFrames, select_frames
from parsing.can_id import ERROR_FLAG, EXTENDED_FLAG, PDU1_LIMIT, REMOTE_FLAG

MOST_ENVELOPES: Final = 400
"""That one question opens; the answer says where the next goes on."""

_BODIES: Final = 100
"""At a time; the largest have 256 KiB."""

_KIND: Final = "vehicle_can"
# Without FINAL, which would read all parts whole: whichever release decoded it, an envelope has the same times.
_LEDGER: Final = """
    SELECT `partition`, `offset` FROM {table}
    WHERE machine = {{machine:UInt32}} AND kind = {{kind:String}}
        AND last_ts >= fromUnixTimestamp64Micro({{begin:Int64}}, 'UTC')
        AND first_ts < fromUnixTimestamp64Micro({{end:Int64}}, 'UTC')
        AND (`partition`, `offset`) >= ({{partition:Int32}}, {{offset:Int64}})
    ORDER BY `partition`, `offset`
    LIMIT 1 BY `partition`, `offset`
    LIMIT {{limit:UInt32}}
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which frames: a machine's in event time; of one id (with its flag for 29 bits), PGN or bus, None = of all.

    `rejected`: those of envelopes that the machine's device sent and that were dead letters, as far as they open.
    """

    machine: int
    device: str
    span: Span
    can_id: int | None = None
    pgn: int | None = None
    bus: int | None = None
    rejected: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Of a frame: partition and offset of its envelope in `raw`, and its index in there."""

    partition: int
    offset: int
    index: int


_BEGINNING: Final = Place(0, 0, 0)


@dataclass(frozen=True, slots=True)
class Recorded:
    """Frames of one envelope; `index` i64[frames] are their places in it."""

    partition: int
    offset: int
    index: NDArray[np.intp]
    frames: CanFrames


@dataclass(frozen=True, slots=True)
class Page:
    """`next`: where there may be more, None where there are none. `missing`: envelopes that were decoded and that the
    raw store does not have (any more, or yet).
    """

    parts: list[Recorded]
    next: Place | None
    missing: int


def page(wanted: Wanted, start: Place | None, limit: int) -> Page:
    """At most `limit` frames, from the place `start` on, of at most MOST_ENVELOPES envelopes.

    Raises TooMuchError, StoreUnavailableError.
    """
    start = start or _BEGINNING
    source = _Rejected(wanted, start) if wanted.rejected else _Decoded(wanted, start)
    parts: list[Recorded] = []
    room = limit
    for record in source.records():
        found = _matching(record, wanted, start)
        if found is None:
            continue
        if len(found.index) > room:
            parts += [_first(found, room)] if room else []
            return Page(parts, Place(found.partition, found.offset, int(found.index[room])), source.missing)
        parts.append(found)
        room -= len(found.index)
    return Page(parts, source.next, source.missing)


class _Decoded:
    """Envelopes that the ledger names."""

    def __init__(self, wanted: Wanted, start: Place) -> None:
        parameters: dict[str, Any] = {
            "machine": wanted.machine, "kind": _KIND, "begin": wanted.span.begin, "end": wanted.span.end,
            "partition": start.partition, "offset": start.offset, "limit": MOST_ENVELOPES + 1,
        }  # fmt: skip
        rows = read(_LEDGER.format(table=ce_technology("envelope")), parameters)
        places = [(int(partition), int(offset)) for partition, offset in rows]
        self._places = places[:MOST_ENVELOPES]
        self.next = Place(*places[-1], 0) if len(places) > MOST_ENVELOPES else None
        self.missing = 0

    def records(self) -> Iterator[RawRecord]:
        for start in range(0, len(self._places), _BODIES):
            places = self._places[start : start + _BODIES]
            found = raw.envelopes_at(places)
            self.missing += len(places) - len(found)
            yield from found


class _Rejected:
    """Dead letters; when their frames happened nobody has noted, nor which machine the device was then: what is not
    younger than the last that the ledger has of it as another is left out.
    """

    def __init__(self, wanted: Wanted, start: Place) -> None:
        self._device = wanted.device
        self._behind = last_of_others(wanted.machine, wanted.device)
        self._start = start
        self.next: Place | None = None
        self.missing = 0

    def records(self) -> Iterator[RawRecord]:
        partition, offset, opened = self._start.partition, self._start.offset, 0
        while True:
            found = raw.rejected(self._device, _KIND, self._behind, partition, offset, _BODIES)
            opened += len(found)
            yield from found
            if len(found) < _BODIES:
                return
            partition, offset = found[-1].partition, found[-1].offset + 1
            if opened >= MOST_ENVELOPES:
                self.next = Place(partition, offset, 0)
                return


def _matching(record: RawRecord, wanted: Wanted, start: Place) -> Recorded | None:
    """None where there are none."""
    opened = open_envelope(record.headers, record.body)
    if not isinstance(opened, OpenedCan):
        return None
    frames = opened.frames
    mask = (frames.ts >= wanted.span.begin) & (frames.ts < wanted.span.end)
    if wanted.bus is not None:
        mask &= frames.bus == wanted.bus
    if wanted.can_id is not None:
        mask &= frames.can_id & ~np.uint32(REMOTE_FLAG | ERROR_FLAG) == wanted.can_id
    if wanted.pgn is not None:
        mask &= _of_pgn(frames.can_id, wanted.pgn)
    if (record.partition, record.offset) == (start.partition, start.offset):
        mask[: start.index] = False
    index = np.flatnonzero(mask)
    return Recorded(record.partition, record.offset, index, select_frames(frames, index)) if len(index) else None


def _of_pgn(can_id: NDArray[np.uint32], pgn: int) -> NDArray[np.bool_]:
    """bool[frames]; the lower byte of addressed groups (PDU1) is where they go, not what they are."""
    addressed = pgn >> 8 & 0xFF < PDU1_LIMIT
    given = can_id >> np.uint32(8) & np.uint32(0x3FF00 if addressed else 0x3FFFF)
    is_of: NDArray[np.bool_] = (
        (can_id & np.uint32(EXTENDED_FLAG) != 0) & (can_id & np.uint32(ERROR_FLAG) == 0) & (given == pgn)
    )
    return is_of


def _first(found: Recorded, count: int) -> Recorded:
    kept = slice(count)
    return Recorded(found.partition, found.offset, found.index[kept], select_frames(found.frames, kept))
