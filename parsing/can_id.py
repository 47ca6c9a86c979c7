"""Frames on a bus: SocketCAN's flags of their ids, how much they carry, and J1939's parameter groups."""

from __future__ import annotations

PDU1_LIMIT = 240
"""J1939-21: a PDU format below it is addressed (PDU1); its PS byte is the destination, not part of the PGN."""

EXTENDED_FLAG = 0x8000_0000
REMOTE_FLAG = 0x4000_0000
ERROR_FLAG = 0x2000_0000
"""SocketCAN's flags in the upper bits of a frame's id."""

CLASSIC_WIDTH = 8
MAX_WIDTH = 64
"""Bytes that frames of classic CAN and of CAN FD carry."""

TP_DT = 0xEB00
"""J1939-21: transport protocol, data transfer."""

TP_CM = 0xEC00
"""J1939-21: transport protocol, connection management."""

ADDRESS_CLAIMED = 0xEE00
"""J1939-81: address claimed, and cannot claim address."""

DM1 = 0xFECA
"""J1939-73: active diagnostic trouble codes."""

DM2 = 0xFECB
"""J1939-73: previously active diagnostic trouble codes."""


def hex_id(number: int, *, extended: bool) -> str:
    """An id without flags as analysers write it: three hex digits, or eight for 29 bits."""
    return f"{number:08X}" if extended else f"{number:03X}"


def pgn_of(can_id: int) -> int:
    """J1939-21 parameter group number of a 29-bit id: EDP, DP, PF and, for PDU2, PS."""
    pgn = can_id >> 8 & 0x3FFFF
    return pgn if pgn >> 8 & 0xFF >= PDU1_LIMIT else pgn & 0x3FF00
