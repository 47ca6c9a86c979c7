"""What makes an object suspect: its suspicions, over the object and the one before it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from parsing.quality import Quality
from parsing.rules.arithmetic import ABSENT, Value, holds, operate
from parsing.rules.interpreter_memory import SECOND
from parsing.rules.program import (
    Attribute,
    Constant,
    Elapsed,
    EventTime,
    Expr,
    IsQuality,
    Judgement,
    Operation,
    Previous,
    Read,
    ReceivedTime,
)


@dataclass(slots=True)
class ObjectMemory:
    """The newest object of its kind at a machine: time (µs, None: there was none) and values, as judged."""

    ts: int | None = None
    values: Sequence[float] = ()
    qualities: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class _Object:
    values: Sequence[float]
    qualities: Sequence[int]
    ts: int
    received: int
    attributes: Sequence[Value]
    previous: ObjectMemory | None


def judge(
    judgement: Judgement,
    values: Sequence[float],
    qualities: Sequence[int],
    ts: int,
    received: int,
    attributes: Mapping[str, float],
    memory: ObjectMemory,
) -> str | None:
    """The reason of the first suspicion that holds, if any.

    `values` and `qualities` are those of the judgement's inputs, times are in µs. `memory` becomes this object, unless
    it has a newer one or one of the same time: then there is no previous one.
    """
    has_previous = memory.ts is not None and memory.ts < ts
    there = [(attributes[name], Quality.OK) if name in attributes else ABSENT for name in judgement.attributes]
    subject = _Object(values, qualities, ts, received, there, memory if has_previous else None)
    reason = next((reason for reason, condition in judgement.suspicions if holds(_value(subject, condition))), None)
    if has_previous or memory.ts is None:
        memory.ts, memory.values, memory.qualities = ts, values, qualities
    return reason


def _value(subject: _Object, expression: Expr) -> Value:
    return _EVALUATE[type(expression)](subject, expression)


def _previous(subject: _Object, part: Previous) -> Value:
    before = subject.previous
    return ABSENT if before is None else (before.values[part.input], before.qualities[part.input])


def _elapsed(subject: _Object, _: Elapsed) -> Value:
    before = subject.previous
    return ABSENT if before is None or before.ts is None else ((subject.ts - before.ts) / SECOND, Quality.OK)


_EVALUATE: dict[type, Callable[[_Object, Any], Value]] = {
    Constant: lambda _, part: (part.value, Quality.OK),
    Read: lambda subject, part: (subject.values[part.input], subject.qualities[part.input]),
    Attribute: lambda subject, part: subject.attributes[part.number],
    EventTime: lambda subject, _: (subject.ts / SECOND, Quality.OK),
    ReceivedTime: lambda subject, _: (subject.received / SECOND, Quality.OK),
    Operation: lambda subject, part: operate(part.op, [_value(subject, each) for each in part.operands]),
    IsQuality: lambda subject, part: (float(part.mask >> _value(subject, part.operand)[1] & 1), Quality.OK),
    Previous: _previous,
    Elapsed: _elapsed,
}
