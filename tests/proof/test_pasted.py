"""Frames as people paste them."""

import pytest

from parsing.definitions import EXTENDED_FLAG, REMOTE_FLAG
from parsing.proof.pasted import MOST_FRAMES, STEP, GivenFrame, NotFramesError, given_frame, read_frames, recording

EEC1 = 0x18F00400 | EXTENDED_FLAG
PAYLOAD = bytes.fromhex("F07D859B0FFFFF85")


@pytest.mark.parametrize(
    ("line", "frame"),
    [
        ("18F00400#F07D859B0FFFFF85", GivenFrame(None, 0, EEC1, PAYLOAD)),
        ("(1436509052.249713) can1 18F00400#F07D", GivenFrame(1436509052249713, 1, EEC1, PAYLOAD[:2])),
        ("(1436509052.2497134) vcan12 1a0#F0.7D R", GivenFrame(1436509052249713, 12, 0x1A0, PAYLOAD[:2])),
        ("  can0  18F00400   [8]  F0 7D 85 9B 0F FF FF 85  ", GivenFrame(None, 0, EEC1, PAYLOAD)),
        ("can0 1A0 [0]", GivenFrame(None, 0, 0x1A0, b"")),
        ("1A0##1" + "0A" * 12, GivenFrame(None, 0, 0x1A0, b"\n" * 12)),
        ("1A0#R8", GivenFrame(None, 0, 0x1A0 | REMOTE_FLAG, b"")),
    ],
)
def test_lines_of_candump_are_frames(line, frame):
    assert read_frames(f"# a remark\n\n{line}\r\n") == [frame]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no frame"),
        ("# only this", "no frame"),
        ("EngineSpeed 5", "Line 1: write it as candump does"),
        ("1A0#00\nFFF#00", "Line 2: FFF is above 7FF"),
        ("FFFFFFFF#00", "more than 29 bits"),
        ("1A0#F", "two hex digits"),
        ("1A0#" + "00" * 9, "9 bytes"),
        ("1A0##1" + "00" * 65, "65 bytes"),
        ("can0 1A0 [3] 00", "3 bytes are said, 1 are there"),
        ("can256 1A0#00", "bus"),
        ("(9999999999.0) can0 1A0#00", "1970 to 2106"),
        ("x\n" * 9, "4 more lines"),
        ("1A0#\n" * (MOST_FRAMES + 1), "at most 1,000"),
        ("1" * 65_537, "over 64 KiB"),
    ],
)
def test_what_is_no_frame_is_told_with_its_line(text, why):
    with pytest.raises(NotFramesError, match=why):
        read_frames(text)


def test_frames_come_in_the_order_of_time_and_those_without_one_follow_the_one_before():
    given = [given_frame(ts, 0, identity, "00") for ts, identity in ((50_000, "001"), (None, "002"), (10, "003"))]
    record = recording(given)
    assert record.place == (2, 0, 1)
    assert record.ts.tolist() == [10, 50_000, 50_000 + STEP]
    assert record.frames.can_id.tolist() == [3, 1, 2]


def test_an_id_is_written_as_it_was_read():
    assert [given_frame(None, 0, each, "").id_text for each in ("1A0", "000001A0")] == ["1A0", "000001A0"]
