"""DM1 and DM2: lamps and trouble codes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsing.j1939 import Dtc, Lamp
from parsing.j1939.dtc import read_dtcs

DTCS = st.builds(Dtc, st.integers(0, 0x7FFFF), st.integers(0, 31), st.integers(0, 127), st.integers(0, 1))


def encode(dtc: Dtc) -> bytes:
    """J1939-73, version 4: 8 bits of the SPN, 8 bits, 3 bits over the FMI; the CM over the OC."""
    return bytes([dtc.spn & 255, dtc.spn >> 8 & 255, dtc.spn >> 16 << 5 | dtc.fmi, dtc.cm << 7 | dtc.oc])


def test_one_dtc_in_one_frame() -> None:
    found = read_dtcs(1, bytes.fromhex("54 4F 07 9F EA 85 FF FF"))

    assert found.dtcs == (Dtc(7 << 16 | 0x9F07, 10, 5, 1),)
    assert found.lamps.protect == Lamp(0, 3)
    assert found.lamps.amber_warning == Lamp(1, 3)
    assert found.lamps.red_stop == Lamp(1, 0)
    assert found.lamps.malfunction == Lamp(1, 1)
    assert found.is_complete


def test_a_fault_of_the_highest_spn() -> None:
    assert read_dtcs(1, bytes.fromhex("00FF FFFFE17E")).dtcs == (Dtc(524_287, 1, 126, 0),)


@pytest.mark.parametrize("none", ["00000000", "FFFFFFFF"])
@pytest.mark.parametrize("dm", [1, 2])
def test_no_dtc(dm: int, none: str) -> None:
    found = read_dtcs(dm, bytes.fromhex(f"00FF {none} FFFF"))

    assert found.dm == dm
    assert found.dtcs == ()
    assert found.is_complete


def test_what_is_behind_the_dtc_of_a_frame_is_padding() -> None:
    found = read_dtcs(1, bytes.fromhex("00FF 6E00 0301 1234"))

    assert found.dtcs == (Dtc(110, 3, 1, 0),)
    assert found.is_complete


@given(st.lists(DTCS, min_size=2, max_size=445), st.binary(max_size=3))
def test_every_dtc_of_a_long_list_in_order(dtcs: list[Dtc], rest: bytes) -> None:
    payload = b"\x00\xff" + b"".join(map(encode, dtcs)) + rest

    found = read_dtcs(1, payload)

    assert list(found.dtcs) == [dtc for dtc in dtcs if encode(dtc) not in (bytes(4), b"\xff" * 4)]
    assert found.is_complete == (not rest.strip(b"\xff"))


@pytest.mark.parametrize(
    ("payload", "lamps", "fault"),
    [
        ("", 0xFFFF, "0 bytes"),
        ("40", 0xFF40, "1 bytes"),
        ("4000", 0x0040, "2 bytes"),
        ("4000 6E00 03", 0x40, "5 bytes"),
    ],
)
def test_a_payload_that_is_too_short(payload: str, lamps: int, fault: str) -> None:
    found = read_dtcs(1, bytes.fromhex(payload))

    assert found.lamps.raw == lamps
    assert found.dtcs == ()
    assert found.fault.startswith(fault)
    assert not found.is_complete


@given(st.binary(max_size=1785))
def test_any_payload_can_be_read(payload: bytes) -> None:
    found = read_dtcs(2, payload)

    assert len(found.dtcs) <= max(0, len(payload) - 2) // 4
