"""Frames of nodes that speak J1939, and envelopes of them cut at will."""

from collections.abc import Iterator
from typing import NamedTuple

from ingest.decoding.records import RawRecord
from ingest.device.envelopes import can_envelope, numbered_message_id, select_frames
from ingest.device.packer import frames_from_rows
from ingest.frames import CanFrames
from tests.pipeline.catalogue import LONG_BYTES, LONG_PGN

EXTENDED = 1 << 31
T0 = 1_700_000_000_000_000
GLOBAL = 255
DM1_PGN = 0xFECA
_PRIORITY = 7 << 26
_TP_CM, _TP_DT, _CLAIM = 0xEC, 0xEB, 0xEE
_DM1_ID = EXTENDED | 6 << 26 | DM1_PGN << 8


class Sent(NamedTuple):
    ts: int
    bus: int
    can_id: int
    payload: bytes


def addressed(pdu_format: int, to: int, sender: int) -> int:
    return EXTENDED | _PRIORITY | pdu_format << 16 | to << 8 | sender


def in_packets(ts: int, pgn: int, body: bytes, sender: int = 3, to: int = GLOBAL, *, step: int = 1000) -> list[Sent]:
    """A BAM, or where `to` is a node the sender's side of a connection; a frame every `step` µs."""
    count = -(-len(body) // 7)
    control = 32 if to == GLOBAL else 16
    head = bytes([control, len(body) & 255, len(body) >> 8, count, 255]) + pgn.to_bytes(3, "little")
    parts = [bytes([number + 1]) + body[7 * number : 7 * number + 7].ljust(7, b"\xff") for number in range(count)]
    ids = [addressed(_TP_CM, to, sender)] + [addressed(_TP_DT, to, sender)] * count
    return [
        Sent(ts + step * i, 1, can_id, data) for i, (can_id, data) in enumerate(zip(ids, [head, *parts], strict=True))
    ]


def long_body(number: int, mode: int = 0) -> bytes:
    """Of the message `Long`: Middle is `number`, Tail is half of it."""
    two = number.to_bytes(2, "little")
    return bytes([mode]) + bytes(6) + two + bytes(LONG_BYTES - 11) + two


def long_message(
    ts: int, number: int, sender: int = 3, to: int = GLOBAL, *, mode: int = 0, step: int = 1000
) -> list[Sent]:
    return in_packets(ts, LONG_PGN, long_body(number, mode), sender, to, step=step)


def dm1(ts: int, dtc: str = "6E000301", sender: int = 0, lamps: str = "40FF") -> Sent:
    """In one frame: one DTC of SPN 110, FMI 3 where nothing else is said; `00000000` is none."""
    return Sent(ts, 1, _DM1_ID | sender, bytes.fromhex(lamps + dtc + "FFFF"))


def claim(ts: int, name: int, sender: int) -> Sent:
    return Sent(ts, 1, addressed(_CLAIM, GLOBAL, sender), name.to_bytes(8, "little"))


def frames_of(sent: list[Sent]) -> CanFrames:
    return frames_from_rows([tuple(one) for one in sent])


def records_of(frames: CanFrames, size: int, device: str = "ex-1", first: int = 0) -> Iterator[RawRecord]:
    """Records of `raw`, an envelope every `size` frames; their times must differ."""
    for number, start in enumerate(range(0, len(frames), size), start=first):
        body = can_envelope(select_frames(frames, slice(start, start + size))).body
        headers = {
            "device": device, "kind": "vehicle_can", "schema": "1", "content-type": "application/msgpack",
            "message-id": numbered_message_id(1, number), "origin": f"hub/0/{number}",
        }  # fmt: skip
        yield RawRecord(0, number, headers, body, T0 + number)
