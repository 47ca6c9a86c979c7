"""Objects are judged in the order of arrival, each after the newest earlier one that is not suspect itself."""

from collections.abc import Sequence
from typing import Any

import msgpack
import pytest

from ingest.decoding.decode import decode
from ingest.processor.state import MachineState, UnreadableState, listeners_of, trails_of
from parsing.objects.judging import AGREEING, MOST_AHEAD, Sample, Trail
from tests.objects.definitions import DEVICE, SECOND, T0, batches, catalogue_of, envelope, rows, run

JUMPS = """
position Gnss on vehicle_position {
    signal lat : f64 at $.lat [deg]
    signal lon : f64 at $.lon [deg]
    suspect when haversine(prev, this) / elapsed(prev) > machine.max_speed * 1.5 as speed_jump
}
"""
FAST = {"max_speed": 20.0}

Where = tuple[int, float]
"""Second and latitude."""


def bodies(places: Sequence[Where]) -> list[dict[str, Any]]:
    return [{"ts": T0 + second * SECOND, "lat": lat, "lon": 9.0} for second, lat in places]


def reasons(places: Sequence[Where], size: int = 1, attributes: dict[str, float] = FAST) -> list[str]:
    records = [
        envelope(number, "vehicle_position", list(lot), T0 + 10**6 * SECOND)
        for number, lot in enumerate(batches(bodies(places), size))
    ]
    outcomes, _ = run(catalogue_of(JUMPS, attributes), batches(records, 2))
    return [row["reason"] for row in rows(outcomes, "position")]


def test_an_outlier_does_not_make_the_next_one_suspect() -> None:
    assert reasons([(0, 50.0), (1, 51.0), (2, 50.0001), (3, 50.0002)]) == ["", "speed_jump", "", ""]


def test_what_is_older_has_nothing_before_it() -> None:
    assert reasons([(10, 50.0), (5, 60.0), (10, 70.0), (11, 50.0001)]) == ["", "", "", ""]


def test_a_new_place_is_believed_once_enough_agree() -> None:
    there = [(n, 60.0 + n * 1e-5) for n in range(1, AGREEING + 5)]
    assert reasons([(0, 50.0), *there]) == ["", *["speed_jump"] * AGREEING, *[""] * 4]


def test_places_that_do_not_agree_are_never_believed() -> None:
    wild = [(n, 60.0 + n % 20) for n in range(1, 40)]
    assert reasons([(0, 50.0), *wild, (40, 50.0)]) == ["", *["speed_jump"] * 39, ""]


def test_a_machine_without_the_attribute_is_not_judged_by_it() -> None:
    assert reasons([(0, 50.0), (1, 51.0)], attributes={}) == ["", ""]


@pytest.mark.parametrize("size", [2, 3, 30])
def test_how_envelopes_are_cut_changes_nothing(size: int) -> None:
    places = [(n, 50.0 + n * 1e-4 + (1.0 if n % 7 == 3 else 0.0)) for n in range(30)]
    expected = ["speed_jump" if n % 7 == 3 else "" for n in range(30)]
    assert reasons(places) == expected
    assert reasons(places, size) == expected


def test_a_clock_that_runs_ahead_is_not_remembered() -> None:
    ahead = MOST_AHEAD // SECOND + 1
    records = [
        envelope(n, "vehicle_position", body, T0 + second * SECOND)
        for n, (second, body) in enumerate(
            zip([0, 1, 2, 3], bodies([(0, 50.0), (1 + ahead, 50.0), (2, 51.0), (3, 50.0001)]), strict=True)
        )
    ]
    outcomes, _ = run(catalogue_of(JUMPS, FAST), batches(records, 1))
    assert [row["reason"] for row in rows(outcomes, "position")] == ["", "", "speed_jump", ""]


def test_a_batch_that_is_done_again_gives_the_same() -> None:
    catalogue = catalogue_of(JUMPS, FAST)
    first, second = ([envelope(n, "vehicle_position", bodies([(n, 50.0 + n)]))] for n in range(2))
    _, states = run(catalogue, [first])
    before = {machine: state.pack() for machine, state in states.items()}
    outcomes = [decode(second, catalogue, listeners_of(states), trails_of(states)) for _ in range(2)]
    assert rows(outcomes[:1], "position") == rows(outcomes[1:], "position")
    assert rows(outcomes[:1], "position")[0]["reason"] == "speed_jump"
    assert {machine: state.pack() for machine, state in states.items()} == before


def test_another_way_of_reading_begins_anew() -> None:
    _, states = run(catalogue_of(JUMPS, FAST), [[envelope(0, "vehicle_position", bodies([(0, 50.0)]))]])
    radians = catalogue_of(JUMPS.replace("$.lat [deg]", "$.lat [rad]"), FAST, number=2)
    lot = [envelope(1, "vehicle_position", {"ts": T0 + SECOND, "lat": 0.9, "lon": 9.0})]
    outcome = decode(lot, radians, listeners_of(states), trails_of(states))
    assert [row["reason"] for row in rows([outcome], "position")] == [""]
    same = catalogue_of(JUMPS.replace("Gnss", "Renamed"), FAST, number=3)
    outcome = decode(lot, same, listeners_of(states), trails_of(states))
    assert [row["reason"] for row in rows([outcome], "position")] == ["speed_jump"]


def test_trails_of_definitions_that_are_gone_are_forgotten() -> None:
    old = MachineState(1, trails={77: Trail(1, Sample(T0, (1.0,), (0,))).pack()})
    catalogue = catalogue_of(JUMPS, FAST)
    outcome = decode(
        [envelope(0, "vehicle_position", bodies([(0, 50.0)]))], catalogue, listeners_of({1: old}), trails_of({1: old})
    )
    assert list(outcome.trails[catalogue.machines[DEVICE].machine]) == [catalogue.release.content.objects[0].id]


def test_trails_are_kept_in_the_state() -> None:
    trail = Trail(5, Sample(T0, (1.5, float("inf")), (0, 5)), Sample(T0 + 1, (0.0, -0.0), (6, 0)), 3)
    state = MachineState.unpack(MachineState(1, trails={4: trail.pack()}).pack())
    assert state.unpack_trails() == {4: trail}


def test_older_states_have_no_trails_and_broken_ones_are_told() -> None:
    old = msgpack.packb({"v": 2, "machine": 1, "envelopes": 3, "frames": 9})
    assert MachineState.unpack(old) == MachineState(1, envelopes=3, frames=9)
    with pytest.raises(UnreadableState):
        MachineState(1, trails={4: [5, [T0, b"1234567", b"\0"], None, 0]}).unpack_trails()


def test_what_is_out_of_range_keeps_that_reason_and_is_not_remembered() -> None:
    assert reasons([(0, 50.0), (1, 95.0), (2, 51.0), (3, 50.0001)]) == ["", "lat", "speed_jump", ""]
