"""Identifiers of CAN frames: SocketCAN's flags, and J1939's parameter groups."""

from __future__ import annotations

PDU1_LIMIT = 240
"""J1939-21: a PDU format below it is addressed (PDU1); its PS byte is the destination, not part of the PGN."""

EXTENDED_FLAG = 0x8000_0000
REMOTE_FLAG = 0x4000_0000
ERROR_FLAG = 0x2000_0000
"""SocketCAN's flags in the upper bits of a frame's id."""


def pgn_of(can_id: int) -> int:
    """J1939-21 parameter group number of a 29-bit id: EDP, DP, PF and, for PDU2, PS."""
    pgn = can_id >> 8 & 0x3FFFF
    return pgn if pgn >> 8 & 0xFF >= PDU1_LIMIT else pgn & 0x3FF00
