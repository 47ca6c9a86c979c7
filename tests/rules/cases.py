"""Random programs and streams. Times are coarse and numbers few, so that things coincide."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from random import Random

from parsing.rules.inputs_of import inputs_of
from parsing.rules.interpreter import Row
from parsing.rules.program import (
    AbsentFor,
    Attribute,
    Check,
    Constant,
    Derived,
    Elapsed,
    Event,
    EventTime,
    Expr,
    Held,
    Input,
    IsQuality,
    Op,
    Operation,
    Previous,
    Program,
    Rate,
    Read,
    Rule,
    RuleInput,
    SignalInput,
    Unroll,
    Window,
)

STEP = 100_000
"""µs."""

SLOTS = {1: 3, 2: 2, 3: 1, 5: 10}
TIMEOUTS = (None, None, STEP, 5 * STEP, 20 * STEP)
DURATIONS = (1, STEP, 3 * STEP, 3 * STEP + 1, 10 * STEP, 40 * STEP)
NUMBERS = (0.0, -0.0, 1.0, -1.0, 0.5, 2.0, 3.0, 7.25, -12.0, 45.5, 100.0, 1e308, 5e-324)
ODD_NUMBERS = (math.nan, math.inf, -math.inf, 1e300)
ATTRIBUTES = ("power", "mass")
_TERNARY = (Op.CLAMP, Op.SELECT)
_UNARY = (
    Op.NEGATE, Op.ABSOLUTE, Op.FLOOR, Op.CEILING, Op.ROUND, Op.SQUARE_ROOT, Op.SIGN, Op.NOT, Op.AT_BEST_SUSPECT,
    Op.AS_ERROR,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Envelope:
    machine: int
    rows: list[Row]
    newest: int | None
    received: int | None


def make_program(random: Random) -> Program:
    rules: list[Rule] = []
    for number in range(random.randint(1, 7)):
        rules.append(_rule(random, 10 * (number + 1), rules))
    return Program(tuple(rules))


def change_program(random: Random, program: Program) -> Program:
    """As another release might have it: some rules are others, some are gone with what reads them, some are new."""
    kept: list[Rule] = []
    there = set[int]()
    for rule in program.rules:
        reads = {each.rule for each in rule.inputs if isinstance(each, RuleInput)}
        if not reads <= there or random.random() < 0.2:
            continue
        if random.random() < 0.2:
            rule = replace(_rule(random, rule.id, kept), id=rule.id)  # noqa: PLW2901
        kept.append(rule)
        there.add(rule.id)
    kept.append(_rule(random, 1000, kept))
    return Program(tuple(kept))


def make_envelopes(random: Random, count: int, machines: int) -> list[Envelope]:
    now = random.choice((0, 10**6, 1_700_000_000_000_000))
    envelopes = []
    for _ in range(count):
        now += random.choice((0, STEP, 3 * STEP, 10 * STEP, 40 * STEP))
        rows = [_row(random, now) for _ in range(random.choice((0, 1, 2, 3, 8)))]
        newest = max((row.ts for row in rows), default=None)
        if random.random() < 0.1:
            newest = now + random.choice((0, STEP, 400_000_000))
        received = random.choice((None, None, now, now - 299_000_000, now - 301_000_000))
        envelopes.append(Envelope(random.randrange(machines), rows, newest, received))
    return envelopes


def _row(random: Random, now: int) -> Row:
    group = random.choice([*SLOTS, 4])
    ts = now - STEP * random.choice((0, 0, 0, 1, 2, 5, 11, 21, 30))
    slots = SLOTS.get(group, 1)
    values = [random.choice(ODD_NUMBERS if random.random() < 0.05 else NUMBERS) for _ in range(slots)]
    qualities = [random.choice((0, 0, 0, 0, 1, 2, 3, 4, 5, 6)) for _ in range(slots)]
    return Row(group, ts, values, qualities)


def _reading_all(value: Expr, inputs: int) -> Expr:
    """The same value from an expression that reads every input: the checker gives derived signals no others."""
    for number in set(range(inputs)) - set(inputs_of(value)):
        value = Operation(Op.SELECT, (Constant(1.0), value, Read(number)))
    return value


def _rule(random: Random, number: int, earlier: list[Rule]) -> Rule:
    inputs = _inputs(random, earlier)
    attributes = tuple(random.sample(ATTRIBUTES, random.randint(0, 2)))
    make = lambda depth=3: _expression(random, len(inputs), len(attributes), depth)  # noqa: E731
    name, text = f"rule{number}", ""
    match random.randrange(3):
        case 0:
            store = random.choice(("always", "on_change", "never"))
            group = None if store == "never" else 100 + number
            low = random.choice((None, None, -1.0, 0.0))
            high = random.choice((None, None, 2.0, 100.0))
            hold = random.choice((None, None, *DURATIONS))
            value = _reading_all(make(), len(inputs))
            return Derived(
                number, name, inputs, attributes, value, hold, low, high, store, group, "", "number", None, text
            )
        case 1:
            when = random.choice((None, make(2), Held(make(2), random.choice(DURATIONS))))
            return Check(number, name, "", inputs, attributes, when, make(), "error", text, "")
        case _:
            raising = random.choice((make(2), Held(make(2), random.choice(DURATIONS))))
            clearing = random.choice((None, make(2), Held(make(2), random.choice(DURATIONS))))
            capture = tuple(random.randrange(len(inputs)) for _ in range(random.randint(0, 3)))
            cooldown = random.choice((0, 0, STEP, 20 * STEP))
            return Event(
                number, name, "", inputs, attributes, raising, clearing, "warning", capture, cooldown, "", ""
            )  # fmt: skip


def _inputs(random: Random, earlier: list[Rule]) -> tuple[Input, ...]:
    inputs: list[Input] = []
    for _ in range(random.randint(1, 4)):
        if earlier and random.random() < 0.4:
            inputs.append(RuleInput(random.choice(earlier).id))
        else:
            group = random.choice(list(SLOTS))
            timeout = TIMEOUTS[group % len(TIMEOUTS)] if random.random() < 0.9 else random.choice(TIMEOUTS)
            inputs.append(SignalInput(group, random.randrange(SLOTS[group]), timeout))
    return tuple(dict.fromkeys(inputs))


def _expression(random: Random, inputs: int, attributes: int, depth: int) -> Expr:
    if depth == 0 or random.random() < 0.15:
        return _leaf(random, inputs, attributes)
    if random.random() < 0.35:
        return _remembering(random, inputs, attributes, depth)
    op = random.choice(list(Op))
    count = 4 if op is Op.HAVERSINE else 3 if op in _TERNARY else 1 if op in _UNARY else 2
    return Operation(op, tuple(_expression(random, inputs, attributes, depth - 1) for _ in range(count)))


def _leaf(random: Random, inputs: int, attributes: int) -> Expr:
    leaves: list[Expr] = [Read(random.randrange(inputs))] * 6
    leaves += [Constant(random.choice(NUMBERS)), EventTime()]
    leaves += [Attribute(random.randrange(attributes))] if attributes else []
    return random.choice(leaves)


def _remembering(random: Random, inputs: int, attributes: int, depth: int) -> Expr:  # noqa: PLR0911 - one a kind
    number, duration = random.randrange(inputs), random.choice(DURATIONS)
    make = lambda: _expression(random, inputs, attributes, depth - 1)  # noqa: E731
    match random.randrange(9):
        case 0:
            return Previous(number)
        case 1:
            return Elapsed(number)
        case 2:
            return AbsentFor(number, duration)
        case 3:
            return Rate(number)
        case 4 | 5:
            return Window(number, random.choice(("mean", "min", "max")), duration)
        case 6:
            reset = None if random.random() < 0.5 else make()
            return Unroll(number, random.choice((16.0, 256.0, 0.5)), random.choice((None, 2.0, 100.0)), reset)
        case 7:
            return IsQuality(make(), random.randrange(128))
        case _:
            return Held(make(), duration)
