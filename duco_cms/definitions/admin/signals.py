"""Signals: a list of its own, searched by name, SPN, PGN and unit, as a message may have hundreds."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import action

from duco_cms.definitions.admin.listing import list_link
from duco_cms.definitions.admin.noticing import NoticingAdmin
from duco_cms.definitions.admin.retiring import RetirableAdmin
from duco_cms.definitions.admin.searching import found
from duco_cms.definitions.models import Signal


@admin.register(Signal)
class SignalAdmin(NoticingAdmin, RetirableAdmin):
    list_display = [
        "name",
        "message",
        "unit",
        "spn",
        "pgn",
        "bits",
        "conversion",
        "limits",
        "condition",
        "tags",
        "in_use",
    ]
    list_filter = [
        ("group__message__definition_set", AutocompleteSelectFilter),
        ("group__message", AutocompleteSelectFilter),
        "retired",
        "type",
        "byte_order",
    ]
    list_filter_submit = True
    search_fields = ["name"]
    search_help_text = "Name of a signal or message, unit, tag or comment, SPN, PGN (decimal or hex)."
    autocomplete_fields = ["group", "enum"]
    readonly_fields = ["slot"]
    list_per_page = 50
    actions_detail = ["impact_page"]
    fieldsets = [
        (None, {"fields": ["name", "group", "slot", "retired", "tags", "comment"]}),
        ("Where its bits are", {"fields": [("start", "length"), ("byte_order", "type")]}),
        ("What they mean", {"fields": [("scale", "offset"), ("minimum", "maximum"), ("unit", "enum")]}),
        ("Numbers that are no values", {"fields": ["sentinels", ("not_available", "error")]}),
        ("J1939", {"fields": ["spn"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Signal]:
        return super().get_queryset(request).select_related("group__message__definition_set")

    def get_search_results(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        queryset: QuerySet[Signal],
        search_term: str,
    ) -> tuple[QuerySet[Signal], bool]:
        words = ["name", "group__message__name", "unit", "tags", "comment"]
        return found(queryset, search_term, words, ["spn", "group__message__pgn"], ["group__message__pgn"]), False

    def get_readonly_fields(self, request: HttpRequest, obj: Signal | None = None) -> list[str]:
        """A signal stays in its group: (group, slot) names it in stored rows."""
        fields = list(super().get_readonly_fields(request, obj))
        return fields if obj is None else ["group", *fields]

    @action(description="Impact", icon="hub", permissions=["view"], url_path="reaches")
    def impact_page(self, request: HttpRequest, object_id: str) -> HttpResponse:  # noqa: ARG002 - unfold's signature
        signals = Signal.objects.select_related("group")
        signal = get_object_or_404(signals, pk=int(object_id) if object_id.isdecimal() else 0)
        page = reverse("admin:definitions_message_impact", args=[signal.group.message_id])
        return redirect(f"{page}?signal={signal.pk}")

    @admin.display(ordering="group__message__name")
    def message(self, signal: Signal) -> SafeString:
        message = signal.group.message
        return list_link("definitions_message", message.name, q=message.name)

    @admin.display(description="PGN", ordering="group__message__pgn")
    def pgn(self, signal: Signal) -> int | None:
        return signal.group.message.pgn

    @admin.display(description="bits", ordering="start")
    def bits(self, signal: Signal) -> str:
        return f"{signal.start}|{signal.length} {signal.byte_order} {signal.type}"

    @admin.display(description="scale, offset", ordering="scale")
    def conversion(self, signal: Signal) -> str:
        return f"× {signal.scale:g} {signal.offset:+g}"  # noqa: RUF001 - a times sign

    @admin.display(description="limits", empty_value="none")
    def limits(self, signal: Signal) -> str | None:
        if signal.minimum is None and signal.maximum is None:
            return None
        low, high = ("" if limit is None else f"{limit:g}" for limit in (signal.minimum, signal.maximum))
        return f"{low} … {high}"

    @admin.display(description="when")
    def condition(self, signal: Signal) -> str:
        return signal.group.condition_text
