"""Rules in the processor: the same rows however the stream is cut, however often a worker dies, and across releases."""

from datetime import UTC, datetime

import orjson
import pytest

from ingest.decoding.records import RawRecord
from ingest.meta.directory import MachineEntry
from tests.pipeline.buses import Sent, frames_of, records_of
from tests.pipeline.catalogue import MODEL
from tests.pipeline.ruled import DEVICE, Kept, Worker, catalogue_of, content_of, groups_of, run

T0 = 1_700_000_000_000_000
SECOND = 1_000_000
ENGINE, PUMP = 0x123, 0x124
TEXT = """
message Engine on can 0x123 {
    timeout 1s
    signal speed : u16 at byte 1 [rpm]
    signal temperature : u8 at byte 3 offset -40 [degC]
}
message Pump on can 0x124 {
    timeout 2s
    signal pressure : u16 at byte 1 scale 0.1 [bar]
    signal strokes : u8 at byte 3
}
derived smooth : f64 [rpm] = mean(speed, over: 4s)
derived rise : f64 [rpm/s] = rate(speed)
derived total : i64 = unroll(strokes, bits: 8)
derived load : f64 [%] = pressure / machine.most hold 3s store on_change
check pumping { when speed > 900 [rpm] for 2s expect pressure > 50 [bar] else flag error "no pressure" }
event hot { raise when temperature > 100 [degC] for 2s clear when temperature < 95 [degC] capture smooth, pressure }
event silent { raise when pressure absent for 3s severity info }
"""


def stream(seconds: int = 120) -> list[Sent]:
    """Ten frames a second, of which some come late and a few much too late; the pump is silent for a while."""
    sent = []
    for tick in range(seconds * 10):
        ts = T0 + tick * SECOND // 10 + tick % 7
        late = -1_500_000 if tick % 31 == 5 else -4_000_000 if tick % 97 == 50 else 0
        if tick % 2:
            speed, temperature = 700 + 500 * (tick // 150 % 2) + tick % 13, 130 + 15 * (tick // 100 % 2)
            payload = speed.to_bytes(2, "little") + bytes([temperature])
            sent.append(Sent(ts + late, 0, ENGINE, payload))
        elif tick // 100 % 4 != 3:
            payload = (400 + 300 * (tick // 70 % 2)).to_bytes(2, "little") + bytes([tick * 3 % 256])
            sent.append(Sent(ts + late, 0, PUMP, payload))
    return sent


def cut(size: int) -> list[RawRecord]:
    frames = stream()
    # Only what is in order is the same however it is cut into envelopes (docs/contracts/rules.md).
    frames.sort(key=lambda one: one.ts)
    return [*records_of(frames_of(frames), size), last(10_000)]


def last(number: int) -> RawRecord:
    """An envelope of a later time, behind which nothing waits any more."""
    headers = {"device": DEVICE, "kind": "vehicle_log", "schema": "1", "content-type": "application/json",
               "message-id": "last", "origin": "hub/0/last"}  # fmt: skip
    body = orjson.dumps({"ts": T0 + 1_000 * SECOND, "message": "end"})
    return RawRecord(0, number, headers, body, T0 + 1_000 * SECOND)


@pytest.fixture(scope="module")
def undisturbed() -> Kept:
    return run(catalogue_of(content_of(TEXT), most=300.0), cut(100), 1_000)


def test_rules_give_rows_and_findings(undisturbed: Kept) -> None:
    content = content_of(TEXT)
    names = {group: name for name, group in groups_of(content).items()}
    counted = {name: sum(names[row[0]] == name for row in undisturbed.rows) for name in names.values()}
    assert counted["smooth"] == counted["rise"] == 600
    assert counted["total"] == 450
    assert 0 < counted["load"] < 100
    rules = {rule.id: rule.name for rule in content.rules}
    states = [(rules[finding[0]], finding[3]) for finding in undisturbed.findings]
    assert {("hot", "raised"), ("hot", "cleared"), ("pumping", "raised"), ("silent", "raised")} <= set(states)
    raised = next(finding for finding in undisturbed.findings if rules[finding[0]] == "hot")
    assert raised[1] - raised[2] >= _seconds(2)
    assert [*orjson.loads(raised[4])] == ["smooth", "Pump.pressure"]


def _seconds(number: int) -> object:
    return datetime.fromtimestamp(number, UTC) - datetime.fromtimestamp(0, UTC)


@pytest.mark.parametrize("size", [1, 7, 100, 1000])
def test_the_cut_into_envelopes_does_not_matter(size: int, undisturbed: Kept) -> None:
    found = run(catalogue_of(content_of(TEXT), most=300.0), cut(size), 200)
    assert found.rows == undisturbed.rows
    assert found.findings == undisturbed.findings


@pytest.mark.parametrize("batch", [1, 3, 50])
def test_neither_do_batches_and_deaths(batch: int) -> None:
    records = [*records_of(frames_of(stream()), 20), last(10_000)]
    catalogue = catalogue_of(content_of(TEXT), most=300.0)
    whole = run(catalogue, records, 1_000)
    found = run(catalogue, records, batch, restarts=True)
    assert found.rows == whole.rows
    assert found.findings == whole.findings
    assert found.state.rules == whole.state.rules


def test_a_batch_of_envelopes_with_many_of_one_message_and_few_of_another_is_judged() -> None:
    frames = [
        Sent(T0 + tick * 1_000, 0, ENGINE if tick % 100 else PUMP, bytes([tick % 250, 3, 100, 1]))
        for tick in range(40_000)
    ]
    records = [*records_of(frames_of(frames), 100), last(10_000)]
    catalogue = catalogue_of(content_of(TEXT), most=300.0)
    whole = run(catalogue, records, 500)
    assert whole.rows
    found = run(catalogue, records, 10)
    assert (found.rows, found.findings) == (whole.rows, whole.findings)


def test_a_batch_that_is_given_up_leaves_nothing() -> None:
    records = [*records_of(frames_of(stream()), 20), last(10_000)]
    catalogue = catalogue_of(content_of(TEXT), most=300.0)
    worker = Worker(catalogue)
    worker.take(records[:20])
    worker.restart()
    worker.take(records[20:])
    assert worker.kept.rows == run(catalogue, records, 1_000).rows


def test_a_rule_goes_on_where_another_release_has_it_unchanged() -> None:
    records = [*records_of(frames_of(sorted(stream(), key=lambda one: one.ts)), 20), last(10_000)]
    whole = run(catalogue_of(content_of(TEXT), most=300.0), records, 1_000)
    worker = Worker(catalogue_of(content_of(TEXT), most=300.0))
    worker.take(records[:25])
    other = TEXT.replace("pressure > 50 [bar]", "pressure > 55 [bar]")
    worker.catalogue = catalogue_of(content_of(other), number=2, most=300.0)
    worker.take(records[25:])
    assert worker.kept.rows == whole.rows


def test_a_model_without_rules_forgets() -> None:
    records = [*records_of(frames_of(sorted(stream(), key=lambda one: one.ts)), 20), last(10_000)]
    catalogue = catalogue_of(content_of(TEXT), most=300.0)
    worker = Worker(catalogue)
    worker.take(records[:20])
    assert worker.kept.state.rules
    worker.catalogue = catalogue.with_machines({DEVICE: MachineEntry(1, MODEL + 1, "stable")})
    worker.take(records[20:21])
    assert worker.kept.state.rules == b""
    worker.catalogue = catalogue
    worker.take(records[21:])
    new = Worker(catalogue)
    new.take(records[21:])
    assert worker.kept.state.rules == new.kept.state.rules


def test_what_a_changed_rule_had_raised_is_cleared() -> None:
    content = content_of(TEXT)
    hot = next(rule.id for rule in content.rules if rule.name == "hot")
    records = list(records_of(frames_of(sorted(stream(), key=lambda one: one.ts)), 20))
    worker = Worker(catalogue_of(content, most=300.0))
    taken = 0
    while not any(finding[0] == hot for finding in worker._findings):
        worker.take([records[taken]])
        taken += 1
    assert worker.kept.state.raised == {hot: next(rule.hash for rule in content.rules if rule.id == hot)} | (
        worker.kept.state.raised
    )
    worker.catalogue = catalogue_of(content_of(TEXT.replace("temperature > 100", "temperature > 109")), 2, most=300.0)
    worker.take([records[taken]])
    assert [finding[3] for finding in worker.kept.findings if finding[0] == hot] == ["raised", "cleared"]
    assert hot not in worker.kept.state.raised


def test_numbers_of_objects_are_read_by_rules() -> None:
    text = """
    position Gnss on vehicle_position {
        signal lat : f64 at $.lat [deg]
        signal lon : f64 at $.lon [deg]
        signal tilt : f64 at $.tilt [deg]
    }
    event tilted { raise when tilt > 20 [deg] }
    """
    catalogue = catalogue_of(content_of(text))
    bodies = [{"ts": T0 + second * SECOND, "lat": 1, "lon": 2, "tilt": 18 + second} for second in range(8)]
    headers = {"device": DEVICE, "kind": "vehicle_position", "schema": "1", "content-type": "application/json",
               "message-id": "p", "origin": "hub/0/p"}  # fmt: skip
    found = run(catalogue, [RawRecord(0, 0, headers, orjson.dumps(bodies), T0), last(1)], 10)
    assert [finding[3] for finding in found.findings] == ["raised"]
