"""One content over recorded envelopes: the processor's steps, with its own memory of machines, and nothing stored."""

from collections.abc import Sequence

from ingest.decoding.decode import decode
from ingest.decoding.outcome import Decoded
from ingest.decoding.records import RawRecord
from ingest.decoding.rules import RuleLane
from ingest.meta.catalogue import Catalogue
from ingest.processor.state import MachineState, advance, listeners_of, memories_of, trails_of


class Run:
    """Takes batches one after the other."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._states: dict[int, MachineState] = {}
        self._lane = RuleLane()

    def take(self, records: Sequence[RawRecord]) -> Decoded:
        decoded = decode(records, self._catalogue, listeners_of(self._states), trails_of(self._states))
        memories = self._lane.run(decoded, self._catalogue, memories_of(self._states))
        self._states |= advance(decoded, self._states, memories)[0]
        return decoded
