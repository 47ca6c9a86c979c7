"""Rules, definitions of objects, golden samples and test sequences: lists, and one text a page."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import action

from duco_cms.definitions.admin.impact import rule_impact_page
from duco_cms.definitions.admin.listing import code_widget, shown
from duco_cms.definitions.admin.noticing import NoticingAdmin, NoticingForm
from duco_cms.definitions.admin.retiring import RetirableAdmin
from duco_cms.definitions.importing import ImportRefusedError
from duco_cms.definitions.item_editing import ItemReport, NotOneItemError, examine_item, kind_of, read_item, take
from duco_cms.definitions.item_import import name_of
from duco_cms.definitions.models import DefinitionSet, ObjectDefinition, Rule, Sample
from duco_cms.definitions.models import Sequence as SequenceRow
from duco_cms.definitions.models.written import Written


class WrittenForm(NoticingForm):
    """The text is checked in its set, and says what kind of item it is and its name."""

    report: ItemReport | None = None
    typed = ""

    class Meta:
        fields = ["definition_set", "text"]
        widgets = {"text": code_widget(18)}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        definition_set = cleaned.get("definition_set") or getattr(self.instance, "definition_set", None)
        if "text" not in cleaned or definition_set is None:
            return cleaned
        self.typed = text = cleaned["text"].replace("\r\n", "\n")
        is_retired = bool(cleaned.get("retired"))
        try:
            # What is out of use is read too: its name and slots are of its text when it is taken back.
            self.report = (
                read_item(self.instance, text) if is_retired else examine_item(definition_set, self.instance, text)
            )
            self._take(self.report, None if is_retired else definition_set, text)
        except (NotOneItemError, ImportRefusedError) as refusal:
            self.add_error("text", str(refusal))
        else:
            cleaned["text"] = self.instance.text if self.report.node else text
        return cleaned

    def _take(self, report: ItemReport, used_in: DefinitionSet | None, text: str) -> None:
        row: Written = self.instance
        if report.is_refused or report.node is None:
            self.add_error("text", shown((one for one in report.diagnostics if one.is_error), text))
            return
        kind, name = kind_of(report.node), name_of(report.node)
        if row.pk is not None and kind != getattr(row, "kind", ""):
            raise NotOneItemError(f"This is a {getattr(row, 'kind', '')} for good: its numbers are. Add another item.")
        if name and used_in is not None and _is_taken(row, used_in, name):
            raise NotOneItemError(f"The set has another {name}.")
        take(row, report.node)


def _is_taken(row: Written, definition_set: DefinitionSet, name: str) -> bool:
    model = type(row)
    if not issubclass(model, Rule | ObjectDefinition):
        return False
    others = model.objects.filter(definition_set=definition_set, name=name, retired=False).exclude(pk=row.pk)
    return others.exists()


class WrittenAdmin(NoticingAdmin):
    """What is the same for all four."""

    form = WrittenForm
    list_filter: Sequence[Any] = [("definition_set", AutocompleteSelectFilter)]
    list_filter_submit = True
    list_select_related = ["definition_set"]
    list_per_page = 50
    autocomplete_fields = ["definition_set"]
    search_help_text = "Name, or a part of the text."

    def get_readonly_fields(self, request: HttpRequest, obj: Written | None = None) -> list[str]:
        """An item stays in its set: its numbers are in stored rows."""
        fields = list(super().get_readonly_fields(request, obj))
        return fields if obj is None else ["definition_set", *fields]

    def save_model(self, request: HttpRequest, obj: Written, form: WrittenForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if form.report is None:
            return
        for said in (*form.report.diagnostics, *form.report.failures):
            messages.warning(request, shown([said], form.typed))


class NamedAdmin(WrittenAdmin, RetirableAdmin):
    """Of what has a name, and numbers in stored rows."""

    list_display = ["name", "kind", "definition_set", "first_line", "tags", "in_use"]
    list_filter = [("definition_set", AutocompleteSelectFilter), "kind", "retired"]
    search_fields = ["name", "text", "tags"]
    readonly_fields = ["name", "kind", "group"]
    fields = ["definition_set", "text", "retired", "tags", "name", "kind", "group"]

    def get_fields(self, request: HttpRequest, obj: Written | None = None) -> list[str]:  # noqa: ARG002
        """What the text says is seen once it is kept."""
        return self.fields if obj else ["definition_set", "text"]

    @admin.display(description="text")
    def first_line(self, row: Written) -> str:
        line = next((line for line in row.text.splitlines() if not line.startswith("#")), "")
        return line if len(line) <= 80 else f"{line[:79]}…"  # noqa: PLR2004 - a line in a table


@admin.register(Rule)
class RuleAdmin(NamedAdmin):
    """Consts, derived signals, checks and events."""

    actions_detail = ["impact_page"]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.impact_view)
        return [path("<int:number>/impact/", view, name="definitions_rule_impact"), *super().get_urls()]

    @action(description="Impact", icon="hub", permissions=["view"], url_path="reaches")
    def impact_page(self, request: HttpRequest, object_id: str) -> HttpResponse:  # noqa: ARG002 - unfold's signature
        return redirect("admin:definitions_rule_impact", int(object_id) if object_id.isdecimal() else 0)

    def impact_view(self, request: HttpRequest, number: int) -> HttpResponse:
        """What reads it."""
        return rule_impact_page(self, request, number)


@admin.register(ObjectDefinition)
class ObjectDefinitionAdmin(NamedAdmin):
    """How positions, logs, faults and reports are read."""


class TitledAdmin(WrittenAdmin):
    """Of what proves definitions; it has no numbers, and can be deleted."""

    list_display = ["__str__", "definition_set"]
    search_fields = ["title", "text"]
    fields = ["definition_set", "text"]


@admin.register(Sample)
class SampleAdmin(TitledAdmin):
    """Frames and objects, and what has to come of them."""


@admin.register(SequenceRow)
class SequenceAdmin(TitledAdmin):
    """Signals in time, and what rules have to make of them."""
