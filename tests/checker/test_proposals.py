"""What diagnostics propose, taken to the letter, mends what they are about."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsing.checker.check import check
from parsing.language.diagnostics import Diagnostic
from tests.checker.compiling import codes, compiled, source, value_of

AXLE = """
message Axle on can 0x18FF5027 {
    timeout 1s
    signal wheel_speed : u16 at byte 1 scale 0.01 [rpm] range 0..600
    signal power : u16 at byte 3 [kW]
    signal level : u8 at byte 5
}
"""


def said(text: str) -> list[Diagnostic]:
    return list(compiled(text).diagnostics)


def test_what_an_angle_is_taken_for_is_named_and_its_mends_give_the_right_numbers():
    (told,) = said(f"{AXLE}derived speed : f64 [km/h] = wheel_speed * 5.03 [m]\n")
    assert told.code.value == "W335"
    assert "6.283185 times" in told.why
    assert re.findall(r"\[([^\]]+)\]", told.help) == ["m/rev", "m/rad"]
    for unit, speed in (("m/rev", 6.036), ("m/rad", 37.92531)):
        mended = f"{AXLE}derived speed : f64 [km/h] = wheel_speed * 5.03 [{unit}]\n"
        assert said(mended) == []
        assert value_of(mended, "speed", wheel_speed=20.0)[0] == pytest.approx(speed, rel=1e-6)


@pytest.mark.parametrize(
    "derived",
    [
        "a : f64 [N*m] = power / max(wheel_speed, 1 [rpm])",  # power over speed of rotation is a torque
        "a : f64 [kW] = 100 [N*m] * wheel_speed",
        "a : f64 [g/kWh] = 20000 [g/h] / (100 [N*m] * max(wheel_speed, 1 [rpm]))",
        "a : f64 [J] = 0.5 * 3 [kg*m^2] * wheel_speed * wheel_speed",
        "a : f64 [N*m] = level * 1 [bar] * 71 [cm^3/rev]",
        "a : f64 [m/s^2] = wheel_speed * wheel_speed * 2 [m]",  # ω²r
        "a : f64 [m/s] = 3 [rad/s] * 2 [m] + wheel_speed * 0 [m/rev]",  # who says radians means them
        "a : f64 [deg/s] = wheel_speed",
        "a : f64 [L/min] = wheel_speed * 71 [cm^3/rev]",
    ],
)
def test_formulas_that_count_in_radians_are_left_alone(derived: str):
    assert said(f"{AXLE}derived {derived}\n") == []


def test_a_plain_number_becomes_the_percentage_that_was_meant():
    (told,) = said(f"{AXLE}derived filled : f64 [%] = level / 200\n")
    assert told.code.value == "E043"
    proposed = re.findall(r"use:  (.*)", told.help)
    for mend, filled in zip(proposed, (50.0, 0.5), strict=True):
        assert value_of(f"{AXLE}derived filled : f64 [%] = {mend}\n", "filled", level=100.0) == (filled, 0)


@pytest.mark.parametrize("divisor", ["wheel_speed", "(wheel_speed - 20 [rpm])"])
def test_a_division_is_guarded_as_it_is_proposed(divisor: str):
    (told,) = said(f"{AXLE}derived torque : f64 [N*m] = power / {divisor}\n")
    assert told.code.value == "H401"
    guard = told.help.partition(":  ")[2].partition(" ? ")[0]
    mended = f"{AXLE}derived torque : f64 [N*m] = {guard} ? power / {divisor} : 0 [N*m]\n"
    assert said(mended) == []
    at_zero = 0.0 if divisor == "wheel_speed" else 20.0
    assert value_of(mended, "torque", wheel_speed=at_zero, power=100.0) == (0.0, 0)


@st.composite
def ranged_signals(draw: st.DrawFn) -> tuple[str, str, str]:
    """Type, range and what is behind it."""
    kind, bits = draw(st.sampled_from([("u", 8), ("u", 12), ("u", 16), ("u", 32), ("i", 8), ("i", 16)]))
    least, most = (0, (1 << bits) - 1) if kind == "u" else (-(1 << bits - 1), (1 << bits - 1) - 1)
    scale, offset = draw(st.sampled_from([("1", "0"), ("0.1", "-40"), ("0.125", "0"), ("-0.5", "10"), ("1/256", "1")]))
    edges = st.sampled_from([least, least + 1, 0, most // 2, most - 1, most]) | st.integers(least, most)
    raw = sorted([draw(edges), draw(edges)])
    factor = _ratio(scale)
    ends = sorted(end * factor + float(offset) + draw(st.sampled_from([0, 0, 1000])) for end in raw)
    sentinels = draw(
        st.one_of(
            st.sampled_from(["", "j1939_sentinels"]),
            st.tuples(edges, edges).map(sorted).map(lambda of: f"na {of[0]}..{of[1]}"),
            st.just(f"na {most} error {most - 1}"),
            st.just(f"na {least}"),
        )
    )
    return f"{kind}{bits}", f"{ends[0]!r}..{ends[1]!r}", f"scale {scale} offset {offset} {{}} {sentinels}"


def _ratio(text: str) -> float:
    over, _, under = text.partition("/")
    return float(over) / float(under or 1)


@given(ranged_signals())
@settings(deadline=None, max_examples=300)
def test_a_range_is_mended_as_it_is_proposed(signal: tuple[str, str, str]):
    type_, limits, options = signal
    told = [each for each in said(_ranged(type_, limits, options)) if each.code.value in ("W301", "W302")]
    proposed = [match[1] for each in told if (match := re.search(r"use:  range (\S+)", each.help))]
    if proposed:
        again = codes(compiled(_ranged(type_, proposed[0], options)))
        assert not {"W301", "W302", "E074"} & set(again), proposed


def _ranged(type_: str, limits: str, options: str) -> str:
    return f"message M on can 0x123 {{ signal x : {type_} at byte 1 {options.format(f'range {limits}')} }}\n"


def test_who_checks_one_file_is_told_that_there_may_be_others():
    test = source('test "t" { at 0s set speed = 3 }', "tests")
    (alone,) = check([test]).diagnostics
    assert alone.help == "names are looked for in tests alone; if another file defines it, lint both together"
    beside = source("message Z on can 0x123 { signal other : u8 at byte 1 }", "definitions")
    (told,) = check([test, beside]).diagnostics
    assert told.help == "names are looked for in tests and definitions"
