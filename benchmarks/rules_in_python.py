"""The benchmark's rules as a careful engineer writes them over cantools: dispatch by message, last values in
dictionaries, closures that keep what each rule remembers.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import cantools

from benchmarks.rule_closures import (
    ABSENT,
    ERROR,
    FUNCTIONS,
    NOT_AVAILABLE,
    OK,
    OUT_OF_RANGE,
    Known,
    Value,
    fails,
    holds,
)  # fmt: skip
from benchmarks.rule_workload import SECOND, Chosen, Shape
from parsing.rules.program import Event


def decoders(database: cantools.database.Database, names: set[str]) -> dict[int, Callable[[bytes], dict[str, Value]]]:
    """By id: what decodes a message that rules read to values with qualities."""
    messages = [message for message in database.messages if any(signal.name in names for signal in message.signals)]
    return {message.frame_id: _decoder(message, names) for message in messages}


def _decoder(message: Any, names: set[str]) -> Callable[[bytes], dict[str, Value]]:
    signals = [signal for signal in message.signals if signal.name in names]

    def decode(data: bytes) -> dict[str, Value]:
        raws = message.decode(data, decode_choices=False, scaling=False)
        return {signal.name: _judge(signal, raws[signal.name]) for signal in signals}

    return decode


def _judge(signal: Any, raw: int) -> Value:
    """J1939's sentinels, then the limits of the DBC."""
    value = raw * signal.scale + signal.offset
    if not signal.is_signed and signal.length > 1:
        whole = signal.length > 8 and signal.length % 8 == 0
        top, most = (raw >> (signal.length - 8), 0xFF) if whole else (raw, 2**signal.length - 1)
        if top >= most - 1:
            return value, NOT_AVAILABLE if top == most else ERROR
        if whole and top >= 0xFB:
            return value, OUT_OF_RANGE
    if signal.minimum is not None and not signal.minimum <= value <= signal.maximum:
        return value, OUT_OF_RANGE
    return value, OK


class Machine:
    """All rules of one machine."""

    def __init__(self, found: list[Shape], out: list[tuple[Any, ...]]) -> None:
        self.signals: dict[str, Known] = defaultdict(Known)
        self.derived: dict[int, Known] = defaultdict(Known)
        self.wakes: dict[int, float] = {}
        self.next_wake = math.inf
        self.out = out
        self.timeout = 60 * SECOND
        self.rules = [self._rule(shape) for shape in found]
        readers: dict[int, set[int]] = {number: {number} for number in range(len(found))}
        by_message: dict[str, set[int]] = defaultdict(set)
        for number in reversed(range(len(found))):
            for each in _triggers(found[number]):
                if isinstance(each, int):
                    readers[each] |= readers[number]
                else:
                    by_message[each.message] |= readers[number]
        self.readers = readers
        self.by_message = {message: sorted(numbers) for message, numbers in by_message.items()}

    def frame(self, message: str, values: dict[str, Value], now: int) -> None:
        for name, (value, quality) in values.items():
            self.signals[name].come(value, quality, now, now + self.timeout)
        due = self.by_message.get(message, [])
        if now >= self.next_wake:
            woken = {number for number, at in self.wakes.items() if at <= now}
            due = sorted(set(due).union(*(self.readers[number] for number in woken)))
            self.wakes = {number: at for number, at in self.wakes.items() if at > now}
            self.next_wake = min(self.wakes.values(), default=math.inf)
        for number in due:
            self.rules[number](now)

    def _wake(self, number: int, at: float) -> None:
        if at < math.inf:
            self.wakes[number] = at
            self.next_wake = min(self.next_wake, at)
        else:
            self.wakes.pop(number, None)

    def _known(self, each: Chosen | int) -> Known:
        return self.derived[each] if isinstance(each, int) else self.signals[each.name]

    def _rule(self, shape: Shape) -> Callable[[int], None]:
        known = [self._known(each) for each in shape.reads]
        number = shape.rule.id
        make = {"d": self._derive, "c": self._check, "e": self._event}[shape.rule.name[0]]
        return make(number, shape, known)

    def _derive(self, number: int, shape: Shape, known: list[Known]) -> Callable[[int], None]:
        compute, result, out = FUNCTIONS[shape.kind](known, shape.numbers), self.derived[number], self.out

        def evaluate(now: int) -> None:
            value, quality = compute(now)
            if not math.isfinite(value):
                quality = max(quality, ERROR)
            if quality == ABSENT:
                value = 0.0
            result.come(value, quality, now, min((each.until for each in known if now <= each.until), default=math.inf))
            out.append((number, now, value, quality))

        return evaluate

    def _check(self, number: int, shape: Shape, known: list[Known]) -> Callable[[int], None]:
        judge, out, wake = FUNCTIONS[shape.kind](known, shape.numbers), self.out, self._wake
        has_failed = False

        def evaluate(now: int) -> None:
            nonlocal has_failed
            when, expect, at = judge(now)
            if shape.kind == "below_while":
                wake(number, at)
            if not has_failed and holds(when) and fails(expect):
                has_failed = True
                out.append((number, now, now, "raised", ()))
            elif has_failed and (fails(when) or (holds(when) and holds(expect))):
                has_failed = False
                out.append((number, now, now, "cleared", ()))

        return evaluate

    def _event(self, number: int, shape: Shape, known: list[Known]) -> Callable[[int], None]:
        read = known[:-2] if isinstance(shape.rule, Event) else known
        judge, captured = FUNCTIONS[shape.kind](read, shape.numbers), known[-2:]
        out, wake, is_active, ready = self.out, self._wake, False, -math.inf

        def evaluate(now: int) -> None:
            nonlocal is_active, ready
            (raises, since), (clears, cleared_since), at = judge(now)
            wake(number, at)
            if not is_active and holds(raises) and now >= ready:
                is_active = True
                out.append((number, now, since, "raised", tuple(each.read(now) for each in captured)))
            elif is_active and holds(clears):
                is_active, ready = False, now + SECOND
                out.append((number, now, cleared_since, "cleared", ()))

        return evaluate


def _triggers(shape: Shape) -> tuple[Chosen | int, ...]:
    return shape.reads[:-2] if isinstance(shape.rule, Event) else shape.reads
