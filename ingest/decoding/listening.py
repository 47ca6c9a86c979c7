"""Each machine's J1939 listener hears the frames of its envelopes and the DTCs that the device reports by itself."""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from ingest.decoding.outcome import BusFault, Decoded, HeardJ1939, Told, ToldOccurrence
from ingest.envelope import DtcObject, OpenedObjects
from parsing.codes import Code
from parsing.engine import Frames
from parsing.j1939 import Dtc, Heard, J1939Listener, concerns
from parsing.j1939.identifiers import ADDRESS_CLAIMED, DM1, DM2
from parsing.ordinal import MOST_ROWS
from parsing.source import GLOBAL_ADDRESS, decode_source

T = TypeVar("T")
ListenerOf = Callable[[int], J1939Listener]
"""Machine → its listener, which the batch will change."""

_LIST_PGN = {1: DM1, 2: DM2}


@dataclass(frozen=True, slots=True)
class Lot:
    """Frames that were extracted together, in the order of the records; `envelope` u32[n] is that of each."""

    frames: Frames
    ts: NDArray[np.int64]
    envelope: NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class _Step:
    """What one envelope has for its machine's listener: frames of a lot by their number in it, or DTC objects."""

    envelope: int
    lot: int | None
    rows: NDArray[np.intp]


def listen(decoded: Decoded, lots: Sequence[Lot], listener_of: ListenerOf) -> None:
    """Fill `decoded.heard`; a listener is asked for only where its machine has something to hear."""
    for machine, steps in _steps(decoded, lots).items():
        ears = _Ears(decoded, listener_of(machine))
        # Consecutive envelopes of one lot are heard at once: a call a frame would cost more than the frames.
        for number, group in groupby(sorted(steps, key=lambda step: step.envelope), key=lambda step: step.lot):
            run = list(group)
            if number is None:
                for step in run:
                    ears.take_reports(step.envelope)
            else:
                ears.hear(lots[number], np.concatenate([step.rows for step in run]))
        decoded.heard.listeners[machine] = ears.listener


def _steps(decoded: Decoded, lots: Sequence[Lot]) -> dict[int, list[_Step]]:
    steps: dict[int, list[_Step]] = defaultdict(list)
    for number, lot in enumerate(lots):
        rows = np.flatnonzero(concerns(lot.frames.can_id))
        if not len(rows):
            continue
        envelopes = lot.envelope[rows]
        starts = np.flatnonzero(np.diff(envelopes, prepend=-1))
        for index, part in zip(envelopes[starts].tolist(), np.split(rows, starts[1:]), strict=True):
            envelope = decoded.envelopes[index]
            if envelope.rejected is None:
                steps[envelope.machine].append(_Step(index, number, part))
    nothing = np.empty(0, np.intp)
    for index, envelope in enumerate(decoded.envelopes):
        if isinstance(envelope.opened, OpenedObjects) and envelope.opened.kind == "vehicle_dtc":
            steps[envelope.machine].append(_Step(index, None, nothing))
    return steps


class _Ears:
    """One machine's listener, and where it puts what it hears."""

    def __init__(self, decoded: Decoded, listener: J1939Listener) -> None:
        self.listener = listener
        self._decoded = decoded
        self._alike: Counter[Hashable] = Counter()

    def hear(self, lot: Lot, rows: NDArray[np.intp]) -> None:
        heard = self.listener.hear(lot.ts, lot.frames, rows)
        self._take(heard, lot.envelope, self._decoded.heard)

    def take_reports(self, envelope: int) -> None:
        opened = self._decoded.envelopes[envelope].opened
        for each in opened.objects if isinstance(opened, OpenedObjects) else ():
            if isinstance(each, DtcObject):
                dtc = Dtc(each.spn, each.fmi, each.oc, each.cm)
                told = self.listener.report(envelope, each.ts, each.source, dtc, each.active)
                self._decoded.heard.occurrences += [ToldOccurrence(envelope, one, each.text) for one in told]

    def _take(self, heard: Heard, envelope: NDArray[np.uint32], into: HeardJ1939) -> None:
        for fault in heard.faults:
            where = _Where(fault.bus, fault.source_address, fault.destination_address, fault.pgn, fault.ts)
            into.faults.append(_fault(int(envelope[fault.index]), where, str(fault.reason)))
        into.occurrences += [ToldOccurrence(int(envelope[one.index]), one, "") for one in heard.occurrences]
        for message in heard.messages:
            where = _Where(message.bus, message.source_address, message.destination_address, message.pgn, message.ts)
            self._tell(int(envelope[message.index]), where, message, into.messages)
        for diagnostic in heard.lists:
            where = _Where(*decode_source(diagnostic.source), _LIST_PGN[diagnostic.said.dm], diagnostic.ts)
            self._tell(int(envelope[diagnostic.index]), where, diagnostic, into.lists)
        for claim in heard.claims:
            where = _Where(claim.bus, claim.source_address, GLOBAL_ADDRESS, ADDRESS_CLAIMED, claim.ts)
            self._tell(int(envelope[claim.index]), where, claim, into.claims)

    def _tell(self, envelope: int, where: "_Where", what: T, into: list[Told[T]]) -> None:
        key = (type(what), envelope, where)
        ordinal = self._alike[key]
        self._alike[key] += 1
        if ordinal < MOST_ROWS:
            into.append(Told(envelope, ordinal, what))
        else:
            self._decoded.heard.faults.append(_fault(envelope, where, str(Code.REPEATED_TIME)))


class _Where(NamedTuple):
    """What the rows of one table that have the same time are told apart by, but for their ordinal."""

    bus: int
    source_address: int
    destination_address: int
    pgn: int
    ts: int


def _fault(envelope: int, where: _Where, reason: str) -> BusFault:
    return BusFault(envelope, where.bus, where.source_address, where.destination_address, where.pgn, reason, where.ts)
