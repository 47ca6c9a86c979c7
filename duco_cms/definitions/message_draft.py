"""The page of a message as a draft: how the message stood when the page was opened, and what was done to its signals.

Nothing of it is kept but in the page itself, until it is saved.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import QuerySet

from duco_cms.definitions.models import Message, Signal, SignalGroup

ROW_FIELDS = (
    "name", "start", "length", "byte_order", "type", "scale", "offset", "minimum", "maximum", "unit", "spn", "retired",
)  # fmt: skip
"""What the page edits of a signal; the rest is on the signal's own page."""

MESSAGE_FIELDS = (
    "name", "title", "definition_set", "retired", "tags", "comment", "match", "can_id", "extended", "pgn",
    "source_address", "j1939", "length", "cycle_time", "timeout", "frame_format", "dtcs",
)  # fmt: skip
GROUP_FIELDS = ("title", "condition", "known")
MESSAGE_LABELS = {each.name: str(each.verbose_name) for each in Message._meta.concrete_fields}
SIGNAL_LABELS = {each.name: str(each.verbose_name) for each in Signal._meta.concrete_fields}
MAY_BE_NOTHING = ("minimum", "maximum", "spn")
NEW = "new-"
EDITS_MAXIMUM = 5_000
TAKEN = "Another signal under this condition has this name."

Snapshot = dict[str, Any]


def snapshot(message: Message | None) -> Snapshot:
    """What the page shows of a message, as JSON can say it: `message` by field, `groups` and `signals` in use as lists.

    Within a transaction the rows are held until it ends.
    """
    if message is None:
        return {"message": {}, "groups": [], "signals": []}
    own = {name: message.serializable_value(name) for name in MESSAGE_FIELDS}
    groups = SignalGroup.objects.filter(message=message).order_by("position", "id")
    shown = ("id", "group", *ROW_FIELDS)
    signals = signals_of(message).filter(retired=False).order_by("group__position", "group_id", "position", "slot")
    return {
        "message": {**own, "can_id": message.can_id_text},
        "groups": list(groups.values("id", *GROUP_FIELDS)),
        "signals": list(signals.values(*shown)),
    }


def read_base(text: str) -> Snapshot | None:
    """A snapshot as a page sends it back; None: no page sent it. Raises ValueError for what no page of ours sent."""
    if not text:
        return None
    try:
        base = json.loads(text)
    except RecursionError as error:
        raise ValueError("too deep") from error
    match base:
        case {"message": dict(), "groups": list(groups), "signals": list(signals)} if all(
            isinstance(row, dict) and isinstance(row.get("id"), int) for row in [*groups, *signals]
        ):
            return dict(base)
        case _:
            raise ValueError("no snapshot of a message")


def hold(message: Message) -> None:
    """Until the transaction ends nobody else changes the message, its groups or its signals."""
    list(Message.objects.filter(pk=message.pk).select_for_update().values_list("pk"))
    list(SignalGroup.objects.filter(message=message).select_for_update().values_list("pk"))
    list(signals_of(message).select_for_update(of=("self",)).values_list("pk"))
    message.refresh_from_db()


def signals_of(message: Message) -> QuerySet[Signal]:
    return Signal.objects.filter(group__message=message)


@dataclass(frozen=True, slots=True)
class RowEdit:
    """What was done to one signal. `key` is its id, or begins with `NEW`; `group` is that of a new one, None = the
    unconditional one.
    """

    key: str
    fields: dict[str, Any]
    group: int | None = None

    @property
    def is_new(self) -> bool:
        return self.key.startswith(NEW)

    def as_json(self) -> dict[str, Any]:
        return {"key": self.key, "group": self.group, "fields": self.fields}


def read_edits(text: str) -> list[RowEdit]:
    """As the page sends them. Raises ValueError for what no page of ours sent."""
    try:
        listed = json.loads(text or "[]")
    except RecursionError as error:
        raise ValueError("too deep") from error
    if not isinstance(listed, list) or len(listed) > EDITS_MAXIMUM:
        raise ValueError("no list of at most 5000 edits")
    return [_edit(each) for each in listed]


def _edit(given: object) -> RowEdit:
    match given:
        case {"key": str(key), "fields": dict(fields), "group": (int() | None) as group} if fields.keys() <= set(
            ROW_FIELDS
        ) and all(map(_is_value, fields.values())):
            return RowEdit(key, fields, group)
        case _:
            raise ValueError("no edit of a signal")


def _is_value(value: object) -> bool:
    """Of what a field can be; of texts those that PostgreSQL can hold."""
    if isinstance(value, str):
        return "\0" not in value and not any(0xD800 <= ord(each) < 0xE000 for each in value)  # noqa: PLR2004 - surrogates
    return value is None or isinstance(value, int | float)


@dataclass
class Draft:
    """The edits of a message's signals, on the rows as they are. `errors`: by key and field."""

    message: Message
    edits: Sequence[RowEdit]
    errors: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    _signals: list[Signal] = field(default_factory=list)
    _edited: list[tuple[RowEdit, Signal]] = field(default_factory=list)
    _groupless: list[Signal] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._signals = list(signals_of(self.message).select_related("group", "enum")) if self.message.pk else []
        by_key = {str(signal.pk): signal for signal in self._signals}
        groups = {signal.group.pk: signal.group for signal in self._signals}
        if self.message.pk:
            groups |= {group.pk: group for group in SignalGroup.objects.filter(message=self.message)}
        for edit in self.edits:
            if edit.is_new:
                self._add(edit, groups)
            elif edit.key in by_key:
                self._change(edit, by_key[edit.key])
            else:
                self._say(edit.key, {NON_FIELD_ERRORS: ["The signal is no longer there."]})
        self._check_names()

    @property
    def signals(self) -> list[Signal]:
        """All that are in use, as they would be; new ones have no slot yet, and may have no group."""
        return [signal for signal in self._signals if not signal.retired]

    def errors_said(self) -> Iterator[str]:
        """A line for each, with the signal's name."""
        names = {edit.key: signal.name for edit, signal in self._edited}
        for key, fields in self.errors.items():
            for name, texts in fields.items():
                label = f" ({SIGNAL_LABELS[name]})" if name in SIGNAL_LABELS else ""
                yield f"{names.get(key) or 'A signal'}{label}: {' '.join(texts)}"

    def save(self) -> list[tuple[Signal, list[str]]]:
        """Gives what was saved, each with its changed fields; none of a new signal. The message is saved by then."""
        changed = [signal for edit, signal in self._edited if not edit.is_new]
        # All are retired first: names are unique among what is not, and signals may exchange them.
        Signal.objects.filter(pk__in=[signal.pk for signal in changed]).update(retired=True)
        for signal in self._groupless:
            signal.group = unconditional_group(self.message)
        for _, signal in self._edited:
            signal.save()
        return [(signal, [] if edit.is_new else list(edit.fields)) for edit, signal in self._edited]

    def _add(self, edit: RowEdit, groups: dict[int, SignalGroup]) -> None:
        signal = Signal()
        if edit.group is not None:
            if edit.group not in groups:
                self._say(edit.key, {NON_FIELD_ERRORS: ["The condition is no longer there."]})
                return
            signal.group = groups[edit.group]
        else:
            unconditional = next((group for group in groups.values() if not group.condition), None)
            if unconditional is None:
                self._groupless.append(signal)
            else:
                signal.group = unconditional
        self._signals.append(signal)
        self._change(edit, signal)

    def _change(self, edit: RowEdit, signal: Signal) -> None:
        for name, value in edit.fields.items():
            is_empty = value == "" and name in MAY_BE_NOTHING
            setattr(signal, name, None if is_empty else value)
        try:
            signal.full_clean(exclude={"slot", "group", "enum"})
        except ValidationError as error:
            self._say(edit.key, error.message_dict)
        self._edited.append((edit, signal))

    def _check_names(self) -> None:
        taken: dict[tuple[int | None, str], Signal] = {}
        edited = {id(signal): edit.key for edit, signal in self._edited}
        # Those that nobody touched have their names first.
        for signal in sorted(self.signals, key=lambda each: id(each) in edited):
            first = taken.setdefault((signal.group_id, signal.name), signal)
            if first is not signal and id(signal) in edited:
                self._say(edited[id(signal)], {"name": [TAKEN]})

    def _say(self, key: str, errors: dict[str, list[str]]) -> None:
        said = self.errors.setdefault(key, {})
        for name, texts in errors.items():
            said.setdefault(name, []).extend(texts)


def unconditional_group(message: Message) -> SignalGroup:
    return SignalGroup.objects.get_or_create(message=message, condition=[])[0]
