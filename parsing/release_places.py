"""What stands behind the group of a stored row: a message's page, a derived signal, or a definition of objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from parsing.definitions import DefinitionSet, Group, Message, Signal

if TYPE_CHECKING:
    from parsing.definitions import Content
    from parsing.objects.records import ObjectSignal
    from parsing.rules.compiled import Output

DERIVED = "derived"
"""What stands in the place of a message's name where a signal is derived."""


class Place(NamedTuple):
    """Where a group stands. Of a `message` the records are the release's own; of the others they are made to look like
    a message's, and only names, slots, units, enums, limits and comments say something.
    """

    definition_set: DefinitionSet
    message: Message
    group: Group
    kind: Literal["message", "derived", "object"]


def places_of(content: Content) -> dict[int, Place]:
    """By id of group; what belongs to no set of the content has no place."""
    sets = {each.id: each for each in content.sets}
    places = {
        group.id: Place(each, message, group, "message")
        for each in content.sets
        for message in each.messages
        for group in message.groups
    }
    for rule in content.rules:
        if rule.set in sets and rule.output is not None and rule.output.group is not None:
            group = Group(rule.output.group, (), (_signal(0, rule.name, rule.output, rule.comment),))
            places[group.id] = Place(sets[rule.set], _message(rule.id, DERIVED, group), group, "derived")
    for definition in content.objects:
        if definition.set in sets:
            signals = (_signal(signal.slot, signal.name, signal, signal.comment) for signal in definition.signals)
            group = Group(definition.group, (), tuple(signals))
            message = _message(definition.id, definition.name, group)
            places[group.id] = Place(sets[definition.set], message, group, "object")
    return places


def groups_of(content: Content, model: int) -> frozenset[int]:
    """The groups that machines of a model can give rows to, but for derived signals'; none where the content has no
    such model.
    """
    bound = {binding.set for each in content.models if each.id == model for binding in each.sets}
    own = {
        group.id
        for definition_set in content.sets
        if definition_set.id in bound
        for message in definition_set.messages
        for group in message.groups
    }
    return frozenset(own | {each.group for each in content.objects if each.set in bound})


def _message(number: int, name: str, group: Group) -> Message:
    return Message(
        id=number,
        name=name,
        match="id",
        can_id=0,
        extended=False,
        pgn=None,
        j1939=False,
        length=0,
        cycle_time=None,
        frame_format=None,
        comment="",
        groups=(group,),
    )


def _signal(slot: int, name: str, said: Output | ObjectSignal, comment: str) -> Signal:
    return Signal(
        slot=slot,
        name=name,
        start=0,
        length=64,
        byte_order="little",
        type="float",
        scale=1.0,
        offset=0.0,
        minimum=said.minimum,
        maximum=said.maximum,
        unit=said.unit,
        enum=said.enum,
        spn=None,
        sentinels="none",
        comment=comment,
    )
