"""Recorded logs: every format gives the same frames, to the microsecond, and says what it cannot read."""

import gzip
import os
import threading
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import can
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.device.packer import frames_from_rows
from ingest.frames import CanFrames
from ingest.logs import BadReason, LogError, open_log, read_log
from tests.logs.samples import ROWS, as_message, assert_same, candump_text, mf4_records, read, write_mf4

FIRST = ROWS[0][0]
ASC = b"""date Tue Nov 14 10:13:20 PM 2023
base hex  timestamps absolute
internal events logged
// version 8.0.0
Begin Triggerblock Tue Nov 14 10:13:20 PM 2023
   0.000000 Start of measurement
   0.000001 1  18F00400x       Rx   d 8 00 01 02 03 04 05 06 07
   0.000002 2  123             Tx   r
   0.000003 2  ErrorFrame
   0.000004 CANFD   1 Rx        7FF                                   1 0 9 12 00 01 02 03 04 05 06 07 08 09 0A 0B 0 0 0 0 0 0 0 0
   0.100000 Statistic: D 1 R 0 XD 0 XR 0 E 0 O 0 B 0.00%
End TriggerBlock
"""  # noqa: E501 - the columns of CAN FD
TRC = b""";$FILEVERSION=2.1
;$STARTTIME=45244.926
;$COLUMNS=N,O,T,B,I,d,R,L,D
      1         0.001 DT  1 18F00400 Rx -  8    00 01 02 03 04 05 06 07
      2         0.002 RR  2     0123 Rx -  8
"""


def relative(frames: CanFrames) -> list[int]:
    return (frames.ts - frames.ts[0]).tolist()


@pytest.mark.parametrize("name", ["x.log", "x.log.gz", "x.candump", "x.candump.LOG.gz", "x.txt", "x.txt.gz", "x"])
def test_candump(tmp_path: Path, name: str) -> None:
    text = candump_text(ROWS).encode()
    (tmp_path / name).write_bytes(gzip.compress(text) if name.endswith("gz") else text)
    assert_same(read_log(tmp_path / name), frames_from_rows(ROWS))
    with open_log(tmp_path / name) as log:
        assert (log.format, log.size) == ("candump", (tmp_path / name).stat().st_size)
        list(log)
        assert log.position == log.size


@pytest.mark.parametrize("name", ["x.log", "x.log.gz", "x", "x.asc"])
def test_a_pipe(tmp_path: Path, name: str) -> None:
    content = ASC if name == "x.asc" else candump_text(ROWS * 500).encode()
    os.mkfifo(tmp_path / name)
    packed = gzip.compress(content) if name.endswith("gz") else content
    writer = threading.Thread(target=(tmp_path / name).write_bytes, args=[packed])
    writer.start()
    with open_log(tmp_path / name) as log:
        count = sum(len(chunk.frames) for chunk in log)
        assert (count, log.size, log.position) == (4 if name == "x.asc" else 2500, 0, len(packed))
    writer.join()


def test_mf4_from_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.mf4")
    writer = threading.Thread(target=(tmp_path / "x.mf4").write_bytes, args=[b"MDF     4.10"])
    writer.start()
    with pytest.raises(LogError, match="from a pipe; name the file itself"):
        open_log(tmp_path / "x.mf4")
    writer.join()


@pytest.mark.parametrize(
    ("writer", "name"),
    [(can.ASCWriter, "x.asc"), (can.BLFWriter, "x.blf"), (can.ASCWriter, "x.ASC.gz"), (can.BLFWriter, "x.blf.gz"),
     (can.BLFWriter, "x.unknown")],
)  # fmt: skip
def test_asc_and_blf(tmp_path: Path, writer: type, name: str) -> None:
    with writer(tmp_path / "plain") as log:
        for row in ROWS:
            log.on_message_received(as_message(row, 1))
    content = (tmp_path / "plain").read_bytes()
    (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith("gz") else content)
    frames, index, bad, _ = read(tmp_path / name, 2)
    assert not bad
    assert index.tolist() == [0, 1, 2, 3, 4]
    expected = frames_from_rows(ROWS)
    if writer is can.ASCWriter:
        # The writer's own date is the time of writing; what it keeps are the times from the first frame on.
        frames = replace(frames, ts=frames.ts - frames.ts[0] + expected.ts[0])
    assert_same(frames, expected)


@pytest.mark.parametrize("name", ["x.trc", "x.peak"])
def test_trc(tmp_path: Path, name: str) -> None:
    with can.TRCWriter(tmp_path / name) as log:
        for row in ROWS:
            log.on_message_received(as_message(row, 1))
    frames, expected = read_log(tmp_path / name), frames_from_rows(ROWS)
    assert abs(int(frames.ts[0]) - int(expected.ts[0])) < 1_000  # its header holds days as a float
    assert_same(replace(frames, ts=frames.ts - frames.ts[0] + expected.ts[0]), expected)


def test_every_kind_of_frame_of_asc(tmp_path: Path) -> None:
    (tmp_path / "x.asc").write_bytes(ASC)
    frames, _, bad, _ = read(tmp_path / "x.asc")
    assert not bad
    assert relative(frames) == [0, 1, 2, 3]
    assert frames.can_id.tolist() == [0x98F00400, 0x40000123, 0x20000000, 0x7FF]
    assert (frames.bus.tolist(), frames.length.tolist()) == ([1, 2, 2, 1], [8, 0, 0, 12])
    with open_log(tmp_path / "x.asc") as log:
        list(log)
        assert log.channels == {1: "can1", 2: "can2"}


def test_asc_in_the_code_page_of_windows(tmp_path: Path) -> None:
    (tmp_path / "x.asc").write_bytes(ASC.replace(b"Nov 14", "Mär 14".encode("cp1252")))
    assert len(read_log(tmp_path / "x.asc")) == 4


BAD_ASC = [
    (b"0.000002 1  123 Rx   d 2 00 ZZ", BadReason.UNREADABLE),
    (b"0.000002 1  12G Rx   d 2 00 00", BadReason.UNREADABLE),
    (b"0.000002 CANFD 1 Rx 123 what", BadReason.UNREADABLE),
    (b"0.000002 257  123 Rx   d 2 00 00", BadReason.BAD_CHANNEL),
    (b"0.000002 1  800 Rx   d 2 00 00", BadReason.BAD_ID),
    (b"0.000002 1  20000000x Rx   d 2 00 00", BadReason.BAD_ID),
    (b"9999999999.0 1  123 Rx   d 2 00 00", BadReason.TIME_OUT_OF_BOUNDS),
]


@pytest.mark.parametrize(("line", "reason"), BAD_ASC)
@pytest.mark.parametrize("chunk_frames", [1, 100])
def test_a_bad_line_of_asc_is_one_bad_record(tmp_path: Path, line: bytes, reason: BadReason, chunk_frames: int) -> None:
    lines = ASC.splitlines(keepends=True)
    (tmp_path / "x.asc").write_bytes(b"".join([*lines[:7], line + b"\n", *lines[7:]]))
    frames, index, bad, counts = read(tmp_path / "x.asc", chunk_frames)
    assert len(frames) == 4
    assert index.tolist() == [0, 2, 3, 4]
    assert counts == {reason: 1}
    assert (bad[0].index, bad[0].reason) == (1, reason)
    assert bad[0].detail.startswith("line 8 ")


@pytest.mark.parametrize("line", [b"1 0.001 DT", b"1 x DT 1 123 Rx - 1 00", b"1 0.001 DT 1 123 Rx - 2 0G 00"])
def test_a_bad_line_of_trc_is_one_bad_record(tmp_path: Path, line: bytes) -> None:
    lines = TRC.splitlines(keepends=True)
    (tmp_path / "x.trc").write_bytes(b"".join([*lines[:3], line + b"\n", *lines[3:]]))
    frames, index, bad, _ = read(tmp_path / "x.trc")
    assert frames.can_id.tolist() == [0x98F00400, 0x40000123]
    assert index.tolist() == [1, 2]
    assert [(record.index, record.reason, record.detail[:7]) for record in bad] == [
        (0, BadReason.UNREADABLE, "line 4 ")
    ]


def test_a_header_alone_is_an_empty_log(tmp_path: Path) -> None:
    (tmp_path / "x.trc").write_bytes(TRC[: TRC.index(b"      1")])
    (tmp_path / "x.asc").write_bytes(ASC[: ASC.index(b"   0.000001")])
    for name in ("x.trc", "x.asc"):
        with open_log(tmp_path / name) as log:
            assert list(log) == []


def blf(path: Path, count: int) -> bytes:
    with can.BLFWriter(path, compression_level=0) as log:
        log.max_container_size = 4096
        for place in range(count):
            log.on_message_received(as_message((FIRST + place, 1, 0x123, bytes(8)), 1))
    return path.read_bytes()


def test_a_truncated_blf_gives_what_is_there(tmp_path: Path) -> None:
    content = blf(tmp_path / "x.blf", 1000)
    for kept in (len(content) // 2, len(content) - 10, len(content) // 4096 * 4096):
        (tmp_path / "x.blf").write_bytes(content[:kept])
        frames, _, bad, counts = read(tmp_path / "x.blf", 100)
        assert counts == {BadReason.TRUNCATED_FILE: 1}
        assert 400 < len(frames) < 1000
        assert relative(frames) == list(range(len(frames)))
        assert bad[0].index == len(frames)


def test_a_broken_blf_ends_where_it_breaks(tmp_path: Path) -> None:
    content = blf(tmp_path / "x.blf", 1000)
    third = content.index(b"LOBJ", content.index(b"LOBJ", 300 + 4096) + 4096)
    (tmp_path / "x.blf").write_bytes(content[:third] + b"what" + content[third + 4 :])
    frames, _, bad, _ = read(tmp_path / "x.blf")
    assert 0 < len(frames) < 1000
    assert [(record.index, record.reason) for record in bad] == [(len(frames), BadReason.UNREADABLE)]
    assert bad[0].detail.startswith("a container before byte ")


def test_of_a_truncated_asc_gz_the_frames_before_are_read(tmp_path: Path) -> None:
    lines = [f"   {place}.000001 1  123  Rx   d 2 {place % 251:02X} {place % 13:02X}\n" for place in range(20_000)]
    packed = gzip.compress(ASC[: ASC.index(b"   0.000001")] + "".join(lines).encode())
    (tmp_path / "x.asc.gz").write_bytes(packed[: len(packed) // 2])
    frames, _, bad, _ = read(tmp_path / "x.asc.gz")
    assert 8_000 < len(frames) < 12_000
    assert bad[-1].reason == BadReason.TRUNCATED_FILE


@pytest.mark.parametrize("name", ["x.asc", "x.trc", "x.blf"])
@settings(max_examples=150, deadline=None)
@given(changes=st.lists(st.tuples(st.integers(0, 10**6), st.binary(max_size=4)), min_size=1, max_size=8))
def test_whatever_bytes_are_records_or_no_log(
    tmp_path_factory: pytest.TempPathFactory, name: str, changes: list
) -> None:
    path = tmp_path_factory.getbasetemp() / name
    content = {"x.asc": lambda: ASC, "x.trc": lambda: TRC, "x.blf": lambda: blf(path, 5)}[name]()
    for place, new in changes:
        at = place % max(1, len(content))
        content = content[:at] + new + content[at + max(1, len(new)) :]
    path.write_bytes(content)
    with suppress(LogError), open_log(path, chunk_frames=2) as log:
        assert all(0 < len(chunk.frames) + len(chunk.bad) <= 2 for chunk in log)


def test_frames_out_of_order_are_put_in_order_and_equal_times_stay(tmp_path: Path) -> None:
    rows = [ROWS[4], ROWS[2], ROWS[3], ROWS[0]]
    (tmp_path / "x.log").write_text(candump_text(rows))
    assert_same(read_log(tmp_path / "x.log"), frames_from_rows([ROWS[0], ROWS[2], ROWS[3], ROWS[4]]))


def test_mf4_of_another_suffix(tmp_path: Path) -> None:
    write_mf4(tmp_path / "x.mf4", [mf4_records(ROWS)])
    (tmp_path / "x.mf4").rename(tmp_path / "x.dat")
    with open_log(tmp_path / "x.dat") as log:
        assert log.format == "mf4"
        assert sum(len(chunk.frames) for chunk in log) == 5


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("x.log", b"(1.000000) can1 123#00\nwhat\n", "x.log: line 2 is not candump"),
        ("x.log", b"\n", "no CAN frames"),
        ("x.log.gz", b"not gzip", "x.log.gz: "),
        ("x.candump.LOG.gz", gzip.compress(b"what\n(1.000000) can1 123#00\n"), "line 1 is not candump"),
        ("x.log.gz", gzip.compress(b"(1.000000) can1 123#00\n" * 1000)[:-20], "x.log.gz: byte "),
        ("x.log", b"(99999999999.000000) can1 123#00\n", "after 2106"),
        ("x.csv", b"", "not one of"),
        ("x.csv", b"a,b\n(1.0) can1 123#00\n", "not one of"),
        ("x.blf", b"not blf" * 100, "x.blf: not BLF"),
        ("x.blf", b"", "x.blf: not BLF"),
        ("x.asc", b"date yesterday at noon\n", "x.asc: line 1: .*datetime"),
        ("x.mf4", b"not mdf" * 100, "x.mf4: not an MF4"),
        ("x.mf4.gz", gzip.compress(b"MDF     4.10"), "x.mf4.gz: not an MF4; it is gzip: unpack it first"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(LogError, match=says):
        read_log(tmp_path / name)


@pytest.mark.parametrize("name", ["none.log", "none.mf4", "none.asc", "none"])
def test_a_file_that_is_not_there_is_a_log_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(LogError, match=f"{name}: No such file"):
        open_log(tmp_path / name)


def test_a_directory_is_a_log_error(tmp_path: Path) -> None:
    with pytest.raises(LogError, match="directory"):
        open_log(tmp_path)
