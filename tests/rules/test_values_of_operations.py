"""docs/contracts/rules.md, "Values": each line of the table, with what it must give, on engine and interpreter."""

from __future__ import annotations

import math
from typing import Any

import pytest

from parsing.rules.program import Attribute, EventTime, Expr, IsQuality, Op
from tests.rules.harness import (
    ABSENT,
    ERROR,
    NOT_AVAILABLE,
    OK,
    OUT_OF_RANGE,
    STALE,
    START,
    SUSPECT,
    X,
    Y,
    Z,
    derived,
    envelope,
    op,
    run,
    signal,
    values,
)  # fmt: skip


def one(expression: Expr, x: Any = 0.0, y: Any = 0.0, z: Any = 0.0) -> tuple[Any, Any]:
    """The value and quality of an expression over three signals."""
    return values(expression, (0, {"x": x, "y": y, "z": z}))[-1]


@pytest.mark.parametrize(
    ("expression", "x", "y", "expected"),
    [
        (op(Op.ADD, X, Y), 1.5, 2.0, 3.5),
        (op(Op.SUBTRACT, X, Y), 1.5, 2.0, -0.5),
        (op(Op.MULTIPLY, X, Y), 1.5, -2.0, -3.0),
        (op(Op.DIVIDE, X, Y), 1.0, -4.0, -0.25),
        (op(Op.NEGATE, X), 7.0, 0.0, -7.0),
        (op(Op.ABSOLUTE, X), -7.0, 0.0, 7.0),
        (op(Op.ABSOLUTE, X), 7.0, 0.0, 7.0),
        (op(Op.LEAST, X, Y), 3.0, -1.0, -1.0),
        (op(Op.GREATEST, X, Y), 3.0, -1.0, 3.0),
        (op(Op.CLAMP, X, 2.0, 5.0), 9.0, 0.0, 5.0),
        (op(Op.CLAMP, X, 2.0, 5.0), 1.0, 0.0, 2.0),
        (op(Op.CLAMP, X, 2.0, 5.0), 3.0, 0.0, 3.0),
        (op(Op.CLAMP, X, 5.0, 2.0), 9.0, 0.0, 5.0),
        (op(Op.FLOOR, X), -1.25, 0.0, -2.0),
        (op(Op.CEILING, X), -1.25, 0.0, -1.0),
        (op(Op.CEILING, X), 1.25, 0.0, 2.0),
        (op(Op.ROUND, X), 2.5, 0.0, 3.0),
        (op(Op.ROUND, X), -2.5, 0.0, -2.0),
        (op(Op.SQUARE_ROOT, X), 6.25, 0.0, 2.5),
        (op(Op.SIGN, X), -0.1, 0.0, -1.0),
        (op(Op.SIGN, X), 12.0, 0.0, 1.0),
        (op(Op.SIGN, X), 0.0, 0.0, 0.0),
        (op(Op.MODULO, X, Y), 7.5, 2.0, 1.5),
        (op(Op.MODULO, X, Y), -7.5, 2.0, 0.5),
        (op(Op.MODULO, X, Y), 7.5, -2.0, -0.5),
        (op(Op.LESS, X, Y), 1.0, 2.0, 1.0),
        (op(Op.LESS, X, Y), 2.0, 2.0, 0.0),
        (op(Op.LESS_EQUAL, X, Y), 2.0, 2.0, 1.0),
        (op(Op.LESS_EQUAL, X, Y), 3.0, 2.0, 0.0),
        (op(Op.GREATER, X, Y), 3.0, 2.0, 1.0),
        (op(Op.GREATER, X, Y), 2.0, 2.0, 0.0),
        (op(Op.GREATER_EQUAL, X, Y), 2.0, 2.0, 1.0),
        (op(Op.GREATER_EQUAL, X, Y), 1.0, 2.0, 0.0),
        (op(Op.EQUAL, X, Y), 2.0, 2.0, 1.0),
        (op(Op.EQUAL, X, Y), 2.0, 2.5, 0.0),
        (op(Op.NOT_EQUAL, X, Y), 2.0, 2.5, 1.0),
        (op(Op.NOT_EQUAL, X, Y), 3.0, 2.5, 1.0),
        (op(Op.NOT_EQUAL, X, Y), 2.0, 2.0, 0.0),
        (op(Op.NOT, X), 0.0, 0.0, 1.0),
        (op(Op.NOT, X), 0.5, 0.0, 0.0),
    ],
)
def test_numbers(expression: Expr, x: float, y: float, expected: float) -> None:
    assert one(expression, x, y) == (expected, OK)
    worst = (expected, OUT_OF_RANGE)
    assert one(expression, (x, OUT_OF_RANGE), (y, SUSPECT)) == worst, "the quality is that of the worst operand"


@pytest.mark.parametrize(
    ("expression", "x", "y", "expected"),
    [
        (op(Op.DIVIDE, X, Y), 1.0, 0.0, math.inf),
        (op(Op.DIVIDE, X, Y), -1.0, 0.0, -math.inf),
        (op(Op.DIVIDE, X, Y), 1.0, -0.0, -math.inf),
        (op(Op.DIVIDE, X, Y), 0.0, 0.0, "nan"),
        (op(Op.MODULO, X, Y), 5.0, 0.0, "nan"),
        (op(Op.SQUARE_ROOT, X), -1.0, 0.0, "nan"),
        (op(Op.MULTIPLY, X, Y), 1e300, 1e300, math.inf),
        (op(Op.HAVERSINE, X, Y, 0.0, 0.0), math.inf, 0.0, "nan"),
    ],
)
def test_what_is_no_number_is_an_error(expression: Expr, x: float, y: float, expected: Any) -> None:
    assert one(expression, x, y) == (expected, ERROR)
    assert one(expression, (x, ABSENT), y)[1] == ABSENT, "but not better than the operands"


def test_constants_attributes_and_time() -> None:
    rule = derived(op(Op.ADD, Attribute(0), op(Op.MULTIPLY, X, 0.0)), attributes=("power",))
    came = envelope((0, {"x": 1.0}))
    assert run([rule], came, attributes={"power": 12.5}) == {1: [(0, 12.5, OK)]}
    assert run([rule], came) == {1: [(0, 0.0, ABSENT)]}, "a machine without the attribute"
    assert values(op(Op.ADD, EventTime(), op(Op.MULTIPLY, X, 0.0)), (1.5, {"x": 1.0})) == [(START / 1e6 + 1.5, OK)]


@pytest.mark.parametrize(
    ("x", "y", "both", "either"),
    [
        (1.0, 1.0, (1.0, OK), (1.0, OK)),
        (1.0, 0.0, (0.0, OK), (1.0, OK)),
        (0.0, 0.0, (0.0, OK), (0.0, OK)),
        ((0.0, SUSPECT), (1.0, ERROR), (0.0, SUSPECT), (1.0, ERROR)),
        ((1.0, ERROR), (0.0, SUSPECT), (0.0, SUSPECT), (1.0, ERROR)),
        ((1.0, SUSPECT), (0.0, ERROR), (0.0, ERROR), (1.0, SUSPECT)),
        ((0.0, ERROR), (1.0, OK), (0.0, ERROR), (1.0, OK)),
        ((0.0, SUSPECT), (0.0, OK), (0.0, SUSPECT), (0.0, SUSPECT)),
        ((3.0, SUSPECT), (2.0, OK), (1.0, SUSPECT), (1.0, SUSPECT)),
        ((1.0, STALE), (1.0, ERROR), (1.0, ERROR), (1.0, ERROR)),
    ],
)
def test_and_or(x: Any, y: Any, both: tuple[float, int], either: tuple[float, int]) -> None:
    assert one(op(Op.AND, X, Y), x, y) == both
    assert one(op(Op.OR, X, Y), x, y) == either


def test_choices() -> None:
    coalesce, select = op(Op.COALESCE, X, Y), op(Op.SELECT, X, Y, Z)
    assert one(coalesce, (1.0, SUSPECT), 2.0) == (1.0, SUSPECT)
    assert one(coalesce, (1.0, OUT_OF_RANGE), (2.0, STALE)) == (2.0, STALE)
    assert one(select, 1.0, (2.0, SUSPECT), (3.0, ERROR)) == (2.0, SUSPECT)
    assert one(select, 0.0, (2.0, ERROR), (3.0, SUSPECT)) == (3.0, SUSPECT)
    assert one(select, (1.0, NOT_AVAILABLE), 2.0, 3.0) == (2.0, NOT_AVAILABLE), "as bad as the condition"


def test_states() -> None:
    is_valid, is_odd = IsQuality(X, 1 << OK | 1 << SUSPECT), IsQuality(X, 1 << ERROR | 1 << ABSENT)
    for quality in (OK, SUSPECT, OUT_OF_RANGE, STALE, NOT_AVAILABLE, ERROR, ABSENT):
        assert one(is_valid, (7.0, quality)) == (float(quality in (OK, SUSPECT)), OK)
        assert one(is_odd, (7.0, quality)) == (float(quality in (ERROR, ABSENT)), OK)


def test_what_checks_do_to_values() -> None:
    assert one(op(Op.AT_BEST_SUSPECT, X), 4.0) == (4.0, SUSPECT)
    assert one(op(Op.AT_BEST_SUSPECT, X), (4.0, STALE)) == (4.0, STALE)
    assert one(op(Op.AS_ERROR, X), (4.0, SUSPECT)) == (4.0, ERROR)
    assert one(op(Op.AS_ERROR, X), (4.0, ABSENT)) == (0.0, ABSENT), "absent is 0, as in all rows"


def test_haversine_is_a_great_circle_on_a_sphere() -> None:
    quarter = 6_371_008.8 * math.pi / 2
    north_pole, _ = one(op(Op.HAVERSINE, X, Y, 90.0, 0.0), 0.0, 17.0)
    around, _ = one(op(Op.HAVERSINE, X, Y, 0.0, 190.0), 0.0, 10.0)
    near, quality = one(op(Op.HAVERSINE, X, Y, 48.0001, 11.0), 48.0, (11.0, SUSPECT))
    assert north_pole == pytest.approx(quarter, rel=1e-12)
    assert around == pytest.approx(2 * quarter, rel=1e-9)
    assert near == pytest.approx(6_371_008.8 * math.radians(0.0001), rel=1e-9)
    assert quality == SUSPECT


def test_derived_signals_have_a_range() -> None:
    rule = derived(X, limits=(0.0, 10.0))
    steps = [(0, {"x": 10.0}), (1, {"x": 10.5}), (2, {"x": (-1.0, SUSPECT)}), (3, {"x": (-1.0, ERROR)})]
    rows = run([rule], *(envelope(step) for step in steps))[1]
    assert rows == [(0, 10.0, OK), (1, 10.5, OUT_OF_RANGE), (2, -1.0, OUT_OF_RANGE), (3, -1.0, ERROR)]


def test_signals_by_slot() -> None:
    rule = derived(op(Op.SUBTRACT, X, Y), signal("x"), signal("x2"))
    assert run([rule], envelope((0, {"x": 5.0, "x2": 3.0}))) == {1: [(0, 2.0, OK)]}
