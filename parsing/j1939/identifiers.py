"""Parameter groups that the transport protocol, the diagnostics and the network management use, and their ids."""

from __future__ import annotations

import numpy as np

from parsing.can_id import (
    ADDRESS_CLAIMED,
    DM1,
    DM2,
    ERROR_FLAG,
    EXTENDED_FLAG,
    PDU1_LIMIT,
    REMOTE_FLAG,
    TP_CM,
    TP_DT,
)

__all__ = ["ADDRESS_CLAIMED", "DM1", "DM2", "TP_CM", "TP_DT", "concerns", "synthetic_id"]

_FLAGS = EXTENDED_FLAG | REMOTE_FLAG | ERROR_FLAG
_PAGES_AND_FORMAT = np.uint32(_FLAGS | 0x03FF_0000)
_PAGES_FORMAT_AND_GROUP = np.uint32(_FLAGS | 0x03FF_FF00)
_ADDRESSED = tuple(np.uint32(EXTENDED_FLAG | pgn << 8) for pgn in (TP_DT, TP_CM, ADDRESS_CLAIMED))
_BROADCAST = tuple(np.uint32(EXTENDED_FLAG | pgn << 8) for pgn in (DM1, DM2))

_SYNTHETIC_PRIORITY = 6
"""J1939-21: the default priority of most parameter groups."""


def concerns(can_id: np.ndarray) -> np.ndarray:
    """bool[n]: which frames `J1939Listener` has to hear, by `can_id` u32[n] with SocketCAN's flags.

    They are data frames of 29 bits that carry TP.CM, TP.DT, DM1, DM2 or an address claim, whatever their priority.
    """
    addressed = can_id & _PAGES_AND_FORMAT
    broadcast = can_id & _PAGES_FORMAT_AND_GROUP
    result: np.ndarray = broadcast == _BROADCAST[0]
    result |= broadcast == _BROADCAST[1]
    for wanted in _ADDRESSED:
        result |= addressed == wanted
    return result


def synthetic_id(pgn: int, source_address: int, destination_address: int) -> int:
    """The id, with SocketCAN's 29-bit flag, by which a reassembled message is matched to a definition.

    A message of several packets has no id and no priority of its own; it gets priority 6. The destination is in the id
    of a PDU1 group only (J1939-21).
    """
    if pgn >> 8 & 0xFF < PDU1_LIMIT:
        pgn |= destination_address
    return EXTENDED_FLAG | _SYNTHETIC_PRIORITY << 26 | pgn << 8 | source_address
