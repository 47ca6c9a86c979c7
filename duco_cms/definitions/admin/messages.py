"""Messages, their groups, and their signals by the page."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from unfold.admin import TabularInline
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.datasets import BaseDataset
from unfold.widgets import UnfoldAdminTextInputWidget

from duco_cms.definitions.admin.listing import KeptModelAdmin, lines
from duco_cms.definitions.admin.signals import SignalColumns
from duco_cms.definitions.models import Message, Signal, SignalGroup
from parsing.definitions import pgn_of


class GroupInline(TabularInline):
    model = SignalGroup
    extra = 0
    fields = ["id", "title", "condition", "known"]
    readonly_fields = ["id"]
    per_page = 20
    formfield_overrides = lines(1)
    can_delete = False


class MessageSignals(SignalColumns):
    """The signals of the message whose page this is."""

    list_display = ["name", "unit", "spn", "bits", "conversion", "limits", "condition", "in_use"]
    search_fields = ["name", "=spn", "=unit"]
    list_per_page = 25
    extra_context: dict[str, Any]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Signal]:
        signals = super().get_queryset(request).select_related("group__message")
        return signals.filter(group__message=self.extra_context.get("object"))


class SignalDataset(BaseDataset):
    model = Signal
    model_admin = MessageSignals
    title = "Signals"


class MessageForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic when it runs
    """The id is written in hex, as engineers read it."""

    can_id = forms.CharField(label="CAN id", max_length=10, widget=UnfoldAdminTextInputWidget, help_text="Hexadecimal.")

    class Meta:
        model = Message
        fields = [
            "name",
            "title",
            "definition_set",
            "retired",
            "comment",
            "match",
            "can_id",
            "extended",
            "pgn",
            "source_address",
            "j1939",
            "length",
            "cycle_time",
            "timeout",
            "frame_format",
            "dtcs",
        ]

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
        return cleaned


@admin.register(Message)
class MessageAdmin(KeptModelAdmin):
    form = MessageForm
    list_display = ["name", "definition_set", "hex_id", "pgn", "match", "length", "signals", "in_use"]
    list_filter = [("definition_set", AutocompleteSelectFilter), "match", "j1939", "retired"]
    list_filter_submit = True
    list_select_related = ["definition_set"]
    list_per_page = 50
    search_fields = ["name", "=pgn", "comment"]
    search_help_text = "Name, PGN (decimal) or comment."
    autocomplete_fields = ["definition_set"]
    inlines = [GroupInline]
    change_form_datasets = [SignalDataset]
    fieldsets = [
        (None, {"fields": [("name", "title"), "definition_set", "retired", "comment"]}),
        ("Which frames", {"fields": [("match", "can_id", "extended"), ("pgn", "source_address", "j1939"), "length"]}),
        ("How they are sent", {"fields": [("cycle_time", "timeout", "frame_format")]}),
        ("Trouble codes", {"fields": ["dtcs"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        in_use = Q(groups__signals__retired=False)
        return super().get_queryset(request).annotate(signal_count=Count("groups__signals", filter=in_use))

    @admin.display(description="CAN id", ordering="can_id")
    def hex_id(self, message: Message) -> str:
        return message.can_id_text

    @admin.display(ordering="signal_count")
    def signals(self, message: Message) -> int:
        return int(getattr(message, "signal_count", 0))


@admin.register(SignalGroup)
class SignalGroupAdmin(KeptModelAdmin):
    """Not in the menu: groups are edited with their message; signals find theirs by it."""

    search_fields = ["message__name", "message__definition_set__name"]
    list_display = ["message", "condition_text"]
    list_select_related = ["message"]
    readonly_fields = ["message"]
    fields = ["message", "title", "condition", "known"]

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - Django's signature
        return False
