"""A batch of frames as columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

WORD_BYTES = 8


@dataclass(frozen=True, slots=True)
class Frames:
    """`bus` u8[n], `can_id` u32[n] (SocketCAN: bit 31 = 29-bit id, 30 remote, 29 error), `length` u8[n] bytes of
    payload, `data` u8[n, width] padded with anything. Raises ValueError where columns disagree or are of another type.
    """

    bus: np.ndarray
    can_id: np.ndarray
    length: np.ndarray
    data: np.ndarray

    def __post_init__(self) -> None:
        count = len(self.can_id)
        for name, dtype in (("bus", np.uint8), ("can_id", np.uint32), ("length", np.uint8)):
            column = getattr(self, name)
            if column.dtype != dtype or column.shape != (count,):
                msg = f"{name} is {column.dtype}{list(column.shape)}, not {np.dtype(dtype)}[{count}]"
                raise ValueError(msg)
        if self.data.dtype != np.uint8 or self.data.ndim != 2 or len(self.data) != count:  # noqa: PLR2004
            msg = f"data is {self.data.dtype}{list(self.data.shape)}, not uint8[{count}, width]"
            raise ValueError(msg)

    def __len__(self) -> int:
        return len(self.can_id)

    def words(self) -> np.ndarray:
        """The payloads as little-endian u64[n, ceil(width / 8)], at least one word wide."""
        count, width = self.data.shape
        padded = max(1, -(-width // WORD_BYTES)) * WORD_BYTES
        data = np.ascontiguousarray(self.data)
        if padded != width:
            data = np.zeros((count, padded), np.uint8)
            data[:, :width] = self.data
        return data.view("<u8")
