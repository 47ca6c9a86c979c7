"""The commands as they are used: exit codes, what is printed, what becomes of files."""

import json
from pathlib import Path

import pytest

from ingest.authoring.commands import main

GOOD = """\
message Engine on can 0x123 {
    length 8
    timeout 1s
    signal speed : u16 at byte 1 scale 0.125 [rpm]
}

derived half : f64 [rpm] = speed / 2

golden "idle" for Engine {
    bytes x"00 10 00 00 00 00 00 00"
    expect { speed = 512 [rpm] }
}
"""
WRONG_UNIT = GOOD.replace("f64 [rpm]", "f64 [bar]")
WRONG_SAMPLE = GOOD.replace("512", "513")


@pytest.fixture
def written(tmp_path: Path):
    def write(text: str, name: str = "engine.duco") -> str:
        path = tmp_path / name
        path.write_text(text, "utf-8")
        return str(path)

    return write


def test_lint_of_good_text(written, capsys: pytest.CaptureFixture[str]) -> None:
    assert main("lint", [written(GOOD)]) == 0
    assert capsys.readouterr().out == "nothing to mend in 1 file\n"


def test_lint_shows_what_is_wrong(written, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(WRONG_UNIT)
    assert main("lint", [path]) == 1
    out = capsys.readouterr().out
    assert out.startswith("E021 unit mismatch")
    assert f"{path}:7:20" in out
    assert "use:  [rpm]" in out
    assert out.endswith("1 error in 1 file\n")


def test_lint_as_json(written, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(WRONG_UNIT)
    assert main("lint", [path, "--format", "json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert (said["errors"], said["warnings"], said["hints"]) == (1, 0, 0)
    (one,) = said["diagnostics"]
    assert (one["code"], one["path"], one["line"], one["column"]) == ("E021", path, 7, 20)


def test_a_text_that_cannot_be_read_is_not_judged_further(written, capsys: pytest.CaptureFixture[str]) -> None:
    assert main("lint", [written(WRONG_UNIT.replace("scale 0.125", "scale"))]) == 1
    assert "E021" not in capsys.readouterr().out


def test_files_see_each_other(written) -> None:
    rules = written("derived twice : f64 [rpm] = speed * 2\n", "rules.duco")
    assert main("lint", [rules]) == 1
    assert main("lint", [rules, written(GOOD)]) == 0


def test_rules_read_signals_of_a_dbc(written) -> None:
    dbc = written('BO_ 291 Engine: 8 X\n SG_ speed : 0|16@1+ (0.125,0) [0|0] "rpm" X\n', "engine.dbc")
    assert main("lint", [written("derived twice : f64 [rpm] = speed * 2\n", "rules.duco"), dbc]) == 0


@pytest.mark.parametrize("arguments", [["no-such-file.duco"], ["."]])
def test_misuse(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main("lint", arguments) == 2
    assert arguments[0] in capsys.readouterr().err


def test_two_files_of_one_name_are_refused(written, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "other").mkdir()
    other = tmp_path / "other" / "engine.duco"
    other.write_text(GOOD, "utf-8")
    assert main("lint", [written(GOOD), str(other)]) == 2
    assert "rename one" in capsys.readouterr().err


def test_a_file_that_is_given_twice_is_refused(written, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(GOOD)
    assert main("lint", [path, path]) == 2
    assert "would twice be the set engine" in capsys.readouterr().err


def test_no_utf_8(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "engine.duco"
    path.write_bytes(b"# caf\xe9\n")
    assert main("lint", [str(path)]) == 2
    assert "byte 5 is no UTF-8" in capsys.readouterr().err


def test_fmt_changes_files_in_place_and_only_once(written, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(GOOD.replace("    ", " ").replace("\n\n", "\n"))
    assert main("fmt", ["--check", path]) == 1
    assert main("fmt", [path]) == 0
    assert Path(path).read_text("utf-8") == GOOD
    capsys.readouterr()
    assert main("fmt", [path]) == 0
    assert main("fmt", ["--check", path]) == 0
    assert capsys.readouterr().out == ""


def test_fmt_leaves_a_text_with_errors(written) -> None:
    broken = GOOD.replace("scale 0.125", "scale")
    path = written(broken)
    assert main("fmt", [path]) == 1
    assert Path(path).read_text("utf-8") == broken


def test_samples(written, capsys: pytest.CaptureFixture[str]) -> None:
    assert main("test", [written(GOOD)]) == 0
    assert capsys.readouterr().out.endswith("1 passed, 0 failed\n")
    assert main("test", [written(WRONG_SAMPLE)]) == 1
    out = capsys.readouterr().out
    assert "it is 512 [rpm]" in out
    assert out.endswith("0 passed, 1 failed\n")
    assert main("test", [written(WRONG_UNIT)]) == 1


def test_samples_as_json(written, capsys: pytest.CaptureFixture[str]) -> None:
    assert main("test", [written(WRONG_SAMPLE), "--format", "json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert said["outcomes"] == [{"file": "engine", "kind": "golden", "title": "idle", "passed": False}]
    assert [one["code"] for one in said["diagnostics"]] == ["E124"]


def test_attributes_that_no_test_gives_are_named_once(written, capsys: pytest.CaptureFixture[str]) -> None:
    event = "event fast { raise when speed > machine.limit for 1s }\n"
    tests = "".join(f'test "{name}" {{ at 0s expect fast is cleared }}\n' for name in "ab")
    assert main("test", [written(GOOD + event)]) == 0
    assert "machine.limit" not in capsys.readouterr().err
    assert main("test", [written(GOOD + event + tests)]) == 0
    assert capsys.readouterr().err.count("no test gives machine.limit") == 1
    assert main("test", [written(GOOD + event + tests.replace("{", "{ machine limit = 5 [rpm]", 1))]) == 0
    assert capsys.readouterr().err == ""


def test_an_attribute_that_nothing_reads_is_refused(written, capsys: pytest.CaptureFixture[str]) -> None:
    event = "event fast { raise when speed > machine.limit for 1s }\n"
    wrong = 'test "a" { machine limits = 5 [rpm] at 0s expect fast is cleared }\n'
    assert main("test", [written(GOOD + event + wrong)]) == 1
    assert "did you mean limit?" in capsys.readouterr().out


def test_compile(written, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "content.json"
    assert main("compile", [written(GOOD), "--explain", "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert "derived half" in said
    assert "reads         Engine.speed" in said
    assert "r0 = divide Engine.speed, 2" in said
    content = json.loads(out.read_bytes())
    assert [rule["name"] for rule in content["rules"]] == ["half"]
    assert main("compile", [written(WRONG_UNIT)]) == 1


def test_compile_as_json(written, capsys: pytest.CaptureFixture[str]) -> None:
    assert main("compile", [written(GOOD), "--format", "json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["compiled"]["rules"] == 1
    assert said["rules"][0]["reads"] == ["Engine.speed"]
