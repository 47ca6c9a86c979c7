"""What must hold of a definition of objects so that its kind's tables can be filled and any body be read in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parsing.objects.columns import COLUMNS, POSITION_UNITS, TEXT_COLUMNS, position_factor
from parsing.objects.patterns import pattern_fault
from parsing.objects.plan import NOT_NUMBERS
from parsing.objects.times import TIME_UNITS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parsing.objects.records import ObjectDefinition, ObjectSignal, SeverityMap


def reading_faults(path: str, definition: ObjectDefinition) -> Iterator[tuple[str, str]]:
    """Every fault as (path, what is wrong); `path` is the definition's. Its references have been checked already."""
    for number, signal in enumerate(definition.signals):
        where = f"{path}.signals[{number}]"
        if not signal.path:
            yield f"{where}.path", "leads nowhere"
        if signal.name in COLUMNS[definition.kind]:
            yield from _column_faults(where, signal)
    if definition.each is not None and not definition.each:
        yield f"{path}.each", "leads nowhere"
    if definition.severity is not None:
        yield from _severity_faults(f"{path}.severity", definition, definition.severity)
    times = {signal.slot for signal in definition.signals if signal.name == "ts"}
    for number, slot in enumerate(definition.judgement.inputs):
        if slot in times:
            yield f"{path}.judgement.inputs[{number}]", "the time is no value"


def _column_faults(path: str, signal: ObjectSignal) -> Iterator[tuple[str, str]]:
    name = signal.name
    if name == "ts":
        if signal.unit not in TIME_UNITS:
            yield f"{path}.unit", f"{signal.unit!r} is no unit of time"
        if signal.type in ("boolean", "bytes"):
            yield f"{path}.type", "a time is a number or a text"
    elif name in TEXT_COLUMNS and signal.type != "text":
        yield f"{path}.type", f"{name} is a text"
    elif name not in TEXT_COLUMNS and signal.type in NOT_NUMBERS:
        yield f"{path}.type", f"{name} is a number"
    if name in POSITION_UNITS and position_factor(name, signal.unit) is None:
        yield f"{path}.unit", f"{name} is stored in {POSITION_UNITS[name] or 'no unit'}, not {signal.unit!r}"


def _severity_faults(path: str, definition: ObjectDefinition, said: SeverityMap) -> Iterator[tuple[str, str]]:
    if definition.kind not in ("log", "report"):
        yield path, "only log lines and reports have a severity"
    for number, arm in enumerate(said.arms):
        fault = pattern_fault(arm.pattern) if arm.is_regex and arm.pattern is not None else None
        if fault:
            yield f"{path}.arms[{number}].pattern", fault
