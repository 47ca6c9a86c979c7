"""Where the results of rules go: derived signals beside the other rows, findings as JSON lines."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

from ingest.offline.definitions import Definitions
from ingest.offline.outputs import RowWriter
from ingest.offline.rows import Rows
from ingest.offline.rules import NO_BUS, DerivedRows, Found, RuleLane
from ingest.offline.summary import Summary
from ingest.offline.texts import json_lines


def opened(path: str) -> BinaryIO:
    return Path(path).open("wb")


class RuleFiles:
    def __init__(
        self, stack: ExitStack, definitions: Definitions, parsed: Namespace, writer: RowWriter, summary: Summary
    ) -> None:
        self._lane = RuleLane(definitions, dict(parsed.machine))
        self._writer, self._summary = writer, summary
        wanted = {parsed.findings: ("check", "event"), parsed.events: ("event",)}
        self._files = [(stack.enter_context(opened(path)), kinds) for path, kinds in wanted.items() if path]

    def take(self, rows: Rows, newest: int, channels: Mapping[int, str]) -> None:
        """The rows of a chunk; `newest` is the latest time (µs) up to its end."""
        self._write(*self._lane.take(rows, newest), channels)

    def finish(self, channels: Mapping[int, str]) -> None:
        self._write(*self._lane.finish(), channels)
        self._summary.unjudged, self._summary.never_came = self._lane.lacking()

    def _write(self, derived: DerivedRows, found: Sequence[Found], channels: Mapping[int, str]) -> None:
        self._summary.derived += derived.count
        raised = [each for each in found if each.line["state"] == "raised"]
        self._summary.raised.update(f"{each.kind} {each.line['name']}" for each in raised)
        self._writer.write(derived, {NO_BUS: ""} | dict(channels))
        for file, kinds in self._files:
            file.writelines(json_lines(each.line for each in found if each.kind in kinds))
