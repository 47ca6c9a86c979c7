"""Small DBC files and logs, and the command run on them."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow.parquet as pq
import pytest

from ingest.offline.command import main

ENGINE = """\
VERSION ""
BU_:
BO_ 291 Engine: 8 Vector__XXX
 SG_ Speed : 0|16@1+ (0.125,0) [0|8000] "rpm" Vector__XXX
 SG_ Temperature : 16|8@1- (1,-40) [0|0] "degC" Vector__XXX
BO_ 2566843134 Hours: 8 Vector__XXX
 SG_ EngineHours : 0|32@1+ (0.05,0) [0|0] "h" Vector__XXX
"""

COUNTERS = """\
VERSION ""
BU_:
BO_ 256 Counters: 8 Vector__XXX
 SG_ Unsigned : 0|64@1+ (1,0) [0|0] "" Vector__XXX
BO_ 257 Signed: 8 Vector__XXX
 SG_ Negative : 0|64@1- (1,0) [0|0] "" Vector__XXX
"""

SELECTED = """\
VERSION ""
BU_:
BO_ 512 Selected: 8 Vector__XXX
 SG_ Page M : 0|8@1+ (1,0) [0|0] "" Vector__XXX
 SG_ First m0 : 8|8@1+ (1,0) [0|0] "" Vector__XXX
"""

COLUMNS = ["frame_index", "timestamp", "channel", "can_id", "message", "signal", "value", "raw", "quality", "unit"]


class Run(NamedTuple):
    code: int
    said: str


class Command:
    """`manage.py decode` on files of a directory."""

    def __init__(self, directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.directory, self._capsys = directory, capsys

    def write(self, name: str, text: str | bytes) -> Path:
        path = self.directory / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def __call__(self, *arguments: Any) -> Run:
        self._capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        return Run(code, self._capsys.readouterr().err)

    def rows(self, log: str | Path, dbc: str, *arguments: Any) -> list[tuple[Any, ...]]:
        """Of a log, which may be text, by a DBC's text."""
        path = log if isinstance(log, Path) else self.write("x.log", log)
        out = self.directory / "x.parquet"
        run = self(path, "--dbc", self.write("x.dbc", dbc), "--out", out, *arguments)
        assert run.code in (0, 1), run.said
        return read_rows(out)


def read_rows(path: Path) -> list[tuple[Any, ...]]:
    """In the order of `COLUMNS`."""
    match path.suffix:
        case ".parquet":
            rows = pq.read_table(path).to_pylist()
        case ".jsonl":
            rows = [json.loads(line) for line in path.read_text().splitlines()]
        case _:
            with path.open(newline="") as file:
                rows = [
                    {name: _TYPES.get(name, str)(text) for name, text in row.items()} for row in csv.DictReader(file)
                ]
    return [tuple(row[name] for name in COLUMNS) for row in rows]


_TYPES: dict[str, Any] = {"frame_index": int, "timestamp": float, "can_id": int, "value": float, "raw": int}
