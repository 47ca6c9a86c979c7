"""What compiled rules come to, in the units that were asked for."""

from __future__ import annotations

import pytest

from parsing.quality import Quality
from parsing.rules.program import Derived
from tests.checker.compiling import compiled, places, run, value_of

MESSAGE = """
message Hydraulics on can 0x18FF5027 {
    timeout 1s
    signal pressure : u16 at byte 1 scale 0.1 [bar] range 0..450
    signal flow : u16 at byte 3 scale 0.1 [L/min]
    signal oil : u8 at byte 5 offset -40 [degC]
    signal water : u16 at byte 6 scale 0.1 [K]
    signal mode : Mode at byte 8
    signal torque : u16 at byte 9 [Nm]
    signal speed : u16 at byte 11 scale 0.125 [rpm]
    signal gear : u8 enum Gear at byte 13 scale 2 offset 10
    signal valve : u8 at byte 14 scale 0.4 [%]
    signal brake : bool at byte 15
}
enum Mode : u4 {
    0 = idle
    2 = cruise
}
enum Gear {
    1 = first
    2 = second
}
"""


@pytest.mark.parametrize(
    ("rule", "values", "expected"),
    [
        ("x : f64 [kW] = pressure * flow", {"pressure": 100.0, "flow": 60.0}, 10.0),
        ("x : f64 [kW] = torque * speed", {"torque": 1000.0, "speed": 3000.0}, 314.1592653589793),
        ("x : f64 [kPa] = pressure", {"pressure": 0.1}, 10.0),
        ("x : f64 [bar] = pressure + 5 [kPa]", {"pressure": 1.0}, 1.05),
        ("x : bool = oil > 300 [K]", {"oil": 26.0}, 0.0),
        ("x : bool = oil > 300 [K]", {"oil": 27.0}, 1.0),
        ("x : bool = water > oil", {"water": 283.15, "oil": 11.0}, 0.0),
        ("x : f64 [K] = oil - water", {"water": 283.15, "oil": 11.0}, 1.0),
        ("x : f64 [degC] = water", {"water": 283.15}, 10.0),
        ("x : f64 [degC] = oil + 5 [K]", {"oil": 20.0}, 25.0),
        ("x : bool = oil - 20 [degC] > 5 [degC]", {"oil": 26.0}, 1.0),
        ("x : f64 [%] = pressure / 400 [bar]", {"pressure": 100.0}, 25.0),
        ("x : f64 [bar] = pressure * 50 [%]", {"pressure": 100.0}, 50.0),
        ("x : f64 [%] = valve * 10", {"valve": 5.0}, 50.0),
        ("x : f64 [bar] = brake ? pressure : 0", {"brake": 0.0, "pressure": 7.0}, 0.0),
        ("x : bool = mode == cruise", {"mode": 2.0}, 1.0),
        ("x : bool = cruise == mode", {"mode": 0.0}, 0.0),
        ("x : bool = mode != Mode.cruise", {"mode": 0.0}, 1.0),
        ("x : bool = mode == 2", {"mode": 2.0}, 1.0),
        ("x : Mode = brake ? cruise : idle", {"brake": 1.0}, 2.0),
        ("x : bool = gear == second", {"gear": 14.0}, 1.0),
        ("x : f64 [bar] = min(pressure, 500 [kPa], 3 [bar])", {"pressure": 100.0}, 3.0),
        ("x : f64 [bar] = clamp(pressure, 0, 500 [kPa])", {"pressure": 100.0}, 5.0),
        ("x : bool = pressure in 1..2 [bar]", {"pressure": 1.5}, 1.0),
        ("x : bool = pressure in 100 [kPa]..2 [bar]", {"pressure": 0.5}, 0.0),
        ("x : f64 [s] = brake ? 5min : 500ms", {"brake": 1.0}, 300.0),
        ("x : i64 [bar] = round(pressure)", {"pressure": 1.5}, 2.0),
        ("x : f64 [bar] = -pressure", {"pressure": 1.5}, -1.5),
        ("x : bool = pressure is valid and not brake", {"pressure": 1.5, "brake": 0.0}, 1.0),
        ("x : bool = oil in -40..-10 [degC]", {"oil": -20.0}, 1.0),
    ],
)  # fmt: skip
def test_a_derived_signal_comes_to(rule: str, values: dict[str, float], expected: float):
    assert value_of(f"{MESSAGE}derived {rule}\n", "x", **values) == (pytest.approx(expected, rel=1e-15), Quality.OK)


def test_a_conversion_rounds_once():
    # 35 * 0.01 is 0.35000000000000003.
    text = "message M on can 0x123 { timeout 1s signal a : u8 at byte 1 [kPa] }\nderived x : f64 [bar] = a\n"
    assert value_of(text, "x", a=35.0) == (0.35, Quality.OK)


def test_consts_are_calculated_at_once():
    text = (
        f"{MESSAGE}const base = 3 [bar]\nconst most = base * 2 + 100 [kPa]\nderived x : f64 [bar] = pressure - most\n"
    )
    assert value_of(text, "x", pressure=10.0) == (3.0, Quality.OK)


def test_a_fallback_takes_the_place_of_what_is_not_valid():
    text = f"{MESSAGE}derived x : f64 [bar] = pressure ?? 100 [kPa]\n"
    assert value_of(text, "x", pressure=(5.0, Quality.ERROR)) == (1.0, Quality.OK)


def test_a_range_is_in_the_unit_of_the_value():
    text = f"{MESSAGE}derived x : f64 [bar] = pressure range 100..200 [kPa]\n"
    assert value_of(text, "x", pressure=3.0) == (3.0, Quality.OUT_OF_RANGE)
    assert value_of(text, "x", pressure=1.5) == (1.5, Quality.OK)


def test_a_rate_is_per_time():
    text = f"{MESSAGE}derived x : f64 [bar/min] = rate(pressure)\n"
    checked = compiled(text)
    at = places(checked)["pressure"]
    rows = run(checked.program, [{at: 1.0}, {at: 3.0}])
    assert rows[-1].value == pytest.approx(120.0)


def test_a_range_of_a_signal_may_be_in_another_unit():
    text = "message M on can 0x123 { timeout 1s signal a : u16 at byte 1 scale 0.5 [bar] range 0..45 [MPa] }\n"
    (group,) = compiled(text).content.sets[0].messages[0].groups
    assert (group.signals[0].minimum, group.signals[0].maximum, group.signals[0].scale) == (0.0, 450.0, 0.5)


def test_a_counter_runs_over_in_the_unit_of_its_signal():
    text = "message M on can 0x123 { timeout 9s signal a : u8 at byte 1 scale 0.5 [h] }\n"
    checked = compiled(f"{text}derived x : f64 [h] = unroll(a, bits: 8)\n")
    at = places(checked)["a"]
    rows = run(checked.program, [{at: 127.0}, {at: 1.0}])
    assert [row.value for row in rows] == [127.0, 129.0]


def test_hold_and_store_are_kept():
    (rule,) = compiled(
        f'{MESSAGE}derived x : f64 [bar] = pressure hold 2s store on_change doc "as it is"\n'
    ).program.rules
    assert isinstance(rule, Derived)
    assert (rule.hold, rule.store, rule.comment, rule.unit) == (2_000_000, "on_change", "as it is", "bar")
