"""`import_duco` and `export_duco`."""

import io

import pytest
from django.core.management import CommandError, call_command

from duco_cms.definitions.models import DefinitionSet
from duco_cms.definitions.texts import text_of
from tests.cms.test_texts import TEXT, formatted


def run(*words):
    out, err = io.StringIO(), io.StringIO()
    call_command(*words, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


@pytest.fixture
def file(tmp_path):
    def written(text):
        path = tmp_path / "demo.duco"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return written


def test_a_file_becomes_a_set_and_the_set_the_file(db, file, tmp_path):
    out, err = run("import_duco", "demo", file("\ufeff" + TEXT.replace("\n", "\r\n")))
    assert "  coolant_overheat: event added\n" in out
    assert err == ""
    assert run("export_duco", "demo")[0] == formatted(TEXT)
    run("export_duco", "demo", "--out", tmp_path / "out.duco")
    assert (tmp_path / "out.duco").read_text("utf-8") == formatted(TEXT)
    assert run("import_duco", "demo", tmp_path / "out.duco")[0] == "demo: nothing changed\n"


def test_a_dry_run_changes_nothing_and_marks_what_breaks(db, file):
    run("import_duco", "demo", file(TEXT))
    changed = TEXT.replace("above_idle", "over_idle").replace("499", "4")
    out, err = run("import_duco", "demo", file(changed), "--dry-run")
    first, *others = out.splitlines()
    assert first == "! over_idle: renamed above_idle → over_idle"
    assert [line[:8] for line in others] == ["  idle: "]
    # it should say what the samples do not come up to
    assert "E124" in err
    assert text_of(DefinitionSet.objects.get()) == formatted(TEXT)


def test_errors_are_told_as_lint_tells_them(db, file):
    err = io.StringIO()
    with pytest.raises(CommandError, match="demo was not changed"):
        call_command("import_duco", "demo", file(TEXT.replace("coolant > hot", "coolant > warm")), stderr=err)
    assert "E022" in err.getvalue()
    assert f"demo:{TEXT[: TEXT.index('raise when')].count(chr(10)) + 1}:26" in err.getvalue()
    assert not DefinitionSet.objects.exists()


@pytest.mark.parametrize(
    ("name", "text", "why"), [("demo", b"\xff", "UTF-8"), ("n" * 101, b"", "1 to 100"), ("", b"", "1")]
)
def test_what_cannot_be_read_is_refused(db, file, name, text, why):
    with pytest.raises(CommandError, match=why):
        call_command("import_duco", name, file(text))


def test_there_must_be_a_set_and_a_file(db, tmp_path):
    with pytest.raises(CommandError, match="There is no definition set nothing"):
        call_command("export_duco", "nothing")
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_duco", "demo", tmp_path / "missing")
