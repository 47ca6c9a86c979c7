"""A machine's engine state: belongs to the machine, so to one partition, so to one worker."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import msgpack

from ingest.decoding.outcome import BusFault, Decoded, Envelope, Unmodelled
from ingest.decoding.rules import NOTHING, RuleMemory
from parsing.j1939 import J1939Listener, UnknownState
from parsing.objects.judging import Trail

VERSION = 3
READ_VERSIONS = (1, 2, VERSION)
# Of each kind of counter a machine: a babbling bus must not grow the state without end.
MAX_COUNTERS = 512
REPORT_EVERY = 1024

Counters = dict[str, list[int]]
Rows = dict[str, list[dict[str, Any]]]


class UnreadableState(ValueError):
    """The stored state is not of a version this worker reads."""


@dataclass(slots=True)
class MachineState:
    """Counters of one machine since it was first seen; packed, its J1939 listener (empty while it heard nothing), and
    by definition the trails of its objects.

    Layout: docs/contracts/topics.md, `engine_state`.
    """

    machine: int
    envelopes: int = 0
    without_message_id: int = 0
    frames: int = 0
    unmodelled_other: int = 0
    unmodelled: Counters = field(default_factory=dict)
    bus_faults_other: int = 0
    bus_faults: Counters = field(default_factory=dict)
    j1939: bytes = b""
    trails: dict[int, list[Any]] = field(default_factory=dict)
    rules: bytes = b""
    raised: dict[int, str] = field(default_factory=dict)

    def pack(self) -> bytes:
        document = {
            "v": VERSION,
            "machine": self.machine,
            "envelopes": self.envelopes,
            "without_message_id": self.without_message_id,
            "frames": self.frames,
            "unmodelled": self.unmodelled,
            "unmodelled_other": self.unmodelled_other,
            "bus_faults": self.bus_faults,
            "bus_faults_other": self.bus_faults_other,
        }
        remembered = {"j1939": self.j1939, "trails": self.trails, "rules": self.rules, "raised": self.raised}
        return bytes(msgpack.packb(document | {name: what for name, what in remembered.items() if what}))

    @classmethod
    def unpack(cls, body: bytes) -> "MachineState":
        """Raises UnreadableState."""
        document: dict[str, Any] = msgpack.unpackb(body, strict_map_key=False)
        if document.get("v") not in READ_VERSIONS:
            raise UnreadableState(f"engine state of version {document.get('v')!r}; this worker reads {READ_VERSIONS}")
        return cls(**{key: value for key, value in document.items() if key != "v"})

    def copy(self) -> "MachineState":
        """Of its own: what is counted in one is not in the other."""
        return replace(self, unmodelled=dict(self.unmodelled), bus_faults=dict(self.bus_faults))

    def unpack_trails(self) -> dict[int, Trail]:
        """Raises UnreadableState."""
        try:
            return {definition: Trail.unpack(packed) for definition, packed in self.trails.items()}
        except (TypeError, ValueError) as error:
            raise UnreadableState(f"trails of machine {self.machine}: {error}") from error

    def listener(self) -> J1939Listener:
        """A new one, as the machine's was. Raises UnreadableState."""
        if not self.j1939:
            return J1939Listener()
        try:
            return J1939Listener.unpack(msgpack.unpackb(self.j1939))
        except UnknownState as error:
            raise UnreadableState(f"J1939 state of machine {self.machine}: {error}") from error

    def add(self, envelope: Envelope) -> None:
        self.envelopes += 1
        self.frames += envelope.frames
        self.without_message_id += "message-id" not in envelope.record.headers

    def count(self, each: Unmodelled) -> list[int] | None:
        """Add to the counter of an unknown id or page; its [count, first, last] where the table of them has to hear."""
        entry = _counted(
            self.unmodelled, f"{each.bus}/{each.can_id}/{each.page}", each.count, each.first_ts, each.last_ts
        )
        self.unmodelled_other += each.count if entry is None else 0
        return _if_told(entry, each.count)

    def count_fault(self, each: BusFault) -> list[int] | None:
        """As `count`, for a fault."""
        key = f"{each.bus}/{each.source_address}/{each.destination_address}/{each.pgn}/{each.reason}"
        entry = _counted(self.bus_faults, key, 1, each.ts, each.ts)
        self.bus_faults_other += entry is None
        return _if_told(entry, 1)


def _counted(counters: Counters, key: str, count: int, first_ts: int, last_ts: int) -> list[int] | None:
    """The counter as it is now; None where there is no room for it."""
    if key not in counters and len(counters) >= MAX_COUNTERS:
        return None
    before, first, last = counters.get(key, [0, first_ts, last_ts])
    entry = counters[key] = [before + count, min(first, first_ts), max(last, last_ts)]
    return entry


def _if_told(entry: list[int] | None, added: int) -> list[int] | None:
    """It is told of the 1st, 2nd, 4th, … 1,024th and then of every 1,024th: a row a frame would cost more than the
    frames that are decoded. The rule sees only the counts, so a resumed run reports the same rows.
    """
    return entry if entry is not None and _milestone(entry[0] - added) != _milestone(entry[0]) else None


def _milestone(count: int) -> int:
    return count.bit_length() if count < REPORT_EVERY else REPORT_EVERY + count // REPORT_EVERY


def listeners_of(states: Mapping[int, MachineState]) -> Callable[[int], J1939Listener]:
    """Gives listeners as the states have them; what they hear is not in the states."""

    def listener_of(machine: int) -> J1939Listener:
        state = states.get(machine)
        return state.listener() if state else J1939Listener()

    return listener_of


def memories_of(states: Mapping[int, MachineState]) -> Callable[[int], RuleMemory]:
    """Gives what rules remember of machines."""

    def memory_of(machine: int) -> RuleMemory:
        state = states.get(machine)
        return RuleMemory(state.rules, state.raised) if state else NOTHING

    return memory_of


def trails_of(states: Mapping[int, MachineState]) -> Callable[[int], dict[int, Trail]]:
    """Gives the trails as the states have them."""

    def trails(machine: int) -> dict[int, Trail]:
        state = states.get(machine)
        return state.unpack_trails() if state else {}

    return trails


def advance(
    decoded: Decoded, states: Mapping[int, MachineState], memories: Mapping[int, RuleMemory]
) -> tuple[dict[int, MachineState], Rows]:
    """The states that the batch changes, as new objects, and the rows of the tables of counts; `states` stays as it is.
    `memories` are what rules remember after the batch.

    New objects, because the transaction may yet be aborted and the batch come again.
    """
    changed: dict[int, MachineState] = {}
    for envelope in decoded.envelopes:
        machine = envelope.machine
        if machine:
            if machine not in changed:
                changed[machine] = states[machine].copy() if machine in states else MachineState(machine)
            changed[machine].add(envelope)
    for machine, listener in decoded.heard.listeners.items():
        changed[machine].j1939 = msgpack.packb(listener.pack())
    for machine, trails in decoded.trails.items():
        changed[machine].trails = {definition: trail.pack() for definition, trail in trails.items()}
    for machine, memory in memories.items():
        changed[machine].rules, changed[machine].raised = memory.state, dict(memory.raised)
    return changed, {
        "unmodelled": list(_unmodelled(decoded, changed)),
        "bus_fault": list(_bus_faults(decoded, changed)),
    }


def _unmodelled(decoded: Decoded, states: Mapping[int, MachineState]) -> Iterator[dict[str, Any]]:
    for each in sorted(decoded.unmodelled, key=lambda unknown: unknown.envelope):
        envelope = decoded.envelopes[each.envelope]
        entry = states[envelope.machine].count(each)
        if entry is not None:
            row = {"bus": each.bus, "can_id": each.can_id, "page": each.page}
            yield row | _counts(decoded, envelope, entry)


def _bus_faults(decoded: Decoded, states: Mapping[int, MachineState]) -> Iterator[dict[str, Any]]:
    for each in sorted(decoded.heard.faults, key=lambda fault: fault.envelope):
        envelope = decoded.envelopes[each.envelope]
        entry = states[envelope.machine].count_fault(each)
        if entry is not None:
            row = {
                "bus": each.bus, "source_address": each.source_address,
                "destination_address": each.destination_address, "pgn": each.pgn, "reason": each.reason,
            }  # fmt: skip
            yield row | _counts(decoded, envelope, entry)


def _counts(decoded: Decoded, envelope: Envelope, entry: list[int]) -> dict[str, Any]:
    return {
        "machine": envelope.machine, "count": entry[0], "first_ts": entry[1], "last_ts": entry[2],
        "release": decoded.release, "received": envelope.record.received,
    }  # fmt: skip
