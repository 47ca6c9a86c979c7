"""The engine against its peers: cantools, the C that cantools generates (gcc -O3), and asammdf.

python -m benchmarks.decode [DBC …]

One thread, batches of 10,000 frames, interleaved in one run; outputs are compared before anything is timed. Workloads:
W1 (see `workload`), and random payloads of DBC files: those given, else two recorded ones where they lie beside the
checkout. Only the ratios mean something: machines are shared and noisy. The last line is W1's.
"""

from __future__ import annotations

import json
import shutil
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import cantools
import numpy as np

from benchmarks.generated_c import GeneratedC
from benchmarks.mdf import Asammdf
from benchmarks.workload import Workload, of_dbc, w1
from parsing.assemble import build_content
from parsing.compiler import compile_model
from parsing.dbc import read_dbc
from parsing.engine import Extractor, Frames
from parsing.engine.long_form import long_rows

STRESS = Path(__file__).resolve().parents[2] / "shared" / "data" / "07_dbc_import_stress"
RECORDED = (STRESS / "ESR.dbc", STRESS / "FORD_CADS.dbc")
BATCH = 10_000
BATCHES = 20
ROUNDS = 15
PASSES = 10
"""Over all batches in a round, of the two that need milliseconds for them; cantools needs as long for one batch."""


def main() -> None:
    """Every workload, a line each."""
    if shutil.which("gcc") is None:
        raise SystemExit("gcc is needed for the generated C; on Debian: apt-get install gcc")
    paths = [Path(given) for given in sys.argv[1:]] or [path for path in RECORDED if path.is_file()]
    texts = [(path.stem, path.read_bytes().decode("cp1252")) for path in paths]
    workloads = [w1(BATCH * BATCHES), *(of_dbc(name, text, BATCH * BATCHES) for name, text in texts)]
    first, *_ = [run(workload) for workload in workloads]
    print(json.dumps({"benchmark": "decode", **first}))


def run(workload: Workload) -> dict[str, float]:
    """Compare, then time; prints a line and returns the figures."""
    with tempfile.TemporaryDirectory() as directory:
        batches = [_part(workload.frames, start) for start in range(0, len(workload.frames), BATCH)]
        extractor = _extractor(workload.dbc)
        database = cantools.database.load_string(workload.dbc, "dbc", strict=False)
        peer = GeneratedC(workload.dbc, Path(directory), BATCH)
        values = _compare(workload, batches, extractor, database, peer)
        asammdf = Asammdf(workload.dbc, workload.frames, Path(directory))
        _compare_asammdf(database, batches[0], Asammdf(workload.dbc, batches[0], Path(directory)))
        seconds = _time(batches, extractor, database, peer, asammdf)
    per_frame = seconds["engine"]
    figures = {
        "frames_per_s": round(1 / per_frame),
        "values_per_s": round(values / len(workload.frames) / per_frame),
        "vs_cantools": round(seconds["cantools"] / per_frame, 1),
        "vs_generated_c": round(seconds["generated_c"] / per_frame, 2),
        "vs_asammdf": round(seconds["asammdf"] / per_frame, 1),
    }
    rates = ", ".join(f"{name} {1e-6 / each:.2f}" for name, each in seconds.items())
    print(f"{workload.name}: {values / len(workload.frames):.2f} values a frame; M frames/s: {rates}; {figures}")
    return figures


def _extractor(dbc: str) -> Extractor:
    content = build_content([read_dbc(dbc, "bench")], {"model": [("bench", None)]})
    return Extractor(compile_model(content, content.models[0].id))


def _part(frames: Frames, start: int) -> Frames:
    end = start + BATCH
    return Frames(frames.bus[start:end], frames.can_id[start:end], frames.length[start:end], frames.data[start:end])


def _by_cantools(database: cantools.database.Database, frames: Frames) -> list[dict[str, float]]:
    ids, lengths = (frames.can_id & 0x1FFF_FFFF).tolist(), frames.length.tolist()
    decode = database.decode_message
    return [
        decode(can_id, row[:length].tobytes(), decode_choices=False)
        for can_id, row, length in zip(ids, frames.data, lengths, strict=True)
    ]


def _compare(
    workload: Workload,
    batches: list[Frames],
    extractor: Extractor,
    database: cantools.database.Database,
    peer: GeneratedC,
) -> int:
    """All values of the C, and cantools' of the first batch, against the engine's; returns the number of values."""
    total = 0
    for batch in batches:
        rows = long_rows(extractor.extract(batch))
        total += len(rows)
        count = peer.decode(batch)
        # Both go frame by frame; within one they list the values in other orders.
        if count != len(rows) or _differ(rows.frame, rows.value, rows.frame, peer.values[:count]):
            raise SystemExit(f"{workload.name}: the generated C gives other values than the engine")
    decoded = _by_cantools(database, batches[0])
    rows = long_rows(extractor.extract(batches[0]))
    frame, value = np.array([(frame, value) for frame, row in enumerate(decoded) for value in row.values()]).T
    if _differ(rows.frame, rows.value, frame, value):
        raise SystemExit(f"{workload.name}: cantools gives other values than the engine")
    return total


def _compare_asammdf(database: cantools.database.Database, frames: Frames, asammdf: Asammdf) -> None:
    """Values of each signal name against cantools', which are the engine's, to a billionth: its rounding is its own.

    It reads signed signals that begin within a byte otherwise than all others do, and makes text of what has a value
    table; of those only the number is compared.
    """
    signals = [each for message in database.messages for each in message.signals]
    odd = {each.name for each in signals if each.choices or (each.is_signed and each.start % 8)}
    ours: dict[str, list[float]] = defaultdict(list)
    for row in _by_cantools(database, frames):
        for name, value in row.items():
            ours[name].append(value)
    theirs: dict[str, list[float]] = defaultdict(list)
    for name, column in asammdf.columns():
        theirs[name] += column.tolist()
    for name, values in ours.items():
        others = theirs[name]
        same = len(values) == len(others)
        if not same or (name not in odd and not np.allclose(sorted(values), sorted(others), rtol=1e-9, atol=1e-9)):
            raise SystemExit(f"asammdf gives other values of {name} than the engine")


def _differ(frame: np.ndarray, value: np.ndarray, other_frame: np.ndarray, other_value: np.ndarray) -> bool:
    def ordered(frames: np.ndarray, values: np.ndarray) -> np.ndarray:
        return np.stack((frames, values))[:, np.lexsort((values, frames))]

    return not np.array_equal(ordered(frame, value), ordered(other_frame, other_value), equal_nan=True)


def _time(
    batches: list[Frames],
    extractor: Extractor,
    database: cantools.database.Database,
    peer: GeneratedC,
    asammdf: Asammdf,
) -> dict[str, float]:
    """Seconds a frame, medians over interleaved rounds."""
    inputs = (
        (batches[0].can_id & 0x1FFF_FFFF).tolist(),
        [row[:length].tobytes() for row, length in zip(batches[0].data, batches[0].length.tolist(), strict=True)],
    )
    everything = len(batches) * BATCH

    def by_cantools() -> None:
        decode = database.decode_message
        for can_id, payload in zip(*inputs, strict=True):
            decode(can_id, payload, decode_choices=False)

    def by_engine() -> None:
        for batch in batches * PASSES:
            extractor.extract(batch)

    def by_c() -> None:
        for batch in batches * PASSES:
            peer.decode(batch)

    runs: dict[str, tuple[Callable[[], object], int]] = {
        "engine": (by_engine, PASSES * everything),
        "cantools": (by_cantools, BATCH),
        "generated_c": (by_c, PASSES * everything),
        "asammdf": (asammdf.decode, everything),
    }
    times: dict[str, list[float]] = {name: [] for name in runs}
    for round_number in range(ROUNDS):
        for name, (each, frames) in runs.items():
            if name == "asammdf" and round_number % 5:
                continue
            started = time.perf_counter()
            each()
            times[name].append((time.perf_counter() - started) / frames)
    return {name: statistics.median(each) for name, each in times.items()}


if __name__ == "__main__":
    main()
