"""A few seconds of `python -m tests.fuzz`: broken input gives what is declared, and nothing else."""

from __future__ import annotations

import os
import struct
from itertools import islice
from pathlib import Path

import pytest

from ingest.logs import BadReason, LogError, open_log
from tests.fuzz.cases import Case, shrink
from tests.fuzz.harness import MAKERS, case_names, run_case
from tests.fuzz.language import run_language
from tests.fuzz.logs import sound_file
from tests.fuzz.watching import watch

CASES = 1200


def test_broken_input_gives_what_is_declared() -> None:
    results = list(watch(list(islice(case_names(0), CASES))))

    assert [fault for _, fault in results if fault] == []
    assert len(results) == CASES


def test_a_failure_is_found_and_made_small(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(pieces: list[bytes]) -> None:
        if b"3" in pieces and b"8" in pieces:
            raise KeyError(pieces)

    pieces = [str(number).encode() for number in range(10)]
    monkeypatch.setitem(MAKERS, "dbc", lambda _: Case(pieces, run, "numbers"))

    fault = run_case("dbc:0:0")

    assert fault
    assert "KeyError in run" in fault
    assert "2 bytes of 10, in hexadecimal: 3338" in fault
    assert shrink(Case(pieces, run, ""), lambda kept: b"5" in kept) == [b"5"]


def test_a_case_that_ends_the_process_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(MAKERS, "dbc", lambda _: Case([], lambda _: os._exit(3), ""))
    monkeypatch.setitem(MAKERS, "log", lambda _: Case([], lambda _: bytearray(2**40), ""))

    assert list(watch(["frames:0:0", "dbc:0:1", "log:0:2"])) == [
        ("frames:0:0", None),
        ("dbc:0:1", "dbc:0:1 fails: dbc:0:1 ends the process with 3"),
    ]
    ((name, fault),) = watch(["log:0:2"])
    assert fault
    assert fault.startswith(f"{name} fails: MemoryError")


def test_a_blf_with_an_object_of_size_0_ends_there(tmp_path: Path) -> None:
    """python-can gives its frame without end."""
    content = bytearray(sound_file("blf"))
    third = [place for place in range(len(content)) if content.startswith(b"LOBJ", place)][3]
    content[third + 8 : third + 12] = bytes(4)
    (tmp_path / "x.blf").write_bytes(content)

    with open_log(tmp_path / "x.blf", chunk_frames=10) as log:
        chunks = list(log)

    assert sum(len(chunk.frames) for chunk in chunks) == 3
    assert chunks[-1].bad_counts == {BadReason.UNREADABLE: 1}


def test_an_mf4_with_a_channel_outside_of_its_records_is_refused(tmp_path: Path) -> None:
    """asammdf reads outside of its memory there, which ends the process."""
    content = sound_file("mf4")
    place = struct.pack("<II", 13, 8)  # CN block: byte offset and bit count, of the field IDE
    assert content.count(place) == 1
    (tmp_path / "x.mf4").write_bytes(content.replace(place, struct.pack("<II", 2**31, 0)))

    with pytest.raises(LogError, match=r"CAN_DataFrame.IDE is at byte 2147483648 of records of 23 bytes"):
        list(open_log(tmp_path / "x.mf4"))


def test_an_mf4_whose_blocks_go_round_is_refused(tmp_path: Path) -> None:
    """asammdf follows them for ever."""
    content = bytearray(sound_file("mf4"))
    (first,) = struct.unpack_from("<Q", content, 88)
    struct.pack_into("<Q", content, first + 24, first)
    (tmp_path / "x.mf4").write_bytes(content)

    with pytest.raises(LogError, match="lead back to where they came from"):
        list(open_log(tmp_path / "x.mf4"))


def test_two_definitions_of_one_name_are_told() -> None:
    run_language(
        b"position P on vehicle_position {\n signal lat : f64 at $.a [deg]\n signal lon : f64 at $.b\n}\n"
        b"position P on vehicle_position {\n signal lat : f64 at $.a [deg]\n}\n"
    )


def test_a_time_beyond_all_numbers_is_out_of_bounds(tmp_path: Path) -> None:
    (tmp_path / "x.trc").write_text(";$FILEVERSION=2.1\n;$COLUMNS=N,O,T,B,I,d,R,L,D\n1 1e305 DT 1 0300 Rx - 1 00\n")

    with open_log(tmp_path / "x.trc") as log:
        (chunk,) = list(log)

    assert chunk.bad_counts == {BadReason.TIME_OUT_OF_BOUNDS: 1}
