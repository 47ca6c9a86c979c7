"""Opening envelopes: every kind and encoding by its contract, any bytes without an exception."""

import gzip
import json

import msgpack
import numpy as np
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.envelope import (
    ClientRaw,
    DtcObject,
    EventObject,
    LogObject,
    OpenedCan,
    OpenedObjects,
    PositionObject,
    Rejected,
    open_envelope,
)
from ingest.envelope.opening import KINDS
from parsing.quality import Quality

from .bodies import T0, columns, packed, properties

JSON = "application/json"


def frames_of(headers: dict[str, str], body: bytes):
    opened = open_envelope(headers, body)
    assert isinstance(opened, OpenedCan), opened
    return opened.frames


def one(kind: str, **fields: object):
    opened = open_envelope(properties(kind, JSON), json.dumps(fields).encode())
    assert isinstance(opened, OpenedObjects), opened
    (item,) = opened.objects
    return item


def test_columns_become_arrays() -> None:
    frames = frames_of(properties(), packed(columns(3)))
    assert frames.bus.tolist() == [1, 1, 1]
    assert frames.can_id.tolist() == [0x98F00400] * 3
    assert frames.ts.tolist() == [T0, T0 + 1000, T0 + 2000]
    assert frames.length.tolist() == [8, 8, 8]
    assert frames.data.tolist() == np.arange(24).reshape(3, 8).tolist()
    types = [a.dtype.name for a in (frames.bus, frames.can_id, frames.ts, frames.length, frames.data)]
    assert types == ["uint8", "uint32", "int64", "uint8", "uint8"]


def test_buses_are_joined_and_padded_to_the_widest() -> None:
    wide = columns(2, width=64, width_=0) | {"bus": 2, "width": 64, "len": bytes([64, 12])}
    del wide["width_"]
    frames = frames_of(properties(), packed([columns(1), wide]))
    assert frames.bus.tolist() == [1, 2, 2]
    assert frames.length.tolist() == [8, 64, 12]
    assert frames.data.shape == (3, 64)
    assert frames.data[0].tolist() == [*range(8), *[0] * 56]
    assert frames.data[2].tolist() == list(range(64, 128))


def test_json_rows_and_candump_text_say_the_same() -> None:
    rows = [[0, "18F00400", "F07D859B0FFFFF85"], [250, "123", ""], [4_294_967_295, "7FF", "00" * 64]]
    body = json.dumps([{"t0": T0, "bus": 3, "frames": rows}]).encode()
    text = (
        b"(1700000000.000000) can3 18F00400#F07D859B0FFFFF85\n(1700000000.000250) can3 123#\r\n"
        b"(1700004294.967295) can3 7FF##1" + b"00" * 64 + b"\n\n"
    )
    by_json = frames_of(properties(content_type=JSON), body)
    by_text = frames_of(properties(content_type="text/candump"), text)
    for frames in (by_json, by_text):
        assert frames.bus.tolist() == [3, 3, 3]
        assert frames.can_id.tolist() == [0x98F00400, 0x123, 0x7FF]
        assert frames.ts.tolist() == [T0, T0 + 250, T0 + 4_294_967_295]
        assert frames.length.tolist() == [8, 0, 64]
        assert frames.data[0, :9].tolist() == [*bytes.fromhex("F07D859B0FFFFF85"), 0]


def test_remote_and_error_frames_stay_with_their_flags() -> None:
    frames = frames_of(
        properties(content_type="text/candump"), b"(1.000000) can0 123#R8\n(1.000001) vcan1 20000080#0011"
    )
    assert frames.can_id.tolist() == [0x123 | 1 << 30, 0x20000080]
    assert frames.length.tolist() == [0, 2]


@pytest.mark.parametrize("encoding", ["gzip", "zstd", "zstd-unknown-size"])
def test_compressed_bodies_are_unpacked(encoding: str) -> None:
    body = packed(columns(500))
    stream = zstandard.ZstdCompressor().compressobj()
    compressed = {
        "gzip": lambda: gzip.compress(body),
        "zstd": lambda: zstandard.compress(body),
        "zstd-unknown-size": lambda: stream.compress(body) + stream.flush(),
    }[encoding]()
    assert len(frames_of(properties(content_encoding=encoding[:4]), compressed)) == 500


def test_dtc() -> None:
    assert one("vehicle_dtc", ts=T0, spn=110, fmi=3) == DtcObject(T0, 110, 3, 127, 0, True, 0, 254, "")
    full = one("vehicle_dtc", ts=T0, spn=524287, fmi=31, oc=2, cm=1, active=False, bus=2, sa=3, text="hot", more=1)
    assert full == DtcObject(T0, 524287, 31, 2, 1, False, 2, 3, "hot")
    assert full.source == 0x0203FF


def test_position() -> None:
    item = one("vehicle_position", ts="2023-11-14T22:13:20.000001+00:00", lat=1, lon=-180)
    assert item == PositionObject(T0 + 1, 1.0, -180.0, None, None, None, None, None, Quality.OK, "")
    item = one("vehicle_position", ts=T0, lat=91.0, lon=181, alt=1, speed=2, heading=3, hdop=0.5, satellites=9)
    assert item == PositionObject(T0, 91.0, 181.0, 1.0, 2.0, 3.0, 0.5, 9, Quality.OUT_OF_RANGE, "lat,lon")


def test_log_and_event_keep_other_keys_as_json() -> None:
    assert one("vehicle_log", ts=T0, message="m", a=[1, {"b": None}]) == LogObject(
        T0, "m", "", "info", "", '{"a":[1,{"b":null}]}'
    )
    event = one("vehicle_event", ts=T0, name="n", state="raised", severity="error", value=1, text="t", k="v")
    assert event == EventObject(T0, "n", "raised", "error", 1.0, "t", '{"k":"v"}')
    assert one("vehicle_event", ts=T0, name="n") == EventObject(T0, "n", "once", "info", None, "", "{}")


@pytest.mark.parametrize(
    ("text", "micros"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T01:00:00.5+01:00", 500_000),
        ("1970-01-01t00:00:00.1234569z", 123_456),
        ("2106-02-07T06:28:15.999999Z", 2**32 * 1_000_000 - 1),
    ],
)
def test_rfc_3339_is_read_to_the_microsecond(text: str, micros: int) -> None:
    assert one("vehicle_log", ts=text, message="").ts == micros


def test_client_raw_is_not_looked_into() -> None:
    headers = {"kind": "client_raw", "schema": "1", "content-encoding": "no such"}
    assert open_envelope(headers, b"\xff\x00") == ClientRaw()


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats()
    | st.text(max_size=5)
    | st.binary(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=5,
)
FIELD_NAMES = [
    "t0",
    "bus",
    "dt",
    "id",
    "len",
    "data",
    "width",
    "frames",
    "ts",
    "spn",
    "fmi",
    "lat",
    "lon",
    "message",
    "name",
    "level",
    "value",
    "state",
    "severity",
    "satellites",
    "text",
    "active",
    "other",
]
NEAR = st.dictionaries(
    st.sampled_from(FIELD_NAMES),
    VALUES
    | st.sampled_from(
        [
            0,
            1,
            8,
            T0,
            1.5,
            b"\0" * 8,
            b"\0" * 4,
            "raised",
            "2023-11-14T22:13:20Z",
            "0001-01-01T00:00:00+23:59",
            "9999-12-31T23:59:59-23:59",
            [[0, "123", "00"]],
            [],
        ]
    ),
)
TYPES = st.sampled_from(["application/msgpack", JSON, "text/candump", ""])
ENCODINGS = st.sampled_from(["", "gzip", "zstd", "br"])


@settings(max_examples=300)
@given(kind=st.sampled_from(KINDS), content_type=TYPES, encoding=ENCODINGS, body=st.binary(max_size=200))
def test_no_bytes_raise(kind: str, content_type: str, encoding: str, body: bytes) -> None:
    check_outcome(open_envelope(properties(kind, content_type, content_encoding=encoding), body))


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(kind=st.sampled_from(KINDS), document=NEAR | st.lists(NEAR, max_size=3))
def test_no_nearly_right_document_raises(kind: str, document: object) -> None:
    check_outcome(open_envelope(properties(kind), msgpack.packb(document)))
    text = json.dumps(document, default=lambda _: 0).encode("utf-8", "replace")
    check_outcome(open_envelope(properties(kind, JSON), text))


@settings(max_examples=200)
@given(
    cut=st.integers(0, 4000),
    flip=st.integers(0, 4000),
    bit=st.integers(0, 7),
    form=st.sampled_from(["", "gzip", "zstd"]),
)
def test_no_damage_raises(cut: int, flip: int, bit: int, form: str) -> None:
    plain = packed([columns(40), columns(3)])
    body = bytearray({"": plain, "gzip": gzip.compress(plain), "zstd": zstandard.compress(plain)}[form])
    body[flip % len(body)] ^= 1 << bit
    check_outcome(open_envelope(properties(content_encoding=form), bytes(body[: cut or None])))


def check_outcome(opened: object) -> None:
    assert isinstance(opened, OpenedCan | OpenedObjects | ClientRaw | Rejected)
    if isinstance(opened, Rejected):
        assert len(opened.detail) <= 1000
        assert opened.detail
    if isinstance(opened, OpenedCan):
        frames = opened.frames
        n = len(frames)
        assert {len(frames.bus), len(frames.ts), len(frames.length), len(frames.data)} == {n}
        assert n > 0
        assert (frames.length <= frames.data.shape[1]).all()
        assert (frames.ts >= 0).all()
