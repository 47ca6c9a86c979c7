"""What a signal's values can be is told from its bits; held against the slow decoder."""

from __future__ import annotations

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from parsing.checker.signal_facts import facts_of, raw_limits
from parsing.definitions import RawRange, Signal
from parsing.quality import Quality
from tests.parsing.oracle import judge, sentinel_of, value_of

NUMBERS = st.sampled_from([1.0, 0.1, 0.125, -1.0, 2.0, 1 / 256, 1e-7, -0.5])
OFFSETS = st.sampled_from([0.0, -40.0, -125.0, 0.5, -1e6])


@st.composite
def signals(draw: st.DrawFn) -> Signal:
    kind = draw(st.sampled_from(["unsigned", "signed"]))
    length = draw(st.sampled_from([2, 3, 4, 7, 8, 10, 12, 16, 20, 24, 32, 48, 53, 64]))
    low = draw(st.none() | st.floats(-1e6, 1e6))
    high = draw(st.none() | st.floats(-1e6, 1e6))
    if low is not None and high is not None:
        low, high = min(low, high), max(low, high)
    bare = _signal(kind, length, draw(NUMBERS), draw(OFFSETS), low, high, draw(st.sampled_from(["j1939", "none"])))
    least, most = raw_limits(bare)
    ends = st.tuples(st.integers(least, most), st.integers(least, most)).map(sorted)
    return _with(bare, draw(st.none() | ends), draw(st.none() | ends))


def _signal(
    kind: str, length: int, scale: float, offset: float, low: float | None, high: float | None, sentinels: str
) -> Signal:
    return Signal(
        slot=0, name="x", start=0, length=length, byte_order="little", type=kind, scale=scale, offset=offset,
        minimum=low, maximum=high, unit="", enum=None, spn=None, sentinels=sentinels, comment="",
    )  # fmt: skip


def _with(signal: Signal, not_available: list[int] | None, error: list[int] | None) -> Signal:
    ranges = [None if ends is None else RawRange(*ends) for ends in (not_available, error)]
    return Signal(
        slot=0, name="x", start=0, length=signal.length, byte_order="little", type=signal.type, scale=signal.scale,
        offset=signal.offset, minimum=signal.minimum, maximum=signal.maximum, unit="", enum=None, spn=None,
        sentinels=signal.sentinels, comment="", not_available=ranges[0], error=ranges[1],
    )  # fmt: skip


@given(signals(), st.data())
@settings(deadline=None, max_examples=500)
def test_no_valid_value_is_outside_of_what_its_bits_and_range_allow(signal: Signal, data: st.DataObject):
    interval = facts_of(signal).interval
    edges = [0, 1, (1 << signal.length) - 1, (1 << signal.length) - 2, 1 << (signal.length - 1)]
    for raw in [*edges, data.draw(st.integers(0, (1 << signal.length) - 1))]:
        value = value_of(signal, raw)
        quality = sentinel_of(signal, raw) or judge(signal, value)
        if quality == Quality.OK:
            assert interval.holds(value), (raw, value)


def test_the_ends_are_reached():
    whole = facts_of(_signal("unsigned", 8, 1.0, -40.0, None, None, "j1939"))
    assert (whole.interval.low, whole.interval.high) == (-40.0, 213.0)
    assert whole.limit_text("high") == "raw 253, scale 1, offset -40"
    ranged = facts_of(_signal("unsigned", 16, 0.125, 0.0, 0.0, 8000.0, "j1939"))
    assert ranged.interval.high == 8000.0
    assert ranged.limit_text("high") == "the end of its range: raw 64000, scale 0.125, offset 0"
    assert facts_of(_signal("unsigned", 16, 0.125, 0.0, None, None, "j1939")).interval.high == 8031.875
    assert not math.isfinite(facts_of(_signal("float", 32, 1.0, 0.0, None, None, "none")).interval.high)
