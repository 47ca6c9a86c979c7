"""CAN frames as columns: what logs, envelopes and the simulated devices all hold."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from parsing.can_id import CLASSIC_WIDTH, MAX_WIDTH


@dataclass(frozen=True, slots=True)
class CanFrames:
    """n frames in the order of the body; the arrays may be read-only views of it.

    Remote and error frames are in it, with bits 30 and 29 of `can_id` set, for the reader to count.
    """

    bus: NDArray[np.uint8]
    can_id: NDArray[np.uint32]  # SocketCAN: bit 31 = 29-bit id
    ts: NDArray[np.int64]  # µs since 1970
    length: NDArray[np.uint8]
    data: NDArray[np.uint8]  # (n, width), width 8 to 64; bytes behind `length` are whatever the device padded with

    def __len__(self) -> int:
        return len(self.can_id)


def join_frames(parts: list[CanFrames]) -> CanFrames:
    """All frames of the parts, padded to the widest of them."""
    if len(parts) == 1:
        return parts[0]
    width = max(part.data.shape[1] for part in parts)
    padded = [np.pad(part.data, ((0, 0), (0, width - part.data.shape[1]))) for part in parts]
    return CanFrames(
        bus=np.concatenate([part.bus for part in parts]),
        can_id=np.concatenate([part.can_id for part in parts]),
        ts=np.concatenate([part.ts for part in parts]),
        length=np.concatenate([part.length for part in parts]),
        data=np.concatenate(padded),
    )


def select_frames(frames: CanFrames, which: Any) -> CanFrames:
    """The frames that a mask, slice or index array names, in its order."""
    return CanFrames(
        bus=frames.bus[which],
        can_id=frames.can_id[which],
        ts=frames.ts[which],
        length=frames.length[which],
        data=frames.data[which],
    )


def frames_from_payloads(
    bus: NDArray[np.uint8], can_id: NDArray[np.uint32], ts: NDArray[np.int64], payloads: list[bytes]
) -> CanFrames:
    """Columns from payloads of 0 to 64 bytes; width 8 where all are classic, else 64."""
    longest = max(map(len, payloads))
    width = CLASSIC_WIDTH if longest <= CLASSIC_WIDTH else MAX_WIDTH
    padded = b"".join([payload.ljust(width, b"\0") for payload in payloads])
    return CanFrames(
        bus=bus,
        can_id=can_id,
        ts=ts,
        length=np.array([len(payload) for payload in payloads], np.uint8),
        data=np.frombuffer(padded, np.uint8).reshape(len(payloads), width),
    )
