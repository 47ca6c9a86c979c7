"""Qualities of values: limits, J1939 sentinels by width, short frames."""

from __future__ import annotations

from typing import Any

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
    ("columns", "expected"),
    [
        ({"sentinels": "none"}, OK),
        ({"sentinels": "j1939", "type": "signed"}, OK),
        ({"sentinels": "j1939"}, NOT_AVAILABLE),
    ],
)
@pytest.mark.parametrize("j1939", [False, True])
def test_sentinels_are_for_unsigned_signals_that_have_them(
    columns: dict[str, str], expected: Quality, j1939: bool
) -> None:
    assert decode(signal(length=8, **columns), "FF", j1939=j1939)[1] == expected


def quality_of(raw: int, length: int, **columns: Any) -> int:
    return decode(signal(length=length, **columns), (raw % 2**length).to_bytes(8, "little"))[1]


TOP = {"not_available": [0xF0, 0xFF], "error": [0xE0, 0xEF]}


@pytest.mark.parametrize(
    ("columns", "raw", "expected"),
    [
        (TOP, 0xDF, OK),
        (TOP, 0xE0, ERROR),
        (TOP, 0xEF, ERROR),
        (TOP, 0xF0, NOT_AVAILABLE),
        (TOP | {"maximum": 9.0}, 10, OUT_OF_RANGE),
        (TOP | {"maximum": 9.0}, 0xF0, NOT_AVAILABLE),
        # In the middle and at the bottom, where no threshold tells them.
        ({"not_available": [0, 0], "error": [7, 9]}, 0, NOT_AVAILABLE),
        ({"not_available": [0, 0], "error": [7, 9]}, 6, OK),
        ({"not_available": [0, 0], "error": [7, 9]}, 7, ERROR),
        ({"not_available": [0, 0], "error": [7, 9]}, 9, ERROR),
        ({"not_available": [0, 0], "error": [7, 9]}, 10, OK),
        ({"not_available": [5, 6], "error": [4, 9]}, 5, NOT_AVAILABLE),
        # One alone.
        ({"error": [255, 255]}, 255, ERROR),
        ({"error": [255, 255]}, 254, OK),
        ({"not_available": [255, 255]}, 254, OK),
        # Numbers of signed signals are signed.
        ({"type": "signed", "not_available": [-128, -128], "error": [-127, -127]}, -128, NOT_AVAILABLE),
        ({"type": "signed", "not_available": [-128, -128], "error": [-127, -127]}, -127, ERROR),
        ({"type": "signed", "not_available": [-128, -128], "error": [-127, -127]}, 127, OK),
        ({"type": "signed", "not_available": [127, 127]}, 127, NOT_AVAILABLE),
        # In the place of one of J1939's, whose others remain.
        ({"sentinels": "j1939", "not_available": [3, 3]}, 3, NOT_AVAILABLE),
        ({"sentinels": "j1939", "not_available": [3, 3]}, 0xFF, OK),
        ({"sentinels": "j1939", "not_available": [3, 3]}, 0xFE, ERROR),
        ({"sentinels": "j1939", "error": [0xFC, 0xFF]}, 0xFF, ERROR),
        ({"sentinels": "j1939", "error": [0xFC, 0xFE]}, 0xFC, ERROR),
        ({"sentinels": "j1939", "error": [0xFC, 0xFE]}, 0xFF, NOT_AVAILABLE),
    ],
)
def test_sentinels_of_a_signal_s_own(columns: dict[str, Any], raw: int, expected: Quality) -> None:
    assert quality_of(raw, 8, **columns) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [(0xFAFF, OK), (0xFB00, OUT_OF_RANGE), (0xFD00, ERROR), (0xFE80, ERROR), (0xFF00, OK), (0xFFFF, NOT_AVAILABLE)],
)
def test_reserved_numbers_of_j1939_stay_reserved_beside_own_sentinels(raw: int, expected: Quality) -> None:
    own = {"not_available": [0xFFFF, 0xFFFF], "error": [0xFD00, 0xFEFF]}

    assert quality_of(raw, 16, sentinels="j1939", **own) == expected


@pytest.mark.parametrize("length", [63, 64])
def test_sentinels_of_the_widest_signals(length: int) -> None:
    top = 2**length - 1
    own = {"not_available": [top, top], "error": [2**60, 2**60 + 1]}

    found = [quality_of(raw, length, **own) for raw in (top, top - 1, 2**60, 2**60 + 1, 2**60 + 2)]

    assert found == [NOT_AVAILABLE, OK, ERROR, ERROR, OK]


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
