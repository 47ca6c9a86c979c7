"""What the commands do; each returns its exit code."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ingest.authoring import arguments
from ingest.authoring.compiled import Compiled
from ingest.authoring.files import STANDARD_INPUT, TextFile, Workspace, open_workspace
from ingest.authoring.reporting import DONE, MISUSE, PROBLEMS, show, show_json, summary
from ingest.command_line import UnreadableDefinitions, drop_output
from parsing.attributes import attributes_read
from parsing.checker.attributes import missing_in_tests
from parsing.language.diagnostics import Diagnostic
from parsing.language.formatter import format_document
from parsing.proof.prove import prove


def main(name: str, given: list[str]) -> int:
    """Run `lint`, `fmt`, `test` or `compile`. Misuse exits with 2."""
    parser, command = _COMMANDS[name]
    parsed = parser(f"manage.py {name}").parse_args(given)
    try:
        code = command(parsed)
        sys.stdout.flush()
    except UnreadableDefinitions as error:
        print(f"{name}: {error}", file=sys.stderr)
        return MISUSE
    except BrokenPipeError:
        drop_output()
        return PROBLEMS
    return code


def lint(parsed: Namespace) -> int:
    workspace = open_workspace(parsed.files)
    if parsed.format == "json":
        show_json(workspace, workspace.diagnostics)
    else:
        show(workspace, workspace.diagnostics)
        print(summary(workspace.diagnostics, len(parsed.files)))
    return PROBLEMS if workspace.has_errors else DONE


def fmt(parsed: Namespace) -> int:
    workspace = open_workspace(parsed.files)
    codes = [_fmt_one(workspace, file, check=parsed.check) for file in workspace.texts]
    return max(codes, default=DONE)


def _fmt_one(workspace: Workspace, file: TextFile, *, check: bool) -> int:
    errors = [one for one in file.parsed.diagnostics if one.is_error]
    if errors:
        show(workspace, errors)
        print(f"{file.path}: not formatted, as it cannot be read in full", file=sys.stderr)
        return PROBLEMS
    formatted = format_document(file.parsed.document)
    if file.path == STANDARD_INPUT and not check:
        sys.stdout.write(formatted)
        return DONE
    if formatted == file.text:
        return DONE
    if check:
        print(f"{file.path}: not formatted; use:  manage.py fmt {file.path}")
        return PROBLEMS
    Path(file.path).write_text(formatted, "utf-8")
    print(f"{file.path}: formatted")
    return DONE


def test(parsed: Namespace) -> int:
    workspace = open_workspace(parsed.files)
    if workspace.has_errors:
        errors = [one for one in workspace.diagnostics if one.is_error]
        _tell(parsed, workspace, errors, outcomes=[])
        print("nothing was run: mend the errors first", file=sys.stderr)
        return PROBLEMS
    outcomes = list(prove(workspace.sources, workspace.checked))
    failures = [failure for outcome in outcomes for failure in outcome.failures]
    said = [{"file": one.file, "kind": one.kind, "title": one.title, "passed": not one.failures} for one in outcomes]
    if parsed.format == "text":
        for one in outcomes:
            print(f"{'failed' if one.failures else 'passed'}  {one.kind} {one.title!r}, {one.file}")
        print()
    _tell(parsed, workspace, failures, outcomes=said)
    read = attributes_read(workspace.checked.program.rules, workspace.checked.judgements.values())
    for name in missing_in_tests(workspace.sources, read):
        print(f"test: no test gives machine.{name}, so what reads it is unknown in all of them", file=sys.stderr)
        print(f"  in a test:  machine {name} = …", file=sys.stderr)
    if parsed.format == "text":
        failed = sum(bool(one.failures) for one in outcomes)
        print(f"{len(outcomes) - failed} passed, {failed} failed")
    return PROBLEMS if failures else DONE


def compile_(parsed: Namespace) -> int:
    workspace = open_workspace(parsed.files)
    if workspace.has_errors:
        _tell(parsed, workspace, [one for one in workspace.diagnostics if one.is_error])
        print("not compiled: mend the errors first", file=sys.stderr)
        return PROBLEMS
    compiled = Compiled(workspace.checked)
    if parsed.format == "json":
        show_json(workspace, workspace.diagnostics, compiled=compiled.summary(), rules=compiled.rules())
    else:
        print("\n".join(compiled.lines(explain=parsed.explain)))
    if parsed.out:
        Path(parsed.out).write_bytes(compiled.artefact())
    return DONE


def _tell(parsed: Namespace, workspace: Workspace, diagnostics: Sequence[Diagnostic], **more: Any) -> None:
    if parsed.format == "json":
        show_json(workspace, diagnostics, **more)
    else:
        show(workspace, diagnostics)


_COMMANDS: dict[str, tuple[Callable[[str], ArgumentParser], Callable[[Namespace], int]]] = {
    "lint": (arguments.lint_parser, lint),
    "fmt": (arguments.fmt_parser, fmt),
    "test": (arguments.test_parser, test),
    "compile": (arguments.compile_parser, compile_),
}
