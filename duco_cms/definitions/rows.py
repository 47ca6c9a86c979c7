"""What the rows of a definition set say, as an import gives it: to be written as text."""

from typing import Any

from django.db.models import Prefetch

from duco_cms.definitions.models import DefinitionSet, Enum, Message, Signal, SignalGroup
from parsing.dbc import ImportedEnum, ImportedGroup, ImportedMessage, ImportedSet, ImportedSignal
from parsing.dbc.records import Note
from parsing.definitions import Condition, DtcList, Otherwise, Range, RawRange

MESSAGE_FIELDS = (
    "name", "match", "can_id", "extended", "pgn", "j1939", "length", "cycle_time", "comment", "title", "timeout",
    "source_address", "position",
)  # fmt: skip
SIGNAL_FIELDS = (
    "name", "start", "length", "byte_order", "type", "scale", "offset", "minimum", "maximum", "unit", "spn",
    "sentinels", "comment",
)  # fmt: skip


def imported_of(definition_set: DefinitionSet) -> ImportedSet:
    """But for what is retired; in the order of the text, and behind that in the order in which it was made."""
    signals = Signal.objects.filter(retired=False).select_related("enum").order_by("position", "slot")
    groups = SignalGroup.objects.order_by("position", "id").prefetch_related(Prefetch("signals", queryset=signals))
    messages = (
        Message.objects.filter(definition_set=definition_set, retired=False)
        .order_by("position", "id")
        .prefetch_related(Prefetch("groups", queryset=groups))
    )
    return ImportedSet(
        name=definition_set.name,
        enums=imported_enums(definition_set),
        messages=tuple(_message(message) for message in messages),
        findings=(),
        notes=_notes(definition_set.notes),
    )


def imported_enums(definition_set: DefinitionSet) -> tuple[ImportedEnum, ...]:
    """In the same order."""
    enums = Enum.objects.filter(definition_set=definition_set).order_by("position", "id")
    return tuple(_enum(enum) for enum in enums)


def _enum(enum: Enum) -> ImportedEnum:
    return ImportedEnum(
        name=enum.name,
        values=tuple((number, text) for number, text in enum.values),
        type=enum.type or None,
        titles=tuple((number, title) for number, title in enum.titles),
        otherwise=Otherwise(enum.otherwise, enum.otherwise_title) if enum.otherwise else None,
        notes=_notes(enum.notes),
        position=enum.position,
    )


def _message(message: Message) -> ImportedMessage:
    fields: dict[str, Any] = {name: getattr(message, name) for name in MESSAGE_FIELDS}
    return ImportedMessage(
        **fields,
        frame_format=message.frame_format or None,  # type: ignore[arg-type]  # one of its choices
        groups=tuple(_group(group) for group in message.groups.all() if group.known or group.signals.all()),
        dtcs=tuple(DtcList(*each) for each in message.dtcs),
        notes=_notes(message.notes),
    )


def _group(group: SignalGroup) -> ImportedGroup:
    condition = tuple(Condition(name, tuple(Range(*each) for each in ranges)) for name, ranges in group.condition)
    return ImportedGroup(condition, tuple(_signal(signal) for signal in group.signals.all()), group.title)


def _signal(signal: Signal) -> ImportedSignal:
    fields: dict[str, Any] = {name: getattr(signal, name) for name in SIGNAL_FIELDS}
    return ImportedSignal(
        **fields,
        enum=signal.enum.name if signal.enum else None,
        not_available=RawRange(*signal.not_available) if signal.not_available else None,
        error=RawRange(*signal.error) if signal.error else None,
        notes=_notes(signal.notes),
    )


def _notes(notes: list[Any]) -> tuple[Note, ...]:
    return tuple(Note(at, tuple(above), behind) for at, above, behind in notes)
