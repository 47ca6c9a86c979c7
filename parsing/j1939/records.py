"""What is heard on a bus, what comes of it, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from parsing.j1939.identifiers import synthetic_id
from parsing.source import encode_source


class Reason(StrEnum):
    """Why something heard was of no use. Stable: they are counted and shown by these names."""

    TIMEOUT = "timeout"
    LOST_PACKET = "lost_packet"
    ABORTED = "aborted"
    REPLACED = "replaced"
    NO_SESSION = "no_session"
    BAD_LENGTH = "bad_length"
    BAD_SEQUENCE = "bad_sequence"
    BAD_CONTROL = "bad_control"
    BAD_ADDRESS = "bad_address"


@dataclass(frozen=True, slots=True)
class Frame:
    """A 29-bit data frame. `index` is the caller's number of it, `ts` event time in µs, `can_id` without flags."""

    index: int
    ts: int
    bus: int
    can_id: int
    payload: bytes

    @property
    def source_address(self) -> int:
        return self.can_id & 0xFF

    @property
    def destination_address(self) -> int:
        """The PS byte: the destination of a PDU1 frame, and nothing of the sort in a PDU2 frame."""
        return self.can_id >> 8 & 0xFF


@dataclass(frozen=True, slots=True)
class Reassembled:
    """A message of 9 to 1,785 bytes; `index` and `ts` (µs) are those of the frame that completed it.

    `destination_address` is the session's: 255 for a BAM, whatever the PGN.
    """

    index: int
    ts: int
    bus: int
    source_address: int
    destination_address: int
    pgn: int
    payload: bytes

    @property
    def source(self) -> int:
        """`source` of its rows (docs/contracts/rows.md)."""
        return encode_source(self.bus, self.source_address, self.destination_address)

    @property
    def can_id(self) -> int:
        """The id to match it by, with the 29-bit flag."""
        return synthetic_id(self.pgn, self.source_address, self.destination_address)


@dataclass(frozen=True, slots=True)
class Fault:
    """`index` and `ts` (µs) are those of the frame that revealed it; the addresses are those of the message's sender
    and receiver. `pgn` is the message's, or that of the frame itself where the message is not known.
    """

    index: int
    ts: int
    bus: int
    source_address: int
    destination_address: int
    pgn: int
    reason: Reason
    detail: str


class UnknownState(ValueError):
    """Kept state is not of the shape that this version writes."""


def read_state(state: Any, *kinds: type) -> list[Any]:
    """The values of a list in kept state. Raises UnknownState where they are not of these kinds, one by one."""
    if not isinstance(state, list) or len(state) != len(kinds) or not all(map(isinstance, state, kinds)):
        msg = f"{str(state)[:100]} is not a list of {', '.join(kind.__name__ for kind in kinds)}"
        raise UnknownState(msg)
    return state


def read_states(states: Any) -> list[Any]:
    """A list in kept state. Raises UnknownState where it is none."""
    if not isinstance(states, list):
        msg = f"{str(states)[:100]} is not a list"
        raise UnknownState(msg)
    return states
