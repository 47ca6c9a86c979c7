"""`manage.py decode` against a script with cantools and python-can: whole processes, from start to Parquet.

Takes the largest recorded log: python -m benchmarks.offline LOG.log.gz [CHANNEL:]DBC …; runs alternate, and the rows of
both are compared before anything is timed. Both have their bytecode, kernels and kept definitions from runs before.
"""

from __future__ import annotations

import compileall
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 15
PACKAGES = ("ingest", "parsing", "benchmarks")
COLUMNS = ["frame_index", "timestamp", "channel", "can_id", "message", "signal", "value", "raw", "quality", "unit"]
KEYS = [("frame_index", "ascending"), ("signal", "ascending")]


def main(log: str, *dbcs: str) -> None:
    with tempfile.TemporaryDirectory() as directory:
        # python-can wants a name that ends in .log.gz and nothing else.
        local = Path(directory) / "log.log.gz"
        shutil.copy(log, local)
        ours, theirs = Path(directory) / "ours.parquet", Path(directory) / "theirs.parquet"
        commands = {
            "decode": [sys.executable, "manage.py", "decode", str(local), "--dbc", *dbcs, "--out", str(ours)],
            "script": [sys.executable, "benchmarks/cantools_script.py", str(local), str(theirs), *dbcs],
        }
        for package in PACKAGES:
            compileall.compile_dir(ROOT / package, quiet=1)
        for command in commands.values():
            run(command)
        rows = _compare(ours, theirs)
        times: dict[str, list[Cost]] = {name: [] for name in commands}
        for _ in range(ROUNDS):
            for name, command in commands.items():
                times[name].append(run(command))
        sizes = {"decode": ours.stat().st_size, "script": theirs.stat().st_size}
    print(f"{rows:,} rows; bytes of Parquet {sizes}")
    result: dict[str, float | str] = {"benchmark": "offline"}
    for kind in Cost._fields:
        medians = {name: statistics.median(getattr(cost, kind) for cost in costs) for name, costs in times.items()}
        least = {name: round(min(getattr(cost, kind) for cost in costs), 3) for name, costs in times.items()}
        print(f"{kind} seconds: medians {medians}, least {least}")
        result[f"decode_{kind}_s"] = round(medians["decode"], 3)
        result[f"vs_script_{kind}"] = round(medians["script"] / medians["decode"], 1)
    print(json.dumps(result))


class Cost(NamedTuple):
    """Seconds of a process: that it took, and of the processor."""

    wall: float
    cpu: float


def run(command: list[str]) -> Cost:
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def _compare(ours: Path, theirs: Path) -> int:
    """How many rows there are, once all columns are equal, row by row."""
    left, right = _plain(ours), _plain(theirs)
    for name in COLUMNS:
        if left[name].to_pylist() != right[name].to_pylist():
            raise SystemExit(f"the two give other rows: column {name}")
    return left.num_rows


def _plain(path: Path) -> pa.Table:
    """In one order, words as text."""
    table = pq.read_table(path, columns=COLUMNS)
    words = [field.with_type(pa.string()) if pa.types.is_dictionary(field.type) else field for field in table.schema]
    return table.cast(pa.schema(words)).sort_by(KEYS)


if __name__ == "__main__":
    main(*sys.argv[1:])
