"""Messages, groups and signals of an import, brought into the rows that are there."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from duco_cms.definitions.models import DefinitionSet, Enum, Message, Signal, SignalGroup
from parsing.dbc import ImportedGroup, ImportedMessage, ImportedSignal

MESSAGE_FIELDS = ("name", "match", "can_id", "extended", "pgn", "j1939", "length", "cycle_time", "comment")
SIGNAL_FIELDS = (
    "name", "start", "length", "byte_order", "type", "scale", "offset", "minimum", "maximum", "unit", "spn",
    "sentinels", "comment",
)  # fmt: skip
BATCH = 500


class _Named(Protocol):
    @property
    def name(self) -> str: ...


Row = TypeVar("Row", Message, Signal)
New = TypeVar("New", bound=_Named)


def bring_up_messages(
    definition_set: DefinitionSet, imported: Iterable[ImportedMessage], enums: Mapping[str, Enum]
) -> None:
    """Make the set's messages those of the import; whatever is not in it ends up retired."""
    wanted = list(imported)
    messages = Message.objects.filter(definition_set=definition_set).order_by("retired", "-pk")
    rows = list(messages.prefetch_related("groups__signals"))
    # All are retired first: names and ids are unique among what is not, and an import may exchange them.
    Message.objects.filter(definition_set=definition_set).update(retired=True)
    Signal.objects.filter(group__message__definition_set=definition_set).update(retired=True)
    for new, row in known_again(wanted, rows, _frames):
        message = row or Message(definition_set=definition_set)
        for field in MESSAGE_FIELDS:
            setattr(message, field, getattr(new, field))
        message.frame_format = new.frame_format or ""
        message.retired = False
        message.save()
        groups = {repr(group.condition): group for group in row.groups.all()} if row else {}
        for imported_group in new.groups:
            _bring_up_group(message, imported_group, groups, enums)


def known_again(
    wanted: Iterable[New], rows: Iterable[Row], key: Callable[[New | Row], Hashable]
) -> list[tuple[New, Row | None]]:
    """Each new item with the row that it is, if any: the one of its name, else the one of its `key`.

    Of several rows the first is taken, and no row twice. A row whose name the import has is no other item's.
    """
    wanted = list(wanted)
    names = {new.name for new in wanted}
    by_name: dict[str, Row] = {}
    by_key: dict[Hashable, Row] = {}
    for row in rows:
        by_name.setdefault(row.name, row)
        if row.name not in names:
            by_key.setdefault(key(row), row)
    return [(new, by_name.get(new.name) or by_key.pop(key(new), None)) for new in wanted]


def _frames(message: ImportedMessage | Message) -> Hashable:
    return ("pgn", message.pgn) if message.match == "pgn" else (message.extended, message.can_id)


def _bits(signal: ImportedSignal | Signal) -> Hashable:
    return signal.start, signal.length, signal.byte_order, signal.type


def _bring_up_group(
    message: Message, imported: ImportedGroup, there: Mapping[str, SignalGroup], enums: Mapping[str, Enum]
) -> None:
    condition = [[multiplexor, [[low, high] for low, high in ranges]] for multiplexor, ranges in imported.condition]
    group = there.get(repr(condition))
    rows: list[Signal] = []
    if group is None:
        group = SignalGroup.objects.create(message=message, condition=condition)
    else:
        rows = sorted(group.signals.all(), key=lambda signal: (signal.retired, -signal.slot))
    pairs = known_again(imported.signals, rows, _bits)
    _keep([(new, row) for new, row in pairs if row is not None], enums)
    _add(group, [new for new, row in pairs if row is None], enums)


def _keep(pairs: Iterable[tuple[ImportedSignal, Signal]], enums: Mapping[str, Enum]) -> None:
    """What did not change is only no longer retired; and that comes first, as names may have changed hands."""
    unchanged: list[int] = []
    changed: list[Signal] = []
    for new, row in pairs:
        fields = _fields(new, enums)
        if all(getattr(row, field) == value for field, value in fields.items()):
            unchanged.append(row.pk)
        else:
            for field, value in fields.items():
                setattr(row, field, value)
            row.retired = False
            changed.append(row)
    Signal.objects.filter(pk__in=unchanged).update(retired=False)
    Signal.objects.bulk_update(changed, [*SIGNAL_FIELDS, "enum", "retired"], batch_size=BATCH)


def _add(group: SignalGroup, imported: Sequence[ImportedSignal], enums: Mapping[str, Enum]) -> None:
    if not imported:
        return
    slots = group.take_slots(len(imported))
    signals = [Signal(group=group, slot=slot, **_fields(new, enums)) for slot, new in zip(slots, imported, strict=True)]
    Signal.objects.bulk_create(signals, batch_size=BATCH)


def _fields(new: ImportedSignal, enums: Mapping[str, Enum]) -> dict[str, Any]:
    fields = {field: getattr(new, field) for field in SIGNAL_FIELDS}
    return {**fields, "enum_id": enums[new.enum].pk if new.enum is not None else None}
