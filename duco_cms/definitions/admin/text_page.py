"""A definition set as one text: edit it, look at what would change, apply."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from unfold.decorators import action

from duco_cms.definitions.admin.listing import shown
from duco_cms.definitions.admin.text_form import TEXT_CHARACTERS, EditedTextForm
from duco_cms.definitions.admin.text_routes import TextRoutesAdmin
from duco_cms.definitions.editor_words import language
from duco_cms.definitions.importing import ImportRefusedError
from duco_cms.definitions.models import DefinitionSet
from duco_cms.definitions.texts import StaleTextError, TextReport, apply_text, etag_of, preview_text, text_of

SEVERITIES = "EWH"
DIAGNOSTICS_SHOWN = 100
CHANGES_SHOWN = 300
APPLIED = "applied_text"
STALE = (
    "The set was changed since this page was opened. Nothing is lost: bring what is stored now and your text together "
    "below, and check again."
)


class TextPageAdmin(TextRoutesAdmin):
    """Adds the page to definition sets."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.text_view)
        return [path("<int:number>/as-text/", view, name="definitions_definitionset_text"), *super().get_urls()]

    @action(description="Text", icon="code", permissions=["view"], url_path="text")
    def text_page(self, request: HttpRequest, object_id: str) -> HttpResponse:  # noqa: ARG002 - unfold's signature
        number = int(object_id) if object_id.isdecimal() else 0
        return redirect("admin:definitions_definitionset_text", number)

    def text_view(self, request: HttpRequest, number: int) -> HttpResponse:
        """GET: the text. POST: what is wrong with the edited one and what it would change, or its application."""
        definition_set = get_object_or_404(DefinitionSet, pk=number)
        if not self.has_view_permission(request, definition_set):
            raise PermissionDenied
        if request.method != "POST":
            text = text_of(definition_set)
            form = EditedTextForm(initial={"text": text, "etag": etag_of(text)})
            return self._page(request, definition_set, form, is_too_long=len(text) > TEXT_CHARACTERS)
        if not self.has_change_permission(request, definition_set):
            raise PermissionDenied
        form = EditedTextForm(request.POST)
        report = None
        if form.is_valid():
            try:
                report = self._judge(request, definition_set, form)
            except StaleTextError:
                return self._conflict(request, definition_set, form.cleaned_data["text"])
        if report is not None and report.definition_set is not None:
            messages.success(request, f"{definition_set} is changed. Workers get it with the next release.")
            # The next page tells the browser, which keeps what was typed until it is known to be applied.
            request.session[APPLIED] = form.cleaned_data["etag"]
            return redirect("admin:definitions_definitionset_text", number)
        return self._page(request, definition_set, form, report)

    def _judge(self, request: HttpRequest, definition_set: DefinitionSet, form: EditedTextForm) -> TextReport | None:
        """Applied where that is asked for and the text has no errors; None: nothing can be said. Raises StaleTextError
        where the set was changed since.
        """
        text = form.cleaned_data["text"]
        try:
            if "apply" in request.POST:
                return apply_text(definition_set.name, text, form.cleaned_data["etag"])
            if form.cleaned_data["etag"] != etag_of(text_of(definition_set)):
                raise StaleTextError
            return preview_text(definition_set.name, text)
        except ImportRefusedError as refusal:
            messages.error(request, str(refusal))
        return None

    def _conflict(self, request: HttpRequest, definition_set: DefinitionSet, mine: str) -> HttpResponse:
        """Their text beside mine. The next try is against theirs, which one has seen then."""
        messages.error(request, STALE)
        theirs = text_of(definition_set)
        form = EditedTextForm(initial={"text": mine, "etag": etag_of(theirs)})
        return self._page(request, definition_set, form, theirs=theirs)

    def _page(
        self,
        request: HttpRequest,
        definition_set: DefinitionSet,
        form: EditedTextForm,
        report: TextReport | None = None,
        *,
        theirs: str | None = None,
        is_too_long: bool = False,
    ) -> HttpResponse:
        can_change = self.has_change_permission(request, definition_set)
        context = {
            **self.admin_site.each_context(request),
            **(_shown(report) if report else {}),
            "title": f"{definition_set} as text",
            "opts": self.opts,
            "original": definition_set,
            "form": form,
            "report": report,
            "is_too_long": is_too_long,
            "theirs": theirs,
            "can_change": can_change,
            "editor": {
                "language": language(),
                "editable": can_change,
                "edited": _is_edited(form),
                "applied": request.session.pop(APPLIED, None),
            },
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "definitions/set_text.html", context)


def _is_edited(form: EditedTextForm) -> bool:
    """Whether the text is another than the one that its tag is of."""
    return etag_of(str(form["text"].value() or "").replace("\r\n", "\n")) != form["etag"].value()


def _shown(report: TextReport) -> dict[str, Any]:
    own = sorted([*report.diagnostics, *report.failures], key=lambda one: SEVERITIES.index(one.code.value[0]))
    return {
        "diagnostics": shown(own[:DIAGNOSTICS_SHOWN], report.text),
        "more_diagnostics": max(0, len(own) - DIAGNOSTICS_SHOWN),
        "elsewhere": [shown([one], text) for one, text in report.elsewhere[:DIAGNOSTICS_SHOWN]],
        "changes": report.changes[:CHANGES_SHOWN],
        "more_changes": max(0, len(report.changes) - CHANGES_SHOWN),
        "breaking": sum(change.breaking for change in report.changes),
    }
