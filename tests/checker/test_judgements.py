"""What makes positions suspect, judged as the decoder of objects does."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from parsing.objects.conditions import judgement_of, record_of
from parsing.quality import Quality
from parsing.rules.interpreter_judgement import ObjectMemory, judge
from parsing.rules.program import Judgement
from tests.checker.compiling import FILE, codes, compiled

POSITION = """
position Gnss on vehicle_position {
    signal hdop : f32 at $.hdop
    signal lat : f64 at $.lat [deg] range -90..90
    signal lon : f64 at $.lon [deg] range -180..180
    suspect when lat == 0 and lon == 0 as null_island
    suspect when ts > received_at + 5min or received_at - ts > 90d as bad_clock
    suspect when haversine(prev, this) / elapsed(prev) > machine.max_speed * 1.5 as speed_jump
    suspect when hdop > 8 as poor_fix
    suspect when prev.hdop > 5 and this.hdop > 5 as lasting
}
"""
DAY = 86_400_000_000
NOW = 20_000 * DAY
GOOD = {"lat": 48.1, "lon": 11.5, "hdop": 1.0}


@pytest.fixture(scope="module")
def compiled_judgement() -> tuple[Judgement, list[str]]:
    checked = compiled(POSITION, attributes={"max_speed": "km/h"})
    assert codes(checked) == []
    judgement = checked.judgements[FILE, "Gnss"]
    slots = {signal.slot: signal.name for signal in checked.content.objects[0].signals}
    assert {each.group for each in judgement.inputs} == {checked.content.objects[0].group}
    return judgement, [slots[each.slot] for each in judgement.inputs]


def reason(
    of: tuple[Judgement, list[str]],
    values: Mapping[str, float],
    memory: ObjectMemory,
    ts: int = NOW,
    received: int = NOW,
) -> str | None:
    judgement, names = of
    there = [values[name] for name in names]
    qualities = [int(Quality.OK)] * len(names)
    return judge(judgement, there, qualities, ts, received, {"max_speed": 40.0}, memory)


@pytest.mark.parametrize(
    ("change", "ts", "expected"),
    [
        ({}, NOW, None),
        ({"lat": 0.0, "lon": 0.0}, NOW, "null_island"),
        ({}, NOW + 301_000_000, "bad_clock"),
        ({}, NOW + 299_000_000, None),
        ({}, NOW - 91 * DAY, "bad_clock"),
        ({"hdop": 9.0}, NOW, "poor_fix"),
    ],
)
def test_a_single_position(compiled_judgement, change: dict[str, float], ts: int, expected: str | None):
    assert reason(compiled_judgement, {**GOOD, **change}, ObjectMemory(), ts) == expected


def test_a_jump_is_faster_than_the_machine(compiled_judgement):
    memory = ObjectMemory()
    assert reason(compiled_judgement, GOOD, memory) is None
    # 0.001 degrees of latitude are 111 m: 11 m/s is less than 1.5 times 40 km/h, 22 m/s is more.
    assert reason(compiled_judgement, {**GOOD, "lat": 48.101}, memory, NOW + 10_000_000, NOW + 10_000_000) is None
    assert (
        reason(compiled_judgement, {**GOOD, "lat": 48.102}, memory, NOW + 15_000_000, NOW + 15_000_000) == "speed_jump"
    )


def test_the_one_before_is_read_by_its_name(compiled_judgement):
    memory = ObjectMemory()
    assert reason(compiled_judgement, {**GOOD, "hdop": 6.0}, memory) is None
    later = NOW + 1_000_000
    assert reason(compiled_judgement, {**GOOD, "hdop": 6.0}, memory, later, later) == "lasting"


def test_a_release_can_hold_it(compiled_judgement):
    judgement, _ = compiled_judgement
    assert judgement_of(record_of(judgement), judgement.inputs[0].group) == judgement


def test_rules_read_signals_of_objects():
    text = f"{POSITION}event lost {{ raise when hdop > 20 for 10s }}\n"
    checked = compiled(text, attributes={"max_speed": "km/h"})
    assert codes(checked) == []
    gnss = checked.content.objects[0]
    assert [(each.group, each.slot) for each in checked.program.rules[0].inputs] == [(gnss.group, 0)]
