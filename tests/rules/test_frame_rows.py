"""Rows straight from an extraction give what the same rows give group by group; and however they are cut."""

from __future__ import annotations

import struct

import numpy as np
import pytest

from parsing.assemble import build_content
from parsing.compiler import compile_model
from parsing.dbc import read_dbc
from parsing.definitions import Content
from parsing.engine import Extractor, Frames
from parsing.engine.rule_engine import RuleEngine
from parsing.engine.rule_outcome import NO_TIME, Envelopes, FrameRows, RuleRows
from parsing.rules.linking import RuleTables, link
from parsing.rules.program import Op, Program, Rate, Read, SignalInput
from tests.rules.harness import derived, event, op
from tests.rules.streams import Told, compiled, tell

DBC = """VERSION ""
NS_ :
BS_:
BU_: ECU
BO_ 256 Engine: 8 ECU
 SG_ Speed : 0|16@1+ (0.125,0) [0|8000] "rpm" ECU
 SG_ Load : 16|8@1+ (1,0) [0|200] "" ECU
BO_ 257 Oil: 8 ECU
 SG_ Page M : 0|8@1+ (1,0) [0|0] "" ECU
 SG_ Pressure m0 : 8|8@1+ (4,0) [0|1000] "" ECU
 SG_ Level m1 : 8|8@1+ (0.4,0) [0|100] "" ECU
"""
FRAMES, ENVELOPE, MACHINES = 6000, 40, 7


def content() -> Content:
    return build_content([read_dbc(DBC, "test")], {"model": [("test", None)]})


def inputs() -> dict[str, SignalInput]:
    groups = [group for message in content().sets[0].messages for group in message.groups]
    return {each.name: SignalInput(group.id, each.slot, 500_000) for group in groups for each in group.signals}


def tables() -> RuleTables:
    signals, x, y = inputs(), Read(0), Read(1)
    rules = (
        derived(op(Op.MULTIPLY, x, y), signals["Speed"], signals["Pressure"], number=1),
        derived(Rate(0), signals["Level"], number=2),
        event(op(Op.GREATER, x, 4000.0), signals["Speed"], signals["Load"], capture=(1,), number=3),
    )
    return link(compiled(Program(rules)), {signal.group for signal in signals.values()})


def frames() -> tuple[Frames, np.ndarray]:
    rng = np.random.default_rng(7)
    data = rng.integers(0, 250, (FRAMES, 8), np.uint8)
    data[:, 0] %= 2
    ids = rng.choice(np.array([256, 257, 999], np.uint32), FRAMES)
    length = rng.choice(np.array([8, 8, 8, 2], np.uint16), FRAMES)
    # Some envelopes go back in time, and some frames in them; many share a time.
    ts = np.arange(FRAMES, dtype=np.int64) // 3 * 10_000 + rng.integers(-5, 5, FRAMES) * 10_000 + 10**12
    return Frames(np.zeros(FRAMES, np.uint8), ids, length, data), ts


def run(batch: int, *, by_group: bool) -> Told:
    every, times = frames()
    extractor, engine, told = Extractor(compile_model(content(), 1)), RuleEngine(tables()), Told()
    for machine in range(MACHINES):
        engine.machine(machine, {})
    for start in range(0, FRAMES, batch):
        part = slice(start, start + batch)
        here = Frames(every.bus[part], every.can_id[part], every.length[part], every.data[part])
        ts, count = times[part], batch // ENVELOPE
        envelope = (np.arange(batch) // ENVELOPE).astype(np.uint32)
        extraction = extractor.extract(here)
        rows = FrameRows(extraction, envelope, ts)
        machine = ((np.arange(count) + start // ENVELOPE) % MACHINES).astype(np.uint32)
        envelopes = Envelopes(machine, ts.reshape(-1, ENVELOPE).max(axis=1), np.full(count, NO_TIME))
        groups = [
            RuleRows(
                block.group, envelope[block.frame_index], block.frame_index % ENVELOPE, ts[block.frame_index],
                block.values, block.qualities,
            )
            for block in extraction.blocks
        ]  # fmt: skip
        tell(told, engine.run(groups if by_group else [rows], envelopes))
    tell(told, engine.finish())
    return told


def test_frames_give_what_their_groups_rows_give() -> None:
    told = run(1200, by_group=False)
    assert told == run(1200, by_group=True)
    assert {key for _, key in told} == {1, 2, "findings"}


@pytest.mark.parametrize("batch", [40, 120, 6000])
def test_batches_do_not_matter(batch: int) -> None:
    assert run(batch, by_group=False) == run(1200, by_group=False)


def test_columns_that_disagree_are_refused() -> None:
    every, ts = frames()
    extraction, engine = Extractor(compile_model(content(), 1)).extract(every), RuleEngine(tables())
    engine.machine(0, {})
    one = Envelopes(np.zeros(1, np.uint32), np.zeros(1, np.int64), np.zeros(1, np.int64))
    envelope = np.zeros(FRAMES, np.uint32)
    with pytest.raises(ValueError, match="no envelope"):
        engine.run([FrameRows(extraction, envelope + np.uint32(1), ts)], one)
    with pytest.raises(ValueError, match="disagree"):
        engine.run([FrameRows(extraction, envelope, ts[1:])], one)
    block = extraction.blocks[0]
    count = len(block.frame_index)
    columns = envelope[:count], block.frame_index, ts[:count]
    with pytest.raises(ValueError, match="slots"):
        engine.run([RuleRows(block.group, *columns, block.values[:, :1], block.qualities[:, :1])], one)
    with pytest.raises(ValueError, match="disagree"):
        engine.run([RuleRows(block.group, *columns, block.values[1:], block.qualities[1:])], one)
    with pytest.raises(ValueError, match="float32"):
        engine.run([RuleRows(block.group, *columns, block.values.astype(np.float32), block.qualities)], one)
    spread = np.arange(count, dtype=np.uint32) * np.uint32(1 << 20)
    with pytest.raises(ValueError, match="spread"):
        engine.run([RuleRows(block.group, columns[0], spread, *columns[2:], block.values, block.qualities)], one)


def test_more_results_than_there_is_room_for_come_in_several_goes() -> None:
    signal = SignalInput(1, 0, None)
    rules = tuple(derived(op(Op.ADD, Read(0), float(number)), signal, number=number) for number in range(1, 60))
    engine = RuleEngine(link(compiled(Program((*rules, event(Read(0), signal, capture=(0,), number=99)))), {1}), 0)
    engine.machine(0, {})
    count = 3000
    values = (np.arange(count, dtype=np.float64) % 2).reshape(-1, 1)
    rows = RuleRows(
        1, np.zeros(count, np.uint32), np.arange(count, dtype=np.uint32), np.arange(count, dtype=np.int64), values,
        np.zeros((count, 1), np.uint8),
    )  # fmt: skip
    outcome = engine.run([rows], Envelopes(np.zeros(1, np.uint32), np.array([count]), np.full(1, NO_TIME)))
    told = Told()
    tell(told, outcome)
    assert [len(told[0, number]) for number in range(1, 60)] == [count] * 59
    found = told[0, "findings"]
    assert [ts for _, ts, *_ in found] == list(range(1, count))
    assert found[0][-1] == ((struct.unpack("<q", struct.pack("<d", 1.0))[0], 0),)
    assert len(found[-1][-1]) == 1
