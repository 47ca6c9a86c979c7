"""Whether a rule is safe to run: kernels trust code that has passed, and check nothing themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from parsing.quality import EVERY
from parsing.rules.compiled import MAX_DURATION, MAX_INSTRUCTIONS, MAX_REGISTERS, CompiledRule, RuleSource
from parsing.rules.opcodes import LAST, SHAPES, WORDS, Extra, Kind, Opcode, Shape
from parsing.rules.program import Op

Fault = tuple[str, str]
"""Path below the rule, and what is wrong."""


def verify(rule: CompiledRule) -> Iterator[Fault]:
    """What the bounds of its fields leave open: that its code touches only what is the rule's own, and ends."""
    yield from _shape_faults(rule)
    if len(rule.code) % WORDS or not rule.code:
        yield "code", f"an instruction has {WORDS} words, and there are {len(rule.code)}"
        return
    if len(rule.code) > MAX_INSTRUCTIONS * WORDS:
        yield "code", f"has more than {MAX_INSTRUCTIONS} instructions"
        return
    walk = _Walk(rule)
    for number in range(len(rule.code) // WORDS):
        for fault in walk.faults(rule.code[number * WORDS : (number + 1) * WORDS], number):
            yield f"code[{number * WORDS}]", fault
    if walk.memory != rule.memory:
        yield "memory", f"is {rule.memory} words, but its code uses {walk.memory}"


def verify_all(rules: Sequence[CompiledRule]) -> Iterator[Fault]:
    """Faults of each rule, and of what they are to each other, as `[3].code[14]`: ids are there once, and a rule stands
    behind those that it reads.
    """
    seen: set[int] = set()
    for number, rule in enumerate(rules):
        for path, fault in verify(rule):
            yield f"[{number}].{path}", fault
        for place, source in enumerate(rule.inputs):
            if isinstance(source, RuleSource) and source.rule not in seen:
                yield f"[{number}].inputs[{place}].rule", f"there is no rule {source.rule} before this one"
        if rule.id in seen:
            yield f"[{number}].id", f"rule {rule.id} is there twice"
        seen.add(rule.id)


def _shape_faults(rule: CompiledRule) -> Iterator[Fault]:
    if (rule.output is not None) != (rule.kind == "derived"):
        yield "output", "derived signals have one, and only they"
    if (rule.severity is None) != (rule.kind == "derived"):
        yield "severity", "checks and events have one, and only they"
    if rule.output is not None and rule.output.group is None and rule.output.store != "never":
        yield "output.group", "is needed where rows are stored"
    inputs = len(rule.inputs)
    for place, number in enumerate(rule.capture):
        if not 0 <= number < inputs:
            yield f"capture[{place}]", f"there is no input {number}"
    for place, numbers in enumerate(rule.conditions):
        if len(numbers) > inputs or not all(0 <= number < inputs for number in numbers):
            yield f"conditions[{place}]", "names an input that is not there"
    first = len(rule.constants) + inputs + len(rule.attributes)
    if not first <= rule.registers <= MAX_REGISTERS:
        yield "registers", f"are {rule.registers}, but constants, inputs and attributes take {first}"


@dataclass(slots=True)
class _Walk:
    """Over the code of a rule: what is written and remembered so far."""

    rule: CompiledRule
    memory: int = 0
    written: set[int] = field(default_factory=set)
    held: set[int] = field(default_factory=set)

    @property
    def first_free(self) -> int:
        return len(self.rule.constants) + len(self.rule.inputs) + len(self.rule.attributes)

    def faults(self, words: tuple[int, ...], number: int) -> Iterator[str]:
        op, to, *operands, extra = words
        shape = SHAPES.get(op)
        if shape is None:
            yield f"there is no opcode {op}"
            return
        is_last = (number + 1) * WORDS == len(self.rule.code)
        if is_last != (op in LAST.values()) or (is_last and op != LAST[self.rule.kind]):
            yield f"{self.rule.kind} ends with {LAST[self.rule.kind].name}, and only there"
        for kind, operand in zip(shape.operands, operands, strict=False):
            if not self._is_sound(kind, operand):
                yield f"{operand} cannot be the {kind.value} of {_name(op)}"
        if any(operands[len(shape.operands) :]):
            yield f"{_name(op)} has {len(shape.operands)} operands"
        yield from self._extra_faults(op, shape, extra)
        yield from self._write_faults(op, shape, to)

    def _is_sound(self, kind: Kind, operand: int) -> bool:
        rule = self.rule
        if kind is Kind.VALUE:
            return operand < self.first_free or operand in self.written
        if kind is Kind.INPUT:
            return len(rule.constants) <= operand < len(rule.constants) + len(rule.inputs)
        if kind is Kind.CONDITION:
            return operand < len(rule.conditions)
        if kind is Kind.HELD:
            return operand == 0 or operand - 1 in self.held
        return operand < len(rule.constants) and _CONSTANTS[kind](rule.constants[operand])

    def _extra_faults(self, op: int, shape: Shape, extra: int) -> Iterator[str]:
        if shape.extra is Extra.MEMORY:
            if extra != self.memory:
                yield f"remembers at {extra}, not behind what was before it, {self.memory}"
            if op == Opcode.HELD:
                self.held.add(extra)
            self.memory += memory_of(self.rule, op)
        elif extra > (EVERY if shape.extra is Extra.MASK else 0):
            yield f"{extra} is too much for {_name(op)}"

    def _write_faults(self, op: int, shape: Shape, to: int) -> Iterator[str]:
        if shape.writes and not self.first_free <= to < self.rule.registers:
            yield f"{_name(op)} cannot write register {to}"
        if not shape.writes and to:
            yield f"{_name(op)} writes nothing"
        self.written.add(to)


def memory_of(rule: CompiledRule, op: int) -> int:
    """Words that an instruction of the rule remembers."""
    is_quiet = op == Opcode.DERIVE and (rule.output is None or rule.output.store != "on_change")
    return 0 if is_quiet else SHAPES[op].memory


_CONSTANTS: dict[Kind, Callable[[float], bool]] = {
    Kind.SPAN: lambda value: value.is_integer() and 1 <= value <= MAX_DURATION,
    Kind.DELAY: lambda value: value.is_integer() and 0 <= value <= MAX_DURATION,
    Kind.AMOUNT: lambda value: value >= 0,
}


def _name(op: int) -> str:
    return (Opcode if op in list(Opcode) else Op)(op).name
