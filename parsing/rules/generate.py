"""Code from typed rules. Registers are used again once nothing reads them; there are no jumps, so all code runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from parsing.rules.compiled import CompiledRule, Output, RuleSource, SignalSource, Source
from parsing.rules.inputs_of import inputs_of
from parsing.rules.opcodes import LAST, SHAPES, VERSION, Extra, Opcode
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
    SignalInput,
    Unroll,
    Window,
)  # fmt: skip

_WINDOWS = {"mean": Opcode.MEAN_OVER, "min": Opcode.LEAST_OVER, "max": Opcode.GREATEST_OVER}


def compile_program(program: Program, set_of_rule: Mapping[int, int]) -> tuple[CompiledRule, ...]:
    """Rules as releases have them, in the program's order. `set_of_rule` gives each rule's definition set.

    Raises ValueError for what rules cannot say: `received_at` is only of judgements.
    """
    return tuple(_compile(rule, set_of_rule[rule.id]) for rule in program.rules)


@dataclass(slots=True)
class _Code:
    """Under construction. Where the registers behind the constants begin is known at the end: until then they are
    written as negative numbers, -1 for the first.
    """

    rule: Rule
    constants: dict[str, int] = field(default_factory=dict)
    instructions: list[list[int]] = field(default_factory=list)
    conditions: list[tuple[int, ...]] = field(default_factory=list)
    memory: int = 0
    registers: int = 0

    @property
    def first_free(self) -> int:
        return len(self.rule.inputs) + len(self.rule.attributes)

    def constant(self, value: float) -> int:
        """By its digits, as 0.0 and -0.0 are two constants."""
        return self.constants.setdefault(repr(float(value)), len(self.constants))

    def remember(self, words: int) -> int:
        """A place in memory of its own."""
        self.memory += words
        return self.memory - words

    def add(self, op: int, *operands: int, to: int = 0, extra: int = 0) -> None:
        self.instructions.append([op, to, *operands, *[0] * (4 - len(operands)), extra])

    def write(self, free: int, op: int, *operands: int, extra: int = 0) -> int:
        """Into the register `free`, with memory where the operation has some; returns the register."""
        if SHAPES[op].extra is Extra.MEMORY:
            extra = self.remember(SHAPES[op].memory)
        self.registers = max(self.registers, free + 1)
        self.add(op, *operands, to=-1 - free, extra=extra)
        return -1 - free

    def words(self) -> tuple[int, ...]:
        base = len(self.constants)
        return tuple(int(base - 1 - word if word < 0 else word) for each in self.instructions for word in each)


def _compile(rule: Rule, set_id: int) -> CompiledRule:
    code = _Code(rule)
    code.registers = code.first_free
    _finish(code, rule)
    words = code.words()
    return CompiledRule(
        id=rule.id, set=set_id, kind=_kind(rule), name=rule.name, title=getattr(rule, "title", ""), version=VERSION,
        inputs=tuple(map(_source, rule.inputs)), attributes=rule.attributes,
        constants=tuple(map(float, code.constants)), code=words, conditions=tuple(code.conditions),
        registers=len(code.constants) + code.registers, memory=code.memory, comment=rule.comment, **_told(rule),
    )  # fmt: skip


def _kind(rule: Rule) -> Any:
    return {Derived: "derived", Check: "check", Event: "event"}[type(rule)]


def _source(each: Input) -> Source:
    if isinstance(each, SignalInput):
        return SignalSource(each.group, each.slot, each.timeout)
    return RuleSource(each.rule)


def _told(rule: Rule) -> dict[str, Any]:
    """What is not code."""
    told: dict[str, Any] = {
        "output": None, "severity": None, "text": "", "capture": (), "cooldown": 0, "group_by": ""
    }  # fmt: skip
    match rule:
        case Derived():
            told["output"] = Output(
                rule.group, rule.unit, rule.type, rule.enum, rule.minimum, rule.maximum, rule.store, rule.hold
            )
        case Check():
            told |= {"severity": rule.severity, "text": rule.text}
        case Event():
            told |= {"severity": rule.severity, "capture": rule.capture, "cooldown": rule.cooldown}
            told["group_by"] = rule.group_by
    return told


def _finish(code: _Code, rule: Rule) -> None:
    first = code.first_free
    match rule:
        case Derived():
            value = _expression(code, rule.value, first)
            memory = code.remember(SHAPES[Opcode.DERIVE].memory if rule.store == "on_change" else 0)
            code.add(LAST["derived"], value, extra=memory)
        case Check():
            when = code.constant(1.0) if rule.when is None else _expression(code, rule.when, first)
            code.add(LAST["check"], when, _expression(code, rule.expect, first + 1))
        case Event():
            _finish_event(code, rule)


def _finish_event(code: _Code, rule: Event) -> None:
    """Both conditions are under a `Held`, whatever its duration: it keeps when they began to hold."""
    first = code.first_free
    raising = rule.raise_when if isinstance(rule.raise_when, Held) else Held(rule.raise_when, 0)
    # What HELD reads stays below what it writes, so that it can be read once more.
    condition = _expression(code, raising.condition, first)
    raised, raised_at = _held(code, condition, raising, first + 1)
    if rule.clear_when is None:
        cleared, cleared_at = code.write(first + 2, Op.NOT, condition), -1
    else:
        clearing = rule.clear_when if isinstance(rule.clear_when, Held) else Held(rule.clear_when, 0)
        cleared, cleared_at = _held(code, _expression(code, clearing.condition, first + 2), clearing, first + 2)
    code.add(LAST["event"], raised, cleared, raised_at + 1, cleared_at + 1, extra=code.remember(1))


def _held(code: _Code, condition: int, held: Held, free: int) -> tuple[int, int]:
    """Register, and place in memory."""
    place = code.memory
    code.conditions.append(inputs_of(held.condition))
    delay = code.constant(held.duration)
    return code.write(free, Opcode.HELD, condition, delay, len(code.conditions) - 1), place


def _expression(code: _Code, expression: Expr, free: int) -> int:  # noqa: PLR0911 - one a kind
    """The register that has it; registers from `free` on may be used for that, and only the result stays."""
    match expression:
        case Constant(value):
            return code.constant(value)
        case Read(number):
            return -1 - number
        case Attribute(number):
            return -1 - len(code.rule.inputs) - number
        case EventTime():
            return code.write(free, Opcode.EVENT_TIME)
        case Operation(op, operands):
            return code.write(free, op, *_several(code, operands, free))
        case IsQuality(operand, mask):
            return code.write(free, Opcode.IS_QUALITY, _expression(code, operand, free), extra=mask)
        case Held():
            return _held(code, _expression(code, expression.condition, free), expression, free)[0]
        case _:
            return _of_input(code, expression, free)


def _several(code: _Code, expressions: tuple[Expr, ...], free: int) -> list[int]:
    registers = []
    for expression in expressions:
        registers.append(_expression(code, expression, free))
        free += registers[-1] == -1 - free
    return registers


def _of_input(code: _Code, expression: Expr, free: int) -> int:
    match expression:
        case Previous(number):
            return code.write(free, Opcode.PREVIOUS, -1 - number)
        case Elapsed(number):
            return code.write(free, Opcode.ELAPSED, -1 - number)
        case AbsentFor(number, duration):
            return code.write(free, Opcode.ABSENT_FOR, -1 - number, code.constant(duration))
        case Rate(number):
            return code.write(free, Opcode.RATE, -1 - number)
        case Window(number, function, over):
            return code.write(free, _WINDOWS[function], -1 - number, code.constant(over))
        case Unroll(number, modulus, max_step, reset):
            # A step is below the modulus, so that as the largest step allows any.
            most = code.constant(modulus if max_step is None else max_step)
            when = code.constant(0.0) if reset is None else _expression(code, reset, free)
            return code.write(free, Opcode.UNROLL, -1 - number, code.constant(modulus), most, when)
        case _:
            msg = f"rules cannot read {type(expression).__name__}"
            raise ValueError(msg)
