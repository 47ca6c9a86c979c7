"""Lists of diagnostic trouble codes: DM1 and DM2 (J1939-73)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

NO_LAMPS = 0xFFFF
"""Every lamp and flash status is "not available"."""

_LAMP_BYTES = 2
_DTC_BYTES = 4
_FRAME_BYTES = 8
_SHORTEST = _LAMP_BYTES + _DTC_BYTES
_NONE = bytes(_DTC_BYTES)
_ALL_ONES = b"\xff" * _DTC_BYTES


@dataclass(frozen=True, slots=True)
class Lamp:
    """`status`: 0 off, 1 on, 2 error, 3 not available; `flash`: 0 slow, 1 fast, 2 reserved, 3 does not flash."""

    status: int
    flash: int


@dataclass(frozen=True, slots=True)
class Lamps:
    """`raw` u16 is the first two bytes of a DM1 or DM2: status in the lower byte, flash in the upper."""

    raw: int

    @property
    def protect(self) -> Lamp:
        return self._at(0)

    @property
    def amber_warning(self) -> Lamp:
        return self._at(2)

    @property
    def red_stop(self) -> Lamp:
        return self._at(4)

    @property
    def malfunction(self) -> Lamp:
        return self._at(6)

    def _at(self, bit: int) -> Lamp:
        return Lamp(self.raw >> bit & 3, self.raw >> bit + 8 & 3)


@dataclass(frozen=True, slots=True)
class Dtc:
    """`spn` 0-524,287, `fmi` 0-31, `oc` 0-126 (127 = not known), `cm` 0 or 1.

    The SPN is read by version 4 of its layout also where `cm` is 1, which says that the sender uses an older one that
    nothing on the bus tells apart from its two siblings.
    """

    spn: int
    fmi: int
    oc: int
    cm: int


@dataclass(frozen=True, slots=True)
class DtcList:
    """What a DM1 (`dm` 1, active) or a DM2 (`dm` 2, previously active) says.

    `fault` says what could not be read, and is empty otherwise: of such a list no absence can be concluded.
    """

    dm: Literal[1, 2]
    lamps: Lamps
    dtcs: tuple[Dtc, ...]
    fault: str

    @property
    def is_complete(self) -> bool:
        return not self.fault


def read_dtcs(dm: Literal[1, 2], payload: bytes) -> DtcList:
    """Decode a DM1 or DM2, from one frame or reassembled; all zeros and all ones stand for no DTC (J1939-73).

    One frame holds one DTC, and what is behind it is padding. What is there of a short payload is decoded.
    """
    lamps = int.from_bytes(payload[:_LAMP_BYTES].ljust(_LAMP_BYTES, b"\xff"), "little")
    body = payload[_LAMP_BYTES:_SHORTEST] if len(payload) <= _FRAME_BYTES else payload[_LAMP_BYTES:]
    whole = len(body) - len(body) % _DTC_BYTES
    fault = ""
    if len(payload) < _SHORTEST:
        fault = f"{len(payload)} bytes, at least {_SHORTEST} are needed"
    elif body[whole:].strip(b"\xff"):
        fault = f"{len(body) - whole} bytes behind the last DTC"
    return DtcList(dm, Lamps(lamps), tuple(dtcs_in(body[:whole])), fault)


def dtcs_in(body: bytes) -> Iterator[Dtc]:
    """The DTCs of four bytes each; what is left over is no DTC."""
    for place in range(0, len(body) - len(body) % _DTC_BYTES, _DTC_BYTES):
        low, middle, high, count = four = body[place : place + _DTC_BYTES]
        if four not in (_NONE, _ALL_ONES):
            yield Dtc(low | middle << 8 | (high & 0xE0) << 11, high & 0x1F, count & 0x7F, count >> 7)
