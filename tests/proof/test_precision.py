"""How close a value has to be to what is expected of it."""

import pytest

from tests.proof.test_proof import failures_of, helped, proved

THIRD = 'test "t" { at 0s set speed = 1000 [rpm] at 0s expect '
"""`third` is 333.333…"""

RULES = """
derived third : f64 [rpm] = speed / 3
derived whole : i64 = round(speed / 1 [rpm])
"""


def third(expected: str) -> list[str]:
    return proved(f"{RULES}{THIRD}{expected} }}")


@pytest.mark.parametrize(
    "expected",
    [
        "third = 333.3 [rpm]",
        "third = 333.33 [rpm]",
        "third = 333.3333333333 [rpm]",
        "third = 333.3333333333333 [rpm]",
        "third = 20000.0 [rev/h]",
        "third = 20000 [rev/h]",
        "third = 5.5556 [rev/s]",
        "third = 3.333e2 [rpm]",
        "whole = 1000",
        "whole = 1000.00",
    ],
)
def test_what_rounds_to_the_number_is_as_expected(expected: str) -> None:
    assert third(expected) == []


@pytest.mark.parametrize(
    "expected",
    [
        "third = 333 [rpm]",
        "third = 333.4 [rpm]",
        "third = 333.30 [rpm]",
        "third = 333.34 [rpm]",
        "third = 333.3333343 [rpm]",
        "third = 3.334e2 [rpm]",
        "third = 5.5 [rev/s]",
    ],
)
def test_what_does_not_is_none(expected: str) -> None:
    assert third(expected) == ["it is 333.3333333333333 [rpm]"]


@pytest.mark.parametrize("expected", ["whole = 999", "whole = 1000.4", "whole = 1001"])
def test_whole_numbers_are_exact(expected: str) -> None:
    assert third(expected) == ["it is 1000"]


def test_what_is_shown_can_be_copied() -> None:
    (failure,) = failures_of(f"{RULES}{THIRD}third = 1 [rpm] }}")
    shown = failure.why.removeprefix("it is ")
    assert third(f"third = {shown}") == []


def test_who_is_near_is_told_how_numbers_are_compared() -> None:
    assert "to their last digit" in helped(f"{RULES}{THIRD}third = 333 [rpm] }}")
    assert "its formula" in helped(f"{RULES}{THIRD}third = 100.5 [rpm] }}")
    assert "what the test set" in helped(f"{RULES}{THIRD}speed = 100 [rpm] }}")


@pytest.mark.parametrize(
    ("expected", "is_so"),
    [
        ("third > 333 [rpm]", True),
        ("third > 334 [rpm]", False),
        ("third < 5.6 [rev/s]", True),
        ("third < 5.5 [rev/s]", False),
        ("third >= 20000 [rev/h]", True),
        ("third > 20000 [rev/h]", False),
        ("third <= 20000 [rev/h]", True),
        ("third < 20000 [rev/h]", False),
        ("third > 0", True),
        ("third < 0", False),
        ("third in 333..334 [rpm]", True),
        ("third in 334..335 [rpm]", False),
        ("third in 1..333 [rpm]", False),
        ("third in -1 [rpm]..20000 [rev/h]", True),
        ("whole in 1000..1000", True),
    ],
)
def test_comparisons_and_ranges(expected: str, is_so: bool) -> None:
    assert (third(expected) == []) is is_so


def test_what_is_not_valid_is_in_no_range() -> None:
    steps = 'test "t" { at 0s set speed is error at 0s expect speed in 0..8000 [rpm], speed > -1 [rpm] }'
    assert proved(steps) == ["it is error (0 [rpm])"] * 2


def test_a_decoded_value_that_has_more_digits_than_are_written() -> None:
    sample = 'golden "s" for Engine { bytes x"01 00 00 9B 0F 00 00 00" expect { speed = 499.4 [rpm] } }'
    assert proved(sample) == []
    assert proved(sample.replace("499.4", "499.3")) == ["it is 499.375 [rpm]"]
