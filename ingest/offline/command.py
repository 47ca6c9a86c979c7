"""`manage.py decode`."""

# ruff: noqa: PTH123 - pathlib takes a twentieth of the time of a whole run to import
from __future__ import annotations

import gc
import os
import sys
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, NoReturn, Self

from ingest.command_line import UnreadableDefinitions, drop_output
from ingest.offline.arguments import parse
from ingest.offline.attributes import UnreadAttribute, refuse_unread

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Mapping

    from ingest.logs import Log
    from ingest.offline.definitions import Definitions
    from ingest.offline.j1939 import Heard
    from ingest.offline.outputs import RowWriter
    from ingest.offline.rows import Rows
    from ingest.offline.summary import Summary

DECODED, PROBLEM, MISUSE = 0, 1, 2
CHUNK_FRAMES = 16_384
"""Frames at a time: so many that little time is lost between, so few that their rows stay in the cache."""
_INTERRUPTED = 130
"""What shells make of SIGINT."""

_PATIENCE = 0.5
"""Seconds from which on a bar on the terminal is wanted; what draws it takes a tenth of a second to import."""


def run(arguments: list[str]) -> NoReturn:
    """The process of `manage.py decode`, from here to its end."""
    # Neither searched for cycles while everything is imported, nor taken apart at the end: a tenth of the whole time.
    gc.disable()
    try:
        code = main(arguments)
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)
    if code != DECODED:
        sys.exit(code)
    sys.stderr.flush()
    os._exit(code)


def main(arguments: list[str]) -> int:
    """Run the command; returns its exit code. Misuse exits with 2."""
    parsed = parse(arguments)
    try:
        code = _decode_positions(parsed) if parsed.positions else _decode(parsed)
        sys.stdout.flush()
    except UnreadAttribute as error:
        _say(str(error))
        return MISUSE
    except BrokenPipeError:
        drop_output()
        return PROBLEM
    return code


def _decode_positions(parsed: Namespace) -> int:
    from ingest.offline.positions import decode_positions  # noqa: PLC0415

    try:
        return decode_positions(parsed)
    except BrokenPipeError:
        raise
    except (UnreadableDefinitions, OSError) as error:
        _say(str(error))
        return PROBLEM


def _decode(parsed: Namespace) -> int:
    # Only now, so that `--help` and misuse answer at once.
    from ingest.logs import LogError, open_log  # noqa: PLC0415
    from ingest.offline.definitions import read_definitions  # noqa: PLC0415
    from ingest.offline.summary import Summary  # noqa: PLC0415
    from parsing.engine.kernels import are_compiled  # noqa: PLC0415

    summary = Summary()
    started = time.perf_counter()
    try:
        definitions = read_definitions(parsed.dbc, parsed.definitions, parsed.match)
        refuse_unread(dict(parsed.machine), definitions.attributes)
        for finding in definitions.findings:
            _say(finding)
        if not are_compiled():
            _say("compiling the kernels for this processor: some seconds, once")
        with open_log(parsed.log, chunk_frames=CHUNK_FRAMES) as log:
            _run(log, definitions, parsed, summary)
            channels = dict(log.channels)
    except BrokenPipeError:
        raise
    except (LogError, UnreadableDefinitions, OSError) as error:
        _say(str(error))
        return PROBLEM
    for line in summary.lines(channels, definitions, {each.bus for each in (*parsed.dbc, *parsed.definitions)}):
        _say(line)
    _say(f"done in {time.perf_counter() - started:.2f} s")
    return PROBLEM if summary.unreadable or not summary.matched else DECODED


def _run(log: Log, definitions: Definitions, parsed: Namespace, summary: Summary) -> None:
    from ingest.offline.decoding import Decoder  # noqa: PLC0415
    from ingest.offline.outputs import row_writer  # noqa: PLC0415

    gc.enable()
    decoder = Decoder(definitions, summary)
    form = "." + parsed.out.rpartition(".")[2] if parsed.out else ".csv"
    with ExitStack() as stack:
        write_heard = _diagnostics(stack, parsed)
        file = stack.enter_context(open(parsed.out, "wb")) if parsed.out else sys.stdout.buffer
        writer = row_writer(file, form, definitions)
        rules = _rules(stack, definitions, parsed, writer, summary)
        progress = stack.enter_context(_Progress(log))
        for batch in log.batches():
            decoder.decode(batch)
            writer.write(decoder.rows, log.channels)
            if decoder.heard is not None:
                write_heard(decoder.heard, log.channels)
            rules.take(decoder.rows, summary.last_ts, log.channels)
            progress.update()
        rules.finish(log.channels)
        writer.finish()


def _rules(
    stack: ExitStack, definitions: Definitions, parsed: Namespace, writer: RowWriter, summary: Summary
) -> Any:  # fmt: skip
    if not definitions.rules:
        return _NoRules()
    from ingest.offline.rule_files import RuleFiles  # noqa: PLC0415 - imports numpy

    return RuleFiles(stack, definitions, parsed, writer, summary)


class _NoRules:
    def take(self, _rows: Rows, _newest: int, _channels: Mapping[int, str]) -> None:
        pass

    def finish(self, _channels: Mapping[int, str]) -> None:
        pass


def _diagnostics(stack: ExitStack, parsed: Namespace) -> Any:
    if not (parsed.dtcs or parsed.messages):
        return _ignore
    from ingest.offline.diagnostics import DiagnosticFiles  # noqa: PLC0415

    return DiagnosticFiles(stack, parsed.dtcs, parsed.messages).write


def _ignore(_heard: Heard, _channels: Mapping[int, str]) -> None:
    pass


class _Progress:
    """A bar on a terminal, where decoding takes a while."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._bar: Any = None
        self._wanted_from = time.monotonic() + _PATIENCE if sys.stderr.isatty() else float("inf")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def update(self) -> None:
        if self._bar is None:
            if time.monotonic() < self._wanted_from:
                return
            from rich.console import Console  # noqa: PLC0415
            from rich.progress import Progress  # noqa: PLC0415

            self._bar = Progress(console=Console(stderr=True), transient=True)
            self._bar.add_task("decoding", total=self._log.size or None)
            self._bar.start()
        self._bar.update(self._bar.task_ids[0], completed=self._log.position)


def _say(text: str) -> None:
    print(f"decode: {text}", file=sys.stderr)
