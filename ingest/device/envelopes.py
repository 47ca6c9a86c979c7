"""Envelopes as a device makes them (docs/contracts/envelope.md)."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any
from uuid import UUID

import msgpack
import numpy as np
import orjson
import uuid6
import zstandard

from ingest.envelope.opening import CAN, CLIENT_RAW, JSON, MSGPACK, SCHEMA
from ingest.frames import CanFrames, select_frames
from parsing.can_id import CLASSIC_WIDTH

_VERSION_7 = 7


@dataclass(frozen=True, slots=True)
class DeviceEnvelope:
    kind: str
    body: bytes
    message_id: str
    content_type: str
    content_encoding: str | None = None
    realtime: bool = False

    @property
    def application(self) -> dict[str, str]:
        """The application properties it is published with."""
        return {"kind": self.kind, "schema": SCHEMA, "realtime": "1" if self.realtime else "0"}


def new_message_id() -> str:
    """A fresh UUIDv7, ordered by time."""
    return str(uuid6.uuid7())


def numbered_message_id(seed: int, number: int) -> str:
    """A UUIDv7 that is the same for the same seed and number, and in the order of the numbers for one seed."""
    rest = blake2b(f"{seed}/{number}".encode(), digest_size=10).digest()
    bits = int.from_bytes(number.to_bytes(6, "big") + rest, "big")
    bits = bits & ~(0xF << 76) & ~(0x3 << 62) | _VERSION_7 << 76 | 0b10 << 62
    return str(UUID(int=bits))


def can_envelope(
    frames: CanFrames, *, message_id: str | None = None, realtime: bool = False, compress: bool = False
) -> DeviceEnvelope:
    """MessagePack columns, one map a bus; times must span less than 2^32 µs."""
    t0 = int(frames.ts.min())
    buses = np.unique(frames.bus)
    if len(buses) == 1:
        document: Any = _columns(frames, int(buses[0]), t0)
    else:
        document = [_columns(select_frames(frames, frames.bus == bus), int(bus), t0) for bus in buses]
    body: bytes = msgpack.packb(document)
    return DeviceEnvelope(
        kind=CAN,
        body=zstandard.compress(body) if compress else body,
        message_id=message_id or new_message_id(),
        content_type=MSGPACK,
        content_encoding="zstd" if compress else None,
        realtime=realtime,
    )


def object_envelope(
    kind: str, objects: Sequence[dict[str, Any]], *, message_id: str | None = None, realtime: bool = False
) -> DeviceEnvelope:
    """JSON: one object alone, several as a list."""
    body = orjson.dumps(objects[0] if len(objects) == 1 else list(objects))
    return DeviceEnvelope(kind, body, message_id or new_message_id(), JSON, realtime=realtime)


def raw_envelope(
    body: bytes, content_type: str = "application/octet-stream", *, message_id: str | None = None
) -> DeviceEnvelope:
    return DeviceEnvelope(CLIENT_RAW, body, message_id or new_message_id(), content_type)


def _columns(frames: CanFrames, bus: int, t0: int) -> dict[str, Any]:
    width = frames.data.shape[1]
    columns: dict[str, Any] = {
        "t0": t0,
        "bus": bus,
        "dt": (frames.ts - t0).astype("<u4").tobytes(),
        "id": frames.can_id.astype("<u4").tobytes(),
        "data": frames.data.tobytes(),
    }
    if not (frames.length == CLASSIC_WIDTH).all():
        columns["len"] = frames.length.tobytes()
    if width != CLASSIC_WIDTH:
        columns["width"] = width
    return columns
