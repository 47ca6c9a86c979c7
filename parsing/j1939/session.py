"""One session of the transport protocol (J1939-21): which packets have come, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Self

from parsing.definitions import MAX_PAYLOAD_BYTES
from parsing.j1939.records import Reason, UnknownState, read_state, read_states

T1 = 750_000
"""µs from one packet of a BAM to the next."""

T2 = T3 = 1_250_000
"""µs from a frame of a connection to the next, whichever side it is awaited from."""

T4 = 1_050_000
"""µs from a CTS that holds a connection open to the next."""

PACKET_BYTES = 7
_MIN_PAYLOAD_BYTES = 9


class Stage(IntEnum):
    """A session stays for a while after its end, so that packets that come doubled or too late are known for such."""

    OPEN = 0
    COMPLETE = 1
    BROKEN = 2


@dataclass(slots=True)
class Session:
    """`last` is the time of its latest frame in µs; `parts` are the packets by sequence number, 7 bytes each."""

    broadcast: bool
    pgn: int
    size: int
    packets: int
    last: int
    stage: Stage = Stage.OPEN
    held: bool = False
    parts: dict[int, bytes] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        return self.stage is Stage.OPEN

    @property
    def progress(self) -> str:
        return f"{len(self.parts)} of {self.packets} packets"

    @property
    def is_announced_well(self) -> bool:
        return _MIN_PAYLOAD_BYTES <= self.size <= MAX_PAYLOAD_BYTES and self.packets == -(-self.size // PACKET_BYTES)

    def is_silent(self, ts: int) -> bool:
        """Whether nothing has come for too long at `ts`."""
        return ts - self.last > self._patience

    def is_ahead(self, ts: int) -> bool:
        """Whether a frame of `ts` is too old to be of this session: it was buffered, and has come after newer ones."""
        return self.last - ts > self._patience

    def repeats(self, number: int, part: bytes) -> bool:
        """Whether a packet is expected to come again, or is one that a recorder or a gateway has doubled."""
        if self.broadcast:
            return self.parts.get(number) == part and number == max(self.parts)
        return self.stage is Stage.COMPLETE

    def refusal(self, number: int, part: bytes) -> tuple[Reason, str] | None:
        """Why a packet cannot be of this session, or nothing."""
        if not 1 <= number <= self.packets:
            return Reason.BAD_SEQUENCE, f"packet {number} of {self.packets}"
        if self.broadcast and number != len(self.parts) + 1:
            return Reason.LOST_PACKET, f"packet {number} after packet {len(self.parts)}"
        needed = min(PACKET_BYTES, self.size - PACKET_BYTES * (number - 1))
        if len(part) < needed:
            return Reason.BAD_LENGTH, f"packet {number} has {len(part)} of {needed} bytes"
        return None

    def keep(self, number: int, part: bytes) -> bytes | None:
        """Take a packet; the payload where it was the last one missing."""
        self.held = False
        self.parts[number] = part
        if len(self.parts) < self.packets:
            return None
        payload = b"".join(self.parts[number] for number in range(1, self.packets + 1))
        self.stage = Stage.COMPLETE
        self.parts = {number: part}
        return payload[: self.size]

    def close(self) -> None:
        self.stage = Stage.BROKEN
        self.parts = {}

    @property
    def _patience(self) -> int:
        if self.broadcast:
            return T1
        return T4 if self.held else T2

    def to_state(self) -> list[Any]:
        parts = [[number, part] for number, part in self.parts.items()]
        return [self.broadcast, self.pgn, self.size, self.packets, self.last, int(self.stage), self.held, parts]

    @classmethod
    def from_state(cls, state: Any) -> Self:
        """Raises UnknownState."""
        broadcast, pgn, size, packets, last, stage, held, parts = read_state(
            state, bool, int, int, int, int, int, bool, list
        )
        if stage not in tuple(Stage):
            msg = f"there is no stage {stage}"
            raise UnknownState(msg)
        kept = dict(read_state(part, int, bytes) for part in read_states(parts))
        return cls(broadcast, pgn, size, packets, last, Stage(stage), held, kept)
