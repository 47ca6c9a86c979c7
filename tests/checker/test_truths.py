"""Comparisons at the very ends of what a signal can be."""

from __future__ import annotations

import pytest

from tests.checker.compiling import codes, compiled

MESSAGE = (
    "message M on can 0x123 {\n    timeout 1s\n    signal a : u8 at byte 1\n    signal b : u8 at byte 2 offset 255\n}\n"
)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("a > 255", ["W311"]), ("a >= 255", []), ("a > 254", []), ("a < 0", ["W311"]), ("a <= 0", []),
        ("a >= 0", ["W312"]), ("a > 0", []), ("a <= 255", ["W312"]), ("a < 255", []), ("a < 256", ["W312"]),
        ("a == 256", ["W311"]), ("a == 255", []), ("a != 256", ["W312"]), ("a in 0..255", ["W312"]),
        ("a in 1..255", []), ("a in 256..300", ["W311"]), ("a > b", ["W311"]), ("a >= b", []), ("a <= b", ["W312"]),
        ("a < b", []), ("a == b", []), ("a > 5 and a < 6", []), ("a > 6 and a < 5", ["W311"]),
        ("a > 5 and b > 300 and a < 3", ["W311"]), ("a > 6 or a < 5", []), ("5 < a and 3 > a", ["W311"]),
        ("a == 1.5", ["W313"]), ("a / 2 == 1.5", []),
    ],
)  # fmt: skip
def test_a_condition_is_told_of_only_if_nothing_can_change_it(condition: str, expected: list[str]):
    assert codes(compiled(f"{MESSAGE}derived x : bool = {condition}\n")) == expected
