"""What the editor of the text page asks for as one types: what is wrong, the text in its usual shape, and names."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path

from duco_cms.definitions.admin.listing import KeptModelAdmin
from duco_cms.definitions.admin.text_form import TextForm
from duco_cms.definitions.editor_names import names_beside
from duco_cms.definitions.fixes import fixes_of
from duco_cms.definitions.models import DefinitionSet
from duco_cms.definitions.texts import check_texts
from parsing.language.diagnostics import Diagnostic
from parsing.language.formatter import format_document
from parsing.language.parser import parse
from parsing.language.positions import position_of
from parsing.language.rendering import to_json

LISTED = 200
"""Diagnostics; the parser gives up long before, the checker does not."""

TOO_LONG = "Send a text of no more than two million characters."


class TextRoutesAdmin(KeptModelAdmin):
    """JSON for who may see the page, and of texts that are sent for who may change the set."""

    def get_urls(self) -> list[URLPattern]:
        routes = {
            "check": self.check_view,
            "read": self.read_view,
            "format": self.format_view,
            "names": self.names_view,
        }
        prefix = "definitions_definitionset_text"
        own = [
            path(f"<int:number>/as-text/{name}/", self.admin_site.admin_view(view), name=f"{prefix}_{name}")
            for name, view in routes.items()
        ]
        return [*own, *super().get_urls()]

    def check_view(self, request: HttpRequest, number: int) -> JsonResponse:
        """POST a text: what is said of it in the place of the set's. Changes nothing."""
        definition_set, text = self._sent(request, number)
        if text is None:
            return _refused(TOO_LONG)
        said = [one for one, _ in check_texts({definition_set.name: text})]
        listed = [_told(one, text) for one in said[:LISTED]]
        return JsonResponse({"diagnostics": listed, "more": max(0, len(said) - LISTED)})

    def read_view(self, request: HttpRequest, number: int) -> JsonResponse:
        """POST an item: whether it can be read. The rest of the set is not looked at."""
        _, text = self._sent(request, number)
        if text is None:
            return _refused(TOO_LONG)
        return JsonResponse({"diagnostics": [_told(one, text) for one in parse(text).diagnostics]})

    def format_view(self, request: HttpRequest, number: int) -> JsonResponse:
        """POST a text: the same text as the formatter writes it. 422 where it cannot be read."""
        _, text = self._sent(request, number)
        parsed = parse(text) if text is not None else None
        if parsed is None or any(one.is_error for one in parsed.diagnostics):
            return _refused("The text cannot be formatted before its errors are corrected.")
        return JsonResponse({"text": format_document(parsed.document)})

    def names_view(self, request: HttpRequest, number: int) -> JsonResponse:
        """GET: names of other sets that the set's rules may read."""
        definition_set = self._set(request, number)
        return JsonResponse({"names": names_beside(definition_set)})

    def _set(self, request: HttpRequest, number: int) -> DefinitionSet:
        definition_set = get_object_or_404(DefinitionSet, pk=number)
        if not self.has_view_permission(request, definition_set):
            raise PermissionDenied
        return definition_set

    def _sent(self, request: HttpRequest, number: int) -> tuple[DefinitionSet, str | None]:
        """None: no text that is taken."""
        definition_set = self._set(request, number)
        if request.method != "POST" or not self.has_change_permission(request, definition_set):
            raise PermissionDenied
        form = TextForm(request.POST)
        return definition_set, form.cleaned_data["text"] if form.is_valid() else None


def _refused(why: str) -> JsonResponse:
    return JsonResponse({"detail": why}, status=422)


def _told(diagnostic: Diagnostic, text: str) -> dict[str, Any]:
    """`fixes`: what its advice would write, and where."""
    fixes = []
    for span, new in fixes_of(diagnostic, text):
        first, last = position_of(text, span.start), position_of(text, span.end)
        where = {"line": first.line, "column": first.column, "end_line": last.line, "end_column": last.column}
        fixes.append({**where, "text": new})
    return {**to_json(diagnostic, text), "fixes": fixes}
