"""The frame or frames that a row of a message was decoded from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from distribution.explain.records import Frame, Role
from distribution.explain.stream import Found, Rerun, Wanted
from ingest.decoding.outcome import Envelope
from ingest.envelope import OpenedCan
from ingest.frames import CanFrames
from ingest.meta.catalogue import Catalogue
from parsing.can_id import EXTENDED_FLAG, TP_CM, TP_DT, pgn_of
from parsing.engine import Extractor, Frames
from parsing.j1939 import Reassembled, frames_of
from parsing.source import decode_source

PACKET_BYTES: Final = 7
_MOST_PACKETS: Final = 600
_BAM, _RTS = 32, 16


@dataclass(frozen=True, slots=True)
class Payload:
    """`frames` in the order in which they came."""

    data: bytes
    frames: list[Frame]
    is_transported: bool


def payload_of(catalogue: Catalogue, model: int, rerun: Rerun, wanted: Wanted, bits: Sequence[int]) -> Payload | None:
    """`bits` of the signal mark the packets that carry it. None where no frame gives the row."""
    found = rerun.found
    if found is None or not isinstance(found.of.opened, OpenedCan):
        return None
    frames = found.of.opened.frames
    single = _rows_of(catalogue.extractor(model), frames, wanted)
    if wanted.ordinal < len(single):
        at = single[wanted.ordinal]
        data = frames.data[at, : frames.length[at]].tobytes()
        return Payload(data, [_frame(found.of, frames, at, "frame", 0, is_used=True)], is_transported=False)
    message = _message(catalogue.transport_extractor(model), found, wanted, wanted.ordinal - len(single))
    if message is None:
        return None
    used = {bit // 8 // PACKET_BYTES + 1 for bit in bits}
    return Payload(message.payload, _packets(rerun, message, used), is_transported=True)


def _rows_of(extractor: Extractor, frames: CanFrames, wanted: Wanted) -> list[int]:
    """Places of the frames that give rows of this group, source and time."""
    given = Frames(frames.bus, frames.can_id, frames.length.astype(np.uint16), frames.data)
    for block in extractor.extract(given).blocks:
        if block.group == wanted.group:
            at = block.frame_index[block.source == wanted.source]
            return [int(each) for each in at if frames.ts[each] == wanted.ts]
    return []


def _message(extractor: Extractor, found: Found, wanted: Wanted, ordinal: int) -> Reassembled | None:
    alike = [
        told.what
        for told in found.decoded.heard.messages
        if told.envelope == found.envelope and (told.what.source, told.what.ts) == (wanted.source, wanted.ts)
    ]
    giving = [each for each in alike if _gives(extractor, each, wanted.group)]
    return giving[ordinal] if ordinal < len(giving) else None


def _gives(extractor: Extractor, message: Reassembled, group: int) -> bool:
    return any(block.group == group for block in extractor.extract(frames_of([message])).blocks)


def _packets(rerun: Rerun, message: Reassembled, used: set[int]) -> list[Frame]:
    """The packets of the message, and what announced them, back from the one that completed it."""
    packets: list[Frame] = []
    for envelope, frames, at in _backwards(rerun, message):
        data = frames.data[at, : frames.length[at]].tobytes()
        is_announcement = pgn_of(int(frames.can_id[at])) == TP_CM
        if not is_announcement:
            packets.append(_frame(envelope, frames, at, "packet", data[0], is_used=data[0] in used))
        elif data[0] in (_BAM, _RTS) and int.from_bytes(data[5:8], "little") == message.pgn:
            packets.append(_frame(envelope, frames, at, "announcement", 0, is_used=False))
            break
        if len(packets) == _MOST_PACKETS:
            break
    return packets[::-1]


def _backwards(rerun: Rerun, message: Reassembled) -> Iterator[tuple[Envelope, CanFrames, int]]:
    """What the sender sent to the receiver in packets, from the newest before the message was there."""
    found = rerun.found
    has_begun = False
    for decoded in reversed(rerun.batches):
        for envelope in reversed(decoded.envelopes):
            has_begun = has_begun or (found is not None and envelope.record is found.record)
            if has_begun and isinstance(envelope.opened, OpenedCan):
                frames = envelope.opened.frames
                for at in np.flatnonzero(_is_of(frames, message))[::-1].tolist():
                    yield envelope, frames, at


def _is_of(frames: CanFrames, message: Reassembled) -> NDArray[np.bool_]:
    bus, sender, receiver = decode_source(message.source)
    kind = frames.can_id >> np.uint32(16) & np.uint32(0xFF)
    addresses = frames.can_id & np.uint32(0xFFFF)
    is_transport = (kind == TP_CM >> 8) | (kind == TP_DT >> 8)
    is_theirs = addresses == (receiver << 8 | sender)
    is_there = (frames.bus == bus) & (frames.ts <= message.ts) & (frames.length > 0)
    is_of: NDArray[np.bool_] = is_transport & is_theirs & is_there & (frames.can_id & np.uint32(EXTENDED_FLAG) != 0)
    return is_of


def _frame(envelope: Envelope, frames: CanFrames, at: int, role: Role, number: int, *, is_used: bool) -> Frame:
    record = envelope.record
    return Frame(
        partition=record.partition,
        offset=record.offset,
        index=at,
        ts=int(frames.ts[at]),
        bus=int(frames.bus[at]),
        can_id=int(frames.can_id[at]),
        data=frames.data[at, : frames.length[at]].tobytes(),
        role=role,
        number=number,
        is_used=is_used,
    )
