"""The form of a message: its own fields, and what the page did to its signals."""

from collections.abc import Sequence
from itertools import islice
from typing import Any

from django import forms
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import ValidationError
from unfold.widgets import UnfoldAdminTextInputWidget

from duco_cms.definitions.message_draft import MESSAGE_FIELDS, Draft, read_edits
from duco_cms.definitions.models import Message, Signal
from parsing.definitions import pgn_of

ERRORS_SAID = 20
UNREADABLE = "The signals were not sent as this page sends them. Open it again."


class MessageForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic when it runs
    """The id is written in hex, as engineers read it. `signals` in the data are edits as JSON; see `message_draft`."""

    user: User | AnonymousUser | None = None
    draft: Draft | None = None
    is_stale = False
    """Somebody else changed the message since the page was opened: nothing is saved before that was looked at."""

    saved_signals: Sequence[tuple[Signal, list[str]]] = ()
    """Set when they are saved: each with its changed fields."""

    can_id = forms.CharField(label="CAN id", max_length=10, widget=UnfoldAdminTextInputWidget, help_text="Hexadecimal.")

    class Meta:
        model = Message
        fields = list(MESSAGE_FIELDS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["can_id"] = self.instance.can_id_text

    def clean_can_id(self) -> int:
        try:
            return int(self.cleaned_data["can_id"], 16)
        except ValueError:
            raise forms.ValidationError("Write the id in hexadecimal digits.") from None

    def clean(self) -> dict[str, Any] | None:
        """The PGN follows from a 29-bit id; it is asked for only so that it can be seen and searched."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("pgn") is None and cleaned.get("extended") and "can_id" in cleaned:
            cleaned["pgn"] = pgn_of(cleaned["can_id"])
        if self.is_stale:
            self.add_error(None, "Somebody else saved this message meanwhile. Look at the changes, and save again.")
        return cleaned

    def full_clean(self) -> None:
        """The signals are held against the message as it is to be."""
        super().full_clean()
        if self.is_bound:
            self._clean_signals()

    def _clean_signals(self) -> None:
        try:
            self.draft = Draft(self.instance, read_edits(self.data.get("signals", "")))
        except ValueError:
            self.add_error(None, UNREADABLE)
            return
        for text in islice(self.draft.errors_said(), ERRORS_SAID):
            self.add_error(None, text)
        if self.user is not None:
            self._check_permissions(self.user, self.draft)

    def _check_permissions(self, user: User | AnonymousUser, draft: Draft) -> None:
        needed = {"definitions.add_signal" if edit.is_new else "definitions.change_signal" for edit in draft.edits}
        if not user.has_perms(sorted(needed)):
            self.add_error(None, ValidationError("You may not change signals.", code="forbidden"))

    @property
    def page_state(self) -> dict[str, Any]:
        """What the page's script goes on from: edits that were not saved, and what is wrong with them."""
        if self.draft is None:
            return {"edits": [], "errors": {}}
        return {"edits": [edit.as_json() for edit in self.draft.edits], "errors": self.draft.errors}
