"""Definition sets and enums."""

from urllib.parse import quote

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import action

from duco_cms.counts import count_of
from duco_cms.definitions.admin.listing import KeptModelAdmin, list_link
from duco_cms.definitions.admin.noticing import NoticingAdmin
from duco_cms.definitions.admin.text_page import TextPageAdmin
from duco_cms.definitions.admin.try_routes import TryAdmin
from duco_cms.definitions.exporting import ExportRefusedError, export_dbc
from duco_cms.definitions.models import DefinitionSet, Enum, Message, Rule, Signal

UNSAYABLE_SHOWN = 10


@admin.register(DefinitionSet)
class DefinitionSetAdmin(TryAdmin, TextPageAdmin):
    list_display = ["name", "messages", "signals", "rules", "models", "comment"]
    search_fields = ["name", "comment"]
    readonly_fields = ["messages", "signals", "rules", "models"]
    actions_detail = ["text_page", "try_page", "export_page"]

    def get_readonly_fields(self, request: HttpRequest, obj: DefinitionSet | None = None) -> list[str]:
        """A set that is being added has nothing in it to count."""
        return list(super().get_readonly_fields(request, obj)) if obj else []

    def get_queryset(self, request: HttpRequest) -> QuerySet[DefinitionSet]:
        signals = Signal.objects.filter(retired=False, group__message__retired=False)
        counts = {
            "message_count": count_of(Message.objects.filter(retired=False), "definition_set"),
            "signal_count": count_of(signals, "group__message__definition_set"),
            "rule_count": count_of(Rule.objects.filter(retired=False), "definition_set"),
        }
        return super().get_queryset(request).annotate(**counts).prefetch_related("bindings__model")

    @action(description="Export as DBC", icon="download", permissions=["view"], url_path="dbc")
    def export_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The file; what a DBC cannot say is told on the next page."""
        definition_set = get_object_or_404(DefinitionSet, pk=int(object_id) if object_id.isdecimal() else None)
        try:
            export = export_dbc(definition_set)
        except ExportRefusedError as refusal:
            messages.error(request, str(refusal))
            return redirect("admin:definitions_definitionset_change", definition_set.pk)
        for unsayable in export.unsayable[:UNSAYABLE_SHOWN]:
            messages.warning(request, f"{unsayable.where}: {unsayable.text}")
        if more := len(export.unsayable[UNSAYABLE_SHOWN:]):
            messages.warning(request, f"{more} more differences; `manage.py export_dbc` lists them all.")
        name = f"attachment; filename*=UTF-8''{quote(definition_set.name, safe='')}.dbc"
        return HttpResponse(export.file, content_type="application/octet-stream", headers={"Content-Disposition": name})

    @admin.display(ordering="message_count")
    def messages(self, definition_set: DefinitionSet) -> SafeString:
        text = str(getattr(definition_set, "message_count", 0))
        return list_link("definitions_message", text, definition_set__id__exact=definition_set.pk)

    @admin.display(ordering="signal_count")
    def signals(self, definition_set: DefinitionSet) -> SafeString:
        text = str(getattr(definition_set, "signal_count", 0))
        return list_link("definitions_signal", text, group__message__definition_set__id__exact=definition_set.pk)

    @admin.display(ordering="rule_count")
    def rules(self, definition_set: DefinitionSet) -> SafeString:
        text = str(getattr(definition_set, "rule_count", 0))
        return list_link("definitions_rule", text, definition_set__id__exact=definition_set.pk)

    @admin.display(description="machine models")
    def models(self, definition_set: DefinitionSet) -> str:
        return ", ".join(sorted({binding.model.name for binding in definition_set.bindings.all()})) or "none"


@admin.register(Enum)
class EnumAdmin(NoticingAdmin, KeptModelAdmin):
    list_display = ["name", "definition_set", "value_texts"]
    list_filter = [("definition_set", AutocompleteSelectFilter)]
    list_filter_submit = True
    list_select_related = ["definition_set"]
    search_fields = ["name"]
    autocomplete_fields = ["definition_set"]
    fields = ["name", "definition_set", "type", "values", "titles", ("otherwise", "otherwise_title")]

    @admin.display(description="values")
    def value_texts(self, enum: Enum) -> str:
        shown = [f"{number} {text}" for number, text in enum.values[:4]]
        return ", ".join([*shown, "…"] if len(enum.values) > len(shown) else shown)
