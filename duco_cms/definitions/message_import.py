"""Messages, groups and signals of an import, brought into the rows that are there."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from duco_cms.definitions.models import DefinitionSet, Enum, Message, Signal, SignalGroup
from duco_cms.definitions.models.messages import Match
from duco_cms.definitions.rows import imported_of
from duco_cms.definitions.stored import stored_set
from parsing.dbc import ImportedGroup, ImportedMessage, ImportedSignal

MESSAGE_FIELDS = (
    "name", "match", "can_id", "extended", "pgn", "j1939", "length", "cycle_time", "comment", "position",
)  # fmt: skip
SIGNAL_FIELDS = (
    "name", "start", "length", "byte_order", "type", "scale", "offset", "minimum", "maximum", "unit", "spn",
    "sentinels", "comment",
)  # fmt: skip
FURTHER_MESSAGE_FIELDS = ("title", "timeout", "source_address", "dtcs", "notes")
FURTHER_SIGNAL_FIELDS = ("not_available", "error", "notes")
"""What a DBC cannot say: an import of one leaves it as it is."""

BATCH = 500


class _Named(Protocol):
    @property
    def name(self) -> str: ...


Row = TypeVar("Row", Message, Signal)
New = TypeVar("New", bound=_Named)


def bring_up_messages(
    definition_set: DefinitionSet, imported: Iterable[ImportedMessage], enums: Mapping[str, Enum], *, whole: bool
) -> None:
    """Make the set's messages those of the import; whatever is not in it ends up retired.

    `whole`: the import says all that a definition has.
    """
    wanted = list(imported)
    same = _said_the_same(definition_set, wanted) if whole else set()
    wanted = [each for each in wanted if each.name not in same]
    messages = Message.objects.filter(definition_set=definition_set).exclude(name__in=same).order_by("retired", "-pk")
    rows = list(messages.prefetch_related("groups__signals"))
    numbers = [row.pk for row in rows]
    # All are retired first: names and ids are unique among what is not, and an import may exchange them.
    Message.objects.filter(pk__in=numbers).update(retired=True)
    SignalGroup.objects.filter(message__in=numbers).update(known=False)
    Signal.objects.filter(group__message__in=numbers).update(retired=True)
    groups = _Groups(enums, whole=whole)
    for new, row in known_again(wanted, rows, _frames):
        message = row or Message(definition_set=definition_set)
        for field in MESSAGE_FIELDS + (FURTHER_MESSAGE_FIELDS if whole else ()):
            setattr(message, field, plain(getattr(new, field)))
        if message.match != Match.PGN:
            message.source_address = None
        message.frame_format = new.frame_format or ""
        message.retired = False
        message.save()
        there = {repr(group.condition): group for group in row.groups.all()} if row else {}
        for position, imported_group in enumerate(new.groups):
            groups.bring_up(message, imported_group, there.get(repr(plain(imported_group.condition))), position)


def _said_the_same(definition_set: DefinitionSet, wanted: Iterable[ImportedMessage]) -> set[str]:
    """Names of messages whose rows say what is wanted; they move to their new places in the text. The set's enums are
    up to date.
    """
    stored = stored_set(definition_set)
    there = {each.name: each for each in imported_of(stored).messages}
    numbers = {row["name"]: row["id"] for row in stored.messages}
    same = [each for each in wanted if there.get(each.name) == each]
    moved = [Message(pk=numbers[each.name], position=each.position) for each in same if _moves(each, there[each.name])]
    Message.objects.bulk_update(moved, ["position"], batch_size=BATCH)
    return {each.name for each in same}


def _moves(new: ImportedMessage, old: ImportedMessage) -> bool:
    return new.position != old.position


def plain(value: Any) -> Any:
    """JSON has lists where records have tuples."""
    return [plain(each) for each in value] if isinstance(value, tuple) else value


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
    if message.match == "pgn":
        return "pgn", message.pgn, message.source_address
    return message.extended, message.can_id


def _bits(signal: ImportedSignal | Signal) -> Hashable:
    return signal.start, signal.length, signal.byte_order, signal.type


class _Groups:
    """Brings groups and their signals up, of a set with these enums."""

    def __init__(self, enums: Mapping[str, Enum], *, whole: bool) -> None:
        self._enums = enums
        self._whole = whole
        self._signal_fields = SIGNAL_FIELDS + (FURTHER_SIGNAL_FIELDS if whole else ())

    def bring_up(self, message: Message, imported: ImportedGroup, there: SignalGroup | None, position: int) -> None:
        group = there or SignalGroup(message=message, condition=plain(imported.condition))
        group.known, group.position = not imported.signals, position
        if self._whole:
            group.title = imported.title
        group.save()
        rows = sorted(there.signals.all(), key=lambda signal: (signal.retired, -signal.slot)) if there else []
        positions = {new.name: number for number, new in enumerate(imported.signals)}
        pairs = known_again(imported.signals, rows, _bits)
        self._keep([(new, row) for new, row in pairs if row is not None], positions)
        self._add(group, [new for new, row in pairs if row is None], positions)

    def _keep(self, pairs: Iterable[tuple[ImportedSignal, Signal]], positions: Mapping[str, int]) -> None:
        """What did not change is only no longer retired; and that comes first, as names may have changed hands."""
        unchanged: list[int] = []
        changed: list[Signal] = []
        differing = {"retired"}
        for new, row in pairs:
            fields = self._fields(new, positions)
            different = {field for field, value in fields.items() if getattr(row, field) != value}
            if not different:
                unchanged.append(row.pk)
                continue
            for field in different:
                setattr(row, field, fields[field])
            row.retired = False
            changed.append(row)
            differing |= different
        Signal.objects.filter(pk__in=unchanged).update(retired=False)
        # Each field costs as much again.
        names = sorted(field.removesuffix("_id") for field in differing)
        Signal.objects.bulk_update(changed, names, batch_size=BATCH)

    def _add(self, group: SignalGroup, imported: Sequence[ImportedSignal], positions: Mapping[str, int]) -> None:
        if not imported:
            return
        slots = group.take_slots(len(imported))
        fields = [self._fields(new, positions) for new in imported]
        signals = [Signal(group=group, slot=slot, **each) for slot, each in zip(slots, fields, strict=True)]
        Signal.objects.bulk_create(signals, batch_size=BATCH)

    def _fields(self, new: ImportedSignal, positions: Mapping[str, int]) -> dict[str, Any]:
        fields = {field: plain(getattr(new, field)) for field in self._signal_fields}
        enum = self._enums[new.enum].pk if new.enum is not None else None
        return {**fields, "enum_id": enum, "position": positions[new.name]}
