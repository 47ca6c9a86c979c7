"""The commands of `manage.py` that need neither a server nor settings, and are over before Django would be imported."""

from __future__ import annotations

import sys
from typing import NoReturn

LOCAL_COMMANDS = {
    "decode": "Decodes a recorded log with DBC files and definitions, rules included.",
    "lint": "Checks definitions written in the signal language.",
    "fmt": "Formats definitions written in the signal language.",
    "test": "Runs the golden samples and test sequences of definitions.",
    "compile": "Compiles definitions as publishing does, and explains what rules cost.",
}
"""By name what each does."""

_LIKENESS = 0.65
"""Of a mistyped name, as difflib has it: `format` is still taken to mean `fmt`."""


def run(words: list[str]) -> None:
    """The process of the command on this command line, to its end; returns where it is none of these."""
    match words:
        case ["help", name, *_] if name in LOCAL_COMMANDS:
            _run(name, ["--help"])
        case [name, *given] if name in LOCAL_COMMANDS:
            _run(name, given)


def _run(name: str, given: list[str]) -> NoReturn:
    if name == "decode":
        from ingest.offline.command import run as decode  # noqa: PLC0415 - each imports what it needs

        decode(given)
    from ingest.authoring.commands import main  # noqa: PLC0415

    sys.exit(main(name, given))


def end_without_settings(words: list[str], missing: str) -> NoReturn:
    """Of any other command line: says what there is nevertheless. `missing` says which settings are."""
    name = next((word for word in words if word != "help" and not word.startswith("-")), None)
    if name is None:
        sys.stdout.write(f"{_listed()}\n\nAll others need settings (docs/settings.md), and say which are missing.\n")
        sys.exit(0)
    from difflib import get_close_matches  # noqa: PLC0415 - seldom needed

    meant = get_close_matches(name, LOCAL_COMMANDS, 1, _LIKENESS)
    if meant:
        sys.exit(f"Unknown command without settings: {name}. Did you mean {meant[0]}?\n\n{_listed()}")
    sys.exit(f"{missing}\n\n{_listed()}")


def _listed() -> str:
    width = max(map(len, LOCAL_COMMANDS))
    lines = [f"  {name:{width}}  {what}" for name, what in LOCAL_COMMANDS.items()]
    return "\n".join(["Commands that need no settings and no server (manage.py COMMAND --help says more):", *lines])
