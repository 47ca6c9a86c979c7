"""The command itself: what it says, how it ends, and what it costs."""

import gzip
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ingest.offline import definitions, summary
from tests.offline.samples import COUNTERS, ENGINE, SELECTED, Command, read_rows

ROOT = Path(__file__).resolve().parents[2]
FRAME = "(1.000000) can0 123#4006500000000000\n"


def start(*arguments: object, **options: object) -> "subprocess.CompletedProcess[bytes]":
    command = [sys.executable, "manage.py", "decode", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=False, timeout=120, **options)  # type: ignore[call-overload]


@pytest.fixture
def files(decode: Command) -> tuple[Path, Path]:
    return decode.write("x.log", FRAME), decode.write("x.dbc", ENGINE)


def test_what_is_bad_is_counted_and_shown(decode: Command) -> None:
    log = decode.write(
        "x.log",
        FRAME + "what\n(1.000000) can0 123#40\n(1.000000) can0 200#01\n(1.000000) can0 7FF#\n(1.000000) can1 123#R\n"
        "(1.000000) can300 123#00\n(4294967296.000000) can0 123#00\n",
    )

    run = decode(log, "--dbc", decode.write("x.dbc", ENGINE), decode.write("y.dbc", SELECTED))

    assert run.code == 0
    lines = run.said.splitlines()
    assert "decode: 5 frames in 0.0 s of log, can0, can1" in lines
    assert "decode: matched 2 (40.0%), 2 rows" in lines
    assert "decode: remote and error frames 1" in lines
    assert "decode: unmatched 1 (20.0%) of 1 ids" in lines
    assert "decode:   can0 7FF: 1" in lines
    counted = next(line for line in lines if line.startswith("decode: bad "))
    assert counted.startswith("decode: bad 5: ")
    for reason in ("not_candump", "short_frame", "unknown_page", "bad_channel", "time_out_of_bounds"):
        assert f"1 {reason}" in counted
    assert "decode:   line 2 is not candump's log format: b'what'" in lines
    assert "decode:   Selected on can0 200 has no page 1: 1" in lines


def test_unknown_pages_are_named_the_most_frequent_first(decode: Command) -> None:
    pages = [1, 3, 3, 2, 2, 2, *range(20, 30)]
    log = decode.write("x.log", FRAME + "".join(f"(1.000000) can0 200#{page:02X}\n" for page in pages))

    said = decode(log, "--dbc", decode.write("x.dbc", ENGINE), decode.write("y.dbc", SELECTED)).said

    told = [line.removeprefix("decode:   ") for line in said.splitlines() if "has no page" in line]
    assert told[:3] == [f"Selected on can0 200 has no page {page}: {count}" for page, count in ((2, 3), (3, 2), (1, 1))]
    assert len(told) == 10
    assert "decode:   and other pages" in said.splitlines()


GROUP = """\
VERSION ""
BU_:
BO_ {id} {name}: {length} Vector__XXX
 SG_ Page M : 0|8@1+ (1,0) [0|0] "" Vector__XXX
 SG_ First m0 : 8|8@1+ (1,0) [0|0] "" Vector__XXX
"""
PRIORITY_6, PRIORITY_3 = 0x98FF1033, 0x8CFF1033


MUX = "{ signal p : u4 at bit 0  mux p { case 0 { signal q : u8 at byte 2 } else reject } }"


def test_an_unknown_page_is_of_the_message_that_wins_the_frame(decode: Command) -> None:
    ids = ("18FF1033", "0CFF1033", "18FF1044")
    log = decode.write("x.log", "".join(f"(1.0) can{bus} {each}#0{bus + 1}\n" for bus in (0, 1) for each in ids))
    any_bus = decode.write("any.dbc", GROUP.format(id=PRIORITY_6, name="ByGroup", length=8))
    on_can1 = decode.write("one.dbc", GROUP.format(id=PRIORITY_6, name="OnCan1", length=8))
    text = f"message Exact on can 0x0CFF1033 {MUX}\nmessage From44 on j1939 pgn 65296 sa 0x44 {MUX}\n"
    exact = decode.write("exact.duco", text)

    run = decode(log, "--match", "pgn", "--dbc", any_bus, f"can1:{on_can1}", "--definitions", exact)

    told = {line.removeprefix("decode:   ") for line in run.said.splitlines() if "has no page" in line}
    assert told == {
        "ByGroup on can0 18FF1033 (PGN 65296) has no page 1: 1",
        "Exact on can0 0CFF1033 (PGN 65296) has no page 1: 1",
        "From44 on can0 18FF1044 (PGN 65296) has no page 1: 1",
        "OnCan1 on can1 18FF1033 (PGN 65296) has no page 2: 1",
        "Exact on can1 0CFF1033 (PGN 65296) has no page 2: 1",
        "From44 on can1 18FF1044 (PGN 65296) has no page 2: 1",
    }


def test_no_more_unknown_pages_are_told_apart_than_that(decode: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(summary, "_MOST_PAGES", 2)
    log = decode.write("x.log", FRAME + "".join(f"(1.000000) can0 200#{page:02X}\n" for page in (1, 2, 3, 1, 3)))

    said = decode(log, "--dbc", decode.write("x.dbc", ENGINE), decode.write("y.dbc", SELECTED)).said

    assert "5 unknown_page" in said
    assert "has no page 1: 2" in said
    assert "has no page 3" not in said


def test_an_unknown_page_of_a_long_message(decode: Command) -> None:
    bam = "(1.0) can0 1CECFF33#20090002FF10FF00\n(1.0) can0 1CEBFF33#0105020304050607\n(1.0) can0 1CEBFF33#{:016X}\n"
    dbc = decode.write("x.dbc", GROUP.format(id=PRIORITY_6, name="Long", length=9))

    said = decode(decode.write("x.log", bam.format(0x0208 << 48)), "--dbc", dbc, "--match", "pgn").said

    assert "decode:   Long on can0 18FF1033 (PGN 65296) has no page 5: 1" in said.splitlines()


def test_files_for_channels_that_the_log_has_not(decode: Command, files: tuple[Path, Path]) -> None:
    log, dbc = files
    other = f"can2:{decode.write('y.dbc', SELECTED)}"

    run = decode(log, "--dbc", f"can1:{dbc}", other)

    remark = "decode:   definitions are for can1, can2; the log has can0: give can0:FILE, or FILE for every channel"
    assert run.code == 1
    assert remark in run.said.splitlines()
    for given in ([dbc, other], [f"can0:{dbc}", other], [f"can0:{decode.write('z.dbc', COUNTERS)}"]):
        assert "definitions are for" not in decode(log, "--dbc", *given).said


def test_what_transport_has_wrong(decode: Command) -> None:
    log = decode.write("x.log", FRAME + "(1.000000) can0 1CEBFF33#0101020304050607\n")

    run = decode(log, "--dbc", decode.write("x.dbc", ENGINE))

    assert "1 transport_no_session" in run.said
    assert "unmatched" not in run.said


def test_a_long_message_without_a_definition(decode: Command) -> None:
    bam = "(1.0) can0 1CECFF33#20090002FF04FE00\n(1.0) can0 1CEBFF33#01{0}\n(1.0) can0 1CEBFF33#02{0}\n"
    dbc = ENGINE.replace("2566843134", str(0x98FE04FE))

    said = decode(decode.write("x.log", FRAME + bam.format("01020304050607")), "--dbc", decode.write("x.dbc", dbc)).said

    assert "PGN 65028 of 9 bytes 1 times: not decoded, Hours says 8 bytes; give it its length" in said
    assert "multi-packet messages 1 (of 3 frames)" in said


def test_findings_of_a_dbc_have_their_lines(decode: Command, files: tuple[Path, Path]) -> None:
    dbc = decode.write("odd.dbc", ENGINE + ' SG_ EngineHours : 0|16@1+ (1,0) [0|0] "" Vector__XXX\n')

    for _ in range(2):  # compiled, and kept
        assert "decode: odd.dbc, line 8: " in decode(files[0], "--dbc", dbc).said


def test_nothing_matched(decode: Command, files: tuple[Path, Path]) -> None:
    run = decode(files[0], "--dbc", decode.write("y.dbc", COUNTERS))

    assert run.code == 1
    assert "unmatched 1 (100.0%)" in run.said


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("x.log.gz", gzip.compress(FRAME.encode() * 100)[:-20], "truncated_file"),
        ("x.log.gz", gzip.compress(FRAME.encode())[:10] + b"\xff" * 40, "damaged_file"),
        ("x.blf", b"what", "not BLF"),
        ("x.unknown", b"what", "give it that suffix"),
    ],
)
def test_a_log_that_cannot_be_read_to_its_end(decode: Command, name: str, content: bytes, says: str) -> None:
    run = decode(decode.write(name, content), "--dbc", decode.write("x.dbc", ENGINE))

    assert run.code == 1
    assert says in run.said


def test_what_is_no_dbc(decode: Command, files: tuple[Path, Path]) -> None:
    run = decode(files[0], "--dbc", decode.write("y.dbc", "what"))

    assert run.code == 1
    assert "y.dbc: This is not a DBC file" in run.said


@pytest.mark.parametrize(
    "arguments",
    [
        [], ["x.log"], ["x.log", "--dbc", "none.dbc"], ["x.log", "--dbc", "can256:x.dbc"],
        ["x.log", "--dbc", "x.dbc", "--out", "x.xlsx"], ["x.log", "--dbc", "x.dbc", "--match", "name"],
    ],
)  # fmt: skip
def test_misuse(
    decode: Command, files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.chdir(decode.directory)

    with pytest.raises(SystemExit) as ended:
        decode(*arguments)
    assert ended.value.code == 2


def test_a_log_that_is_not_there(decode: Command, files: tuple[Path, Path]) -> None:
    run = decode(decode.directory / "none.log", "--dbc", files[1])

    assert run.code == 1
    assert "No such file or directory" in run.said


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize("suffix", ["parquet", "csv", "jsonl"])
def test_a_full_disk(decode: Command, files: tuple[Path, Path], suffix: str) -> None:
    out = decode.directory / f"full.{suffix}"
    out.symlink_to("/dev/full")

    run = decode(files[0], "--dbc", files[1], "--out", out)

    assert run.code == 1
    assert "No space left on device" in run.said


def test_rows_go_to_standard_output_as_csv(files: tuple[Path, Path]) -> None:
    done = start(files[0], "--dbc", files[1])

    assert done.returncode == 0
    assert done.stdout.decode().splitlines()[1] == '0,1,"can0",291,"Engine","Speed",200,1600,"ok","rpm"'


def test_a_reader_of_the_output_that_has_had_enough(decode: Command, files: tuple[Path, Path]) -> None:
    log = decode.write("long.log", FRAME * 20_000)
    command = [sys.executable, "manage.py", "decode", log, "--dbc", files[1]]

    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.wait(120) == 1
        assert process.stderr is not None
        assert b"Traceback" not in process.stderr.read()


def test_a_log_from_a_pipe(files: tuple[Path, Path]) -> None:
    packed = gzip.compress((FRAME * 3).encode())

    done = start("/dev/stdin", "--dbc", files[1], input=packed)

    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 7


def test_an_interrupted_run_ends_quietly(decode: Command, files: tuple[Path, Path]) -> None:
    endless, out = decode.directory / "endless.log", decode.directory / "x.parquet"
    os.mkfifo(endless)
    command = [sys.executable, "manage.py", "decode", endless, "--dbc", files[1], "--out", out]

    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE) as process:
        with endless.open("wb") as log:  # opened by both: it reads, and finds no end
            log.write(FRAME.encode())
            log.flush()
            process.send_signal(signal.SIGINT)
            assert process.wait(120) == 130
        assert process.stderr is not None
        assert b"Traceback" not in process.stderr.read()


def test_the_exit_code_of_the_process(decode: Command, files: tuple[Path, Path]) -> None:
    assert start(files[0], "--dbc", files[1]).returncode == 0
    assert start(files[0], "--dbc", decode.write("y.dbc", COUNTERS)).returncode == 1
    assert start(files[0]).returncode == 2


LOADED = """
import sys, atexit
atexit.register(lambda: print(sorted({modules} & set(sys.modules)), file=sys.stderr))
from ingest.offline.command import main
sys.exit(main(sys.argv[1:]))
"""


def loaded(modules: set[str], *arguments: object) -> str:
    """Which of these modules a run imports."""
    code = LOADED.format(modules=modules)
    command = [sys.executable, "-c", code, *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stderr.splitlines()[-1]


def test_help_and_misuse_load_next_to_nothing() -> None:
    heavy = {"numpy", "django", "pyarrow", "ctypes", "zlib"}

    assert loaded(heavy, "--help") == "[]"
    assert loaded(heavy) == "[]"


def test_the_usual_run_loads_nothing_heavy(decode: Command, files: tuple[Path, Path]) -> None:
    out = decode.directory / "x.parquet"
    decode(files[0], "--dbc", files[1], "--out", out)

    heavy = {"numpy", "django", "pyarrow", "llvmlite", "numba", "dataclasses", "pathlib"}
    assert loaded(heavy, files[0], "--dbc", files[1], "--out", out) == "[]"


PEAK = """
import sys
from ingest.offline.command import main
main(sys.argv[1:])
# Not ru_maxrss, which begins with that of the process that started this one.
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def test_memory_does_not_grow_with_the_log(decode: Command, files: tuple[Path, Path]) -> None:
    peaks = []
    decode(files[0], "--dbc", files[1])  # what compiling takes is not meant
    # Both are more than a row group, of numbers that do not pack well.
    for frames in (600_000, 1_800_000):
        numbers = (place * 0x9E3779B1 & 0xFFFFFFFF for place in range(frames))
        log = decode.write("long.log", "".join([f"(1.000000) can0 123#{number:08X}\n" for number in numbers]))
        arguments = [log, "--dbc", files[1], "--out", decode.directory / "x.parquet"]
        done = subprocess.run([sys.executable, "-c", PEAK, *arguments], cwd=ROOT, capture_output=True, check=True)
        peaks.append(int(done.stdout))
    assert peaks[1] < 1.2 * peaks[0]


def test_a_bar_on_a_terminal(decode: Command, files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.offline.command._PATIENCE", -1.0)
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "w") as terminal:
        monkeypatch.setattr(sys, "stderr", terminal)

        decode(files[0], "--dbc", files[1], "--out", decode.directory / "x.parquet")

        terminal.flush()
        shown = b""
        while b"decoding" not in shown:  # a terminal gives what there is by and by
            shown += os.read(ours, 65_536)
        monkeypatch.undo()
    os.close(ours)


def test_definitions_are_kept(decode: Command, files: tuple[Path, Path], cache: Path) -> None:
    out = decode.directory / "x.parquet"
    decode(files[0], "--dbc", files[1], "--out", out)
    rows = read_rows(out)
    (kept,) = cache.glob("definitions-*")
    stamp = kept.stat().st_mtime_ns

    decode(files[0], "--dbc", files[1], "--out", out)

    assert (read_rows(out), kept.stat().st_mtime_ns) == (rows, stamp)


@pytest.mark.parametrize("place", [0, 9, 40, -1])
def test_a_damaged_file_is_made_anew(decode: Command, files: tuple[Path, Path], cache: Path, place: int) -> None:
    out = decode.directory / "x.parquet"
    decode(files[0], "--dbc", files[1], "--out", out)
    rows = read_rows(out)
    (kept,) = cache.glob("definitions-*")
    whole = kept.read_bytes()
    for damaged in (b"", whole[: len(whole) // 2], whole[:place] + bytes([whole[place] ^ 1]) + whole[place:][1:]):
        kept.write_bytes(damaged)

        decode(files[0], "--dbc", files[1], "--out", out)

        assert read_rows(out) == rows
        assert kept.read_bytes() == whole


def test_another_dbc_of_the_same_name_is_another(decode: Command, files: tuple[Path, Path]) -> None:
    out = decode.directory / "x.parquet"
    decode(files[0], "--dbc", files[1], "--out", out)

    decode.write("x.dbc", ENGINE.replace("(0.125,0)", "(0.250,0)"))
    decode(files[0], "--dbc", files[1], "--out", out)

    assert read_rows(out)[0][6] == 400.0


def test_no_more_definitions_are_kept_than_that(
    decode: Command, files: tuple[Path, Path], cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(definitions, "_MOST_KEPT", 2)
    for number in range(4):
        decode(files[0], "--dbc", decode.write("x.dbc", ENGINE.replace("Speed", f"Speed{number}")))

    assert len(list(cache.glob("definitions-*"))) == 2


def test_where_nothing_can_be_kept(decode: Command, files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/dev/null")

    assert decode(files[0], "--dbc", files[1]).code == 0
