"""Malformed envelopes: each is rejected with the code that says what is wrong, cheaply."""

import gzip
import json
import time
import tracemalloc
import zlib

import msgpack
import numpy as np
import pytest
import zstandard

from ingest.envelope import OpenedCan, OpenedObjects, Rejected, open_envelope
from parsing.codes import Code
from parsing.objects.decoding import MAX_OBJECTS

from .bodies import T0, columns, packed, properties

JSON = "application/json"
CAN, LOG, DTC, POSITION = "vehicle_can", "vehicle_log", "vehicle_dtc", "vehicle_position"
LIMIT = 4 * 1024 * 1024
log = properties(LOG, JSON)
as_json = properties(content_type=JSON)
as_text = properties(content_type="text/candump")
GZIPPED, ZSTANDARD = gzip.compress(packed(columns())), zstandard.compress(packed(columns()))


def without(headers: dict[str, str], name: str) -> dict[str, str]:
    return {key: text for key, text in headers.items() if key != name}


def nested(levels: int) -> bytes:
    return b'{"ts":0,"message":"","a":' + b"[" * levels + b"]" * levels + b"}"


def gzip_bomb() -> bytes:
    """A gzip member of 4 GiB of zeros in little more than 4 MiB, cut to what may be sent."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, 31)
    zeros = bytes(1 << 20)
    return b"".join(squeeze.compress(zeros) for _ in range(200))


def zstd_bomb(declared: bool) -> bytes:
    """A frame of 4 GiB of zeros: 32,768 run-length blocks of 128 KiB, four bytes each."""
    blocks = (131_072 << 3 | 1 << 1).to_bytes(3, "little") + b"\0"
    last = (131_072 << 3 | 1 << 1 | 1).to_bytes(3, "little") + b"\0"
    window = bytes([(20 - 10) << 3])
    header = b"\xc0" + window + (2**32).to_bytes(8, "little") if declared else b"\x00" + window
    return b"\x28\xb5\x2f\xfd" + header + blocks * 32_767 + last


CASES = [
    ("kind missing", Code.UNKNOWN_KIND, without(properties(), "kind"), packed(columns())),
    ("kind unknown", Code.UNKNOWN_KIND, properties("vehicle_cam"), packed(columns())),
    ("schema missing", Code.UNKNOWN_SCHEMA, without(properties(), "schema"), packed(columns())),
    ("schema 2", Code.UNKNOWN_SCHEMA, properties(schema="2"), packed(columns())),
    ("schema of raw", Code.UNKNOWN_SCHEMA, properties("client_raw", schema="01"), b"x"),
    ("content-type missing", Code.UNKNOWN_CONTENT_TYPE, without(properties(), "content-type"), packed(columns())),
    ("content-type xml", Code.UNKNOWN_CONTENT_TYPE, properties(content_type="text/xml"), b"<a/>"),
    ("candump of a log", Code.UNKNOWN_CONTENT_TYPE, properties(LOG, "text/candump"), b"(1.000000) can1 123#"),
    ("encoding unknown", Code.UNKNOWN_ENCODING, properties(content_encoding="br"), packed(columns())),
    ("300 KiB", Code.TOO_LARGE, properties(), bytes(300 * 1024)),
    ("300 KiB of raw", Code.TOO_LARGE, properties("client_raw"), bytes(300 * 1024)),
    ("empty", Code.EMPTY, properties(), b""),
    ("null", Code.EMPTY, properties(), None),
    ("empty list", Code.EMPTY, log, b"[]"),
    ("empty list of buses", Code.EMPTY, properties(), packed([])),
    ("no frames", Code.EMPTY, properties(), packed(columns(0))),
    ("no rows", Code.EMPTY, as_json, b'{"t0":0,"bus":1,"frames":[]}'),
    ("no lines", Code.EMPTY, as_text, b"\n\n"),
    ("nothing compressed", Code.EMPTY, properties(content_encoding="zstd"), zstandard.compress(b"")),
    ("gzip truncated", Code.INVALID_COMPRESSION, properties(content_encoding="gzip"), GZIPPED[:-1]),
    ("gzip with a tail", Code.INVALID_COMPRESSION, properties(content_encoding="gzip"), GZIPPED + b"\0"),
    ("gzip twice", Code.INVALID_COMPRESSION, properties(content_encoding="gzip"), GZIPPED * 2),
    ("not gzip", Code.INVALID_COMPRESSION, properties(content_encoding="gzip"), packed(columns())),
    ("invalid zstd", Code.INVALID_COMPRESSION, properties(content_encoding="zstd"), packed(columns())),
    ("zstd truncated", Code.INVALID_COMPRESSION, properties(content_encoding="zstd"), ZSTANDARD[:-1]),
    ("zstd with a tail", Code.INVALID_COMPRESSION, properties(content_encoding="zstd"), ZSTANDARD + b"\0"),
    ("msgpack truncated", Code.INVALID_BODY, properties(), packed(columns())[:-1]),
    ("msgpack with a tail", Code.INVALID_BODY, properties(), packed(columns()) + b"\0"),
    ("msgpack extension", Code.INVALID_BODY, properties(LOG), packed(msgpack.ExtType(5, b"xx"))),
    ("json of NaN", Code.INVALID_BODY, properties(POSITION, JSON), b'{"ts":0,"lat":NaN,"lon":1}'),
    ("json of Infinity", Code.INVALID_BODY, properties(POSITION, JSON), b'{"ts":0,"lat":Infinity,"lon":1}'),
    ("json truncated", Code.INVALID_BODY, log, b'{"ts":0,"message":"'),
    ("json not UTF-8", Code.INVALID_BODY, log, b'{"ts":0,"message":"\xff"}'),
    ("candump garbage", Code.INVALID_BODY, as_text, b"(1.000000) can1 123#00\nnot a frame\n"),
    ("candump odd digits", Code.INVALID_BODY, as_text, b"(1.000000) can1 123#001"),
    ("candump nine bytes", Code.INVALID_BODY, as_text, b"(1.000000) can1 123#" + b"00" * 9),
    ("candump channel 256", Code.INVALID_BODY, as_text, b"(1.000000) can256 123#00"),
    ("33 levels", Code.TOO_DEEP, log, nested(32)),
    ("1,000 levels", Code.TOO_DEEP, log, nested(1000)),
    ("100,000 levels", Code.TOO_DEEP, log, nested(100_000)),
    ("1,000 levels of msgpack", Code.TOO_DEEP, properties(), b"\x91" * 1000 + b"\xc0"),
    ("200,000 levels of msgpack", Code.TOO_DEEP, properties(), b"\x91" * 200_000 + b"\xc0"),
    ("wrong type", Code.INVALID_FIELD, properties(), packed(5)),
    ("id as a list", Code.INVALID_FIELD, properties(), packed(columns(id=[1, 2, 3]))),
    ("id missing", Code.INVALID_FIELD, properties(), packed(without(columns(), "id"))),  # type: ignore[arg-type]
    ("t0 a float", Code.INVALID_FIELD, properties(), packed(columns(t0=1.5))),
    ("t0 a bool", Code.INVALID_FIELD, properties(), packed(columns(t0=True))),
    ("bus 256", Code.INVALID_FIELD, properties(), packed(columns(bus=256))),
    ("width 65", Code.INVALID_FIELD, properties(), packed(columns(width=8) | {"width": 65})),
    ("len over width", Code.INVALID_FIELD, properties(), packed(columns(3, len=bytes([8, 9, 8])))),
    ("json id of four digits", Code.INVALID_FIELD, as_json, b'{"t0":0,"bus":1,"frames":[[0,"0123",""]]}'),
    ("json id over 29 bits", Code.INVALID_FIELD, as_json, b'{"t0":0,"bus":1,"frames":[[0,"20000000",""]]}'),
    ("json id over 11 bits", Code.INVALID_FIELD, as_json, b'{"t0":0,"bus":1,"frames":[[0,"800",""]]}'),
    ("json data with spaces", Code.INVALID_FIELD, as_json, b'{"t0":0,"bus":1,"frames":[[0,"123","00 00"]]}'),
    ("json dt negative", Code.INVALID_FIELD, as_json, b'{"t0":0,"bus":1,"frames":[[-1,"123",""]]}'),
    ("json row short", Code.INVALID_FIELD, as_json, b'{"t0":0,"bus":1,"frames":[[0,"123"]]}'),
    ("spn missing", Code.INVALID_FIELD, properties(DTC, JSON), b'{"ts":0,"fmi":1}'),
    ("spn true", Code.INVALID_FIELD, properties(DTC, JSON), b'{"ts":0,"spn":true,"fmi":1}'),
    ("spn too high", Code.INVALID_FIELD, properties(DTC, JSON), b'{"ts":0,"spn":524288,"fmi":1}'),
    ("active a number", Code.INVALID_FIELD, properties(DTC, JSON), b'{"ts":0,"spn":1,"fmi":1,"active":1}'),
    ("lat text", Code.INVALID_FIELD, properties(POSITION, JSON), b'{"ts":0,"lat":"1","lon":1}'),
    ("lat NaN", Code.INVALID_FIELD, properties(POSITION), packed({"ts": 0, "lat": float("nan"), "lon": 1})),
    ("long message", Code.INVALID_FIELD, log, json.dumps({"ts": 0, "message": "x" * 10_001}).encode()),
    ("large fields", Code.INVALID_FIELD, log, json.dumps({"ts": 0, "message": "", "a": "x" * 10_000}).encode()),
    ("binary field", Code.INVALID_FIELD, properties(LOG), packed({"ts": 0, "message": "", "a": b"\0"})),
    ("state unknown", Code.INVALID_FIELD, properties("vehicle_event", JSON), b'{"ts":0,"name":"n","state":"on"}'),
    ("ts without zone", Code.INVALID_FIELD, log, b'{"ts":"2023-01-01T00:00:00","message":""}'),
    ("ts that is no day", Code.INVALID_FIELD, log, b'{"ts":"2023-02-30T00:00:00Z","message":""}'),
    ("columns disagree", Code.INVALID_COLUMNS, properties(), packed(columns(3, dt=bytes(8)))),
    ("ids not whole", Code.INVALID_COLUMNS, properties(), packed(columns(3, id=bytes(11)))),
    ("data short", Code.INVALID_COLUMNS, properties(), packed(columns(3, data=bytes(23)))),
    ("len short", Code.INVALID_COLUMNS, properties(), packed(columns(3, len=bytes(2)))),
    ("65,537 frames", Code.TOO_MANY_FRAMES, properties(content_encoding="zstd"),
     zstandard.compress(packed(columns(65_537)))),
    ("twice 40,000 frames", Code.TOO_MANY_FRAMES, properties(content_encoding="zstd"),
     zstandard.compress(packed([columns(40_000)] * 2))),
    ("10,001 objects", Code.TOO_MANY_FRAMES, log, b"[" + b",".join([b'{"ts":0}'] * (MAX_OBJECTS + 1)) + b"]"),
    ("4 MiB of empty maps", Code.TOO_MANY_FRAMES, properties(LOG, content_encoding="zstd"),
     zstandard.compress(b"\xdc\x00\x3f" + (b"\xdc\xff\xff" + b"\x80" * 65_535) * 63)),
    ("a million empty lists", Code.TOO_MANY_FRAMES, properties(LOG, JSON, content_encoding="zstd"),
     zstandard.compress(b"[" + b",".join([b"[]"] * 1_000_000) + b"]")),
    ("after 2106", Code.TIME_OUT_OF_BOUNDS, properties(), packed(columns(t0=2**32 * 1_000_000))),
    ("a frame after 2106", Code.TIME_OUT_OF_BOUNDS, properties(), packed(columns(3, t0=2**32 * 1_000_000 - 2000))),
    ("before 1970", Code.TIME_OUT_OF_BOUNDS, properties(), packed(columns(t0=-1))),
    ("t0 of 64 bits", Code.TIME_OUT_OF_BOUNDS, properties(), packed(columns(t0=2**64 - 1))),
    ("ts before 1970", Code.TIME_OUT_OF_BOUNDS, log, b'{"ts":"1969-12-31T23:59:59Z","message":""}'),
    ("candump after 2106", Code.TIME_OUT_OF_BOUNDS, as_text, b"(99999999999.000000) can1 123#"),
    ("one byte over unpacked", Code.TOO_LARGE_UNPACKED, properties(content_encoding="gzip"),
     gzip.compress(bytes(LIMIT + 1))),
]  # fmt: skip


@pytest.mark.parametrize(("code", "headers", "body"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_it_is_rejected_with_its_code(code: Code, headers: dict[str, str], body: bytes | None) -> None:
    opened = open_envelope(headers, body)
    assert isinstance(opened, Rejected), opened
    assert opened.code == code, opened
    assert opened.detail


@pytest.mark.parametrize(
    ("headers", "body", "detail"),
    [
        (properties(DTC, JSON), b'[{"ts":0,"spn":1,"fmi":1},{"ts":0,"spn":1,"fmi":32}]', "[1].fmi is not an integer"),
        (properties(), packed([columns(), columns(bus=-1)]), "[1].bus is not an integer from 0 to 255"),
        (as_text, b"(1.000000) can1 123#00\n\n(1.0) can1 123#00", "line 3 "),
        (as_json, b'{"t0":0,"bus":1,"frames":[[0,"123",""],[0,"12",""]]}', "frames[1] has an id"),
    ],
)
def test_the_detail_says_where(headers: dict[str, str], body: bytes, detail: str) -> None:
    opened = open_envelope(headers, body)
    assert isinstance(opened, Rejected)
    assert opened.detail.startswith(detail)


@pytest.mark.parametrize("name", ["gzip", "zstd", "zstd that says so"])
def test_a_bomb_costs_little(name: str) -> None:
    body = {
        "gzip": gzip_bomb,
        "zstd": lambda: zstd_bomb(declared=False),
        "zstd that says so": lambda: zstd_bomb(declared=True),
    }[name]()
    headers = properties(content_encoding=name[:4])
    assert len(body) <= 256 * 1024
    started = time.process_time()
    opened = open_envelope(headers, body)
    seconds = time.process_time() - started
    assert isinstance(opened, Rejected)
    assert opened.code == Code.TOO_LARGE_UNPACKED
    assert seconds < 0.2
    tracemalloc.start()
    open_envelope(headers, body)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10_000_000


def test_bombs_are_what_they_say() -> None:
    # it should be a frame that a decoder without bounds would unpack to 4 GiB
    assert zstandard.get_frame_parameters(zstd_bomb(declared=True)).content_size == 2**32
    with zstandard.ZstdDecompressor().stream_reader(zstd_bomb(declared=False)) as reader:
        assert reader.seek(20 * LIMIT) == 20 * LIMIT


def test_what_is_just_within_the_bounds_is_kept() -> None:
    assert isinstance(open_envelope(log, nested(31)), OpenedObjects)
    full = open_envelope(properties(content_encoding="zstd"), zstandard.compress(packed(columns(65_536))))
    assert isinstance(full, OpenedCan)
    assert len(full.frames) == 65_536
    text = json.dumps({"ts": T0, "message": "é" * 10_000, "a": "x" * 9_990}).encode()
    assert isinstance(open_envelope(log, text), OpenedObjects)
    last = open_envelope(properties(), packed(columns(1, t0=2**32 * 1_000_000 - 1)))
    assert isinstance(last, OpenedCan)
    months = open_envelope(properties(), packed([columns(1, t0=m * 2_600_000_000_000) for m in range(150)]))
    assert isinstance(months, OpenedCan)
    assert len(np.unique(months.frames.ts)) == 150
