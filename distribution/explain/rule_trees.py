"""Compiled rules back to the trees that they were compiled from, for people to read and the interpreter to run."""

from collections.abc import Callable, Iterable
from typing import Final, Literal

from parsing.rules.compiled import CompiledRule, RuleSource, Source
from parsing.rules.opcodes import SHAPES, WORDS, Opcode
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

_WINDOWS: Final[dict[int, Literal["mean", "min", "max"]]] = {
    Opcode.MEAN_OVER: "mean", Opcode.LEAST_OVER: "min", Opcode.GREATEST_OVER: "max",
}  # fmt: skip
_TRUE, _NEVER = Constant(1.0), Constant(0.0)


def program_of(rules: Iterable[CompiledRule], wanted: int) -> Program:
    """The rule of that id and all that it reads, each behind those that it reads; KeyError where there is none."""
    by_id = {rule.id: rule for rule in rules}
    kept, waiting = set[int](), [wanted]
    while waiting:
        rule = by_id[waiting.pop()]
        if rule.id not in kept:
            kept.add(rule.id)
            waiting += [each.rule for each in rule.inputs if isinstance(each, RuleSource)]
    return Program(tuple(tree_of(rule) for rule in by_id.values() if rule.id in kept))


def tree_of(rule: CompiledRule) -> Rule:
    """Inverse of `parsing.rules.generate`, of what decides a rule's results. The code has been verified."""
    registers = _Registers(rule)
    *instructions, last = [rule.code[at : at + WORDS] for at in range(0, len(rule.code), WORDS)]
    for words in instructions:
        registers.run(words)
    _, _, *operands, _ = last
    return _ENDS[rule.kind](rule, registers, operands)


class _Registers:
    """What each register holds, as an expression."""

    def __init__(self, rule: CompiledRule) -> None:
        self._rule = rule
        self._first_input = len(rule.constants)
        self._held: list[Expr] = [
            *map(Constant, rule.constants),
            *map(Read, range(len(rule.inputs))),
            *map(Attribute, range(len(rule.attributes))),
        ]
        self._held += [_NEVER] * (rule.registers - len(self._held))

    def __getitem__(self, register: int) -> Expr:
        return self._held[register]

    def run(self, words: tuple[int, ...]) -> None:
        op, to, *operands, extra = words
        self._held[to] = self._written(op, operands, extra)

    def _written(self, op: int, operands: list[int], extra: int) -> Expr:
        first = operands[0]
        match op:
            case Opcode.IS_QUALITY:
                return IsQuality(self[first], extra)
            case Opcode.EVENT_TIME:
                return EventTime()
            case Opcode.HELD:
                return Held(self[first], self._duration(operands[1]))
            case _ if op in list(Opcode):
                return self._of_input(op, first - self._first_input, operands)
            case _:
                return Operation(Op(op), tuple(self[each] for each in operands[: len(SHAPES[op].operands)]))

    def _of_input(self, op: int, number: int, operands: list[int]) -> Expr:
        match op:
            case Opcode.PREVIOUS:
                return Previous(number)
            case Opcode.ELAPSED:
                return Elapsed(number)
            case Opcode.RATE:
                return Rate(number)
            case Opcode.ABSENT_FOR:
                return AbsentFor(number, self._duration(operands[1]))
            case Opcode.UNROLL:
                modulus, most = (self._rule.constants[each] for each in operands[1:3])
                reset = self[operands[3]]
                return Unroll(number, modulus, None if most == modulus else most, None if reset == _NEVER else reset)
            case _:
                return Window(number, _WINDOWS[op], self._duration(operands[1]))

    def _duration(self, register: int) -> int:
        return int(self._rule.constants[register])


def _derived(rule: CompiledRule, registers: _Registers, operands: list[int]) -> Rule:
    output = rule.output
    if output is None:
        raise ValueError(f"{rule.name} gives nothing")
    return Derived(
        rule.id, rule.name, _inputs(rule), rule.attributes, registers[operands[0]], output.hold, output.minimum,
        output.maximum, output.store, output.group, output.unit, output.type, output.enum, rule.comment,
    )  # fmt: skip


def _check(rule: CompiledRule, registers: _Registers, operands: list[int]) -> Rule:
    when, expect = registers[operands[0]], registers[operands[1]]
    return Check(
        rule.id, rule.name, rule.title, _inputs(rule), rule.attributes, None if when == _TRUE else when, expect,
        rule.severity or "info", rule.text, rule.comment,
    )  # fmt: skip


def _event(rule: CompiledRule, registers: _Registers, operands: list[int]) -> Rule:
    raising, clearing, _, cleared_at = operands
    return Event(
        rule.id, rule.name, rule.title, _inputs(rule), rule.attributes, registers[raising],
        registers[clearing] if cleared_at else None, rule.severity or "info", rule.capture, rule.cooldown,
        rule.group_by, rule.comment,
    )  # fmt: skip


_ENDS: Final[dict[str, Callable[[CompiledRule, _Registers, list[int]], Rule]]] = {
    "derived": _derived, "check": _check, "event": _event,
}  # fmt: skip


def _inputs(rule: CompiledRule) -> tuple[Input, ...]:
    return tuple(map(_input, rule.inputs))


def _input(source: Source) -> Input:
    if isinstance(source, RuleSource):
        return RuleInput(source.rule)
    return SignalInput(source.group, source.slot, source.timeout)
