"""Rules in the stream: workload W1 decoded, and 100 rules over it, against the same in plain Python over cantools.

python -m benchmarks.rules

One thread; batches of 10,000 frames, in envelopes of 100 frames of a machine, each machine's frames waiting 2 s for
late ones, and each batch ready to be taken back. Results are compared before anything is timed: the engine's rows and
findings with those of plain Python. Of several passes each batch counts as in its quickest: machines are shared. Then
10,000 signals and 1,000 rules are compiled from their text, and loaded by a process that has nothing.
"""

from __future__ import annotations

import json
import struct
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import cantools
import numpy as np

from benchmarks.rule_texts import text_of
from benchmarks.rule_workload import Batch, Shape, batches, choose, content_of, program_of, shapes
from benchmarks.rules_in_python import Machine, decoders
from benchmarks.workload import MACHINES, Workload, w1
from parsing.compiler import compile_model
from parsing.definitions import Content
from parsing.engine import Extractor
from parsing.engine.rule_engine import RuleEngine
from parsing.engine.rule_outcome import NO_TIME, Envelopes, FrameRows, Outcome
from parsing.rules.generate import compile_program
from parsing.rules.linking import RuleTables, link
from parsing.rules.verification import verify_all

BATCH, BATCHES = 10_000, 20
FEW = 4
"""Machines of the comparison, so that each has seconds of frames."""

COMPARED = 4
PASSES, WARM = 16, 4
"""Over all batches; in the first ones the frames of two seconds come to wait."""

PASS_US = 841 * BATCH * BATCHES // MACHINES
SIGNALS, RULES = 10_000, 1_000


def main() -> None:
    workload = w1(BATCH * BATCHES)
    content = content_of(workload)
    found = shapes(content)
    compared = [*batches(workload.frames, BATCH, FEW, 10**12)][:COMPARED]
    tables = _tables(content, found)
    python_seconds = _compare(workload, content, tables, found, compared)
    seconds, fired = _time(workload, content, tables)
    compile_s, load_s = _compile_and_load()
    figures = {
        "frames_per_s": round(1 / seconds),
        "vs_python": round(python_seconds / seconds, 1),
        "compile_s": round(compile_s, 2),
        "load_s": round(load_s, 3),
    }
    print(f"{fired} of {len(found)} rules gave something; plain Python {1 / python_seconds:,.0f} frames/s")
    print(json.dumps({"benchmark": "rules", **figures}))


def _tables(content: Content, found: list[Shape]) -> RuleTables:
    rules = compile_program(program_of(found), dict.fromkeys(range(len(found)), 1))
    faults = list(verify_all(rules))
    if faults:
        raise SystemExit(f"the rules are faulty: {faults[0]}")
    return link(rules, {group.id for message in content.sets[0].messages for group in message.groups})


def _engine(tables: RuleTables, machines: int) -> RuleEngine:
    engine = RuleEngine(tables)
    for machine in range(machines):
        engine.machine(machine, {})
    return engine


def _run(extractor: Extractor, engine: RuleEngine, batch: Batch) -> Outcome:
    rows = FrameRows(extractor.extract(batch.frames), batch.envelope, batch.ts)
    nowhere = np.full(len(batch.machine), NO_TIME)
    return engine.run([rows], Envelopes(batch.machine, batch.newest, nowhere))


def _compare(
    workload: Workload, content: Content, tables: RuleTables, found: list[Shape], compared: list[Batch]
) -> float:
    """Seconds a frame of plain Python, once both give the same."""
    extractor, engine = Extractor(compile_model(content, content.models[0].id)), _engine(tables, FEW)
    ours: dict[int, list[Any]] = defaultdict(list)
    for batch in compared:
        _add(ours, _run(extractor, engine, batch))
    _add(ours, engine.finish())
    theirs, seconds = _by_python(workload, content, found, compared)
    for machine in range(FEW):
        rows, findings = _parted(theirs[machine])
        own_rows, own_findings = _parted(ours[machine])
        if rows != own_rows or findings != own_findings:
            raise SystemExit(f"plain Python gives other results than the engine for machine {machine}")
    frames = BATCH * len(compared)
    print(f"{sum(map(len, ours.values())):,} results of {frames:,} frames are the same in plain Python")
    return seconds / frames


def _parted(results: list[Any]) -> tuple[list[Any], list[Any]]:
    """Rows by rule, and findings."""
    rows = sorted((each for each in results if isinstance(each[3], int)), key=lambda row: row[0])
    return rows, [each for each in results if isinstance(each[3], str)]


def _add(ours: dict[int, list[Any]], outcome: Outcome) -> None:
    for each in outcome.derived:
        machines = outcome.machine[each.envelope].tolist()
        columns = zip(machines, each.ts.tolist(), each.values.tolist(), each.qualities.tolist(), strict=True)
        for machine, ts, value, quality in columns:
            ours[machine].append((each.rule, ts, _bits(value), quality))
    findings = outcome.findings
    starts = findings.captured_at.tolist()
    captured = list(zip(map(_bits, findings.captured.tolist()), findings.captured_qualities.tolist(), strict=True))
    for place, envelope in enumerate(findings.envelope.tolist()):
        state = "raised" if findings.raised[place] else "cleared"
        row = int(findings.rule[place]), int(findings.ts[place]), int(findings.since[place]), state
        ours[int(outcome.machine[envelope])].append((*row, tuple(captured[starts[place] : starts[place + 1]])))


def _bits(value: float) -> bytes:
    return b"nan" if value != value else struct.pack("<d", value)  # noqa: PLR0124


def _by_python(
    workload: Workload, content: Content, found: list[Shape], compared: list[Batch]
) -> tuple[dict[int, list[Any]], float]:
    database = cantools.database.load_string(workload.dbc, "dbc", strict=False)
    names = {message.frame_id: message.name for message in database.messages}
    decode_of = decoders(database, {chosen.name for chosen in choose(content)})
    out: dict[int, list[Any]] = {machine: [] for machine in range(FEW)}
    machines = [Machine(found, out[machine]) for machine in range(FEW)]
    seconds = 0.0
    for batch in compared:
        ids, data = (batch.frames.can_id & 0x1FFF_FFFF).tolist(), [row.tobytes() for row in batch.frames.data]
        of_frame, times = batch.machine[batch.envelope].tolist(), batch.ts.tolist()
        started = time.thread_time()
        for can_id, payload, machine, ts in zip(ids, data, of_frame, times, strict=True):
            decode = decode_of.get(can_id)
            if decode is not None:
                machines[machine].frame(names[can_id], decode(payload), ts)
        seconds += time.thread_time() - started
    return {machine: [_plain(each) for each in results] for machine, results in out.items()}, seconds


def _plain(result: tuple[Any, ...]) -> tuple[Any, ...]:
    if len(result) == 4:
        rule, ts, value, quality = result
        return rule, ts, _bits(value), quality
    *rest, captured = result
    return (*rest, tuple((_bits(value), quality) for value, quality in captured))


def _time(workload: Workload, content: Content, tables: RuleTables) -> tuple[float, int]:
    """Seconds a frame, and how many rules gave something."""
    extractor, engine = Extractor(compile_model(content, content.models[0].id)), _engine(tables, MACHINES)
    seconds, fired = np.full(BATCHES, np.inf), set[int]()
    for number in range(PASSES):
        for place, batch in enumerate(batches(workload.frames, BATCH, MACHINES, 10**12 + number * PASS_US)):
            started = time.thread_time()
            engine.mark()
            outcome = _run(extractor, engine, batch)
            if number >= WARM:
                seconds[place] = min(seconds[place], time.thread_time() - started)
            fired.update(outcome.findings.rule.tolist(), (each.rule for each in outcome.derived))
            del outcome
    return float(seconds.sum()) / len(workload.frames), len(fired)


def _compile_and_load() -> tuple[float, float]:
    """From text to an artefact, and from that to an engine in a fresh process; its imports are not counted."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "release.json"
        text = text_of(SIGNALS, RULES)
        started = time.perf_counter()
        path.write_bytes(_artefact(text))
        compile_s = time.perf_counter() - started
        command = [sys.executable, "-m", "benchmarks.rule_loading", str(path)]
        loaded = subprocess.run(command, check=True, capture_output=True, text=True)
        return compile_s, float(loaded.stdout)


def _artefact(text: str) -> bytes:
    from parsing.assemble import document_of
    from parsing.checker import Source, check
    from parsing.checker.content import content_with_rules
    from parsing.language.parser import parse
    from parsing.release import dump_release

    parsed = parse(text, "bench")
    checked = check([Source("bench", parsed.document, text)])
    errors = [each for each in (*parsed.diagnostics, *checked.diagnostics) if each.is_error]
    if errors:
        raise SystemExit(f"the text of the benchmark is faulty: {errors[0]}")
    content = document_of(content_with_rules(checked))
    return dump_release(number=1, content=content, published="2026-01-01T00:00:00Z")


if __name__ == "__main__":
    main()
