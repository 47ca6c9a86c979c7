"""Whether a rule can have come to a result at all, from what is known of its inputs alone.

Code has no jumps, so what an instruction gives can only have been valid where what decides about it was.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from parsing.rules.compiled import CompiledRule
from parsing.rules.opcodes import SHAPES, WORDS, Kind, Opcode
from parsing.rules.program import Op

_READ = (Kind.VALUE, Kind.INPUT)


class Known(NamedTuple):
    """Of an input over a stream: whether it came, and whether it may have been valid at some time."""

    came: bool
    valid: bool


class Verdict(NamedTuple):
    """`evaluated` and `possible` (a valid value; of a check, a judgement; of an event, a valid condition to raise) are
    certain only where they are False. `lacking` are numbers of the inputs, and behind them of the attributes, that
    code reads and that did not come, or never were valid.
    """

    evaluated: bool
    possible: bool
    lacking: tuple[int, ...]


def verdict(rule: CompiledRule, inputs: Sequence[Known], attributes: Collection[str]) -> Verdict:
    """`inputs` are known as the rule lists them, `attributes` are those that the machine has."""
    first, given = len(rule.constants), [name in attributes for name in rule.attributes]
    valid = [*[True] * first, *(each.valid for each in inputs), *given, *[False] * rule.registers]
    read: set[int] = set()
    possible = False
    for start in range(0, len(rule.code), WORDS):
        op, to, *words = rule.code[start : start + WORDS - 1]
        operands = [word for kind, word in zip(SHAPES[op].operands, words, strict=False) if kind in _READ]
        read.update(place - first for place in operands)
        if op == Opcode.ELAPSED:
            possible = inputs[operands[0] - first].came
        else:
            possible = _may_be_valid(op, [valid[place] for place in operands])
        if SHAPES[op].writes:
            valid[to] = possible
    # What waits for something that may never come is evaluated whatever comes.
    waits = any(op == Opcode.ABSENT_FOR for op in rule.code[::WORDS])
    evaluated = waits or any(each.came for number, each in enumerate(inputs) if number in read)
    known = [all(each) for each in inputs] + given
    lacking = tuple(number for number, is_there in enumerate(known) if number in read and not is_there)
    return Verdict(evaluated, evaluated and possible, lacking)


def _may_be_valid(op: int, operands: Sequence[bool]) -> bool:
    match op:
        case Op.AND | Op.OR | Op.COALESCE:
            return any(operands)
        case Op.SELECT:
            return operands[0] and any(operands[1:])
        case Op.AS_ERROR:
            return False
        case Opcode.IS_QUALITY | Opcode.EVENT_TIME | Opcode.ABSENT_FOR:
            return True
        case Opcode.UNROLL | Opcode.EVENT:
            # Neither the condition to reset nor the one to clear makes a result less valid.
            return operands[0]
        case _:
            return all(operands)
