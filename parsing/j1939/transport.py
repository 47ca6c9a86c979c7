"""Transport protocol (J1939-21): messages of 9 to 1,785 bytes put together again from the frames that carry them.

It only listens: it sees both sides of a connection and answers neither. Rules: docs/contracts/j1939.md.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any, Self, TypeAlias

from parsing.definitions import PDU1_LIMIT, pgn_of
from parsing.j1939.identifiers import TP_CM, TP_DT
from parsing.j1939.records import Fault, Frame, Reason, Reassembled, read_state, read_states
from parsing.j1939.session import PACKET_BYTES, Session, Stage
from parsing.source import GLOBAL_ADDRESS

MOST_SESSIONS = 64
"""Sessions of a machine that are kept; the one that began first gives way."""

Outcome: TypeAlias = Reassembled | Fault
_Key: TypeAlias = tuple[int, int, int]

_CONTROL_BYTES = 8


class Control(IntEnum):
    """First byte of a TP.CM frame (J1939-21)."""

    RTS = 16
    CTS = 17
    END_OF_MESSAGE = 19
    BAM = 32
    ABORT = 255


class Transport:
    """The sessions of one machine by (bus, sender, receiver): two nodes may have one in each direction, and a BAM."""

    def __init__(self) -> None:
        self._sessions: dict[_Key, Session] = {}

    def hear(self, frame: Frame) -> list[Outcome]:
        """What comes of the next frame of the stream, be it of the transport protocol or not.

        Any frame shows how late it is on its bus, and so ends the sessions that have been silent for too long.
        """
        found: list[Outcome] = self._close_silent(frame)
        pgn = pgn_of(frame.can_id)
        if pgn == TP_DT:
            found += self._carry(frame)
        elif pgn == TP_CM:
            found += self._control(frame)
        return found

    def to_state(self) -> list[Any]:
        """Lists, integers and bytes."""
        return [[*key, session.to_state()] for key, session in self._sessions.items()]

    @classmethod
    def from_state(cls, state: Any) -> Self:
        """Inverse of `to_state`. Raises UnknownState."""
        transport = cls()
        for entry in read_states(state):
            *key, session = read_state(entry, int, int, int, list)
            transport._sessions[key[0], key[1], key[2]] = Session.from_state(session)
        return transport

    def _close_silent(self, frame: Frame) -> list[Outcome]:
        # Buses are judged apart: an envelope may hold all frames of one bus before all of another.
        silent = [key for key, session in self._sessions.items() if key[0] == frame.bus and session.is_silent(frame.ts)]
        return [fault for key in silent for fault in self._end(frame, key, Reason.TIMEOUT)]

    def _end(self, frame: Frame, key: _Key, reason: Reason, detail: str = "") -> list[Outcome]:
        """Forget a session; a fault where it was still open."""
        session = self._sessions.pop(key)
        return [_fault(frame, key, session.pgn, reason, detail or session.progress)] if session.is_open else []

    def _break(self, frame: Frame, key: _Key, reason: Reason, detail: str) -> list[Outcome]:
        """Close an open session; what still comes of it is passed over."""
        session = self._sessions[key]
        session.close()
        return [_fault(frame, key, session.pgn, reason, detail)]

    def _control(self, frame: Frame) -> list[Outcome]:
        sender, receiver = frame.source_address, frame.destination_address
        if len(frame.payload) < _CONTROL_BYTES:
            detail = f"TP.CM of {len(frame.payload)} bytes"
            return [_fault(frame, (frame.bus, sender, receiver), TP_CM, Reason.BAD_LENGTH, detail)]
        match frame.payload[0]:
            case Control.BAM | Control.RTS:
                return self._announce(frame)
            case Control.CTS:
                return self._clear(frame, (frame.bus, receiver, sender))
            case Control.END_OF_MESSAGE:
                return self._acknowledge(frame, (frame.bus, receiver, sender))
            case Control.ABORT:
                keys = dict.fromkeys([(frame.bus, sender, receiver), (frame.bus, receiver, sender)])
                return [fault for key in keys for fault in self._abort(frame, key)]
            case control:
                detail = f"control byte {control}"
                return [_fault(frame, (frame.bus, sender, receiver), TP_CM, Reason.BAD_CONTROL, detail)]

    def _announce(self, frame: Frame) -> list[Outcome]:
        key = (frame.bus, frame.source_address, frame.destination_address)
        broadcast = frame.payload[0] == Control.BAM
        session = Session(
            broadcast, _carried_pgn(frame), int.from_bytes(frame.payload[1:3], "little"), frame.payload[3], frame.ts
        )
        if broadcast != (frame.destination_address == GLOBAL_ADDRESS):
            detail = f"{Control(frame.payload[0]).name} to {frame.destination_address}"
            return [_fault(frame, key, session.pgn, Reason.BAD_ADDRESS, detail)]
        found: list[Outcome] = []
        before = self._sessions.get(key)
        if before is not None:
            if _is_repeated(before, session):
                before.last = frame.ts
                return found
            found += self._end(frame, key, Reason.REPLACED)
        else:
            found += self._make_room(frame)
        self._sessions[key] = session
        if not session.is_announced_well:
            detail = f"{session.size} bytes in {session.packets} packets"
            found += self._break(frame, key, Reason.BAD_LENGTH, detail)
        return found

    def _make_room(self, frame: Frame) -> list[Outcome]:
        if len(self._sessions) < MOST_SESSIONS:
            return []
        over = (key for key, session in self._sessions.items() if not session.is_open)
        oldest = next(over, None) or next(iter(self._sessions))
        return self._end(frame, oldest, Reason.REPLACED, f"{MOST_SESSIONS} sessions are open")

    def _carry(self, frame: Frame) -> list[Outcome]:
        key = (frame.bus, frame.source_address, frame.destination_address)
        number, part = (frame.payload[0], frame.payload[1 : PACKET_BYTES + 1]) if frame.payload else (0, b"")
        found: list[Outcome] = []
        session = self._sessions.get(key)
        if session is not None and session.is_ahead(frame.ts):
            found += self._end(frame, key, Reason.TIMEOUT)
            session = None
        if session is None:
            return found + self._make_room(frame) + self._orphan(frame, key, number)
        session.last = frame.ts
        if session.stage is Stage.BROKEN or session.repeats(number, part):
            return found
        if not session.is_open:
            return found + self._orphan(frame, key, number)
        refusal = session.refusal(number, part)
        if refusal is not None:
            return found + self._break(frame, key, *refusal)
        payload = session.keep(number, part)
        if payload is not None:
            found.append(Reassembled(frame.index, frame.ts, *key, session.pgn, payload))
        return found

    def _orphan(self, frame: Frame, key: _Key, number: int) -> list[Outcome]:
        """A packet that was not announced. It is told once: those behind it are of the same message."""
        self._sessions[key] = Session(key[2] == GLOBAL_ADDRESS, TP_DT, 0, 0, frame.ts)
        return self._break(frame, key, Reason.NO_SESSION, f"packet {number}")

    def _answered(self, frame: Frame, key: _Key) -> Session | None:
        """The session that a CTS, an EndOfMsgACK or an abort is about; there may be none, for it may have ended."""
        session = self._sessions.get(key)
        if session is None or session.pgn != _carried_pgn(frame) or session.is_ahead(frame.ts):
            return None
        return session

    def _clear(self, frame: Frame, key: _Key) -> list[Outcome]:
        session = self._answered(frame, key)
        if session is not None:
            session.last = frame.ts
            session.held = frame.payload[1] == 0
        return []

    def _acknowledge(self, frame: Frame, key: _Key) -> list[Outcome]:
        session = self._answered(frame, key)
        if session is None:
            return []
        return self._end(frame, key, Reason.LOST_PACKET, f"{session.progress}, and all are acknowledged")

    def _abort(self, frame: Frame, key: _Key) -> list[Outcome]:
        session = self._answered(frame, key)
        if session is None or not session.is_open:
            return []
        session.last = frame.ts
        detail = f"reason {frame.payload[1]}, by {frame.source_address}"
        return self._break(frame, key, Reason.ABORTED, detail)


def _carried_pgn(frame: Frame) -> int:
    """PGN in the last three bytes of a TP.CM frame, with PS 0 where it is PDU1."""
    pgn = int.from_bytes(frame.payload[5:8], "little") & 0x3FFFF
    return pgn if pgn >> 8 & 0xFF >= PDU1_LIMIT else pgn & 0x3FF00


def _is_repeated(before: Session, session: Session) -> bool:
    """An announcement that comes twice before any packet: doubled, or sent again as no answer came."""
    same = (before.pgn, before.size, before.packets) == (session.pgn, session.size, session.packets)
    return same and before.is_open and not before.parts


def _fault(frame: Frame, key: _Key, pgn: int, reason: Reason, detail: str) -> Fault:
    return Fault(frame.index, frame.ts, *key, pgn, reason, detail)
