"""A batch of frames as columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

WORD_BYTES = 8


@dataclass(frozen=True, slots=True)
class Frames:
    """`bus` u8[n], `can_id` u32[n] (SocketCAN: bit 31 = 29-bit id, 30 remote, 29 error), `length` u16[n] bytes of
    payload, `data` u8[n, width] padded with anything. Raises ValueError where columns disagree or are of another type.
    """

    bus: np.ndarray
    can_id: np.ndarray
    length: np.ndarray
    data: np.ndarray

    def __post_init__(self) -> None:
        count = len(self.can_id)
        wanted = {"bus": np.uint8, "can_id": np.uint32, "length": np.uint16, "data": np.uint8}
        for name, dtype in wanted.items():
            column = getattr(self, name)
            shape = (count, *column.shape[1:2]) if name == "data" else (count,)
            if column.dtype != dtype or column.shape != shape or column.ndim != 1 + (name == "data"):
                msg = f"{name} is {column.dtype}{list(column.shape)}, not {np.dtype(dtype)}{list(shape)}"
                raise ValueError(msg)
            object.__setattr__(self, name, np.ascontiguousarray(column))
        width = self.data.shape[1]
        if width % WORD_BYTES or not width:
            # The zeros that `words` pads with are no payload, whatever a length says.
            object.__setattr__(self, "length", np.minimum(self.length, np.uint16(min(width, 0xFFFF))))

    def __len__(self) -> int:
        return len(self.can_id)

    def words(self) -> np.ndarray:
        """The payloads as little-endian u64[n, ceil(width / 8)], at least one word wide."""
        count, width = self.data.shape
        padded = max(1, -(-width // WORD_BYTES)) * WORD_BYTES
        data = self.data
        if padded != width:
            data = np.zeros((count, padded), np.uint8)
            data[:, :width] = self.data
        return data.view("<u8")
