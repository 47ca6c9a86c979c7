"""What the page that tries frames sends. Its fields begin with `try-`, as a message's own form may come with them."""

import json
from typing import Any

from django import forms

from duco_cms.definitions.models import Message
from duco_cms.definitions.models.messages import MESSAGE_BYTES_MAXIMUM
from duco_cms.definitions.models.written import NAME_CHARACTERS, TEXT_CHARACTERS
from parsing.proof.pasted import MOST_CHARACTERS, GivenFrame, NotFramesError, bounded, given_frame, read_frames

PREFIX = "try"
FRAMES_CHARACTERS = 400_000
DEVICE_CHARACTERS = 128
_ADDRESS = 0xFF


class MessageOfSetForm(forms.Form):
    """`message`: the one that the page is of. `edited`: its form is sent too, and stands in its place."""

    message = forms.ModelChoiceField(Message.objects.none(), required=False)
    edited = forms.BooleanField(required=False)

    def __init__(self, data: Any, definition_set: int) -> None:
        super().__init__(data, prefix=PREFIX)
        messages = Message.objects.filter(definition_set=definition_set).select_related("definition_set")
        self.fields["message"].queryset = messages  # type: ignore[attr-defined]  # of this field


class MachineForm(MessageOfSetForm):
    machine = forms.CharField(max_length=DEVICE_CHARACTERS, required=False)


class TryForm(MachineForm):
    """Frames as they were pasted (`pasted`), or as JSON (`frames`): a list of {ts, bus, id, data}."""

    pasted = forms.CharField(max_length=MOST_CHARACTERS, required=False, strip=False)
    frames = forms.CharField(max_length=FRAMES_CHARACTERS, required=False)
    rules = forms.BooleanField(required=False)

    given: list[GivenFrame]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        listed, pasted = cleaned.get("frames", ""), cleaned.get("pasted", "")
        if not self.errors:
            try:
                self.given = bounded(_listed(listed)) if listed else read_frames(pasted)
            except NotFramesError as fault:
                raise forms.ValidationError(str(fault)) from None
        return cleaned


class ProposalForm(MachineForm):
    """A payload that `of`, a message of the set, matched, and where it came from."""

    of = forms.IntegerField()
    id = forms.RegexField(r"^[0-9A-Fa-f]{3}(?:[0-9A-Fa-f]{5})?$")
    payload = forms.RegexField(r"^(?:[0-9A-Fa-f]{2})*$", max_length=2 * MESSAGE_BYTES_MAXIMUM, required=False)
    title = forms.CharField(max_length=NAME_CHARACTERS, required=False)
    ts = forms.IntegerField(required=False, min_value=0, max_value=2**53)
    partition = forms.IntegerField(required=False, min_value=0, max_value=2**16)
    offset = forms.IntegerField(required=False, min_value=0, max_value=2**63 - 1)
    index = forms.IntegerField(required=False, min_value=0, max_value=2**32)
    rejected = forms.BooleanField(required=False)

    @property
    def source_address(self) -> int:
        return int(self.cleaned_data["id"], 16) & _ADDRESS


class KeptForm(MessageOfSetForm):
    text = forms.CharField(max_length=TEXT_CHARACTERS, strip=False)

    def clean_text(self) -> str:
        return str(self.cleaned_data["text"]).replace("\r\n", "\n")


def _listed(text: str) -> list[GivenFrame]:
    try:
        listed = json.loads(text)
    except (ValueError, RecursionError):
        raise NotFramesError("The frames were not sent as this page sends them.") from None
    if not isinstance(listed, list):
        raise NotFramesError("The frames were not sent as this page sends them.")
    return [_given(each) for each in listed]


def _given(each: object) -> GivenFrame:
    match each:
        case {"ts": (int() | None) as ts, "bus": int(bus), "id": str(identity), "data": str(data)}:
            return given_frame(ts, bus, identity, data)
        case _:
            raise NotFramesError("The frames were not sent as this page sends them.")
