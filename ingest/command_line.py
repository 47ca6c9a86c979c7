"""What the commands on files of definitions have in common."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable

_WIDTH = 100


class UnreadableDefinitions(Exception):
    """The text names the file and says what to do."""


def refuse_repeated(files: Iterable[tuple[str, str]]) -> None:
    """Of texts, name of the set and path: a set is one text. Raises UnreadableDefinitions."""
    seen: dict[str, str] = {}
    for name, path in files:
        if name in seen:
            both = f"{seen[name]} and {path} would both be" if seen[name] != path else f"{path} would twice be"
            raise UnreadableDefinitions(f"{both} the set {name}; rename one, or leave it out")
        seen[name] = path


class HelpFormatter(argparse.RawDescriptionHelpFormatter):
    """Of one width: to ask the terminal, argparse imports what nobody needs who does not ask for help."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_WIDTH)


def drop_output() -> None:
    """Who read standard output has had enough, as `head` has: what is still to be flushed goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
