"""Rules in the live lane, which keeps nothing but what they remember of the machines last heard of."""

from collections.abc import Iterable, Mapping

from ingest.collector.last_heard import LastHeard
from ingest.decoding.outcome import Decoded
from ingest.decoding.rules import RuleLane, RuleMemory
from ingest.meta.catalogue import Catalogue


class LiveRules:
    """Memory stays in the engines and is taken out of them only where another catalogue may have them begin anew:
    the processor has to keep it with every batch, the live lane has not.
    """

    def __init__(self) -> None:
        self._lane = RuleLane(lateness=0)
        self._catalogue: Catalogue | None = None
        self._states: dict[int, bytes] = {}
        """Of machines that have had nothing since the catalogue changed."""
        self._raised: LastHeard[Mapping[int, str]] = LastHeard(dict)

    def run(self, decoded: Decoded, catalogue: Catalogue) -> None:
        """Add what rules give to `decoded`."""
        if catalogue is not self._catalogue:
            self._catalogue = catalogue
            self._states |= self._lane.states()
        raised = self._lane.judge(decoded, catalogue, self._memory_of)
        gone = self._raised.keep(raised)
        for machine in (*raised, *gone):
            self._states.pop(machine, None)
        for machine in gone:
            self._lane.forget(machine)

    def forget(self, machines: Iterable[int]) -> None:
        """Of those that other rules run on."""
        for machine in self._raised.forget(machines):
            self._states.pop(machine, None)
            self._lane.forget(machine)

    def _memory_of(self, machine: int) -> RuleMemory:
        return RuleMemory(self._states.get(machine, b""), self._raised.of(machine))
