"""Units as the field writes them, and what they are worth."""

from __future__ import annotations

from fractions import Fraction

import pytest

from parsing.checker.quantities import is_a
from parsing.checker.units import BARE, comparable, conversion, difference, product, unit_of


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("°C", "degC"), ("deg C", "degC"), ("C", "degC"), ("Deg C", "degC"), ("kph", "km/h"), ("km / h", "km/h"),
        ("KM/H", "km/h"), ("1/min", "rpm"), ("RPM", "rpm"), ("U/min", "rpm"), ("Nm", "N*m"), ("N.m", "N*m"),
        ("m/s2", "m/s^2"), ("m/s²", "m/s^2"), ("m/s**2", "m/s^2"), ("m/sec", "m/s"), ("volts", "V"), ("Deg", "deg"),
        ("°", "deg"), ("degrees/s", "deg/s"), ("kpa", "kPa"), ("Bar", "bar"), ("l/h", "L/h"), ("percent", "%"),
        ("mm3", "mm^3"), ("seconds", "s"), ("grams/sec", "g/s"), ("kOhm", "kiloohm"), ("1/(m*sec)", "1/m/s"),
    ],
)  # fmt: skip
def test_spellings_of_the_field_are_understood(dirty: str, clean: str):
    given, wanted = unit_of(dirty), unit_of(clean)
    assert given.known
    assert (given.dimension, given.factor, given.origin) == (wanted.dimension, wanted.factor, wanted.origin)


@pytest.mark.parametrize("text", ["", "-", "count", "bit", "counts", "1", "none", " "])
def test_what_says_that_there_is_no_unit_is_none(text: str):
    assert unit_of(text).bare


@pytest.mark.parametrize(
    "text", ["Cos Phi", "km/h or mph", "Unit_Volt", "dB", "tbd", "9^9^9", "((((", "m**9999999", "0"]
)
def test_what_nobody_knows_only_fits_itself(text: str):
    unit = unit_of(text)
    assert not unit.known
    assert comparable(unit, unit_of(text))
    assert not comparable(unit, BARE)
    assert not comparable(unit, unit_of("bar"))


@pytest.mark.parametrize(
    ("source", "target", "factor", "added"),
    [
        ("bar", "kPa", 100, 0),
        ("km/h", "m/s", Fraction(5, 18), 0),
        ("degC", "K", 1, Fraction(27315, 100)),
        ("degF", "degC", Fraction(5, 9), Fraction(-160, 9)),
        ("L/min", "m^3/h", Fraction(6, 100), 0),
        ("%", "", Fraction(1, 100), 0),
        ("L/100km", "mm^2", Fraction(1, 100), 0),
    ],
)
def test_conversions_are_exact(source: str, target: str, factor: Fraction, added: Fraction):
    assert conversion(unit_of(source), unit_of(target)) == (factor, added)


def test_torque_by_speed_of_rotation_is_a_power_but_rotation_is_no_frequency():
    power = product(unit_of("N*m"), unit_of("rpm"), 1)
    assert comparable(power, unit_of("kW"))
    assert is_a(power) == "a power (kW)"
    assert not comparable(unit_of("rpm"), unit_of("Hz"))
    assert not comparable(unit_of("deg"), BARE)


def test_a_difference_of_temperatures_is_no_temperature():
    apart = difference(unit_of("degC"))
    assert comparable(apart, unit_of("K"))
    assert not comparable(apart, unit_of("degC"))
    assert comparable(unit_of("K"), unit_of("degC"))


def test_a_percentage_is_no_plain_number():
    assert not comparable(unit_of("%"), BARE)
    assert comparable(unit_of("%"), product(unit_of("bar"), unit_of("bar"), -1))
