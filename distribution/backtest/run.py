"""One content over recorded envelopes: decoded as the processor does, and nothing stored."""

from collections.abc import Mapping, Sequence

import msgpack

from ingest.decoding.decode import decode
from ingest.decoding.outcome import Decoded, Envelope
from ingest.decoding.records import RawRecord
from ingest.decoding.rules import Raised, RuleLane, RuleMemory
from ingest.meta.catalogue import Catalogue
from ingest.processor.state import MachineState
from parsing.j1939 import J1939Listener
from parsing.objects.judging import Trail


class Run:
    """Takes batches of one machine, one after the other. `memory` is another run's, which this one goes on from; what
    is remembered is packed only when it is asked for.

    Raises UnreadableState.
    """

    def __init__(self, catalogue: Catalogue, machine: int = 0, memory: bytes = b"") -> None:
        state = MachineState.unpack(memory) if memory else MachineState(machine)
        self._catalogue = catalogue
        self._machine = machine
        self._listeners: dict[int, J1939Listener] = {machine: state.listener()}
        self._trails: dict[int, Mapping[int, Trail]] = {machine: state.unpack_trails()}
        self._raised: dict[int, Raised] = {}
        self._before = RuleMemory(state.rules, state.raised)
        self._lane = RuleLane()

    def take(self, records: Sequence[RawRecord], opened: Sequence[Envelope] = ()) -> Decoded:
        """`opened`: the envelopes of another run that took the same records."""
        decoded = decode(records, self._catalogue, self._listener_of, self._trails_of, opened)
        self._listeners |= decoded.heard.listeners
        self._trails |= decoded.trails
        self._raised |= self._lane.judge(decoded, self._catalogue, self._memory_of)
        return decoded

    def forget_given(self) -> None:
        """Of what is stored on change, the next evaluation gives a row: it is the first of a span."""
        self._lane.forget_given()

    def raised(self) -> set[int]:
        """The rules that have raised a finding on the machine and not cleared it."""
        return set(self._raised.get(self._machine, self._before.raised))

    def memory(self) -> bytes:
        """Of the machine, as it is now."""
        listener, trails = self._listeners[self._machine], self._trails[self._machine]
        rules = self._lane.states().get(self._machine, self._before.state)
        state = MachineState(
            self._machine,
            j1939=msgpack.packb(listener.pack()),
            trails={definition: trail.pack() for definition, trail in trails.items()},
            rules=rules,
            raised=dict(self._raised.get(self._machine, self._before.raised)),
        )
        return state.pack()

    def _listener_of(self, machine: int) -> J1939Listener:
        return self._listeners[machine] if machine in self._listeners else J1939Listener()

    def _trails_of(self, machine: int) -> Mapping[int, Trail]:
        return self._trails.get(machine, {})

    def _memory_of(self, machine: int) -> RuleMemory:
        before = self._before if machine == self._machine else RuleMemory()
        return RuleMemory(before.state, self._raised.get(machine, before.raised))
