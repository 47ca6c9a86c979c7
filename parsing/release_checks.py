"""What must hold in a release beyond the shape of its records: ids, references, matching, multiplexing."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from parsing.bounds import FLOAT_LENGTHS, MULTIPLEXOR_MAX_LENGTH, STANDARD_ID_MAX
from parsing.definitions import MAX_PAYLOAD_BITS, MAX_PAYLOAD_BYTES, pgn_of
from parsing.release_checks_rules import further_groups, object_faults, rule_faults

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from parsing.definitions import Condition, Content, Group, Message, RawRange, Signal

    Homes = dict[str, tuple[Group, Signal]]


def find_faults(content: Content) -> Iterator[tuple[str, str]]:
    """Every fault as (path, what is wrong), in the order of the artefact."""
    yield from _repeated("content.enums", "id", [enum.id for enum in content.enums])
    yield from _repeated("content.sets", "id", [definition_set.id for definition_set in content.sets])
    yield from _repeated("content.models", "id", [model.id for model in content.models])
    enums = {enum.id for enum in content.enums}
    groups: set[int] = set()
    for i, definition_set in enumerate(content.sets):
        for j, message in enumerate(definition_set.messages):
            path = f"content.sets[{i}].messages[{j}]"
            yield from _message_faults(path, message, enums)
            for k, group in enumerate(message.groups):
                if group.id in groups:
                    yield f"{path}.groups[{k}].id", f"group {group.id} is there twice"
                groups.add(group.id)
    for path, group_id in further_groups(content):
        if group_id in groups:
            yield path, f"group {group_id} is there twice"
        groups.add(group_id)
    sets = {definition_set.id for definition_set in content.sets}
    for i, model in enumerate(content.models):
        for j, binding in enumerate(model.sets):
            if binding.set not in sets:
                yield f"content.models[{i}].sets[{j}].set", f"there is no set {binding.set}"
    yield from object_faults(content)
    yield from rule_faults(content)


def _message_faults(path: str, message: Message, enums: set[int]) -> Iterator[tuple[str, str]]:
    yield from _match_faults(path, message)
    names = [signal.name for group in message.groups for signal in group.signals]
    homes = message.homes()
    yield from _repeated(f"{path}.groups", "signal name", names)
    for k, group in enumerate(message.groups):
        where = f"{path}.groups[{k}]"
        yield from _repeated(f"{where}.signals", "slot", [signal.slot for signal in group.signals])
        yield from _condition_faults(f"{where}.condition", homes, group)
        for n, signal in enumerate(group.signals):
            yield from _signal_faults(f"{where}.signals[{n}]", signal, enums)


def _match_faults(path: str, message: Message) -> Iterator[tuple[str, str]]:
    if not message.extended and message.can_id > STANDARD_ID_MAX:
        yield f"{path}.can_id", "an 11-bit id is at most 2047"
    if not message.extended and (message.j1939 or message.match == "pgn"):
        yield f"{path}.extended", "J1939 and matching by PGN need a 29-bit id"
    if message.match == "pgn" and message.pgn is None:
        yield f"{path}.pgn", "matching by PGN needs one"
    if message.source_address is not None and message.match != "pgn":
        yield f"{path}.source_address", "an exact id has its source address"
    if message.pgn is not None and pgn_of(message.pgn << 8) != message.pgn:
        yield f"{path}.pgn", "below PDU format 240 the lowest byte of a PGN is 0"


def _condition_faults(path: str, homes: Homes, group: Group) -> Iterator[tuple[str, str]]:
    for depth, condition in enumerate(group.condition):
        where = f"{path}[{depth}]"
        if not condition.ranges:
            yield where, "a condition needs a range"
        if any(low > high for low, high in condition.ranges):
            yield where, "a range begins after its end"
        fault = _multiplexor_fault(homes, condition, group.condition[:depth])
        if fault:
            yield where, fault


def _multiplexor_fault(homes: Homes, condition: Condition, outer: tuple[Condition, ...]) -> str | None:
    if condition.multiplexor not in homes:
        return f"there is no signal {condition.multiplexor} in the message"
    home, signal = homes[condition.multiplexor]
    if signal.type == "float" or signal.length > MULTIPLEXOR_MAX_LENGTH:
        return f"a multiplexor is an integer of at most {MULTIPLEXOR_MAX_LENGTH} bits"
    if home.condition != outer:
        return f"{condition.multiplexor} stands under another condition than the one before it in the chain"
    return None


def _signal_faults(path: str, signal: Signal, enums: set[int]) -> Iterator[tuple[str, str]]:
    if signal.end > MAX_PAYLOAD_BITS:
        yield f"{path}.length", f"the signal ends beyond byte {MAX_PAYLOAD_BYTES}"
    if signal.type == "float" and signal.length not in FLOAT_LENGTHS:
        yield f"{path}.length", "a float has 16, 32 or 64 bits"
    if signal.enum is not None and signal.enum not in enums:
        yield f"{path}.enum", f"there is no enum {signal.enum}"
    for name, sentinels in (("not_available", signal.not_available), ("error", signal.error)):
        fault = _sentinel_fault(signal, sentinels) if sentinels is not None else None
        if fault:
            yield f"{path}.{name}", fault
    low = -math.inf if signal.minimum is None else signal.minimum
    high = math.inf if signal.maximum is None else signal.maximum
    if low > high:
        yield f"{path}.minimum", "is above the maximum"


def _sentinel_fault(signal: Signal, sentinels: RawRange) -> str | None:
    if signal.type == "float":
        return "a float has no raw numbers that mean this"
    least = -(1 << (signal.length - 1)) if signal.type == "signed" else 0
    most = least + (1 << signal.length) - 1
    if not least <= sentinels.low <= sentinels.high <= most:
        return f"raw numbers of the signal are {least} to {most}, and a range does not begin after its end"
    return None


def _repeated(path: str, what: str, values: Iterable[object]) -> Iterator[tuple[str, str]]:
    seen: set[object] = set()
    for value in values:
        if value in seen:
            yield path, f"{what} {value} is there twice"
        seen.add(value)
