"""Qualities of values: limits, J1939 sentinels by width, short frames."""

from __future__ import annotations

import pytest
from definition_samples import content, decode, definition_set, extractor, frames, group, message, rows, signal

from parsing.quality import Quality

OK, OUT_OF_RANGE = Quality.OK, Quality.OUT_OF_RANGE
NOT_AVAILABLE, ERROR, ABSENT = Quality.NOT_AVAILABLE, Quality.ERROR, Quality.ABSENT


@pytest.mark.parametrize(
    ("data", "quality"), [("09", OUT_OF_RANGE), ("0A", OK), ("14", OK), ("15", OUT_OF_RANGE), ("FF", OUT_OF_RANGE)]
)
def test_limits_are_physical_and_belong_to_the_range(data: str, quality: Quality) -> None:
    value, found = decode(signal(scale=0.5, minimum=5.0, maximum=10.0), data)

    assert found == quality
    assert value == int(data, 16) * 0.5  # kept, whatever the quality


def test_one_limit_alone() -> None:
    assert decode(signal(minimum=5.0), "04")[1] == OUT_OF_RANGE
    assert decode(signal(minimum=5.0), "FF")[1] == OK
    assert decode(signal(maximum=5.0), "06")[1] == OUT_OF_RANGE
    assert decode(signal(maximum=5.0), "00")[1] == OK


SENTINELS = [
    (1, {0: OK, 1: OK}),
    (2, {0b01: OK, 0b10: ERROR, 0b11: NOT_AVAILABLE}),
    (3, {5: OK, 6: ERROR, 7: NOT_AVAILABLE}),
    (4, {0xD: OK, 0xE: ERROR, 0xF: NOT_AVAILABLE}),
    (8, {0xFA: OK, 0xFB: OK, 0xFD: OK, 0xFE: ERROR, 0xFF: NOT_AVAILABLE}),
    (10, {0x3FD: OK, 0x3FE: ERROR, 0x3FF: NOT_AVAILABLE}),
    (
        16,
        {0xFAFF: OK, 0xFB00: OUT_OF_RANGE, 0xFDFF: OUT_OF_RANGE, 0xFE00: ERROR, 0xFEFF: ERROR}
        | {0xFF00: NOT_AVAILABLE, 0xFFFF: NOT_AVAILABLE},
    ),
    (19, {2**19 - 3: OK, 2**19 - 2: ERROR, 2**19 - 1: NOT_AVAILABLE}),
    (24, {0xFAFFFF: OK, 0xFB0000: OUT_OF_RANGE, 0xFE0000: ERROR, 0xFF0000: NOT_AVAILABLE}),
    (32, {0xFAFFFFFF: OK, 0xFB000000: OUT_OF_RANGE, 0xFE000000: ERROR, 0xFFFFFFFF: NOT_AVAILABLE}),
    (40, {0xFA << 32: OK, 0xFD << 32: OUT_OF_RANGE, 0xFE << 32: ERROR, 0xFF << 32: NOT_AVAILABLE}),
    (63, {2**63 - 3: OK, 2**63 - 2: ERROR, 2**63 - 1: NOT_AVAILABLE}),
    (64, {0xFA << 56: OK, 0xFB << 56: OUT_OF_RANGE, 0xFE << 56: ERROR, 2**64 - 1: NOT_AVAILABLE}),
]


@pytest.mark.parametrize(
    ("length", "raw", "quality"),
    [(length, raw, quality) for length, found in SENTINELS for raw, quality in found.items()],
)
def test_j1939_sentinels_by_width(length: int, raw: int, quality: Quality) -> None:
    # Limits that nothing meets: a sentinel says more than they do.
    limits = {"minimum": -2.0, "maximum": -1.0} if quality in (NOT_AVAILABLE, ERROR) else {}

    value, found = decode(signal(length=length, sentinels="j1939", **limits), raw.to_bytes(8, "little"), j1939=True)

    assert found == quality
    assert value == float(raw)


@pytest.mark.parametrize(
    ("columns", "j1939"),
    [({"sentinels": "none"}, True), ({"sentinels": "j1939"}, False), ({"sentinels": "j1939", "type": "signed"}, True)],
)
def test_sentinels_are_for_unsigned_signals_of_j1939(columns: dict[str, str], j1939: bool) -> None:
    assert decode(signal(length=8, **columns), "FF", j1939=j1939)[1] == OK


@pytest.mark.parametrize(
    ("start", "length", "byte_order", "needed"),
    [
        (0, 8, "little", 1),
        (4, 8, "little", 2),
        (0, 64, "little", 8),
        (7, 8, "big", 1),
        (3, 8, "big", 2),
        (8, 1, "big", 2),
    ],
)
def test_a_short_frame_lacks_what_is_not_all_there(start: int, length: int, byte_order: str, needed: int) -> None:
    one = signal("s", start, length, byte_order=byte_order, sentinels="j1939")

    for there in range(9):
        value, quality = decode(one, bytes([0x5A] * there), j1939=True)
        assert (quality == ABSENT) == (there < needed), there
        assert there >= needed or value == 0.0


def test_the_rest_of_a_short_frame_decodes() -> None:
    of = content(definition_set(1, message(group(1, signal("a"), signal("b", 8, 8, slot=1)))))

    found = rows(extractor(of).extract(frames((0, 0x123, "07"), (0, 0x123, ""))))

    assert found[0, 1] == [(7.0, OK), (0.0, ABSENT)]
    assert found[1, 1] == [(0.0, ABSENT), (0.0, ABSENT)]


def test_a_signal_beyond_the_columns_is_absent() -> None:
    of = content(definition_set(1, message(group(1, signal("a"), signal("b", 500, 8, slot=1)))))

    assert rows(extractor(of).extract(frames((0, 0x123, "07"))))[0, 1] == [(7.0, OK), (0.0, ABSENT)]


def test_retired_slots_are_absent() -> None:
    of = content(definition_set(1, message(group(1, signal("a", slot=1), signal("b", slot=3)))))

    assert rows(extractor(of).extract(frames((0, 0x123, "07"))))[0, 1] == [
        (0.0, ABSENT),
        (7.0, OK),
        (0.0, ABSENT),
        (7.0, OK),
    ]
