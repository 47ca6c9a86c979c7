"""Headers of the Event-Hubs-compatible endpoint: read whatever comes, write exactly what IoT Hub writes."""

import struct
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.iothub.amqp import decode_value
from ingest.iothub.headers import decode_headers, encode_headers

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=400)
NAMES = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=30)


def test_it_writes_the_bytes_iot_hub_writes() -> None:
    headers = dict(
        encode_headers(
            "veh-1",
            1_700_000_000_123_456,
            message_id="m",
            content_type="application/json",
            application={"kind": "vehicle_log"},
        )
    )
    assert headers["iothub-connection-device-id"] == bytes.fromhex("a105 7665682d31")
    assert headers["iothub-enqueuedtime"] == b"\x83" + struct.pack(">q", 1_700_000_000_123)
    assert headers["iothub-message-source"] == b"\xa1\x09Telemetry"
    assert headers["message-id"] == b"m"
    assert headers["content-type"] == b"application/json"
    assert headers["kind"] == b"\xa1\x0bvehicle_log"
    assert "content-encoding" not in headers


@pytest.mark.parametrize(
    ("encoded", "value"),
    [
        ("40", None),
        ("41", True),
        ("42", False),
        ("5601", True),
        ("5600", False),
        ("43", 0),
        ("44", 0),
        ("50ff", 255),
        ("51ff", -1),
        ("52ff", 255),
        ("53ff", 255),
        ("54ff", -1),
        ("55fe", -2),
        ("60ffff", 65535),
        ("61ffff", -1),
        ("70ffffffff", 2**32 - 1),
        ("71ffffffff", -1),
        ("80ffffffffffffffff", 2**64 - 1),
        ("81ffffffffffffffff", -1),
        ("83000000000000000a", 10),
        ("7240200000", 2.5),
        ("824004000000000000", 2.5),
        ("98000102030405060708090a0b0c0d0e0f", UUID("00010203-0405-0607-0809-0a0b0c0d0e0f")),
        ("a00200ff", b"\x00\xff"),
        ("a102c3a9", "é"),
        ("a30161", "a"),
        ("b00000000161", b"a"),
        ("b10000000161", "a"),
        ("b30000000161", "a"),
    ],
)
def test_each_constructor_is_read(encoded: str, value: object) -> None:
    decoded = decode_value(bytes.fromhex(encoded))
    assert decoded == value
    assert type(decoded) is type(value)


@pytest.mark.parametrize(
    "encoded", ["a105616263", "a1026162ff", "a1", "b1000000", "8300", "a101ff", "5602", "c000", "99"]
)
def test_a_broken_value_is_named_and_nowhere_else(encoded: str) -> None:
    properties = decode_headers([("iothub-connection-device-id", bytes.fromhex(encoded)), ("kind", b"\xa1\x01a")])
    assert properties.device is None
    assert properties.malformed == ("iothub-connection-device-id",)
    assert "iothub-connection-device-id" not in properties.system
    assert properties.application == {"kind": "a"}


def test_text_that_looks_like_a_constructor_stays_text() -> None:
    # "Up" begins with 0x55, the constructor of a small long; only what the hub stamps may use those.
    properties = decode_headers([("property", b"Up"), ("iothub-number", b"Up"), ("word", "écrit".encode())])
    assert properties.application == {"property": "Up", "word": "écrit"}
    assert properties.system["iothub-number"] == str(ord("p"))


def test_only_the_hubs_stamp_names_the_device() -> None:
    # it should not take an application property for it
    assert decode_headers([("device", b"\xa1\x01x"), ("deviceId", b"\xa1\x01x")]).device is None
    # it should not choose between two different stamps
    two = [("iothub-connection-device-id", b"\xa1\x01x"), ("iothub-connection-device-id", b"\xa1\x01y")]
    assert decode_headers(two).device is None
    assert decode_headers([two[0], ("iothub-connection-device-id", b"\xa1\x02y")]).device is None
    assert decode_headers([two[0], two[0]]).device == "x"
    assert decode_headers([("iothub-connection-device-id", b"\xa1\x00")]).device is None


@given(
    device=TEXT.filter(bool), enqueued=st.integers(0, 2**52), message_id=TEXT, application=st.dictionaries(NAMES, TEXT)
)
def test_what_is_written_is_read(device: str, enqueued: int, message_id: str, application: dict[str, str]) -> None:
    application = {f"p.{name}": text for name, text in application.items()}
    headers = encode_headers(device, enqueued, message_id=message_id, content_encoding="zstd", application=application)
    properties = decode_headers(headers)
    assert properties.device == device
    assert properties.enqueued == enqueued // 1000 * 1000
    assert (properties.message_id, properties.content_type, properties.content_encoding) == (message_id, None, "zstd")
    assert properties.application == application
    assert properties.malformed == ()


@given(
    st.lists(
        st.tuples(
            NAMES | st.sampled_from(["message-id", "iothub-enqueuedtime", "iothub-connection-device-id"]),
            st.none() | st.binary(max_size=30),
        ),
        max_size=8,
    )
)
def test_no_bytes_raise(headers: list[tuple[str, bytes | None]]) -> None:
    properties = decode_headers(headers)
    assert {*properties.system, *properties.application, *properties.malformed} == {name for name, _ in headers}


def test_no_headers_at_all() -> None:
    assert decode_headers(None).device is None
