"""candump's log format: every line is the frame, or the bad record, that a slow reference says, whatever the bytes."""

import gzip
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.device.packer import frames_from_rows
from ingest.envelope import OpenedCan, Rejected, open_envelope
from ingest.logs import BadReason, candump, open_log
from ingest.logs.records import MAX_DETAILS
from parsing.codes import Code
from tests.logs.candump_reference import reference
from tests.logs.samples import ROWS, assert_same, candump_text, read

TIMES = [b"1", b"0", b"1700000000", b"4294967295", b"4294967296", b"9" * 18, b"9" * 19, b"", b"-1"]
DECIMALS = [b"000000", b"1", b"123456789", b"9999995", b"9999994", b"1234567891", b""]
NAMES = [b"can0", b"vcan1", b"slcan255", b"can256", b"7", b"can007", b"can", b"a-b_c12", b"abcdefghijkl999", b"x y1",
         b"abcdefghijklm1", b"can1234"]  # fmt: skip
IDS = [b"123", b"7FF", b"800", b"1fffffff", b"18F00400", b"20000080", b"3FFFFFFF", b"40000000", b"12", b"1234", b"",
       b"G00"]  # fmt: skip
PAYLOADS = [
    b"", b"00", b"F07D859B0FFFFF85", b"f07D", b"001", b"00" * 9, b"R", b"R8", b"Rf", b"R88", b"0011_9", b"0011_f",
    b"0011_", b"G0", b"#", b"#0", b"#10", b"#100_9", b"#G00", b"#1" + b"Ab" * 64, b"#1" + b"00" * 65,
]  # fmt: skip
ENDS = [b"", b" T", b" R", b" X", b"\r", b" T\r", b" \t\v\f ", b" TT", b"T", b"  T", b" what"]

LINES = st.builds(
    lambda second, decimals, name, can_id, payload, end: (
        b"(%b.%b) %b %b#%b%b" % (second, decimals, name, can_id, payload, end)
    ),
    *map(st.sampled_from, (TIMES, DECIMALS, NAMES, IDS, PAYLOADS, ENDS)),
)
GOOD = st.sampled_from(candump_text(ROWS).encode().splitlines())
CHANGES = st.lists(
    st.tuples(st.integers(0, 10**6), st.sampled_from([b"", b" ", b"\n", b"#", b"0", b"_", b"R", b"\0", b"\xff", b"a"]))
)
"""Where, and what to put in the place of the byte there."""


def changed(text: bytes, changes: list[tuple[int, bytes]]) -> bytes:
    for place, new in changes:
        at = place % max(1, len(text))
        text = text[:at] + new + text[at + 1 :]
    return text


def check(path: Path, text: bytes, chunk_frames: int = 65_536) -> None:
    """The log of these bytes is what the reference says, frame for frame and bad line for bad line."""
    frames, index, bad, counts = read(path, chunk_frames)
    expected = reference(text)
    rows = [record for record in expected if isinstance(record, tuple)]
    reasons = [record for record in expected if isinstance(record, BadReason)]
    assert index.tolist() == [i for i, record in enumerate(expected) if isinstance(record, tuple)]
    assert counts == {reason: reasons.count(reason) for reason in set(reasons)}
    if rows:
        width = frames_from_rows(rows).data.shape[1]
        assert frames.data.shape == (len(rows), width)
        assert_same(frames, frames_from_rows(rows))
    if len(reasons) <= MAX_DETAILS:
        told = [(record.index, record.reason) for record in bad]
        assert told == [(i, record) for i, record in enumerate(expected) if isinstance(record, BadReason)]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("logs") / "x.log"


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(lines=st.lists(LINES | GOOD, max_size=12), changes=CHANGES, chunk=st.sampled_from([1, 2, 5, 65_536]))
def test_lines_are_what_the_reference_says(path: Path, lines: list[bytes], changes: list, chunk: int) -> None:
    text = changed(b"\n".join(lines), changes)
    path.write_bytes(text)
    check(path, text, chunk)


@settings(max_examples=200, deadline=None)
@given(lines=st.lists(LINES | GOOD, min_size=1, max_size=12), block=st.integers(200, 500))
def test_it_does_not_matter_where_blocks_end(path: Path, lines: list[bytes], block: int) -> None:
    text = b"\n".join(lines)
    path.write_bytes(gzip.compress(text))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(candump, "BLOCK", block)
        check(path, text, 3)


@settings(max_examples=200, deadline=None)
@given(lines=st.lists(LINES | GOOD, min_size=1, max_size=6), changes=CHANGES)
def test_an_envelope_takes_the_same_lines_with_six_decimals(lines: list[bytes], changes: list) -> None:
    text = changed(b"\n".join(lines), changes)
    headers = {"kind": "vehicle_can", "schema": "1", "content-type": "text/candump"}
    opened, expected = open_envelope(headers, text), reference(text, decimals=(6, 6))
    reasons = [record for record in expected if isinstance(record, BadReason)]
    if not expected:
        assert isinstance(opened, Rejected)
        assert opened.code == Code.EMPTY
    elif reasons:
        late = reasons[0] == BadReason.TIME_OUT_OF_BOUNDS
        assert isinstance(opened, Rejected)
        assert opened.code == (Code.TIME_OUT_OF_BOUNDS if late else Code.INVALID_BODY)
        assert opened.detail.startswith("line ")
    else:
        assert isinstance(opened, OpenedCan)
        assert_same(opened.frames, frames_from_rows(expected))


@settings(max_examples=300, deadline=None)
@given(text=st.binary(max_size=300))
def test_whatever_bytes_are_records(path: Path, text: bytes) -> None:
    path.write_bytes(text)
    if not text.startswith(b"\x1f\x8b"):
        check(path, text)
    else:
        read(path)


def test_each_line_gives_what_it_says(path: Path) -> None:
    text = b"\n".join([
        b"(1.5) vcan0 123#", b"(1.123456499) slcan3 18F00400#F07D859B0FFFFF85 R", b"(1.1234565) can255 7ff#R8 T",
        b"(2.999999999) can1 20000080#0011", b"", b" ", b"(4294967295.999999) can1 123##3" + b"5a" * 64,
    ])  # fmt: skip
    path.write_bytes(text)
    frames, index, bad, _ = read(path)
    assert not bad
    assert index.tolist() == [0, 1, 2, 3, 4]
    assert frames.ts.tolist() == [1_500_000, 1_123_456, 1_123_457, 3_000_000, 2**32 * 10**6 - 1]
    assert frames.bus.tolist() == [0, 3, 255, 1, 1]
    assert frames.can_id.tolist() == [0x123, 0x98F00400, 0x7FF | 1 << 30, 0x20000080, 0x123]
    assert frames.length.tolist() == [0, 8, 0, 2, 64]
    assert frames.data[1].tolist() == [*bytes.fromhex("F07D859B0FFFFF85"), *[0] * 56]
    with open_log(path) as log:
        assert sum(len(chunk.frames) for chunk in log) == 5
        assert log.channels == {0: "vcan0", 1: "can1", 3: "slcan3", 255: "can255"}


def test_bad_records_are_told_by_line_and_the_rest_counted(path: Path) -> None:
    path.write_bytes(b"(1.0) can1 123#00\n\nwhat\n(1.0) can1 12#00\n" + b"(1.0) can1 123#0\n" * 1000)
    frames, index, bad, counts = read(path)
    assert (len(frames), index.tolist()) == (1, [0])
    assert [(record.index, record.reason) for record in bad[:2]] == [(1, BadReason.NOT_CANDUMP), (2, BadReason.BAD_ID)]
    assert bad[0].detail == "line 3 is not candump's log format: b'what'"
    assert bad[1].detail.startswith("line 4 has an id ")
    assert len(bad) == MAX_DETAILS
    assert counts == {BadReason.NOT_CANDUMP: 1, BadReason.BAD_ID: 1, BadReason.BAD_PAYLOAD: 1000}


def test_a_bad_line_leaves_nothing_in_the_next_frame(path: Path) -> None:
    path.write_bytes(b"(1.0) can1 123#FFFFFFFFF\n(1.0) can1 123##0" + b"FF" * 63 + b"F\n(1.0) can1 123#01\n")
    frames, index, _, _ = read(path)
    assert index.tolist() == [2]
    assert frames.data.tolist() == [[1, 0, 0, 0, 0, 0, 0, 0]]


def test_a_line_longer_than_a_block_is_one_bad_record(path: Path) -> None:
    good = b"(1.0) can1 123#00"
    path.write_bytes(good + b" " * 3 * candump.BLOCK + b"\n" + good + b"\n" + b"x" * 2 * candump.BLOCK + b"\n" + good)
    _, index, bad, _ = read(path)
    assert index.tolist() == [1, 3]
    assert [record.index for record in bad] == [0, 2]
    assert all(len(record.detail) < 300 for record in bad)


TEXT = candump_text(ROWS).encode()


@pytest.mark.parametrize(
    "packed",
    [gzip.compress(TEXT[:100]) + gzip.compress(TEXT[100:]), gzip.compress(TEXT) + bytes(100_000),
     gzip.compress(TEXT) + gzip.compress(b"")],
    ids=["two members", "padded", "an empty member"],
)  # fmt: skip
def test_gzip_of_every_shape(path: Path, packed: bytes) -> None:
    path.write_bytes(packed)
    frames, _, bad, _ = read(path)
    assert not bad
    assert_same(frames, frames_from_rows(ROWS))


def long_log() -> bytes:
    # Payloads that do not pack well, so that the file is several pieces long.
    noise = np.random.default_rng(1).bytes(8 * 20_000).hex().upper()
    return b"".join(f"({i}.000001) can1 123#{noise[16 * i : 16 * i + 16]}\n".encode() for i in range(20_000))


@pytest.mark.parametrize("kept", [0.02, 0.5, 0.99])
def test_of_a_truncated_gzip_the_frames_before_are_read(path: Path, kept: float) -> None:
    text = long_log()
    packed = gzip.compress(text)
    path.write_bytes(packed[: int(len(packed) * kept)])
    frames, index, bad, counts = read(path)
    assert counts == {BadReason.TRUNCATED_FILE: 1}
    assert 20_000 * (kept - 0.1) <= len(frames) < 20_000
    assert frames.ts.tolist() == [i * 1_000_000 + 1 for i in range(len(frames))]
    assert (bad[0].index, index[-1] if len(index) else -1) == (len(frames), len(frames) - 1)
    assert bad[0].detail.startswith(f"byte {path.stat().st_size} of the file")


@pytest.mark.parametrize("fault", ["bit", "checksum", "tail"])
def test_broken_gzip_ends_the_log(path: Path, fault: str) -> None:
    packed = bytearray(gzip.compress(long_log()))
    if fault == "bit":
        packed[len(packed) // 2] ^= 0x10
    elif fault == "checksum":
        packed[-6] ^= 1
    else:
        packed += b"not gzip"
    path.write_bytes(packed)
    frames, _, bad, counts = read(path)
    assert counts.get(BadReason.DAMAGED_FILE) == 1
    assert bad[-1].reason == BadReason.DAMAGED_FILE
    assert len(frames) > 9_000
