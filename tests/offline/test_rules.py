"""Definitions in the signal language: their messages decode, their rules give rows and findings."""

import csv
import gzip
import json
from itertools import takewhile
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from tests.conftest import SHARED_DATA
from tests.offline.samples import Command
from tests.offline.test_recorded import plain

CAR = SHARED_DATA / "02_car_bigendian_toyota"
COMPUTED = """
derived steering_angle_deg : f64 [deg] = STEER_ANGLE_SENSOR.STEER_ANGLE + STEER_ANGLE_SENSOR.STEER_FRACTION
derived speed_mps : f64 [m/s] = (WHEEL_SPEED_FL + WHEEL_SPEED_FR + WHEEL_SPEED_RL + WHEEL_SPEED_RR) / 4
"""
ENGINE = """
message Engine on can 0x123 {
    timeout 1s
    signal speed : u16 at byte 1 scale 0.125 [rpm]
    signal temperature : u8 at byte 3 offset -40 [degC]
}
derived half : f64 [rpm] = speed / 2
derived limited : bool = speed > machine.limit
event hot { raise when temperature > 100 [degC] for 2s severity critical capture half, temperature }
check slow { expect speed < 900 [rpm] else flag error "too fast" }
"""


def log_of(frames: list[tuple[float, int, int]]) -> str:
    """Seconds, speed and temperature of each frame."""
    return "".join(
        f"({seconds:.6f}) can0 123#{int(speed / 0.125).to_bytes(2, 'little').hex()}{temperature + 40:02x}\n"
        for seconds, speed, temperature in frames
    )


@pytest.fixture
def files(tmp_path: Path):
    def write(log: str, text: str = ENGINE) -> tuple[Path, Path]:
        (tmp_path / "x.log").write_text(log)
        (tmp_path / "engine.duco").write_text(text)
        return tmp_path / "x.log", tmp_path / "engine.duco"

    return write


def rows_of(decode: Command, log: Path, *arguments: object) -> pd.DataFrame:
    out = decode.directory / "rows.parquet"
    run = decode(log, "--out", out, *arguments)
    assert run.code == 0, run.said
    return plain(pq.read_table(out))


def test_messages_and_derived_signals(decode: Command, files) -> None:
    log, text = files(log_of([(10, 600, 80), (10.5, 800, 81), (20, 700, 82)]))
    rows = rows_of(decode, log, "--definitions", text, "--machine", "limit=650")
    speed = rows[rows.signal == "speed"]
    assert speed.value.tolist() == [600, 800, 700]
    half = rows[rows.signal == "half"]
    assert half[["timestamp", "value", "unit", "message"]].to_numpy().tolist() == [
        [10.0, 300.0, "rpm", "derived"], [10.5, 400.0, "rpm", "derived"], [20.0, 350.0, "rpm", "derived"],
    ]  # fmt: skip
    assert half.frame_index.tolist() == [0, 1, 2]
    assert (half.channel.tolist(), half.can_id.tolist()) == ([""] * 3, [0] * 3)
    assert rows[rows.signal == "limited"].value.tolist() == [0, 1, 1]


def test_what_is_late_in_the_log_is_put_in_order(decode: Command, files) -> None:
    log, text = files(log_of([(10, 600, 80), (11, 800, 81), (10.5, 700, 82), (30, 100, 80)]))
    half = rows_of(decode, log, "--definitions", text)
    half = half[half.signal == "half"]
    assert half.timestamp.tolist() == [10, 10.5, 11, 30]
    assert half.frame_index.tolist() == [0, 2, 1, 3]


def test_findings(decode: Command, files) -> None:
    frames = [(second, 1000 if second > 15 else 800, 101 if 10 <= second < 14 else 90) for second in range(20)]
    log, text = files(log_of(frames))
    findings, events = decode.directory / "f.jsonl", decode.directory / "e.jsonl"
    run = decode(log, "--definitions", text, "--findings", findings, "--events", events)
    assert run.code == 0
    lines = [json.loads(line) for line in findings.read_text().splitlines()]
    assert [(one["timestamp"], one["kind"], one["name"], one["state"]) for one in lines] == [
        (12.0, "event", "hot", "raised"), (14.0, "event", "hot", "cleared"), (16.0, "check", "slow", "raised"),
    ]  # fmt: skip
    assert lines[0]["since"] == 10.0
    assert lines[0]["severity"] == "critical"
    assert lines[0]["captured"] == {
        "half": {"value": 400.0, "quality": "ok"}, "temperature": {"value": 101.0, "quality": "ok"},
    }  # fmt: skip
    assert lines[2]["text"] == "too fast"
    assert [json.loads(line)["name"] for line in events.read_text().splitlines()] == ["hot", "hot"]
    assert "2 findings raised" in run.said


def test_the_summary_says_what_was_raised_how_often(decode: Command, files) -> None:
    second = lambda number: (number, 1000 if number % 2 else 800, 101 if 10 <= number < 14 else 90)  # noqa: E731
    log, text = files(log_of([second(number) for number in range(20)]))
    lines = decode(log, "--definitions", text, "--machine", "limit=650").said.splitlines()
    place = lines.index("decode: derived 40 rows, 11 findings raised")
    assert lines[place + 1 : place + 3] == ["decode:   check slow: 10", "decode:   event hot: 1"]
    assert lines[place + 3].startswith("decode: bad ")


MANY = "".join(f"check c{number} {{ expect speed < {number} [rpm] else flag error }}\n" for number in range(23))


def test_it_names_the_most_frequent_alone(decode: Command, files) -> None:
    log, text = files(log_of([(second, 5 if second % 2 else 500, 80) for second in range(5)]), ENGINE + MANY)
    lines = decode(log, "--definitions", text, "--machine", "limit=650").said.splitlines()
    place = next(number for number, line in enumerate(lines) if "findings raised" in line)
    assert lines[place + 1 : place + 18] == [f"decode:   check c{number}: 3" for number in range(6, 23)]
    assert lines[place + 18 : place + 21] == [f"decode:   check c{number}: 1" for number in range(3)]
    assert lines[place + 21] == "decode:   and 3 more checks and events"


PUMP = """
message Pump on can 0x124 {
    signal pressure : u8 at byte 1 [bar] range 0..100
    signal strokes : u16 at byte 2
}
derived twice : f64 [bar] = pressure * 2
derived or_speed : f64 = (strokes ?? 0) + 1
check pumping { expect twice > 3 [bar] else flag error }
check limited_pump { when pressure > machine.most * 1 [bar] expect speed < 900 [rpm] else flag error }
check told { expect pressure is valid else flag info }
check counted { when speed > 100 [rpm] expect or_speed > 1 else flag info }
event silent { raise when strokes absent for 2s }
event both { raise when pressure < 3 [bar] or speed < 3 [rpm] capture strokes }
position Gnss on vehicle_position {
    signal lat : f64 at $.lat [deg]
    signal lon : f64 at $.lon [deg]
}
check here { expect lat > 3 [deg] or speed > 10 [rpm] else flag error }
"""


def told_under(title: str, said: str) -> list[str]:
    _, _, told = said.partition(f"{title}: ")
    under = takewhile(lambda line: line.startswith("decode:   "), told.splitlines()[1:])
    return [line.removeprefix("decode:   ") for line in under]


def unjudged_in(said: str) -> list[str]:
    return told_under("never judged", said)


def never_came_in(said: str) -> list[str]:
    return told_under("that were judged", said)


@pytest.mark.parametrize("chunk", [1, 16_384])
def test_the_summary_says_what_was_never_judged_and_why(
    decode: Command, files, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr("ingest.offline.command.CHUNK_FRAMES", chunk)
    log, text = files(log_of([(second, 600, 80) for second in range(10)]), ENGINE + PUMP)
    assert unjudged_in(decode(log, "--definitions", text).said) == [
        "check pumping: Pump.pressure never came",
        "check limited_pump: Pump.pressure never came, machine.most is not given (--machine most=NUMBER)",
        "check told: Pump.pressure never came",
        "check counted: Pump.strokes never came",
        "check here: Gnss.lat never came",
    ]
    # It comes, out of its range and too short for the rest.
    log.write_text(log.read_text() + "(11.000000) can0 124#FF\n")
    assert unjudged_in(decode(log, "--definitions", text, "--machine", "most=3").said) == [
        "check pumping: Pump.pressure was out_of_range at best",
        "check limited_pump: Pump.pressure was out_of_range at best",
        "check here: Gnss.lat never came",
    ]
    log.write_text(log.read_text() + "(12.000000) can0 124#10\n")
    run = decode(log, "--definitions", text, "--machine", "most=3")
    assert "decode: checks and events that were never judged: 1" in run.said.splitlines()


PARTLY = """
derived doubled : f64 [bar] = pressure * 2
derived faster : f64 [rpm] = speed + 1 [rpm]
event low { raise when speed > 100 [rpm] and doubled < 3 [bar] }
check fed { expect speed < 900 [rpm] or strokes > 3 else flag info }
check limited_speed { expect speed < 900 [rpm] or speed < machine.most else flag info }
check fast { expect faster > 3 [rpm] else flag error }
check pumping { expect pressure > 3 [bar] else flag error }
message Pump on can 0x124 {
    signal pressure : u8 at byte 1 [bar] range 0..100
    signal strokes : u16 at byte 2
}
"""


def test_it_says_what_never_came_of_those_that_were_judged(decode: Command, files) -> None:
    log, text = files(log_of([(second, 600, 80) for second in range(10)]), ENGINE + PARTLY)
    said = decode(log, "--definitions", text).said
    assert unjudged_in(said) == ["check pumping: Pump.pressure never came"]
    assert never_came_in(said) == [
        "Pump.pressure (read by event low)",
        "Pump.strokes (read by check fed)",
        "machine.most (read by check limited_speed)",
    ]
    # Out of its range it came all the same; what the frame is too short for did not.
    log.write_text(log.read_text() + "(11.000000) can0 124#FF\n")
    said = decode(log, "--definitions", text, "--machine", "most=3").said
    assert never_came_in(said) == ["Pump.strokes (read by check fed)"]
    log.write_text(log.read_text() + "(11.500000) can0 124#FF0000\n")
    assert "never came" not in decode(log, "--definitions", text, "--machine", "most=3").said


def test_what_never_came_is_told_in_few_lines(decode: Command, files) -> None:
    messages = [
        f"message M{number} on can 0x{number:03X} {{ signal s{number} : u8 at byte 1 }}" for number in range(22)
    ]
    checks = [
        f"check c{number} {{ expect speed < 900 [rpm] or s{number % 22} > 3 else flag info }}"
        for number in range(7 * 22)
    ]
    log, path = files(log_of([(1, 600, 80)]), "\n".join([ENGINE, *messages, *checks]))
    told = never_came_in(decode(log, "--definitions", path).said)
    assert told[0] == "M0.s0 (read by check c0, check c22, check c44, check c66, check c88 and 2 more)"
    assert told[20:] == ["and 2 more of them"]


def test_a_message_that_another_wins_all_frames_of(decode: Command, files) -> None:
    log, text = files(log_of([(1, 600, 80)]))
    second = decode.write("second.duco", ENGINE)
    assert unjudged_in(decode(log, "--definitions", text, second, "--machine", "limit=3").said) == [
        "event hot: Engine.temperature never came", "check slow: Engine.speed never came",
    ]  # fmt: skip


def test_an_attribute_that_nothing_reads_is_refused(decode: Command, files) -> None:
    log, text = files(log_of([(10, 600, 80)]), ENGINE + GNSS)
    out = decode.directory / "x.csv"
    run = decode(log, "--definitions", text, "--out", out, "--machine", "limit=3", "--machine", "limits=3")
    assert run.code == 2
    why = "neither a rule nor a suspicion reads machine.limits; did you mean limit?"
    assert run.said == f"decode: --machine limits: {why}\n"
    assert not out.exists()
    run = decode(log, "--definitions", text, "--machine", "payload=3")
    assert run.said.endswith("reads machine.payload; they read: limit and max_speed\n")
    # What only positions are judged by is read.
    assert decode(log, "--definitions", text, "--out", out, "--machine", "max_speed=3").code == 0


def test_csv_and_json_lines_have_derived_rows(decode: Command, files) -> None:
    log, text = files(log_of([(10, 600, 80)]))
    for form in ("csv", "jsonl"):
        out = decode.directory / f"x.{form}"
        assert decode(log, "--definitions", text, "--out", out).code == 0
        assert "derived" in out.read_text()


def test_errors_are_shown_in_full(decode: Command, files) -> None:
    log, text = files(log_of([(10, 600, 80)]), ENGINE.replace("half : f64 [rpm]", "half : f64 [bar]"))
    run = decode(log, "--definitions", text)
    assert run.code == 1
    assert "E021 unit mismatch" in run.said
    assert "use:  [rpm]" in run.said


def test_errors_name_the_file_as_lint_does(decode: Command, files) -> None:
    log, text = files(log_of([(10, 600, 80)]), "const a = 1\nconst a = 2\n")
    said = decode(log, "--definitions", text).said
    assert f"a, {text}:2:7\n" in said
    assert "line 1, column 7: first defined here" in said


def test_two_texts_of_one_name_are_refused(decode: Command, files) -> None:
    log, text = files(log_of([(10, 600, 80)]))
    other = text.with_name("other") / text.name
    other.parent.mkdir()
    other.write_text(ENGINE.replace("0x123", "0x124"))
    run = decode(log, "--definitions", text, other)
    assert run.code == 1
    assert f"{text} and {other} would both be the set engine; rename one" in run.said


def test_a_text_is_for_its_channel_alone(decode: Command, files) -> None:
    log, text = files(log_of([(10, 600, 80)]) + log_of([(10.5, 800, 80)]).replace("can0", "can1"))
    speed = rows_of(decode, log, "--definitions", f"can1:{text}")
    assert speed[speed.signal == "speed"].value.tolist() == [800]


def test_a_text_that_has_changed_is_compiled_anew(decode: Command, files) -> None:
    log, text = files(log_of([(10, 600, 80)]))
    assert rows_of(decode, log, "--definitions", text).signal.tolist().count("half") == 1
    text.write_text(ENGINE.replace("derived half", "derived quarter").replace("capture half", "capture quarter"))
    assert "half" not in rows_of(decode, log, "--definitions", text).signal.tolist()


@pytest.mark.shared_data
def test_computed_signals_equal_those_that_comma_published(decode: Command, tmp_path: Path) -> None:
    (tmp_path / "computed.duco").write_text(COMPUTED)
    dbc = f"can0:{CAR / 'toyota_nodsu_pt_generated.dbc'}"
    rows = rows_of(decode, CAR / "frames.candump.log.gz", "--dbc", dbc, "--definitions", tmp_path / "computed.duco")
    with gzip.open(CAR / "expected_by_comma.csv.gz", "rt") as file:
        expected = list(csv.DictReader(file))
    assert len(expected) == 4974
    times = np.array([float(row["t"]) for row in expected])
    for name in ("steering_angle_deg", "speed_mps"):
        of_signal = rows[rows.signal == name]
        # Times of the log are whole microseconds.
        latest = np.searchsorted(of_signal.timestamp.to_numpy(), times + 1e-6, "right") - 1
        wanted = np.array([float(row[name]) for row in expected])
        np.testing.assert_allclose(of_signal.value.to_numpy()[latest], wanted, rtol=0, atol=1e-9)


GNSS = """
position Gnss on vehicle_position {
    signal lat : f64 at $.lat [deg] range -90..90
    signal lon : f64 at $.lon [deg] range -180..180
    suspect when lat == 0 [deg] and lon == 0 [deg] as null_island
    suspect when ts > received_at + 5min as bad_clock
    suspect when haversine(prev, this) / elapsed(prev) > machine.max_speed * 1.5 as speed_jump
}
"""
LINES = """\
{"ts":1700000000000000,"lat":48.1,"lon":11.5}
{"ts":1700000001000000,"lat":0,"lon":0}
no JSON
{"ts":1700000002000000,"lat":48.1001,"lon":11.5}
{"ts":1700000003000000,"lat":48.2,"lon":11.5}
{"ts":1700000004000000,"lat":48.1002,"lon":11.5,"received_at":1600000000000000}
{"ts":1700000005000000,"lat":99,"lon":11.5}
{"lat":48.1,"lon":11.5}
"""


def test_positions(decode: Command, tmp_path: Path) -> None:
    (tmp_path / "gnss.duco").write_text(GNSS)
    (tmp_path / "track.jsonl").write_text(LINES)
    (tmp_path / "track.jsonl.gz").write_bytes(gzip.compress(LINES.encode()))
    out = tmp_path / "positions.jsonl"
    for log in ("track.jsonl", "track.jsonl.gz"):
        arguments = ("--definitions", tmp_path / "gnss.duco", "--positions", out, "--machine", "max_speed=20")
        run = decode(tmp_path / log, *arguments)
        assert run.code == 1
        assert "line 3" in run.said
        assert "line 8" in run.said
        found = [json.loads(line) for line in out.read_text().splitlines()]
        assert [(one["line"], one["quality"], one["reason"]) for one in found] == [
            (1, "ok", ""), (2, "suspect", "null_island"), (4, "ok", ""), (5, "suspect", "speed_jump"),
            (6, "suspect", "bad_clock"), (7, "out_of_range", "lat"),
        ]  # fmt: skip


def test_of_positions_too_an_attribute_that_nothing_reads_is_refused(decode: Command, tmp_path: Path) -> None:
    (tmp_path / "gnss.duco").write_text(GNSS)
    (tmp_path / "track.jsonl").write_text(LINES)
    out = tmp_path / "positions.jsonl"
    arguments = ("--definitions", tmp_path / "gnss.duco", "--positions", out, "--machine", "maxspeed=20")
    run = decode(tmp_path / "track.jsonl", *arguments)
    assert (run.code, out.exists()) == (2, False)
    assert "did you mean max_speed?" in run.said


def test_positions_go_with_json_lines_only(decode: Command, tmp_path: Path) -> None:
    (tmp_path / "gnss.duco").write_text(GNSS)
    (tmp_path / "x.log").write_text("(1.000000) can0 123#00\n")
    with pytest.raises(SystemExit) as caught:
        decode(tmp_path / "x.log", "--definitions", tmp_path / "gnss.duco", "--positions", tmp_path / "o.jsonl")
    assert caught.value.code == 2
