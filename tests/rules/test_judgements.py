"""Suspicions over one object and the one before it."""

from __future__ import annotations

import math
from random import Random

from parsing.quality import Quality
from parsing.rules.haversine import arcsine, cosine, haversine, sine
from parsing.rules.interpreter_judgement import ObjectMemory, judge
from parsing.rules.program import (
    Attribute,
    Constant,
    Elapsed,
    EventTime,
    Expr,
    IsQuality,
    Judgement,
    Op,
    Operation,
    Previous,
    Read,
    ReceivedTime,
    SignalInput,
)  # fmt: skip
from tests.rules.harness import SECOND, op


def distance() -> Operation:
    return Operation(Op.HAVERSINE, (Previous(0), Previous(1), Read(0), Read(1)))


POSITION = Judgement(
    (SignalInput(1, 0, None), SignalInput(1, 1, None)),
    ("max_speed",),
    (
        ("null_island", op(Op.AND, op(Op.EQUAL, Read(0), 0.0), op(Op.EQUAL, Read(1), 0.0))),
        ("bad_clock", op(Op.GREATER, EventTime(), op(Op.ADD, ReceivedTime(), 300.0))),
        ("speed_jump", op(Op.GREATER, op(Op.DIVIDE, distance(), Elapsed(0)), op(Op.MULTIPLY, Attribute(0), 1.5))),
        ("odd", IsQuality(Read(1), 1 << Quality.ERROR)),
    ),
)
ATTRIBUTES = {"max_speed": 20.0}


def judged(
    memory: ObjectMemory, seconds: float, latitude: float, longitude: float, quality: int = 0, received: float = 1e9
) -> str | None:
    ts = round(seconds * SECOND)
    return judge(POSITION, (latitude, longitude), (0, quality), ts, round(received * SECOND), ATTRIBUTES, memory)


def test_the_first_suspicion_that_holds_gives_the_reason() -> None:
    assert judged(ObjectMemory(), 0, 0.0, 0.0, received=-1000) == "null_island"
    assert judged(ObjectMemory(), 0, 1.0, 0.0, received=-301) == "bad_clock"
    assert judged(ObjectMemory(), 0, 1.0, 0.0, received=-300) is None
    assert judged(ObjectMemory(), 0, 0.0, 0.0, quality=Quality.ERROR) == "odd", "unknown is not suspect"


def test_the_one_before() -> None:
    memory = ObjectMemory()
    assert judged(memory, 10, 48.0, 11.0) is None, "there is none"
    assert judged(memory, 20, 48.001, 11.0) is None, "111 m in 10 s"
    assert judged(memory, 30, 48.004, 11.0) == "speed_jump", "334 m in 10 s"
    assert judged(memory, 40, 48.004, 11.0) is None


def test_older_ones_and_ones_of_the_same_time_have_none_before_and_are_not_kept() -> None:
    memory = ObjectMemory()
    assert judged(memory, 100, 48.0, 11.0) is None
    assert judged(memory, 90, 50.0, 11.0) is None
    assert judged(memory, 100, 51.0, 11.0) is None
    assert (memory.ts, memory.values) == (100 * SECOND, (48.0, 11.0))
    assert judged(memory, 101, 48.0, 11.0) is None


def test_without_the_attribute_nothing_is_judged_by_it() -> None:
    memory = ObjectMemory()
    for ts, latitude in ((0, 48.0), (1, 60.0)):
        assert judge(POSITION, (latitude, 11.0), (0, 0), ts * SECOND, 0, {}, memory) is None


def test_operations_judge_as_in_rules() -> None:
    odd: Expr = op(Op.GREATER, op(Op.DIVIDE, Read(0), Constant(0.0)), 0.0)
    judgement = Judgement((SignalInput(1, 0, None),), (), (("infinite", odd),))
    assert judge(judgement, (1.0,), (0,), 0, 0, {}, ObjectMemory()) is None, "an error is unknown"


def test_trigonometry_without_a_library() -> None:
    random = Random(3)  # noqa: S311
    for _ in range(5000):
        angle = random.uniform(-1000, 1000)
        assert abs(sine(angle) - math.sin(math.radians(angle))) < 1e-14
        assert abs(cosine(angle) - math.cos(math.radians(angle))) < 1e-14
        number = random.random() * 10 ** random.uniform(-9, 0)
        assert abs(arcsine(number) - math.asin(number)) <= 1e-14 * number
    assert [sine(90), sine(-90), cosine(0), arcsine(1)] == [1, -1, 1, math.pi / 2]
    assert haversine(10, 20, 10, 20) == 0
    assert math.isnan(haversine(1e9, 0, 0, 0))
