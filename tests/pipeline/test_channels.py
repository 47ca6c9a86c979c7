"""Machines of a trial are decoded by its release, all others by the stable one; what changes channels goes on."""

from ingest.decoding.decode import decode
from ingest.decoding.records import RawRecord
from ingest.meta.catalogue import CANARY, STABLE, Channels
from ingest.meta.directory import MachineEntry
from ingest.processor.lanes import RuleLanes
from ingest.processor.state import MachineState, advance, listeners_of, memories_of, trails_of
from tests.pipeline.buses import Sent, frames_of, records_of
from tests.pipeline.catalogue import MODEL
from tests.pipeline.ruled import DEVICE, catalogue_of, content_of

T0 = 1_700_000_000_000_000
SECOND = 1_000_000
HOT, COLD = 200, 20
TEXT = """
message Engine on can 0x123 {
    timeout 5s
    signal temperature : u8 at byte 1
}
event hot { raise when temperature > 100 for 10s }
"""
OTHER = "derived twice : f64 = temperature * 2\n"


class Worker:
    """Decodes a machine's temperature, a second apart."""

    def __init__(self) -> None:
        self._lanes = RuleLanes()
        self._states: dict[int, MachineState] = {}
        self._second = 0

    def take(self, channels: Channels, seconds: int, temperature: int) -> list[tuple[str, float, float, int]]:
        """What was found: state, second, since which one, release."""
        found = []
        for _ in range(seconds):
            ts = T0 + self._second * SECOND
            (record,) = records_of(frames_of([Sent(ts, 0, 0x123, bytes([temperature]))]), 1)
            records = [RawRecord(0, 0, record.headers | {"device": DEVICE}, record.body, ts)]
            for channel, part in channels.split(records).items():
                catalogue = channels.of(channel)
                decoded = decode(part, catalogue, listeners_of(self._states), trails_of(self._states))
                memories = self._lanes.run(channel, decoded, catalogue, memories_of(self._states))
                self._states |= advance(decoded, self._states, memories)[0]
                found += [
                    (each.state, (each.ts - T0) / SECOND, (each.since - T0) / SECOND, decoded.release)
                    for each in decoded.findings
                ]
            self._second += 1
        return found


def channels(stable: int, canary: int | None, channel: str) -> Channels:
    machines = {DEVICE: MachineEntry(1, MODEL, channel)}
    trial = None if canary is None else catalogue_of(content_of(TEXT + OTHER), canary).with_machines(machines)
    return Channels(catalogue_of(content_of(TEXT), stable).with_machines(machines), trial)


def test_what_holds_goes_on_when_a_trial_begins_and_ends() -> None:
    worker = Worker()
    assert worker.take(channels(1, None, STABLE), 4, HOT) == []
    assert worker.take(channels(1, 2, CANARY), 4, HOT) == []
    assert worker.take(channels(3, None, STABLE), 6, HOT) == [("raised", 10, 0, 3)]


def test_a_machine_that_comes_back_does_not_go_on_from_where_it_left() -> None:
    worker = Worker()
    stable, trial = channels(1, 2, STABLE), channels(1, 2, CANARY)
    assert worker.take(stable, 8, HOT) == []
    assert worker.take(trial, 4, COLD) == []
    assert worker.take(stable, 12, HOT) == []
    assert worker.take(stable, 4, HOT) == [("raised", 22, 12, 1)]


def test_machines_of_a_trial_have_the_stable_release_while_there_is_no_other() -> None:
    worker = Worker()
    assert worker.take(channels(1, None, CANARY), 14, HOT) == [("raised", 10, 0, 1)]


def test_an_unknown_device_is_told_of_by_the_stable_release() -> None:
    record = RawRecord(0, 0, {"device": "stranger"}, b"", T0)
    assert channels(1, 2, CANARY).split([record]) == {STABLE: [record]}
