"""The rules of every channel, and machines that change theirs."""

from ingest.decoding.outcome import Decoded
from ingest.decoding.rules import MemoryOf, RuleLane, RuleMemory
from ingest.meta.catalogue import CANARY, STABLE, Catalogue


class RuleLanes:
    """Where a batch is given up, so are the lanes: the next ones begin with what was committed."""

    def __init__(self) -> None:
        self._lanes = {channel: RuleLane() for channel in (STABLE, CANARY)}

    def run(
        self, channel: str, decoded: Decoded, catalogue: Catalogue, memory_of: MemoryOf
    ) -> dict[int, RuleMemory]:  # fmt: skip
        """As a lane's `run`. A machine that comes back to a channel goes on from its state."""
        for other, lane in self._lanes.items():
            if other != channel:
                for envelope in decoded.envelopes:
                    lane.forget(envelope.machine)
        return self._lanes[channel].run(decoded, catalogue, memory_of)
