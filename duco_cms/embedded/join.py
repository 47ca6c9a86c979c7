"""`join`: a command in the environment of the system that runs, such as `manage.py replay` beside `make run`."""

import json
import os
import subprocess
from collections.abc import Mapping, Sequence

from duco_cms.embedded.layout import Layout
from duco_cms.environment import Environment


def remember_environment(layout: Layout, environment: Mapping[str, str]) -> None:
    """Keep DUCO's own variables for `join`. They hold passwords, so only the owner may read them."""
    names = {name.upper() for name in Environment.model_fields}
    kept = {name: value for name, value in environment.items() if name in names}
    path = layout.environment
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps(kept, indent=2) + "\n")


def forget_environment(layout: Layout) -> None:
    layout.environment.unlink(missing_ok=True)


def join(layout: Layout, command: Sequence[str]) -> int:
    """The command's exit code. Raises LookupError where no system runs."""
    try:
        remembered: dict[str, str] = json.loads(layout.environment.read_text())
    except FileNotFoundError:
        raise LookupError(f"Nothing runs in {layout.var}; `make run` starts it.") from None
    return subprocess.run(command, env={**os.environ, **remembered}, check=False).returncode
