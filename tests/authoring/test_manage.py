"""`manage.py` where nothing is set up: what works there works, and everything else leads to it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import find_commands

from ingest.local_commands import LOCAL_COMMANDS
from ingest.management import __path__ as management

ROOT = Path(__file__).resolve().parents[2]


def manage(*words: object, settings: dict[str, str] | None = None) -> "subprocess.CompletedProcess[str]":
    environment = {"PATH": os.environ["PATH"]} | (settings or {})
    command = [sys.executable, "manage.py", *map(str, words)]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120)


@pytest.mark.parametrize("words", [[], ["help"], ["--help"]])
def test_help_lists_what_needs_no_settings(words: list[str]) -> None:
    done = manage(*words)
    assert (done.returncode, done.stderr) == (0, "")
    assert all(f"\n  {name} " in done.stdout for name in LOCAL_COMMANDS)


@pytest.mark.parametrize("words", [["help", "fmt"], ["fmt", "--help"]])
def test_each_has_help(words: list[str]) -> None:
    done = manage(*words)
    assert done.returncode == 0
    assert done.stdout.startswith("usage: manage.py fmt [-h] [--check] FILE")


@pytest.mark.parametrize(
    ("words", "meant"), [(["lnt", "x.duco"], "lint"), (["help", "deocde"], "decode"), (["format"], "fmt")]
)
def test_a_mistyped_command(words: list[str], meant: str) -> None:
    done = manage(*words)
    assert done.returncode == 1
    assert done.stderr.splitlines()[0].endswith(f"Did you mean {meant}?")


def test_a_command_that_needs_settings_says_which() -> None:
    done = manage("migrate")
    assert done.returncode == 1
    assert "DATABASE_URL: Field required" in done.stderr
    assert "  lint " in done.stderr


def test_with_settings_they_are_listed_among_the_others() -> None:
    done = manage("help", "--commands", settings=dict(os.environ))
    assert set(LOCAL_COMMANDS) | {"migrate", "publish"} <= set(done.stdout.split())


def test_django_knows_each_of_them() -> None:
    assert set(LOCAL_COMMANDS) <= set(find_commands(management[0]))
    assert manage("lint", "none.duco").returncode == 2
