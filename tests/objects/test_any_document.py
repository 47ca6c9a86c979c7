"""Whatever a body holds, reading it gives objects or a fault; and what it gives is what an obvious reference says."""

import math
from typing import Any, Literal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from parsing.objects.decoding import ObjectDecoder
from parsing.objects.defaults import DEFAULTS
from parsing.objects.faults import ObjectFault
from parsing.objects.numbers import judge_number, number_signal
from parsing.objects.records import ObjectSignal
from parsing.quality import Quality
from tests.objects.definitions import T0, content_of
from tests.objects.test_decoding import FAULTS, LOGS, REPORTS, VEHICLE

TEXTS = (VEHICLE, FAULTS, LOGS, REPORTS)
OWN = [content_of(text).objects[0] for text in TEXTS]
DECODERS = [ObjectDecoder(each, DEFAULTS[each.kind]) for each in (*OWN, *DEFAULTS.values())]
KEYS = [
    "ts", "time", "s", "gps", "lat", "lon", "v", "h", "fix", "n", "note", "key", "report", "dtcs", "code", "spn", "fmi",
    "on", "bus", "sa", "at", "what", "id", "x", "kind", "state", "severity", "message", "lvl", "level", "name", "text",
]  # fmt: skip
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.binary(max_size=4),
    st.sampled_from([T0, 0, 1, 3, 0.5, "raised", "2023-11-14T22:13:20Z", 10**400]),
)  # fmt: skip
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=12),
    max_leaves=30,
)
DOCUMENTS = VALUES | st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=len(KEYS))


@given(st.sampled_from(DECODERS), DOCUMENTS | st.lists(DOCUMENTS, max_size=3))
def test_any_document_gives_objects_or_a_fault(decoder: ObjectDecoder, document: Any) -> None:
    try:
        found = decoder.decode(document)
    except ObjectFault:
        return
    for values, qualities in zip(found.values, found.qualities, strict=True):
        assert len(values) == len(qualities) == found.plan.size
        assert {type(value) for value in values} == {float}
        assert all(Quality.OK <= quality <= Quality.ABSENT for quality in qualities)
        assert all(math.isfinite(v) for v, q in zip(values, qualities, strict=True) if q < Quality.ERROR)


def reference(raw: Any, signal: ObjectSignal) -> tuple[float, Quality]:
    """As docs/contracts/envelope.md says, a sentence after the other."""
    if raw is None:
        return 0.0, Quality.ABSENT
    if signal.type == "boolean" and isinstance(raw, bool):
        return float(raw), Quality.OK
    if (
        signal.type == "boolean"
        or isinstance(raw, bool)
        or not isinstance(raw, int | float)
        or (isinstance(raw, int) and abs(raw) > 2**70)
    ):
        return 0.0, Quality.ERROR
    exact = isinstance(raw, int) and all(each % 1 == 0 and abs(each) < 2**63 for each in (signal.scale, signal.offset))
    value = float(raw * int(signal.scale) + int(signal.offset)) if exact else raw * signal.scale + signal.offset
    if not math.isfinite(raw) or not math.isfinite(value):
        return value, Quality.ERROR
    if signal.type != "float" and raw % 1:
        return value, Quality.ERROR
    below = signal.minimum is not None and value < signal.minimum
    above = signal.maximum is not None and value > signal.maximum
    if signal.type != "float":
        low = -(2 ** (signal.length - 1)) if signal.type == "signed" else 0
        below, above = below or raw < low, above or raw >= low + 2**signal.length
    return value, Quality.OUT_OF_RANGE if below or above else Quality.OK


def integer(kind: Literal["unsigned", "signed"], length: int) -> ObjectSignal:
    return ObjectSignal(0, "x", kind, length, ("x",), 1.0, 0.0, None, None, "", None, "")


SIGNALS = st.builds(
    ObjectSignal,
    slot=st.just(0), name=st.just("x"), type=st.sampled_from(["unsigned", "signed", "float", "boolean"]),
    length=st.sampled_from([1, 8, 16, 32, 64]), path=st.just(("x",)),
    scale=st.sampled_from([1.0, 2.0, 0.1, -0.5, 1e300]), offset=st.sampled_from([0.0, -40.0, 0.5]),
    minimum=st.none() | st.integers(-300, 0).map(float), maximum=st.none() | st.integers(0, 300).map(float),
    unit=st.just(""), enum=st.none(), comment=st.just(""),
)  # fmt: skip
RAWS = st.one_of(
    st.integers(-300, 300), st.integers(-(2**63), 2**64 - 1), st.floats(), st.floats(-300, 300), st.booleans(),
    st.none(), st.text(max_size=3), st.sampled_from([255, 256, -128, -129, 2**32, 2**32 - 1, 3.0, 1e308]),
)  # fmt: skip


@given(SIGNALS, RAWS)
@example(integer("unsigned", 8), 256)
@example(integer("unsigned", 8), -1)
@example(integer("signed", 8), 128)
@example(integer("signed", 8), -129)
def test_values_and_qualities(signal: ObjectSignal, raw: Any) -> None:
    value, quality = reference(raw, signal)
    judged = judge_number(raw, signal)
    assert judged == pytest.approx((value, quality), abs=0, rel=0, nan_ok=True) or judged[1] == quality == Quality.ERROR
    number = number_signal(signal)
    if type(raw) in number.quick and number.low <= raw <= number.high:
        assert (float(raw), Quality.OK) == judged
