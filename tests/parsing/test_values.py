"""Golden vectors: where bits are and what number they mean."""

from __future__ import annotations

import math
import struct
from typing import Any

import pytest
from definition_samples import decode, signal

from parsing.quality import Quality

COUNTING = "0123456789ABCDEF"


@pytest.mark.parametrize(
    ("start", "length", "byte_order", "raw"),
    [
        (0, 1, "little", 1),
        (7, 1, "little", 0),
        (0, 8, "little", 0x01),
        (4, 8, "little", 0x30),
        (8, 16, "little", 0x4523),
        (4, 24, "little", 0x745230),  # over four bytes
        (3, 61, "little", 0xEFCDAB8967452301 >> 3),
        (0, 64, "little", 0xEFCDAB8967452301),
        (0, 1, "big", 1),
        (7, 8, "big", 0x01),
        (3, 8, "big", 0x12),
        (7, 16, "big", 0x0123),
        (1, 11, "big", 0b01_00100011_0),
        (7, 64, "big", 0x0123456789ABCDEF),
        (4, 61, "big", 0x0123456789ABCDEF),
    ],
)
def test_bits_are_found_in_both_byte_orders(start: int, length: int, byte_order: str, raw: int) -> None:
    assert decode(signal("s", start, length, byte_order=byte_order), COUNTING) == (float(raw), Quality.OK)


LONG = bytes(range(0xC0, 0x100))


@pytest.mark.parametrize(
    ("start", "length", "byte_order", "raw"),
    [
        (60, 8, "little", 0x8C),
        (40, 64, "little", 0xCCCBCAC9C8C7C6C5),
        (504, 8, "little", 0xFF),
        (59, 8, "big", 0x7C),
        (47, 64, "big", 0xC5C6C7C8C9CACBCC),
        (504, 1, "big", 1),
    ],
)
def test_bits_are_found_beyond_the_first_word_of_a_long_frame(
    start: int, length: int, byte_order: str, raw: int
) -> None:
    assert decode(signal("s", start, length, byte_order=byte_order), LONG, width=64) == (float(raw), Quality.OK)


@pytest.mark.parametrize(
    ("length", "data", "value"),
    [
        (8, "FF", -1.0),
        (8, "80", -128.0),
        (8, "7F", 127.0),
        (1, "01", -1.0),
        (12, "0008", -2048.0),
        (12, "FF07", 2047.0),
    ],
)
def test_signed(length: int, data: str, value: float) -> None:
    assert decode(signal(length=length, type="signed"), data) == (value, Quality.OK)


@pytest.mark.parametrize(
    ("columns", "data", "value"),
    [
        ({"scale": 0.125, "length": 16}, "A00F", 500.0),
        ({"scale": -0.5, "offset": 3.0}, "04", 1.0),
        ({"scale": -2.0, "offset": -10.0}, "FF", -520.0),
        ({"scale": 0.1, "offset": -40.0}, "03", 3 * 0.1 - 40.0),
        ({"scale": 0.0, "offset": 4.5}, "03", 4.5),
        ({"scale": 1e-7, "length": 32, "type": "signed"}, "15CD5BF8", -128201451 * 1e-7),
    ],
)
def test_scale_and_offset(columns: dict[str, Any], data: str, value: float) -> None:
    assert decode(signal(**columns), data) == (value, Quality.OK)


ONES = 2**64 - 1


@pytest.mark.parametrize(
    ("raw", "kind", "scale", "offset"),
    [
        (ONES, "unsigned", 1, 0),
        (2**53 + 1, "unsigned", 1, 0),
        (2**53 + 3, "unsigned", 1, 0),
        (2**53 + 1, "unsigned", 1, 1),  # f64 arithmetic would round twice and give 2**53 + 1 + 1 wrongly
        (2**63 + 1025, "unsigned", -1, 1),
        (ONES, "unsigned", 3, -7),
        (ONES, "unsigned", -(2**62), 2**62),
        (ONES, "unsigned", 2**62, 2**62),
        (5, "unsigned", 2**53, 1),
        (1, "unsigned", 2**62, -(2**62)),
        (3, "unsigned", 1, -(2**60)),
        (2**63, "signed", 1, 0),
        (2**63, "signed", 1, 1),
        (2**63, "signed", -3, 5),
        (ONES, "signed", 7, 2**61 + 1),
        (2**62 + 12345, "signed", -5, 2**55),
        (ONES - 5, "signed", -7, -(2**61)),
        (2**62, "unsigned", 2**53, 2**62 + 2**10),  # a tie but for bits far below it
        (2**62, "unsigned", 2**53, 2**62),  # a tie
    ],
)
def test_whole_numbers_of_64_bits_are_rounded_once(raw: int, kind: str, scale: int, offset: int) -> None:
    number = raw - 2**64 if kind == "signed" and raw >> 63 else raw

    value, quality = decode(
        signal(length=64, type=kind, scale=float(scale), offset=float(offset)), raw.to_bytes(8, "little")
    )

    assert value == float(number * scale + offset)
    assert quality == Quality.OK


@pytest.mark.parametrize(("kind", "length"), [("e", 16), ("f", 32), ("d", 64)])
@pytest.mark.parametrize("byte_order", ["little", "big"])
@pytest.mark.parametrize("number", [0.0, 1.0, -1.5, 0.1, 65504.0, 6.0e-8, 5.96e-8, -6.1e-5])
def test_floats(kind: str, length: int, byte_order: str, number: float) -> None:
    data = struct.pack(("<" if byte_order == "little" else ">") + kind, number)
    (held,) = struct.unpack(("<" if byte_order == "little" else ">") + kind, data)
    start = 0 if byte_order == "little" else 7

    one = signal("s", start, length, type="float", byte_order=byte_order)
    assert decode(one, data) == (held, Quality.OK)

    scaled = signal("s", start, length, type="float", byte_order=byte_order, scale=-2.5, offset=10.0)
    assert decode(scaled, data) == (held * -2.5 + 10.0, Quality.OK)


def test_a_plain_float_keeps_its_negative_zero() -> None:
    value, _ = decode(signal(length=32, type="float"), struct.pack("<f", -0.0))

    assert math.copysign(1.0, value) == -1.0


@pytest.mark.parametrize(("kind", "length"), [("e", 16), ("f", 32), ("d", 64)])
@pytest.mark.parametrize("number", [math.inf, -math.inf, math.nan])
def test_what_is_not_finite_is_kept_as_an_error(kind: str, length: int, number: float) -> None:
    value, quality = decode(signal(length=length, type="float"), struct.pack("<" + kind, number))

    assert value == number or (math.isnan(value) and math.isnan(number))
    assert quality == Quality.ERROR


def test_a_product_that_overflows_is_an_error() -> None:
    value, quality = decode(signal(scale=1.5e308, minimum=0.0, maximum=1.0), "FF")

    assert (value, quality) == (math.inf, Quality.ERROR)
