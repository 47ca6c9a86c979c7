"""Two people change one message: what the other saved since the page was opened, beside what is on the page.

What only one of them changed is taken from that one. What both changed is asked; until it is answered it is as on the
page, so that nothing typed is lost.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict

from duco_cms.definitions.message_draft import (
    GROUP_FIELDS,
    MESSAGE_FIELDS,
    MESSAGE_LABELS,
    ROW_FIELDS,
    SIGNAL_LABELS,
    RowEdit,
    Snapshot,
)
from duco_cms.definitions.models import SignalGroup

CHOICE = "choice-"
THEIRS = "theirs"
NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Difference:
    """`opened`: as it was when the page was opened. `choice`: under which name it is asked; "": nobody else changed it,
    so theirs is on the page now.
    """

    where: str
    field: str
    opened: str
    theirs: str
    mine: str = ""
    choice: str = ""


class Merge:
    """Of a page that was sent (`data`, `edits`) with how the message stood when it was opened and how it stands now.

    Changes `data` and `edits`; `differences` are what the other did.
    """

    def __init__(
        self,
        fields: Mapping[str, forms.Field],
        data: QueryDict,
        edits: list[RowEdit],
        opened: Snapshot,
        now: Snapshot,
    ) -> None:
        self.data, self.edits = data, edits
        self._opened, self._now = opened, now
        self._take_theirs(fields)
        self.differences = [*self._of_message(fields), *self._of_groups(), *self._of_signals()]

    def _take_theirs(self, fields: Mapping[str, forms.Field]) -> None:
        """Where that was the answer."""
        chosen = {name for name, value in self.data.items() if name.startswith(CHOICE) and value == THEIRS}
        for name in MESSAGE_FIELDS:
            if f"{CHOICE}message-{name}" in chosen:
                _put(self.data, name, fields[name], self._now["message"][name])
        for group in self._now["groups"]:
            for name, put_as in self._posted_group(group["id"]):
                if f"{CHOICE}group-{group['id']}-{name}" in chosen:
                    _put(self.data, put_as, GROUP_FORM[name], group[name])
        for edit in self.edits:
            for name in list(edit.fields):
                if f"{CHOICE}signal-{edit.key}-{name}" in chosen:
                    del edit.fields[name]
        self.edits[:] = [edit for edit in self.edits if edit.is_new or edit.fields]

    def _of_message(self, fields: Mapping[str, forms.Field]) -> Iterator[Difference]:
        opened, now = self._opened["message"], self._now["message"]
        for name in MESSAGE_FIELDS:
            label = MESSAGE_LABELS[name]
            change = _Change("message", label, f"{CHOICE}message-{name}", opened.get(name), now[name])
            yield from self._of_form(change, name, fields[name])

    def _of_groups(self) -> Iterator[Difference]:
        before = {group["id"]: group for group in self._opened["groups"]}
        for group in self._now["groups"]:
            where = f"condition {group['condition']}"
            if group["id"] not in before:
                yield Difference(where, "", NOTHING, "added")
                continue
            for name, posted in self._posted_group(group["id"]):
                choice = f"{CHOICE}group-{group['id']}-{name}"
                change = _Change(where, name, choice, before[group["id"]].get(name), group[name])
                yield from self._of_form(change, posted, GROUP_FORM[name])

    def _of_form(self, change: "_Change", posted: str, field: forms.Field) -> Iterator[Difference]:
        """Of a field of a form: theirs is put where the page did not change it."""
        if change.opened == change.theirs:
            return
        mine = field.widget.value_from_datadict(self.data, {}, posted)
        if not field.has_changed(change.opened, mine):
            _put(self.data, posted, field, change.theirs)
            yield change.said()
        elif field.has_changed(change.theirs, mine):
            yield change.asked(mine)

    def _of_signals(self) -> Iterator[Difference]:
        before = {signal["id"]: signal for signal in self._opened["signals"]}
        now = {signal["id"]: signal for signal in self._now["signals"]}
        edits = {edit.key: edit.fields for edit in self.edits}
        for number, signal in now.items():
            if number not in before:
                yield Difference(signal["name"], "", NOTHING, f"added: {signal['start']}|{signal['length']}")
                continue
            mine = edits.get(str(number), {})
            for name in ROW_FIELDS:
                yield from _of_signal(signal, before[number].get(name), name, mine)
        for number, signal in before.items():
            if number not in now:
                yield Difference(str(signal.get("name")), "", "in use", "retired")

    def _posted_group(self, number: int) -> Iterator[tuple[str, str]]:
        """The fields of a condition that the page sent: the names there and in the data."""
        for position in range(len(self._now["groups"])):
            if self.data.get(f"groups-{position}-id") == str(number):
                yield from ((name, f"groups-{position}-{name}") for name in GROUP_FIELDS)


@dataclass(frozen=True, slots=True)
class _Change:
    where: str
    field: str
    choice: str
    opened: Any
    theirs: Any

    def said(self) -> Difference:
        return Difference(self.where, self.field, _text(self.opened), _text(self.theirs))

    def asked(self, mine: Any) -> Difference:
        return Difference(
            self.where, self.field, _text(self.opened), _text(self.theirs), _text(mine), choice=self.choice
        )


def _of_signal(signal: Mapping[str, Any], opened: Any, name: str, mine: Mapping[str, Any]) -> Iterator[Difference]:
    if opened == signal[name]:
        return
    label = SIGNAL_LABELS[name]
    change = _Change(signal["name"], label, f"{CHOICE}signal-{signal['id']}-{name}", opened, signal[name])
    if name not in mine:
        yield change.said()
    elif _text(mine[name]) != _text(signal[name]):
        yield change.asked(mine[name])


GROUP_FORM: Mapping[str, forms.Field] = forms.modelform_factory(SignalGroup, fields=list(GROUP_FIELDS)).base_fields


def _put(data: QueryDict, name: str, field: forms.Field, value: Any) -> None:
    """As the browser would send it."""
    if isinstance(field, forms.BooleanField):
        if value:
            data[name] = "on"
        else:
            data.pop(name, None)
        return
    data[name] = "" if value is None else str(field.prepare_value(value))


def _text(value: Any) -> str:
    match value:
        case None | "" | []:
            return "none"
        case True | False:
            return "yes" if value else "no"
        case float():
            return f"{value:.17g}" if value != round(value, 12) else f"{value:g}"
        case _:
            return str(value)
