"""A hundred rules over the signals of workload W1, and its frames as a stream of envelopes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from benchmarks.workload import Workload
from parsing.assemble import build_content
from parsing.dbc import read_dbc
from parsing.definitions import Content, Signal
from parsing.engine import Frames
from parsing.rules.program import (
    Check,
    Constant,
    Derived,
    Event,
    Expr,
    Held,
    Input,
    Op,
    Operation,
    Program,
    Rate,
    Read,
    Rule,
    RuleInput,
    SignalInput,
    Unroll,
    Window,
)

FRAME_US = 841
"""Between two frames of a machine: the cycle times of W1 make 1,189 frames a second."""

ENVELOPE = 100
SECOND = 1_000_000
FOR = SECOND // 10
OVER = SECOND
MODULUS = 256.0
DERIVED, CHECKS, EVENTS = 40, 40, 20
FIRST_GROUP = 1_000_000


@dataclass(frozen=True, slots=True)
class Chosen:
    """A signal that rules read. `low` and `high` are the ends of what it can be."""

    message: str
    name: str
    input: SignalInput
    low: float
    high: float

    def at(self, share: float) -> float:
        return self.low + share * (self.high - self.low)


@dataclass(frozen=True, slots=True)
class Shape:
    """A rule by what it is and what it reads, for those who write it in their own way: `rule` in tables, and in Python
    (`rules_in_python`) the function of the name `kind` over `reads`, which are signals and derived rules.
    """

    kind: str
    rule: Rule
    reads: tuple[Chosen | int, ...]
    numbers: tuple[float, ...]


def content_of(workload: Workload) -> Content:
    return build_content([read_dbc(workload.dbc, "bench")], {"model": [("bench", None)]})


def choose(content: Content) -> list[Chosen]:
    """The signals of 8 bits and more of messages without pages."""
    chosen = []
    for message in content.sets[0].messages:
        if len(message.groups) == 1:
            (group,) = message.groups
            chosen += [
                Chosen(message.name, signal.name, SignalInput(group.id, signal.slot, 60 * SECOND), *_ends(signal))
                for signal in group.signals
                if signal.length >= 8
            ]
    return chosen


def _ends(signal: Signal) -> tuple[float, float]:
    low = -(2 ** (signal.length - 1)) if signal.type == "signed" else 0
    return low * signal.scale + signal.offset, (low + 2**signal.length - 1) * signal.scale + signal.offset


def shapes(content: Content, seed: int = 2026) -> list[Shape]:
    """40 derived signals, 40 checks and 20 events over random signals, each behind what it reads."""
    rng, signals = np.random.default_rng(seed), choose(content)

    def pick() -> Chosen:
        return signals[int(rng.integers(len(signals)))]

    found = [_derived(number, pick(), pick()) for number in range(DERIVED)]
    found += [_check(DERIVED + number, pick(), pick(), int(rng.integers(DERIVED))) for number in range(CHECKS)]
    for number in range(EVENTS):
        captured = pick(), pick()
        found.append(_event(DERIVED + CHECKS + number, pick(), pick(), int(rng.integers(DERIVED)), captured))
    return found


def program_of(found: list[Shape]) -> Program:
    return Program(tuple(shape.rule for shape in found))


def _op(op: Op, *operands: Expr) -> Operation:
    return Operation(op, operands)


A, B, C = Read(0), Read(1), Read(2)


def _derived(number: int, a: Chosen, b: Chosen) -> Shape:
    kind, value, numbers = [
        ("product", _op(Op.MULTIPLY, _op(Op.ADD, A, B), Constant(0.25)), (0.25,)),
        ("difference", _op(Op.ABSOLUTE, _op(Op.SUBTRACT, A, B)), ()),
        ("rise", Rate(0), ()),
        ("deviation", _op(Op.SUBTRACT, Window(0, "mean", OVER), A), ()),
        ("choice", _op(Op.SELECT, _op(Op.GREATER, A, Constant(a.at(0.5))), A, B), (a.at(0.5),)),
        ("replacement", _op(Op.COALESCE, A, _op(Op.MULTIPLY, B, Constant(2.0))), (2.0,)),
        ("counter", Unroll(0, MODULUS, None, None), ()),
        ("peak", _op(Op.GREATEST, _op(Op.LEAST, A, B), Constant(b.at(0.1))), (b.at(0.1),)),
    ][number % 8]
    reads = (a,) if kind in ("rise", "deviation", "counter") else (a, b)
    rule = Derived(
        number, f"d{number}", tuple(dict.fromkeys(each.input for each in reads)), (), value, None, None, None,
        "always", FIRST_GROUP + number, "", "number", None, "",
    )  # fmt: skip
    return Shape(kind, rule, reads, numbers)


def _check(number: int, a: Chosen, b: Chosen, derived: int) -> Shape:
    reads: tuple[Chosen | int, ...]
    kind, when, expect, numbers, reads = [
        ("below", None, _op(Op.LESS, A, Constant(a.at(0.9))), (a.at(0.9),), (a,)),
        (
            "below_while", Held(_op(Op.GREATER, A, Constant(a.at(0.2))), FOR), _op(Op.LESS, B, Constant(b.at(0.8))),
            (a.at(0.2), b.at(0.8)), (a, b),
        ),
        (
            "between_while", _op(Op.GREATER, A, Constant(a.at(0.5))),
            _op(Op.AND, _op(Op.GREATER, B, Constant(0.0)), _op(Op.LESS, B, Constant(1000.0))),
            (a.at(0.5), 0.0, 1000.0), (a, derived),
        ),
        (
            "one_of", None, _op(Op.OR, _op(Op.LESS, A, Constant(a.at(0.8))), _op(Op.GREATER, B, Constant(b.at(0.3)))),
            (a.at(0.8), b.at(0.3)), (a, b),
        ),
    ][number % 4]  # fmt: skip
    rule = Check(number, f"c{number}", "", _inputs(reads), (), when, expect, "warning", "", "")
    return Shape(kind, rule, reads, numbers)


def _event(number: int, a: Chosen, b: Chosen, derived: int, captured: tuple[Chosen, ...]) -> Shape:
    raising = Held(_op(Op.GREATER, A, Constant(a.at(0.3))), FOR)
    reads: tuple[Chosen | int, ...]
    kind, when, clear, numbers, reads = [
        ("hysteresis", raising, Held(_op(Op.LESS, A, Constant(a.at(0.6))), FOR), (a.at(0.3), a.at(0.6)), (a,)),
        (
            "both", _op(Op.AND, _op(Op.GREATER, A, Constant(a.at(0.5))), _op(Op.GREATER, B, Constant(0.0))), None,
            (a.at(0.5), 0.0), (a, derived),
        ),
        ("lasting", raising, _op(Op.LESS, B, Constant(b.at(0.2))), (a.at(0.3), b.at(0.2)), (a, b)),
    ][number % 3]  # fmt: skip
    read = _inputs((*reads, *captured))
    capture = tuple(read.index(each.input) for each in captured)
    rule = Event(number, f"e{number}", "", read, (), when, clear, "warning", capture, SECOND, "", "")
    return Shape(kind, rule, (*reads, *captured), numbers)


def _inputs(reads: tuple[Chosen | int, ...]) -> tuple[Input, ...]:
    return tuple(dict.fromkeys(RuleInput(each) if isinstance(each, int) else each.input for each in reads))


def held(frames: Frames, machines: int, seed: int = 2026) -> Frames:
    """The same frames, but that payloads last: each message of a machine has the one before, seven times of eight."""
    count, rng = len(frames), np.random.default_rng(seed)
    machine = (np.arange(count) // ENVELOPE % machines).astype(np.uint64)
    key = machine << np.uint64(32) | frames.can_id
    order = np.argsort(key, kind="stable")
    is_new = rng.random(count) < 1 / 8
    is_new[1:] |= key[order][1:] != key[order][:-1]
    is_new[0] = True
    data = np.empty_like(frames.data)
    data[order] = frames.data[order][np.maximum.accumulate(np.where(is_new, np.arange(count), 0))]
    return Frames(frames.bus, frames.can_id, frames.length, data)


@dataclass(frozen=True, slots=True)
class Batch:
    """`envelope` u32 and `ts` i64 by frame; `machine` u32 and `newest` i64 by envelope."""

    frames: Frames
    envelope: np.ndarray
    ts: np.ndarray
    machine: np.ndarray
    newest: np.ndarray


def batches(frames: Frames, size: int, machines: int, start: int = 0) -> Iterator[Batch]:
    """Envelopes of 100 frames, of one machine after the other. `start` µs is where their clocks begin."""
    clocks = np.full(machines, start, np.int64)
    offset = np.arange(size, dtype=np.int64) % ENVELOPE * FRAME_US
    envelope = (np.arange(size) // ENVELOPE).astype(np.uint32)
    for begin in range(0, len(frames), size):
        end = begin + size
        here = Frames(frames.bus[begin:end], frames.can_id[begin:end], frames.length[begin:end], frames.data[begin:end])
        first = begin // ENVELOPE
        ts, machine = np.empty(size, np.int64), ((np.arange(size // ENVELOPE) + first) % machines).astype(np.uint32)
        for number, each in enumerate(machine.tolist()):
            rows = slice(number * ENVELOPE, (number + 1) * ENVELOPE)
            ts[rows] = clocks[each] + offset[rows]
            clocks[each] += ENVELOPE * FRAME_US
        yield Batch(here, envelope, ts, machine, ts[ENVELOPE - 1 :: ENVELOPE].copy())
