"""Encodes messages of a DBC for many machines at once: physical values in, payloads of 8 bytes out."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cantools
import numpy as np
from numpy.typing import NDArray

from parsing.definitions import EXTENDED_FLAG

Values = Mapping[str, NDArray[np.float64]]
_ALL_ONES = 2**64 - 1
_BITS = 64


@dataclass(frozen=True, slots=True)
class _Field:
    """Where one signal lies in a 64-bit word of its byte order, and how its raw value is made."""

    name: str
    shift: np.uint64
    mask: int
    big_endian: bool
    is_float: bool
    is_signed: bool
    scale: float
    offset: float
    low: float  # raw
    high: float


class MessageEncoder:
    """One message, or one page of a multiplexed one. Bits of no signal are ones, as J1939 wants."""

    def __init__(self, message: Any, page: int | None = None) -> None:
        self.name: str = message.name
        self.page = page
        self.can_id = message.frame_id | (EXTENDED_FLAG if message.is_extended_frame else 0)
        self.period = message.cycle_time * 1000  # µs
        chosen = [s for s in message.signals if s.multiplexer_ids is None or page in s.multiplexer_ids]
        self._fields = [_field(signal) for signal in chosen]
        self._selector = next((s.name for s in message.signals if s.is_multiplexer), None)
        used = [0, 0]
        for field in self._fields:
            used[field.big_endian] |= field.mask << int(field.shift)
        used_little = used[0] | int.from_bytes(used[1].to_bytes(8, "big"), "little")
        self._background = np.uint64(_ALL_ONES & ~used_little)

    @property
    def signals(self) -> list[str]:
        """Names of the values that `encode` asks for."""
        return [field.name for field in self._fields if field.name != self._selector]

    def encode(self, values: Values, count: int) -> NDArray[np.uint8]:
        """Payloads u8[count, 8] from f64[count] of each signal; NaN becomes all ones, "not available"."""
        words = [np.full(count, self._background, "<u8"), np.zeros(count, ">u8")]
        for field in self._fields:
            if field.name == self._selector:
                raw = np.full(count, self.page, np.uint64)
            else:
                raw = _raw(field, values[field.name])
            words[field.big_endian] |= raw << field.shift
        payload = words[0].view(np.uint8) | words[1].view(np.uint8)
        return payload.reshape(count, 8)


def load_encoders(dbc: Path) -> list[list[MessageEncoder]]:
    """For each message of the DBC the encoders that take turns: one, or one for each page."""
    database: Any = cantools.database.load_file(dbc)
    encoders = []
    for message in database.messages:
        pages = sorted({page for signal in message.signals for page in signal.multiplexer_ids or ()})
        encoders.append([MessageEncoder(message, page) for page in pages or [None]])
    return encoders


def _field(signal: Any) -> _Field:
    big_endian = signal.byte_order == "big_endian"
    if big_endian:
        # `start` is the most significant bit, counted from the least significant end of its byte.
        first = signal.start // 8 * 8 + 7 - signal.start % 8
        shift = _BITS - first - signal.length
    else:
        shift = signal.start
    scale, offset = float(signal.scale), float(signal.offset)
    bounds = [(bound - offset) / scale for bound in (signal.minimum, signal.maximum)]
    return _Field(
        name=signal.name,
        shift=np.uint64(shift),
        mask=2**signal.length - 1,
        big_endian=big_endian,
        is_float=signal.is_float,
        is_signed=signal.is_signed,
        scale=scale,
        offset=offset,
        low=round(min(bounds)),
        high=round(max(bounds)),
    )


def _raw(field: _Field, values: NDArray[np.float64]) -> NDArray[np.uint64]:
    if field.is_float:
        return values.astype(np.float32).view(np.uint32).astype(np.uint64)
    missing = np.isnan(values)
    scaled = np.rint((np.where(missing, 0.0, values) - field.offset) / field.scale)
    clipped = np.clip(scaled, field.low, field.high).astype(np.int64)
    raw = clipped.view(np.uint64) & np.uint64(field.mask)
    return np.where(missing, np.uint64(field.mask), raw)
