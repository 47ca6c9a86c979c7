"""Test sequences: signals in time through the interpreter, and whether the rules find what is expected of them.

Steps come in the order of their times, what is of one time in one envelope, and none is late. At the time of an
`expect` something came that no rule reads, so that what waits for a time to pass is judged.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from parsing.checker.symbols import RuleSymbol, SignalSymbol
from parsing.definitions import DefinitionSet
from parsing.language import ast
from parsing.language import expressions as ex
from parsing.language.diagnostics import Diagnostic
from parsing.proof.expected import Found, Proof, of_rule
from parsing.proof.frames import FrameDecoder
from parsing.quality import Quality
from parsing.rules.interpreter import Interpreter, Row
from parsing.rules.program import Program, SignalInput
from parsing.rules.timing import NOT_CARRIED

_SECOND = 1_000_000
"""µs."""

Step = ast.SetStep | ast.SendStep | ast.ExpectStep


@dataclass(frozen=True, slots=True)
class Sets:
    """What frames of a sequence are decoded with, by the name of the set. `widths`: slots by group; `names` of signals,
    and their timeouts (µs, None: none), by group and slot.
    """

    sets: Mapping[str, DefinitionSet]
    decoders: Mapping[str, FrameDecoder]
    widths: Mapping[int, int]
    names: Mapping[tuple[int, int], str]
    timeouts: Mapping[tuple[int, int], int | None]


def prove_sequence(test: ast.Test, proof: Proof, program: Program, sets: Sets) -> Iterator[Diagnostic]:
    """What does not come true."""
    run = _Run(proof, Interpreter(program, _attributes(test, proof), lateness=0), sets)
    for ts, step in heapq.merge(*map(_times, test.steps), key=lambda timed: timed[0]):
        yield from run.take(ts, step)


def _times(step: Step) -> Iterator[tuple[int, Step]]:
    if not isinstance(step, ast.SetStep) or step.every is None or step.until is None:
        yield step.at, step
        return
    for ts in range(step.at, step.until + 1, step.every):
        yield ts, step


def _attributes(test: ast.Test, proof: Proof) -> dict[str, float]:
    """In the units as they are written: attributes have none."""
    found = {}
    for each in test.machine:
        if isinstance(each.signal, ex.Reference):
            number = proof.constant(each.value)
            if number is not None:
                found[each.signal.parts[-1].text] = number
    return found


class _Run:
    """Rows of one time wait until a later one, or an `expect`, comes: together they are one instant."""

    def __init__(self, proof: Proof, interpreter: Interpreter, sets: Sets) -> None:
        self._proof, self._interpreter, self._sets = proof, interpreter, sets
        self._waiting: list[Row] = []
        self._came: dict[tuple[int, int], tuple[float, int, int]] = {}
        """Value, quality and time of every signal by group and slot: rules do not read all that may be expected."""
        self._gaps: dict[tuple[int, int], tuple[int, int]] = {}
        """From when to when a signal was stale last, µs."""

    def take(self, ts: int, step: Step) -> Iterator[Diagnostic]:
        if self._waiting and self._waiting[-1].ts != ts:
            self._flush()
        match step:
            case ast.SetStep():
                self._waiting += self._rows_set(ts, step.values)
            case ast.SendStep():
                self._waiting += self._rows_sent(ts, step)
            case ast.ExpectStep():
                self._flush()
                self._interpreter.look(ts)
                for each in step.expect:
                    failed = self._judge(ts, each)
                    if failed is not None:
                        yield failed

    def _flush(self) -> None:
        for row in self._waiting:
            for slot, (value, quality) in enumerate(zip(row.values, row.qualities, strict=True)):
                if quality != NOT_CARRIED:
                    self._come((row.group, slot), value, quality, row.ts)
        if self._waiting:
            self._interpreter.take(self._waiting, self._waiting[-1].ts, None)
        self._waiting = []

    def _come(self, signal: tuple[int, int], value: float, quality: int, ts: int) -> None:
        timeout = self._sets.timeouts.get(signal)
        if timeout is not None and signal in self._came and self._came[signal][2] + timeout < ts:
            self._gaps[signal] = self._came[signal][2] + timeout, ts
        self._came[signal] = value, quality, ts

    def _gap_of(self, rule: int) -> str:
        """What to say of a signal of the rule that was stale, as what `for` waits for begins anew then."""
        read = next((each.inputs for each in self._interpreter.program.rules if each.id == rule), ())
        for each in read:
            if isinstance(each, SignalInput) and (each.group, each.slot) in self._gaps:
                begin, end = self._gaps[each.group, each.slot]
                name = self._sets.names[each.group, each.slot]
                return (
                    f"{name} was stale from {begin / _SECOND:g} s to {end / _SECOND:g} s, "
                    "and what `for` waits for begins anew then\n"
                    "send it more often, or give its message a longer timeout"
                )
        return ""

    def _rows_set(self, ts: int, values: Iterable[ast.Expectation]) -> Iterator[Row]:
        """One of each group that has a signal among them; what is not said has not come."""
        said: dict[int, dict[int, tuple[float, int]]] = {}
        for each in values:
            node = each.signal if isinstance(each, ast.Equals) else each.what
            symbol = self._proof.meant(node)
            if isinstance(symbol, SignalSymbol) and symbol.input is not None:
                said.setdefault(symbol.input.group, {})[symbol.input.slot] = self._value(symbol, each)
        for group, slots in said.items():
            row = [slots.get(slot, (0.0, NOT_CARRIED)) for slot in range(self._sets.widths[group])]
            yield Row(group, ts, [value for value, _ in row], [quality for _, quality in row])

    def _value(self, symbol: SignalSymbol, each: ast.Expectation) -> tuple[float, int]:
        if isinstance(each, ast.Is):
            return 0.0, Quality.OK if each.state == "valid" else Quality[each.state.upper()]
        number = self._proof.number(symbol, each.value)
        return (0.0, Quality.ERROR) if number is None else (number, Quality.OK)

    def _rows_sent(self, ts: int, step: ast.SendStep) -> Iterator[Row]:
        owners = self._proof.scope.owners(step.message.text)
        if not owners:
            return
        definition_set = self._sets.sets[owners[0].set_name]
        message = next(each for each in definition_set.messages if each.name == step.message.text)
        decoded = self._sets.decoders[definition_set.name].decode(message, step.payload, step.source_address)
        for group, (values, qualities) in decoded.groups.items():
            yield Row(group, ts, values, qualities)

    def _judge(self, ts: int, each: ast.Expectation) -> Diagnostic | None:
        symbol = self._proof.meant(each.signal if isinstance(each, ast.Equals) else each.what)
        if isinstance(symbol, RuleSymbol) and symbol.what != "derived signal" and isinstance(each, ast.Is):
            is_active = self._interpreter.is_active(symbol.id)
            return of_rule(self._proof, each, symbol, is_active=is_active, gap=self._gap_of(symbol.id))
        if symbol is None:
            return None
        value, quality = self._signal(symbol, ts) if isinstance(symbol, SignalSymbol) else self._derived(symbol, ts)
        return self._proof.judge(each, Found(value, Quality(quality)))

    def _derived(self, symbol: RuleSymbol, ts: int) -> tuple[float, int]:
        return self._interpreter.read(symbol.id, ts)

    def _signal(self, symbol: SignalSymbol, ts: int) -> tuple[float, int]:
        read = symbol.input
        if read is None or (read.group, read.slot) not in self._came:
            return 0.0, Quality.ABSENT
        value, quality, at = self._came[read.group, read.slot]
        is_fresh = read.timeout is None or ts <= at + read.timeout
        return value, quality if is_fresh else max(quality, Quality.STALE)
