"""What must hold of a release's objects and rules, beyond the shape of their records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parsing.bounds import FLOAT_LENGTHS
from parsing.objects.checks import reading_faults
from parsing.objects.conditions import InvalidCondition, judgement_of
from parsing.rules.compiled import SignalSource
from parsing.rules.verification import verify_all

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parsing.definitions import Content
    from parsing.objects.records import ObjectDefinition

    Slots = dict[int, set[int]]

INTEGER_LENGTHS = range(1, 65)
NO_LENGTHS = (0,)


def object_faults(content: Content) -> Iterator[tuple[str, str]]:
    sets, enums = {each.id for each in content.sets}, {enum.id for enum in content.enums}
    seen: set[int] = set()
    for i, definition in enumerate(content.objects):
        path = f"content.objects[{i}]"
        if definition.id in seen:
            yield f"{path}.id", f"definition {definition.id} is there twice"
        if definition.set not in sets:
            yield f"{path}.set", f"there is no set {definition.set}"
        seen.add(definition.id)
        for n, fault in _signal_faults(definition, enums):
            yield f"{path}.signals[{n}]", fault
        yield from ((f"{path}.{where}", fault) for where, fault in _judgement_faults(definition))
        yield from reading_faults(path, definition)


def rule_faults(content: Content) -> Iterator[tuple[str, str]]:
    """Also of what rules read and give: that it is there."""
    sets, enums, slots = {each.id for each in content.sets}, {enum.id for enum in content.enums}, _slots(content)
    for path, fault in verify_all(content.rules):
        yield f"content.rules{path}", fault
    for i, rule in enumerate(content.rules):
        path = f"content.rules[{i}]"
        if rule.set not in sets:
            yield f"{path}.set", f"there is no set {rule.set}"
        if rule.output is not None and rule.output.enum is not None and rule.output.enum not in enums:
            yield f"{path}.output.enum", f"there is no enum {rule.output.enum}"
        for n, source in enumerate(rule.inputs):
            if isinstance(source, SignalSource) and source.slot not in slots.get(source.group, ()):
                yield f"{path}.inputs[{n}]", f"there is no signal at slot {source.slot} of group {source.group}"


def further_groups(content: Content) -> Iterator[tuple[str, int]]:
    """Groups of objects and derived signals, each with its path."""
    for i, definition in enumerate(content.objects):
        yield f"content.objects[{i}].group", definition.group
    for i, rule in enumerate(content.rules):
        if rule.output is not None and rule.output.group is not None:
            yield f"content.rules[{i}].output.group", rule.output.group


def _slots(content: Content) -> Slots:
    """The slots that rules can read, by group."""
    slots: Slots = {
        group.id: {signal.slot for signal in group.signals}
        for each in content.sets
        for message in each.messages
        for group in message.groups
    }
    for definition in content.objects:
        numbers = {signal.slot for signal in definition.signals if signal.type not in ("text", "bytes")}
        slots.setdefault(definition.group, numbers)
    return slots


def _signal_faults(definition: ObjectDefinition, enums: set[int]) -> Iterator[tuple[int, str]]:
    slots: set[int] = set()
    names: set[str] = set()
    for n, signal in enumerate(definition.signals):
        if signal.slot in slots or signal.name in names:
            yield n, f"another signal has the slot {signal.slot} or the name {signal.name}"
        slots.add(signal.slot)
        names.add(signal.name)
        if signal.length not in _lengths(signal.type):
            yield n, f"{signal.length} bits are none of its type"
        if signal.enum is not None and signal.enum not in enums:
            yield n, f"there is no enum {signal.enum}"
        if signal.minimum is not None and signal.maximum is not None and signal.minimum > signal.maximum:
            yield n, "the minimum is above the maximum"


def _lengths(kind: str) -> range | tuple[int, ...]:
    if kind == "float":
        return FLOAT_LENGTHS
    return INTEGER_LENGTHS if kind in ("unsigned", "signed") else NO_LENGTHS


def _judgement_faults(definition: ObjectDefinition) -> Iterator[tuple[str, str]]:
    types = {signal.slot: signal.type for signal in definition.signals}
    for n, slot in enumerate(definition.judgement.inputs):
        if types.get(slot, "text") in ("text", "bytes"):
            yield f"judgement.inputs[{n}]", f"there is no number at slot {slot}"
    try:
        judgement_of(definition.judgement, definition.group)
    except InvalidCondition as fault:
        yield "judgement", str(fault)
    texts = {signal.name for signal in definition.signals if signal.type == "text"}
    if definition.severity is not None and definition.severity.signal not in texts:
        yield "severity.signal", f"there is no text {definition.severity.signal}"
