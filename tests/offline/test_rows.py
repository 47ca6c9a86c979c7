"""Rows of small logs: what they say, in every format, and which frames they are of."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingest.offline import command, parquet
from tests.offline.samples import COUNTERS, ENGINE, SELECTED, Command, read_rows

LOG = """\
(1700000000.000001) can0 123#4006500000000000
(1700000000.500000) can3 18FE0455#E803000000000000
(1700000001.000000) vcan1 123#FFFFFF
(1700000001.000000) can0 7FF#00
"""
# The second is matched by its PGN: in the DBC its id ends in FE.
HOURS_DBC = ENGINE.replace("2566843134", str(0x98FE04FE))


def test_every_column(decode: Command) -> None:
    assert decode.rows(LOG, HOURS_DBC) == [
        (0, 1700000000.000001, "can0", 0x123, "Engine", "Speed", 200.0, 1600, "ok", "rpm"),
        (0, 1700000000.000001, "can0", 0x123, "Engine", "Temperature", 40.0, 80, "ok", "degC"),
        (1, 1700000000.5, "can3", 0x18FE0455, "Hours", "EngineHours", 50.0, 1000, "ok", "h"),
        (2, 1700000001.0, "vcan1", 0x123, "Engine", "Speed", 8191.875, 65535, "out_of_range", "rpm"),
        (2, 1700000001.0, "vcan1", 0x123, "Engine", "Temperature", -41.0, -1, "ok", "degC"),
    ]


@pytest.mark.parametrize("dbc", [ENGINE, COUNTERS])
def test_all_formats_say_the_same(decode: Command, dbc: str) -> None:
    log = decode.write("x.log", LOG + "(2.000000) can0 100#FFFFFFFFFFFFFFFF\n(2.100000) can0 101#FEFFFFFFFFFFFFFF\n")
    found = []
    for suffix in ("parquet", "csv", "jsonl"):
        out = decode.directory / f"x.{suffix}"
        assert decode(log, "--dbc", decode.write("x.dbc", dbc), "--out", out).code == 0
        found.append([(*row[:7], int(row[7]), *row[8:]) for row in read_rows(out)])

    assert found[0]
    assert found[1] == found[0]
    assert found[2] == found[0]


def test_raw_numbers_of_64_bits(decode: Command) -> None:
    log = "(1.000000) can0 100#FFFFFFFFFFFFFFFF\n(1.000000) can0 101#FEFFFFFFFFFFFFFF\n"

    assert [(row[5], row[6], row[7]) for row in decode.rows(log, COUNTERS)] == [
        ("Unsigned", 2.0**64, 2**64 - 1),
        ("Negative", -2.0, -2),
    ]


def test_numbers_that_are_not_finite_are_null_in_json(decode: Command) -> None:
    dbc = 'VERSION ""\nBU_:\nBO_ 1 M: 8 X\n SG_ F : 0|32@1- (1,0) [0|0] "" X\nSIG_VALTYPE_ 1 F : 1;\n'
    out = decode.directory / "x.jsonl"

    log = decode.write("x.log", "(1.000000) can0 001#0000C07F\n")
    decode(log, "--dbc", decode.write("x.dbc", dbc), "--out", out)

    assert [(row[6], row[8]) for row in read_rows(out)] == [(None, "error")]


def test_a_dbc_for_a_channel(decode: Command) -> None:
    one, other = decode.write("one.dbc", ENGINE), decode.write("other.dbc", ENGINE.replace("Speed", "Revolutions"))
    log = decode.write("x.log", LOG)

    decode(log, "--dbc", f"can0:{one}", f"can1:{other}", "--out", decode.directory / "x.parquet")

    rows = read_rows(decode.directory / "x.parquet")
    assert [(row[2], row[5]) for row in rows] == [
        ("can0", "Speed"), ("can0", "Temperature"), ("vcan1", "Revolutions"), ("vcan1", "Temperature"),
    ]  # fmt: skip


SAME_PGN = f"""\
VERSION ""
BU_:
BO_ {0x98FE0455} Exact: 8 X
 SG_ A : 0|8@1+ (1,0) [0|0] "" X
"""


@pytest.mark.parametrize(
    ("match", "found"),
    [("id", ["Exact"]), ("pgn", ["Exact", "Exact"]), ("auto", ["Exact"])],
)
def test_matching_of_29_bit_ids(decode: Command, match: str, found: list[str]) -> None:
    log = "(1.000000) can0 18FE0455#01\n(1.000000) can0 0CFE0477#01\n"

    assert [row[4] for row in decode.rows(log, SAME_PGN, "--match", match)] == found


def test_an_exact_id_wins_over_a_pgn(decode: Command) -> None:
    log = decode.write("x.log", "(1.000000) can0 18FE0455#01\n(1.000000) can0 18FE0466#01\n")
    by_pgn = decode.write("pgn.dbc", SAME_PGN.replace(str(0x98FE0455), str(0x98FE04FE)).replace("Exact", "General"))
    exact = decode.write("exact.dbc", SAME_PGN)

    decode(log, "--dbc", by_pgn, exact, "--out", decode.directory / "x.parquet")

    assert [row[4] for row in read_rows(decode.directory / "x.parquet")] == ["Exact", "General"]


def test_a_frame_of_an_unknown_page_gives_no_rows(decode: Command) -> None:
    log = "(1.000000) can0 200#0007\n(1.000000) can0 200#0107\n"

    assert [(row[0], row[5]) for row in decode.rows(log, SELECTED)] == [(0, "Page"), (0, "First")]


LONG = f"""\
VERSION ""
BU_:
BO_ {0x98FF14FE} Long: 20 X
 SG_ First : 0|8@1+ (1,0) [0|0] "" X
 SG_ Last : 152|8@1+ (1,0) [0|0] "" X
BO_ 291 Engine: 8 X
 SG_ Speed : 0|16@1+ (1,0) [0|0] "" X
"""
BAM = """\
(1.000000) can0 123#0100
(1.010000) can0 1CECFF33#20140003FF14FF00
(1.060000) can0 1CEBFF33#0101020304050607
(1.070000) can0 123#0200
(1.110000) can0 1CEBFF33#0208090A0B0C0D0E
(1.160000) can0 1CEBFF33#030F1011121314FF
(1.160000) can0 123#0300
"""


@pytest.mark.parametrize("chunk_frames", [1, 2, 3, 4, 16_384])
def test_a_message_of_several_frames_stands_at_the_one_that_completes_it(
    decode: Command, monkeypatch: pytest.MonkeyPatch, chunk_frames: int
) -> None:
    monkeypatch.setattr(command, "CHUNK_FRAMES", chunk_frames)

    rows = decode.rows(BAM, LONG)

    assert [(row[0], row[1], row[3], row[5], row[6]) for row in rows] == [
        (0, 1.0, 0x123, "Speed", 1.0),
        (3, 1.07, 0x123, "Speed", 2.0),
        (5, 1.16, 0x18FF1433, "First", 1.0),
        (5, 1.16, 0x18FF1433, "Last", 20.0),
        (6, 1.16, 0x123, "Speed", 3.0),
    ]


FLEXIBLE = """\
VERSION ""
BU_:
BO_ 291 Flexible: 64 X
 SG_ First : 0|8@1+ (1,0) [0|0] "" X
 SG_ Last : 504|8@1+ (1,0) [0|0] "" X
"""


@pytest.mark.parametrize("chunk_frames", [1, 2, 3, 16_384])
def test_can_fd_among_classic_frames(decode: Command, monkeypatch: pytest.MonkeyPatch, chunk_frames: int) -> None:
    monkeypatch.setattr(command, "CHUNK_FRAMES", chunk_frames)
    payload = bytes(range(64)).hex()
    log = "".join(f"(1.000000) can0 123#{data}\n" for data in ("01", f"#1{payload}", "02", "03", f"#1{payload}", "04"))

    rows = decode.rows(log, FLEXIBLE)

    assert [(row[0], row[5], row[6]) for row in rows] == [
        (0, "First", 1.0), (1, "First", 0.0), (1, "Last", 63.0), (2, "First", 2.0), (3, "First", 3.0),
        (4, "First", 0.0), (4, "Last", 63.0), (5, "First", 4.0),
    ]  # fmt: skip


def test_chunks_row_groups_and_pages_do_not_show(decode: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    log = decode.write(
        "x.log", "".join(f"({place}.000000) can{place % 2} 123#{place:016X}\n" for place in range(5_000))
    )
    whole = decode.rows(log, ENGINE)

    monkeypatch.setattr(command, "CHUNK_FRAMES", 700)
    monkeypatch.setattr(parquet, "_ROW_GROUP", 3_000)
    assert decode.rows(log, ENGINE) == whole

    about = pq.ParquetFile(decode.directory / "x.parquet").metadata
    assert [about.row_group(number).num_rows for number in range(about.num_row_groups)] == [4_200, 4_200, 1_600]


def test_row_groups_say_their_frames_and_times(decode: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "CHUNK_FRAMES", 2)
    monkeypatch.setattr(parquet, "_ROW_GROUP", 4)
    times = [5, 4, 3, 6, 1, 2]
    decode.rows("".join(f"({time}.000000) can0 123#0000000000000000\n" for time in times), ENGINE)

    about = pq.ParquetFile(decode.directory / "x.parquet").metadata
    spans = [
        [(column.statistics.min, column.statistics.max) for column in map(about.row_group(number).column, (0, 1))]
        for number in range(about.num_row_groups)
    ]
    assert spans == [[(0, 1), (4.0, 5.0)], [(2, 3), (3.0, 6.0)], [(4, 5), (1.0, 2.0)]]


def test_numbers_of_which_too_many_are_different(decode: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "CHUNK_FRAMES", 1_000)
    monkeypatch.setattr("ingest.offline.pages._MOST_WORDS", 1_500)
    log = "".join(f"(1.000000) can0 123#{place:04X}0000\n" for place in range(4_000))

    rows = decode.rows(log, ENGINE.replace("0|16@1+", "7|16@0+"))

    assert [row[7] for row in rows if row[5] == "Speed"] == list(range(4_000))
    columns = [pq.ParquetFile(decode.directory / "x.parquet").metadata.row_group(0).column(n) for n in (6, 7)]
    assert all("PLAIN" in column.encodings and "RLE_DICTIONARY" in column.encodings for column in columns)


def test_the_schema(decode: Command) -> None:
    word = pa.dictionary(pa.int32(), pa.string())
    decode.rows(LOG, ENGINE)

    table = pq.read_table(decode.directory / "x.parquet")

    assert {field.name: field.type for field in table.schema} == {
        "frame_index": pa.int64(), "timestamp": pa.float64(), "channel": word, "can_id": pa.uint32(), "message": word,
        "signal": word, "value": pa.float64(), "raw": pa.int64(), "quality": word, "unit": word,
    }  # fmt: skip
    assert not any(field.nullable for field in table.schema)
    decode.rows("(1.000000) can0 100#00\n(1.000000) can0 100#0000000000000000\n", COUNTERS)
    assert pq.read_table(decode.directory / "x.parquet").schema.field("raw").type == pa.decimal128(20)


def test_a_log_without_rows_gives_an_empty_file(decode: Command) -> None:
    assert decode.rows("(1.000000) can0 7FF#00\n", ENGINE) == []
    assert pq.read_table(decode.directory / "x.parquet").num_rows == 0


def test_every_log_format_that_says_the_same_frames(decode: Command) -> None:
    frames = [(0x123, "4006500000000000"), (0x123, "FFFFFF")]
    asc = "date Tue Nov 14 10:13:20 PM 2023\nbase hex\ninternal events logged\n" + "".join(
        f"{place}.500000 1  123             Rx   d {len(data) // 2} {bytes.fromhex(data).hex(' ')}\n"
        for place, (_, data) in enumerate(frames)
    )
    candump = "".join(f"(1.000000) can1 123#{data}\n" for _, data in frames)

    values = [[(row[0], row[2], *row[3:]) for row in decode.rows(log, ENGINE)] for log in (
        decode.write("x.asc", asc), decode.write("y.log", candump),
    )]  # fmt: skip

    assert values[0] == values[1]
    assert len(values[0]) == 4
