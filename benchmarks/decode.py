"""The engine against cantools, on the demo excavator's definitions, interleaved in one run.

Frames of all its messages in equal shares, of 200 machines' worth of payloads; the values are compared before
anything is timed. Only the ratio means something: machines are shared and noisy.
"""

import json
import statistics
import time
from pathlib import Path

import cantools
import numpy as np

from parsing.assemble import build_content
from parsing.compiler import compile_model
from parsing.dbc import read_dbc
from parsing.engine import Extraction, Extractor, Frames
from parsing.release import dump_release, load_release

DBC = Path(__file__).resolve().parents[1] / "ingest" / "device" / "demo" / "excavator.dbc"
EXTENDED = 1 << 31
BATCH = 10_000
ROUNDS = 7


def frames_of(database: cantools.database.Database) -> Frames:
    rng = np.random.default_rng(2026)
    messages = database.messages
    chosen = rng.integers(0, len(messages), BATCH)
    ids = np.array(
        [message.frame_id | (EXTENDED if message.is_extended_frame else 0) for message in messages], np.uint32
    )
    data = rng.integers(0, 250, (BATCH, 8), np.uint8)
    for index, message in enumerate(messages):
        if message.is_multiplexed():
            data[chosen == index, 0] = 0
    return Frames(np.zeros(BATCH, np.uint8), ids[chosen], np.full(BATCH, 8, np.uint8), data)


def by_cantools(database: cantools.database.Database, frames: Frames) -> list[dict[str, float]]:
    ids, rows = (frames.can_id & 0x1FFF_FFFF).tolist(), [row.tobytes() for row in frames.data]
    return [
        database.decode_message(can_id, row, decode_choices=False, allow_truncated=True)
        for can_id, row in zip(ids, rows, strict=True)
    ]


def values_in(extraction: Extraction) -> int:
    return sum(block.values.size for block in extraction.blocks)


def main() -> None:
    database = cantools.database.load_file(DBC)
    content = build_content([read_dbc(DBC.read_bytes(), "excavator")], {"EX-350": [("excavator", None)]})
    release = load_release(dump_release(number=1, content=content, published="2026-01-01T00:00:00Z"))
    extractor = Extractor(compile_model(release, release.models[0].id))
    frames = frames_of(database)
    expected = sum(len(row) for row in by_cantools(database, frames))
    values = values_in(extractor.extract(frames))
    if expected != values:
        raise SystemExit(f"cantools gives {expected} values, the engine {values}: nothing to compare")
    engine, peer = [], []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        by_cantools(database, frames)
        peer.append(time.perf_counter() - started)
        started = time.perf_counter()
        for _ in range(20):
            extractor.extract(frames)
        engine.append((time.perf_counter() - started) / 20)
    seconds = statistics.median(engine)
    result = {
        "benchmark": "decode",
        "frames_per_s": round(BATCH / seconds),
        "values_per_s": round(values / seconds),
        "vs_cantools": round(statistics.median(peer) / seconds, 1),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
