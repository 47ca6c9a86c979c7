"""`join` gives a command the variables of the system that runs, and nobody else."""

import subprocess
import sys
from pathlib import Path

from duco_cms.embedded.join import forget_environment, remember_environment
from duco_cms.embedded.layout import layout_at


def join(var: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "duco_cms.embedded", "join", "--data", str(var), "--", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_a_command_gets_the_systems_variables_and_gives_its_exit_code(tmp_path: Path) -> None:
    layout = layout_at(tmp_path)
    layout.create()
    remember_environment(layout, {"KAFKA_TOPIC_PREFIX": "joined.", "HOME": "/not/this/one"})
    assert layout.environment.stat().st_mode & 0o777 == 0o600
    done = join(tmp_path, "sh", "-c", 'echo "$KAFKA_TOPIC_PREFIX $HOME"; exit 3')
    assert done.stdout.startswith("joined. ")
    assert "/not/this/one" not in done.stdout
    assert done.returncode == 3


def test_where_nothing_runs_it_says_so(tmp_path: Path) -> None:
    layout = layout_at(tmp_path)
    layout.create()
    remember_environment(layout, {"KAFKA_TOPIC_PREFIX": "joined."})
    forget_environment(layout)
    done = join(tmp_path, "true")
    assert done.returncode == 1
    assert "`make run` starts it" in done.stderr
