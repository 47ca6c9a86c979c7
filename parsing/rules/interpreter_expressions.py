"""Expressions, straight over their trees: the value with quality of one at an instant."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from parsing.quality import Quality
from parsing.rules.arithmetic import ABSENT, Value, holds, judged, operate
from parsing.rules.inputs_of import inputs_of
from parsing.rules.interpreter_memory import (
    SECOND,
    HeldMemory,
    Known,
    PreviousMemory,
    RateMemory,
    UnrollMemory,
    WindowMemory,
)
from parsing.rules.opcodes import BUCKETS
from parsing.rules.program import (
    AbsentFor,
    Attribute,
    Constant,
    Elapsed,
    EventTime,
    Expr,
    Held,
    IsQuality,
    Operation,
    Previous,
    Rate,
    Read,
    Unroll,
    Window,
)

Path = tuple[int, ...]
"""Where a part of a rule stands in it."""

_Memory = TypeVar("_Memory")


@dataclass(slots=True)
class Evaluation:
    """One rule at one instant. `inputs` are what is known of each, `read` their values as the rule reads them, `fresh`
    whether it takes them as fresh, `first` the machine's first instant; `memory` is the rule's own, by place. `wakes`
    get the times it asks to be woken at.
    """

    now: int
    first: int
    inputs: Sequence[Known]
    read: Sequence[Value]
    fresh: Sequence[bool]
    attributes: Sequence[Value]
    memory: dict[Path, Any]
    wakes: list[int]

    def value(self, expression: Expr, path: Path) -> Value:
        return _EVALUATE[type(expression)](self, expression, path)

    def recall(self, kind: type[_Memory], path: Path) -> _Memory:
        found: _Memory = self.memory.setdefault(path, kind())
        return found

    def is_new(self, memory: Any, number: int) -> bool:
        """Whether the input has come since this memory saw it."""
        at = self.inputs[number].at
        changed = at is not None and at != memory.seen
        memory.seen = at
        return changed

    def remembered(self, value: Value, number: int) -> Value:
        """What was made of an input's samples: no better than stale where the input is no longer fresh."""
        return value if self.fresh[number] else (value[0], max(value[1], Quality.STALE))


def _operation(run: Evaluation, part: Operation, path: Path) -> Value:
    return operate(part.op, [run.value(each, (*path, place)) for place, each in enumerate(part.operands)])


def _is_quality(run: Evaluation, part: IsQuality, path: Path) -> Value:
    return float(part.mask >> run.value(part.operand, (*path, 0))[1] & 1), Quality.OK


def _previous(run: Evaluation, part: Previous, path: Path) -> Value:
    memory = run.recall(PreviousMemory, path)
    if run.is_new(memory, part.input):
        memory.sample(run.read[part.input])
    return run.remembered(memory.before, part.input)


def _elapsed(run: Evaluation, part: Elapsed, _path: Path) -> Value:
    at = run.inputs[part.input].at
    return ABSENT if at is None else ((run.now - at) / SECOND, Quality.OK)


def _absent_for(run: Evaluation, part: AbsentFor, _path: Path) -> Value:
    at = run.inputs[part.input].at
    full = (run.first if at is None else at) + part.duration
    if full > run.now:
        run.wakes.append(full)
    return float(full <= run.now), Quality.OK


def _rate(run: Evaluation, part: Rate, path: Path) -> Value:
    memory, known = run.recall(RateMemory, path), run.inputs[part.input]
    if run.is_new(memory, part.input) and known.at is not None and known.since is not None:
        memory.sample(run.read[part.input], known.at, known.since)
    return run.remembered(memory.result, part.input)


def _window(run: Evaluation, part: Window, path: Path) -> Value:
    memory, width = run.recall(WindowMemory, path), -(-part.over // BUCKETS)
    at = run.inputs[part.input].at
    if run.is_new(memory, part.input) and at is not None:
        memory.sample(run.read[part.input], at, width)
    return memory.judge(part.function, run.now, width)


def _unroll(run: Evaluation, part: Unroll, path: Path) -> Value:
    memory = run.recall(UnrollMemory, path)
    is_reset = part.reset is not None and holds(run.value(part.reset, (*path, 0)))
    if run.is_new(memory, part.input):
        memory.sample(run.read[part.input], part.modulus, part.max_step, is_reset=is_reset)
    return run.remembered(judged(memory.total, memory.quality), part.input)


def _held(run: Evaluation, part: Held, path: Path) -> Value:
    memory = run.recall(HeldMemory, path)
    condition = run.value(part.condition, (*path, 0))
    if not holds(condition):
        memory.began = memory.start = None
        return 0.0, condition[1]
    if memory.began is None:
        memory.began = run.now
    gaps = [run.inputs[number].since for number in inputs_of(part.condition)]
    memory.start = max([memory.began, *(since for since in gaps if since is not None)])
    full = memory.start + part.duration
    if full > run.now:
        run.wakes.append(full)
    return float(full <= run.now), condition[1]


_EVALUATE: dict[type, Callable[[Evaluation, Any, Path], Value]] = {
    Constant: lambda _, part, __: (part.value, Quality.OK),
    Read: lambda run, part, _: run.read[part.input],
    Attribute: lambda run, part, _: run.attributes[part.number],
    EventTime: lambda run, _, __: (run.now / SECOND, Quality.OK),
    Operation: _operation,
    IsQuality: _is_quality,
    Previous: _previous,
    Elapsed: _elapsed,
    AbsentFor: _absent_for,
    Rate: _rate,
    Window: _window,
    Unroll: _unroll,
    Held: _held,
}
