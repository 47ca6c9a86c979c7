"""Diagnostics on a terminal, or as JSON for editors and CI."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from ingest.authoring.files import Workspace
from parsing.language.diagnostics import Diagnostic
from parsing.language.rendering import render, to_json

DONE, PROBLEMS, MISUSE = 0, 1, 2

_SEVERITIES = {"E": "error", "W": "warning", "H": "hint"}


def counts_of(diagnostics: Iterable[Diagnostic]) -> dict[str, int]:
    """Errors, warnings and hints."""
    counted = Counter(_SEVERITIES[one.code.value[0]] for one in diagnostics)
    return {f"{severity}s": counted[severity] for severity in _SEVERITIES.values()}


def show(workspace: Workspace, diagnostics: Sequence[Diagnostic]) -> None:
    """As text, on standard output."""
    for one in diagnostics:
        file = workspace.file(one.file)
        related = tuple(replace(each, file=workspace.file(each.file).path) for each in one.related)
        print(render(replace(one, file=file.path, related=related), file.text))


def show_json(workspace: Workspace, diagnostics: Sequence[Diagnostic], **more: Any) -> None:
    """One object on standard output: `diagnostics`, their counts, and what else is to be said."""
    said = [
        to_json(one, workspace.file(one.file).text) | {"path": workspace.file(one.file).path} for one in diagnostics
    ]
    json.dump({"diagnostics": said, **counts_of(diagnostics), **more}, sys.stdout, ensure_ascii=False, indent=1)
    print()


def summary(diagnostics: Sequence[Diagnostic], files: int) -> str:
    """One line."""
    counted = [_plural(number, name[:-1]) for name, number in counts_of(diagnostics).items() if number]
    return f"{', '.join(counted) or 'nothing to mend'} in {_plural(files, 'file')}"


def _plural(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
