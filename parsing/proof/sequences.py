"""Test sequences: signals in time through the interpreter, and whether the rules find what is expected of them.

Steps come in the order of their times, what is of one time in one envelope, and none is late. At the time of an
`expect` something came that no rule reads, so that what waits for a time to pass is judged.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from parsing.checker.symbols import OwnerSymbol, RuleSymbol, SignalSymbol
from parsing.definitions import DefinitionSet
from parsing.language import ast
from parsing.language import expressions as ex
from parsing.language.diagnostics import Diagnostic
from parsing.objects.judging import Trail
from parsing.proof.arrivals import Arrivals
from parsing.proof.expected import Proof
from parsing.proof.frames import FrameDecoder
from parsing.proof.judging import Found, judge, judge_rule, judge_verdict
from parsing.proof.objects import REFUSED, NoObject, ObjectProvers, ReadObject
from parsing.proof.reasons import Reasons, part_of
from parsing.proof.watching import WatchedInterpreter
from parsing.quality import Quality
from parsing.release_places import Place
from parsing.rules.interpreter import Row
from parsing.rules.program import Program
from parsing.rules.timing import NOT_CARRIED

Step = ast.SetStep | ast.SendStep | ast.ExpectStep


@dataclass(frozen=True, slots=True)
class Sets:
    """What frames of a sequence are decoded with, by the name of the set, and objects; `places` by id of group."""

    sets: Mapping[str, DefinitionSet]
    decoders: Mapping[str, FrameDecoder]
    objects: ObjectProvers
    places: Mapping[int, Place]

    def timeout(self, group: int) -> int | None:
        """µs until its signals are stale; None: never."""
        timeout = self.places[group].message.timeout
        return None if timeout is None else timeout * 1000

    def signal_name(self, signal: tuple[int, int]) -> str:
        """Of group and slot."""
        group, slot = signal
        return next(each.name for each in self.places[group].group.signals if each.slot == slot)


def prove_sequence(test: ast.Test, proof: Proof, program: Program, sets: Sets) -> Iterator[Diagnostic]:
    """What does not come true."""
    expected = (each for step in test.steps if isinstance(step, ast.ExpectStep) for each in step.expect)
    meant = [proof.meant(ast.subject_of(each)) for each in expected if proof.verdict(each) is None]
    part = part_of(program, [symbol.id for symbol in meant if isinstance(symbol, RuleSymbol)])
    run = _Run(proof, part, _attributes(test, proof), sets)
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

    def __init__(self, proof: Proof, program: Program, attributes: Mapping[str, float], sets: Sets) -> None:
        self._proof, self._sets, self._attributes = proof, sets, attributes
        self._interpreter = WatchedInterpreter(program, attributes, lateness=0)
        self._arrivals = Arrivals(sets.timeout)
        self._reasons = Reasons(program, self._interpreter, sets.signal_name)
        self._waiting: list[Row] = []
        self._set: dict[int, list[tuple[int, list[float], list[int]]]] = {}
        self._objects: dict[tuple[str, str], ReadObject] = {}
        self._trails: dict[int, Trail | None] = {}
        """The newest object of each definition, by set and name, and what is remembered of them, by group."""

    def take(self, ts: int, step: Step) -> Iterator[Diagnostic]:
        if self._waiting and self._waiting[-1].ts != ts:
            self._flush()
        match step:
            case ast.SetStep():
                self._waiting += (Row(group, ts, values, qualities) for group, values, qualities in self._given(step))
            case ast.SendStep():
                try:
                    self._waiting += self._rows_sent(ts, step)
                except NoObject as fault:
                    yield self._proof.failure(step.message.span, str(fault), REFUSED)
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
                    self._arrivals.take((row.group, slot), value, quality, row.ts)
        if self._waiting:
            self._interpreter.take(self._waiting, self._waiting[-1].ts, None)
        self._waiting = []

    def _given(self, step: ast.SetStep) -> list[tuple[int, list[float], list[int]]]:
        """Values and qualities of each group that has a signal in the step, which may come thousands of times; what is
        not said has not come.
        """
        if id(step) not in self._set:
            said: dict[int, dict[int, tuple[float, int]]] = {}
            for each in step.values:
                symbol = self._proof.meant(ast.subject_of(each))
                if isinstance(symbol, SignalSymbol) and symbol.input is not None:
                    said.setdefault(symbol.input.group, {})[symbol.input.slot] = self._value(symbol, each)
            self._set[id(step)] = [self._columns(group, slots) for group, slots in said.items()]
        return self._set[id(step)]

    def _columns(self, group: int, slots: Mapping[int, tuple[float, int]]) -> tuple[int, list[float], list[int]]:
        row = [slots.get(slot, (0.0, NOT_CARRIED)) for slot in range(self._sets.places[group].group.width)]
        return group, [value for value, _ in row], [quality for _, quality in row]

    def _value(self, symbol: SignalSymbol, each: ast.Given) -> tuple[float, int]:
        if isinstance(each, ast.Is):
            return 0.0, Quality.OK if each.state == "valid" else Quality[each.state.upper()]
        expected = self._proof.expected(symbol, each)
        return (0.0, Quality.ERROR) if expected is None else (expected.number, Quality.OK)

    def _rows_sent(self, ts: int, step: ast.SendStep) -> Iterator[Row]:
        owners = self._proof.scope.owners(step.message.text)
        if not owners:
            return
        if step.payload is None:
            yield self._row_of_object(ts, owners[0], step.json or "")
            return
        definition_set = self._sets.sets[owners[0].set_name]
        message = next(each for each in definition_set.messages if each.name == step.message.text)
        decoded = self._sets.decoders[definition_set.name].decode(message, step.payload, step.source_address)
        for group, (values, qualities) in decoded.groups.items():
            yield Row(group, ts, values, qualities)

    def _row_of_object(self, ts: int, owner: OwnerSymbol, text: str) -> Row:
        """It comes at the time of its step, whatever it says itself."""
        prover = self._sets.objects.of(owner)
        read, trail = prover.read(text, self._attributes, self._trails.get(prover.group), ts)
        self._trails[prover.group] = trail
        self._objects[owner.set_name, owner.name] = read
        return Row(prover.group, ts, read.values, read.qualities)

    def _judge(self, ts: int, each: ast.Expectation) -> Diagnostic | None:
        verdict = self._proof.verdict(each)
        if verdict is not None:
            owner, name = verdict
            sent = self._objects.get((owner.set_name, owner.name))
            return judge_verdict(self._proof, each, sent.verdicts[name] if sent is not None else "")
        symbol = self._proof.meant(ast.subject_of(each))
        if isinstance(symbol, RuleSymbol) and isinstance(each, ast.Is) and symbol.what != "derived signal":
            is_active = self._interpreter.is_active(symbol.id)
            return judge_rule(self._proof, each, symbol, is_active, partial(self._why_not, symbol, ts))
        return None if symbol is None else judge(self._proof, each, self._found(symbol, ts))

    def _found(self, symbol: SignalSymbol | RuleSymbol, ts: int) -> Found:
        if isinstance(symbol, SignalSymbol) and symbol.facts.kind == "text":
            sent = self._objects.get((symbol.set_name, symbol.owner))
            return Found(quality=Quality.ABSENT) if sent is None else sent.found(symbol)
        if isinstance(symbol, RuleSymbol):
            value, quality = self._interpreter.read(symbol.id, ts)
        elif symbol.input is not None:
            value, quality = self._arrivals.read(symbol.input, ts)
        else:
            value, quality = 0.0, Quality.ABSENT
        return Found(value, Quality(quality), because=partial(self._why_not, symbol, ts))

    def _why_not(self, symbol: SignalSymbol | RuleSymbol, ts: int) -> str:
        """Empty where all that it is made of is there and valid."""
        if isinstance(symbol, RuleSymbol):
            return self._reasons.of_rule(symbol.id, self._arrivals, ts)
        return self._reasons.of_signal(symbol.input, self._arrivals, ts) if symbol.input is not None else ""
