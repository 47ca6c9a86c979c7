"""What an item gives to others and needs of them, by names: whoever gives a name that an item needs may change what is
said of it. Both are said too widely where that is simpler, never too narrowly.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from functools import cache

from parsing.can_id import pgn_of
from parsing.checker.resolving import MACHINE
from parsing.checker.sources import signals_in
from parsing.checker.verdicts import verdicts_of
from parsing.dbc.records import ImportedEnum, ImportedMessage
from parsing.language import ast
from parsing.language import expressions as ex
from parsing.language.expressions import Name


@dataclass(slots=True)
class Facts:
    """Of the items of a chunk, or of a record.

    `sends`: messages whose frames a sample or test decodes: it needs all that might match them, which the messages name
    in `frames`. The rest are names that may be suggested for others, in the order of the text.
    """

    gives: set[str] = field(default_factory=set)
    needs: set[str] = field(default_factory=set)
    sends: set[str] = field(default_factory=set)
    frames: set[str] = field(default_factory=set)
    owners: list[str] = field(default_factory=list)
    enums: list[str] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)
    consts: list[str] = field(default_factory=list)
    signals: list[str] = field(default_factory=list)
    has_proofs: bool = False


def facts_of(items: Iterable[ast.Item]) -> Facts:
    facts = Facts()
    for item in items:
        match item:
            case ast.Message():
                _message(item, facts)
            case ast.Enum():
                facts.enums.append(item.name.text)
                facts.gives.update((item.name.text, *(member.name.text for member in item.members)))
                facts.needs.add(item.name.text)
            case ast.ObjectDefinition():
                _object(item, facts)
            case ast.Golden() | ast.Test():
                _proof(item, facts)
            case _:
                _rule(item, facts)
    return facts


def facts_of_message(message: ImportedMessage) -> Facts:
    signals = [signal for group in message.groups for signal in group.signals]
    facts = Facts(owners=[message.name], signals=[signal.name for signal in signals])
    facts.gives.update((message.name, *facts.signals, *(each.name for each in message.dtcs)))
    facts.needs.update(signal.enum for signal in signals if signal.enum is not None)
    facts.frames.add(_frames(message.can_id, extended=message.extended))
    facts.gives |= facts.frames
    return facts


def facts_of_enum(enum: ImportedEnum) -> Facts:
    return Facts(gives={enum.name, *(name for _, name in enum.values)}, enums=[enum.name])


def _message(item: ast.Message, facts: Facts) -> None:
    name, source = item.name.text, item.source
    signals = list(signals_in(item.members))
    lists = [member.name.text for member in item.members if isinstance(member, ast.DtcList)]
    facts.owners.append(name)
    facts.signals += [signal.name.text for signal in signals]
    facts.gives.update((name, *lists), (signal.name.text for signal in signals))
    facts.needs.add(name)
    _types(signals, facts)
    if isinstance(source, ast.J1939Source) and source.pgn is not None:
        same, family = f"pgn {source.pgn} {source.source_address}", f"frames {source.pgn}"
    elif source.can_id is not None:
        extended = source.extended if isinstance(source, ast.CanSource) else True
        same, family = f"id {source.can_id} {extended}", _frames(source.can_id, extended=extended)
    else:
        return
    facts.frames.add(family)
    facts.gives.update((same, family))
    facts.needs.add(same)


def _frames(can_id: int, *, extended: bool) -> str:
    return f"frames {pgn_of(can_id)}" if extended else f"id {can_id} False"


def _object(item: ast.ObjectDefinition, facts: Facts) -> None:
    facts.owners.append(item.name.text)
    facts.signals += [signal.name.text for signal in item.signals]
    facts.gives.update((item.name.text, *verdicts_of(item)), (signal.name.text for signal in item.signals))
    facts.needs.add(item.name.text)
    _types(item.signals, facts)
    _expressions([each.condition for each in item.suspicions], facts)


def _types(signals: Iterable[ast.Signal], facts: Facts) -> None:
    for signal in signals:
        facts.needs.add(signal.type.text)
        if signal.enum is not None:
            facts.needs.add(signal.enum.text)


def _rule(item: ast.Const | ast.Derived | ast.Check | ast.Event, facts: Facts) -> None:
    (facts.consts if isinstance(item, ast.Const) else facts.rules).append(item.name.text)
    facts.gives.add(item.name.text)
    _expressions([item], facts)
    if isinstance(item, ast.Check):
        # Others read something else in the place of these.
        facts.gives.update(
            each.signal.parts[-1].text
            for each in item.actions
            if not isinstance(each, ast.Flag) and isinstance(each.signal, ex.Reference)
        )


def _expressions(nodes: Iterable[object], facts: Facts) -> None:
    for name in _names(nodes):
        if isinstance(name, ex.Reference):
            if name.parts[0].text == MACHINE:
                facts.gives.add(_attribute(name))
        else:
            facts.needs.add(name.text)


def _proof(item: ast.Golden | ast.Test, facts: Facts) -> None:
    facts.has_proofs = True
    facts.needs.update(name.text for name in _names([item]) if isinstance(name, Name))
    if isinstance(item, ast.Golden):
        facts.sends.add(item.message.text)
        return
    facts.sends.update(step.message.text for step in item.steps if isinstance(step, ast.SendStep))
    facts.needs.update(_attribute(each.signal) for each in item.machine if isinstance(each.signal, ex.Reference))


def _attribute(reference: ex.Reference) -> str:
    return f"{MACHINE}.{reference.parts[-1].text}"


def _names(nodes: Iterable[object]) -> Iterator[Name | ex.Reference]:
    """All in them, and below."""
    waiting = [*nodes]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Name):
            yield node
        elif isinstance(node, tuple):
            waiting.extend(node)
        elif is_dataclass(node) and not isinstance(node, type):
            if isinstance(node, ex.Reference):
                yield node
            waiting.extend(getattr(node, name) for name in _field_names(type(node)))


@cache
def _field_names(kind: type) -> tuple[str, ...]:
    return tuple(each.name for each in fields(kind))
