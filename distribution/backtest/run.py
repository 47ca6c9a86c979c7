"""One content over recorded envelopes: decoded as the processor does, and nothing stored."""

from collections.abc import Mapping, Sequence

from ingest.decoding.decode import decode
from ingest.decoding.outcome import Decoded
from ingest.decoding.records import RawRecord
from ingest.decoding.rules import Raised, RuleLane, RuleMemory
from ingest.meta.catalogue import Catalogue
from parsing.j1939 import J1939Listener
from parsing.objects.judging import Trail


class Run:
    """Takes batches one after the other. What is remembered of machines stays as it is: no state is packed."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._listeners: dict[int, J1939Listener] = {}
        self._trails: dict[int, Mapping[int, Trail]] = {}
        self._raised: dict[int, Raised] = {}
        self._lane = RuleLane()

    def take(self, records: Sequence[RawRecord]) -> Decoded:
        decoded = decode(records, self._catalogue, self._listener_of, self._trails_of)
        self._listeners |= decoded.heard.listeners
        self._trails |= decoded.trails
        self._raised |= self._lane.judge(decoded, self._catalogue, self._memory_of)
        return decoded

    def _listener_of(self, machine: int) -> J1939Listener:
        return self._listeners[machine] if machine in self._listeners else J1939Listener()

    def _trails_of(self, machine: int) -> Mapping[int, Trail]:
        return self._trails.get(machine, {})

    def _memory_of(self, machine: int) -> RuleMemory:
        return RuleMemory(raised=self._raised.get(machine, {}))
