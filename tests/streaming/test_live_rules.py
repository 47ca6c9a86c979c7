"""Rules in the live lane: what they remember outlives releases and changes of machines, of so many machines."""

from types import MappingProxyType

from ingest.collector.last_heard import MOST_MACHINES, LastHeard
from ingest.collector.live_rules import LiveRules
from ingest.decoding.decode import decode
from ingest.decoding.records import RawRecord
from ingest.meta.catalogue import Catalogue
from ingest.meta.directory import MachineEntry
from parsing.j1939 import J1939Listener
from tests.pipeline.buses import Sent, frames_of, records_of
from tests.pipeline.catalogue import MODEL
from tests.pipeline.ruled import DEVICE, catalogue_of, content_of

T0 = 1_700_000_000_000_000
SECOND = 1_000_000
HOT = 200
TEXT = """
message Engine on can 0x123 {
    timeout 5s
    signal temperature : u8 at byte 1
}
event hot { raise when temperature > machine.limit for 10s }
"""
OTHER = "derived twice : f64 = temperature * 2\n"


class Lane:
    """Live rules, told of a machine's temperature once a second."""

    def __init__(self) -> None:
        self._rules = LiveRules()
        self._second = 0

    def take(self, catalogue: Catalogue, seconds: int, temperature: int = HOT, device: str = DEVICE) -> list[float]:
        """The seconds at which something was raised, since when that held, or was cleared."""
        found = []
        for _ in range(seconds):
            ts = T0 + self._second * SECOND
            (record,) = records_of(frames_of([Sent(ts, 0, 0x123, bytes([temperature]))]), 1)
            headers = record.headers | {"device": device}
            decoded = decode([RawRecord(0, 0, headers, record.body, ts)], catalogue, lambda _: J1939Listener(), dict)
            self._rules.run(decoded, catalogue)
            found += [(each.state, (each.ts - T0) / SECOND, (each.since - T0) / SECOND) for each in decoded.findings]
            self._second += 1
        return found


def fleet(catalogue: Catalogue, *entries: tuple[str, MachineEntry]) -> Catalogue:
    return catalogue.with_machines(dict(catalogue.machines) | dict(entries))


def test_what_holds_goes_on_with_another_release() -> None:
    lane = Lane()
    assert lane.take(catalogue_of(content_of(TEXT), 1, limit=100.0), 6) == []
    assert lane.take(catalogue_of(content_of(TEXT + OTHER), 2, limit=100.0), 6) == [("raised", 10, 0)]
    assert lane.take(catalogue_of(content_of(TEXT), 3, limit=100.0), 1, 50) == [("cleared", 12, 12)]


def test_and_with_another_attribute() -> None:
    lane, catalogue = Lane(), catalogue_of(content_of(TEXT), 1, limit=100.0)
    assert lane.take(catalogue, 6) == []
    other = fleet(catalogue, (DEVICE, MachineEntry(1, MODEL, "stable", {"limit": 90.0})))
    assert lane.take(other, 5) == [("raised", 10, 0)]


def test_a_machine_that_is_silent_meanwhile_is_remembered() -> None:
    lane, content = Lane(), content_of(TEXT)
    other = ("ex-2", MachineEntry(2, MODEL, "stable", {"limit": 100.0}))
    assert lane.take(fleet(catalogue_of(content, 1, limit=100.0), other), 8) == []
    second = fleet(catalogue_of(content, 2, limit=100.0), other)
    # The other machine has the new release's engine made, the directory changes, and only then comes the first.
    assert lane.take(second, 1, 0, "ex-2") == []
    assert lane.take(fleet(second, other), 2) == [("raised", 10, 0)]


def test_a_release_without_rules_forgets() -> None:
    lane = Lane()
    lane.take(catalogue_of(content_of(TEXT), 1, limit=100.0), 6)
    lane.take(catalogue_of(content_of(TEXT.partition("event")[0]), 2), 1)
    assert lane.take(catalogue_of(content_of(TEXT), 3, limit=100.0), 6) == []


def test_the_one_longest_unheard_of_gives_way() -> None:
    kept = LastHeard(list)
    kept.keep({machine: [machine] for machine in range(MOST_MACHINES)})
    assert kept.keep({0: ["again"]}) == []
    assert kept.keep({MOST_MACHINES: []}) == [1]
    assert (kept.of(0), kept.of(1), kept.of(2)) == (["again"], [], [2])
    assert len(kept) == MOST_MACHINES


def test_a_machine_that_gave_way_begins_anew() -> None:
    lane, catalogue = Lane(), catalogue_of(content_of(TEXT), 1, limit=100.0)
    others = [(f"m{number}", MachineEntry(number, MODEL, "stable", {})) for number in range(2, MOST_MACHINES + 2)]
    catalogue = Catalogue(catalogue.release, MappingProxyType(dict(catalogue.machines) | dict(others)))
    assert lane.take(catalogue, 6) == []
    for device, _ in others:
        lane.take(catalogue, 1, device=device)
        lane._second = 6
    assert lane.take(catalogue, 6) == []
    assert len(lane._rules._lane.states()) == MOST_MACHINES
