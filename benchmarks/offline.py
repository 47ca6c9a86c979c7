"""`manage.py decode` against a script with cantools and python-can: whole processes, from start to Parquet.

Takes the largest recorded log: python -m benchmarks.offline LOG.log.gz [CHANNEL:]DBC …; runs alternate, and the rows of
both are compared before anything is timed.
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 7
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
        for command in commands.values():
            subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
        rows = _compare(ours, theirs)
        times: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(ROUNDS):
            for name, command in commands.items():
                started = time.perf_counter()
                subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
                times[name].append(time.perf_counter() - started)
        size = ours.stat().st_size
    seconds = {name: statistics.median(each) for name, each in times.items()}
    least = {name: round(min(each), 3) for name, each in times.items()}
    print(f"{rows:,} rows, {size:,} bytes of Parquet; least seconds {least}")
    ratio = round(seconds["script"] / seconds["decode"], 1)
    print(json.dumps({"benchmark": "offline", "decode_s": round(seconds["decode"], 3), "vs_script": ratio}))


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
