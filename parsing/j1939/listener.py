"""All that is heard of J1939 on the buses of one machine, besides what definitions describe."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, Self

import numpy as np

from parsing.definitions import pgn_of
from parsing.engine.frames import Frames
from parsing.j1939.dtc import Dtc, DtcList, read_dtcs
from parsing.j1939.identifiers import ADDRESS_CLAIMED, DM1, DM2, concerns
from parsing.j1939.lifecycle import Lifecycle
from parsing.j1939.names import NAME_BYTES, AddressClaim, Names
from parsing.j1939.occurrence import Occurrence
from parsing.j1939.records import Fault, Frame, Reason, Reassembled, UnknownState
from parsing.j1939.transport import Transport
from parsing.source import GLOBAL_ADDRESS, encode_source

_STATE_VERSION = 1
_IDENTIFIER = 0x1FFF_FFFF
_LISTS: dict[int, Literal[1, 2]] = {DM1: 1, DM2: 2}


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A DM1 or DM2 as it came: in one frame (`single`) or in several (`tp`). `source` has destination 255."""

    index: int
    ts: int
    source: int
    said: DtcList
    payload: bytes
    transport: Literal["tp", "single"]


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of some frames, each in the order of the stream; `index` of each is the frame that gave it.

    `messages` are all that were reassembled, the DM1 and DM2 among them included, which are in `lists` too.
    """

    messages: list[Reassembled] = field(default_factory=list)
    lists: list[Diagnostic] = field(default_factory=list)
    occurrences: list[Occurrence] = field(default_factory=list)
    claims: list[AddressClaim] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


class J1939Listener:
    """State of one machine. What it gives depends on the frames and their order, not on how they are cut into calls."""

    def __init__(self) -> None:
        self._transport = Transport()
        self._lifecycle = Lifecycle()
        self.names = Names()

    def hear(self, ts: np.ndarray, frames: Frames, rows: np.ndarray | None = None, first: int = 0) -> Heard:
        """Hear the frames of this machine as recorded, in the order of the stream; bad data never raises.

        What it gives as `messages` is not to be given to it again.

        `ts` i64[n] are their event times in µs. `rows` i64[k] are the numbers of the frames to hear, ascending, for a
        batch of several machines; None = all. Frames that do not concern it are passed over (`concerns`). `index` of
        all results is the number of the frame in the batch, from `first`.
        """
        heard = Heard()
        wanted = np.flatnonzero(concerns(frames.can_id)) if rows is None else rows[concerns(frames.can_id[rows])]
        for frame in _each(ts, frames, wanted, first):
            self._hear_frame(frame, heard)
        return heard

    def report(self, index: int, ts: int, source: int, dtc: Dtc, active: bool) -> list[Occurrence]:
        """Hear a DTC that the device reports by itself (`vehicle_dtc`); `source` has destination 255."""
        return self._lifecycle.report(index, ts, source, dtc, active)

    def pack(self) -> dict[str, Any]:
        """The state as lists, maps by text, integers, bytes and booleans."""
        return {
            "version": _STATE_VERSION,
            "transport": self._transport.to_state(),
            "dtcs": self._lifecycle.to_state(),
            "names": self.names.to_state(),
        }

    @classmethod
    def unpack(cls, state: Any) -> Self:
        """Inverse of `pack`. Raises UnknownState, a ValueError, where the state is not of this version's shape."""
        parts = {"version", "transport", "dtcs", "names"}
        if not isinstance(state, dict) or set(state) != parts or state["version"] != _STATE_VERSION:
            msg = f"{str(state)[:100]} is no state of version {_STATE_VERSION}"
            raise UnknownState(msg)
        listener = cls()
        listener._transport = Transport.from_state(state["transport"])
        listener._lifecycle = Lifecycle.from_state(state["dtcs"])
        listener.names = Names.from_state(state["names"])
        return listener

    def _hear_frame(self, frame: Frame, heard: Heard) -> None:
        for outcome in self._transport.hear(frame):
            if isinstance(outcome, Fault):
                heard.faults.append(outcome)
                continue
            heard.messages.append(outcome)
            if outcome.pgn in _LISTS:
                to = outcome.destination_address
                self._hear_list(frame, to, outcome.pgn, outcome.payload, "tp", heard)
        pgn = pgn_of(frame.can_id)
        if pgn in _LISTS:
            self._hear_list(frame, GLOBAL_ADDRESS, pgn, frame.payload, "single", heard)
        elif pgn == ADDRESS_CLAIMED:
            self._hear_claim(frame, heard)

    def _hear_list(
        self, frame: Frame, to: int, pgn: int, payload: bytes, transport: Literal["tp", "single"], heard: Heard
    ) -> None:
        source = encode_source(frame.bus, frame.source_address)
        said = read_dtcs(_LISTS[pgn], payload)
        if not said.is_complete:
            heard.faults.append(_fault(frame, to, pgn, Reason.BAD_LENGTH, said.fault))
        heard.lists.append(Diagnostic(frame.index, frame.ts, source, said, payload, transport))
        heard.occurrences.extend(self._lifecycle.hear(frame.index, frame.ts, source, said))

    def _hear_claim(self, frame: Frame, heard: Heard) -> None:
        to = frame.destination_address
        if len(frame.payload) != NAME_BYTES:
            detail = f"NAME of {len(frame.payload)} bytes"
            heard.faults.append(_fault(frame, to, ADDRESS_CLAIMED, Reason.BAD_LENGTH, detail))
        elif frame.source_address == GLOBAL_ADDRESS:
            heard.faults.append(_fault(frame, to, ADDRESS_CLAIMED, Reason.BAD_ADDRESS, "255 cannot be claimed"))
        else:
            name = int.from_bytes(frame.payload, "little")
            claim = self.names.hear(frame.index, frame.ts, frame.bus, frame.source_address, name)
            heard.claims.extend([claim] if claim else [])


def _each(ts: np.ndarray, frames: Frames, rows: np.ndarray, first: int) -> Iterator[Frame]:
    """These frames as records; columns are taken out at once, as numpy is slow by the value."""
    width = frames.data.shape[1]
    data = frames.data[rows].tobytes()
    identifiers = frames.can_id[rows] & np.uint32(_IDENTIFIER)
    columns = (rows + first, ts[rows], frames.bus[rows], identifiers, frames.length[rows])
    for place, (index, at, bus, can_id, length) in enumerate(zip(*(c.tolist() for c in columns), strict=True)):
        start = place * width
        yield Frame(index, at, bus, can_id, data[start : start + min(length, width)])


def _fault(frame: Frame, to: int, pgn: int, reason: Reason, detail: str) -> Fault:
    return Fault(frame.index, frame.ts, frame.bus, frame.source_address, to, pgn, reason, detail)
