"""Rules told in a line, run by the engine and by the interpreter alike: what both give."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from typing import Any

from parsing.engine.rule_engine import RuleEngine
from parsing.quality import Quality
from parsing.rules.interpreter import Row
from parsing.rules.program import (
    Check,
    Constant,
    Derived,
    Event,
    Expr,
    Input,
    Op,
    Operation,
    Program,
    Read,
    RuleInput,
    SignalInput,
)
from tests.rules.cases import SLOTS, Envelope
from tests.rules.streams import Told, interpret, run_engine, tables_of, tell

SECOND = 1_000_000
OK, SUSPECT, OUT_OF_RANGE, STALE, NOT_AVAILABLE, ERROR, ABSENT = (int(quality) for quality in Quality)
X, Y, Z = Read(0), Read(1), Read(2)
START = 1_000 * SECOND
"""Times of tests are seconds after it."""

Reading = float | tuple[float, int]
"""A value, or a value with another quality than ok."""

Step = tuple[float, Mapping[str, Reading]]
"""Seconds, and what comes then: signals x (group 1, slot 0), x2 (group 1, slot 1), y (2, 0) and z (3, 0)."""

_SIGNALS = {"x": (1, 0), "x2": (1, 1), "y": (2, 0), "z": (3, 0)}


def signal(name: str, timeout: float | None = None) -> SignalInput:
    group, slot = _SIGNALS[name]
    return SignalInput(group, slot, None if timeout is None else us(timeout))


def us(seconds: float) -> int:
    return round(seconds * SECOND)


def op(kind: Op, *operands: Expr | float) -> Operation:
    return Operation(kind, tuple(each if isinstance(each, Expr) else Constant(float(each)) for each in operands))


def derived(
    value: Expr, *inputs: Input, number: int = 1, hold: float | None = None, attributes: tuple[str, ...] = (),
    limits: tuple[float | None, float | None] = (None, None), store: Any = "always",
) -> Derived:  # fmt: skip
    """Its rows are told by its number."""
    return Derived(
        number, f"rule{number}", inputs or (signal("x"),), attributes, value, None if hold is None else us(hold),
        *limits, store, None if store == "never" else number, "", "number", None, "",
    )  # fmt: skip


def check(expect: Expr, *inputs: Input, when: Expr | None = None, number: int = 1) -> Check:
    return Check(number, f"rule{number}", "", inputs or (signal("x"),), (), when, expect, "error", "", "")


def event(
    raising: Expr, *inputs: Input, clearing: Expr | None = None, capture: tuple[int, ...] = (), cooldown: float = 0,
    number: int = 1,
) -> Event:  # fmt: skip
    read = inputs or (signal("x"),)
    return Event(
        number, f"rule{number}", "", read, (), raising, clearing, "warning", capture, us(cooldown), "", ""
    )  # fmt: skip


def result(number: int) -> RuleInput:
    return RuleInput(number)


def envelope(*steps: Step, newest: float | None = None, received: float | None = None) -> Envelope:
    """Rows in their order; the newest time in it is that of its newest row, unless said otherwise."""
    rows = [row for seconds, readings in steps for row in _rows(START + us(seconds), readings)]
    latest = max((row.ts for row in rows), default=None) if newest is None else START + us(newest)
    return Envelope(0, rows, latest, None if received is None else START + us(received))


def _rows(ts: int, readings: Mapping[str, Reading]) -> list[Row]:
    groups: dict[int, Row] = {}
    for name, reading in readings.items():
        group, slot = _SIGNALS[name]
        row = groups.setdefault(group, Row(group, ts, [0.0] * SLOTS[group], [ABSENT] * SLOTS[group]))
        row.values[slot], row.qualities[slot] = reading if isinstance(reading, tuple) else (reading, OK)  # type: ignore[index]
    return list(groups.values())


def run(
    rules: Sequence[Any], *envelopes: Envelope, attributes: Mapping[str, float] | None = None, lateness: float = 0
) -> dict[int | str, list[Any]]:
    """What engine and interpreter give: by number of a derived signal (seconds, value, quality), and "findings": (rule,
    seconds, seconds since, state, captured).
    """
    program, told = Program(tuple(rules)), Told()
    engine = RuleEngine(tables_of(program), us(lateness))
    engine.machine(0, attributes or {})
    for each in envelopes:
        tell(told, run_engine(engine, [each]))
    tell(told, engine.finish())
    assert told == interpret(program, envelopes, [attributes or {}], us(lateness))
    return {key: [_plain(row) for row in rows] for (_, key), rows in told.items()}


def _plain(row: tuple[Any, ...]) -> tuple[Any, ...]:
    if len(row) == 3:
        ts, value, quality = row
        return (ts - START) / SECOND, number_of(value), quality
    rule, ts, since, state, captured = row
    values = tuple((number_of(value), quality) for value, quality in captured)
    return rule, (ts - START) / SECOND, (since - START) / SECOND, state, values


def number_of(value: int | str) -> float | str:
    """From its bits."""
    return value if isinstance(value, str) else struct.unpack("<d", struct.pack("<q", value))[0]


def values(expression: Expr, *steps: Step, **settings: Any) -> list[tuple[Any, Any]]:
    """Value and quality of a derived signal over x, y and z at each of its rows; each step is an envelope."""
    rule = derived(expression, signal("x"), signal("y"), signal("z"), **settings)
    rows = run([rule], *(envelope(step) for step in steps))
    return [(value, quality) for _, value, quality in rows.get(1, [])]
