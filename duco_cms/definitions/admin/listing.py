"""What the lists of definitions have in common."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import JSONField, Model, TextField
from django.forms import Widget
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from unfold.widgets import UnfoldAdminTextareaWidget

from duco_cms.definitions.admin.editing import EditingAdmin
from parsing.language.diagnostics import Diagnostic
from parsing.language.rendering import render


def lines(rows: int) -> dict[Any, dict[str, Widget]]:
    """`formfield_overrides` for texts that are mostly short."""
    widget = UnfoldAdminTextareaWidget(attrs={"rows": rows})
    return {TextField: {"widget": widget}, JSONField: {"widget": widget}}


CODE_STYLE = "font-family: ui-monospace, monospace; font-size: 13px; line-height: 1.5; tab-size: 4"


def code_widget(rows: int) -> Widget:
    """For a text in the signal language."""
    style = f"{CODE_STYLE}; white-space: pre; overflow-x: auto; max-width: none"
    return UnfoldAdminTextareaWidget(attrs={"rows": rows, "spellcheck": "false", "style": style})


def shown(diagnostics: Iterable[Diagnostic], text: str) -> SafeString:
    """As the command line shows them."""
    # It must scroll by itself: what stands around it would grow with its longest line.
    style = f"{CODE_STYLE}; white-space: pre; overflow-x: auto; contain: inline-size; margin-bottom: 0.75rem"
    blocks = ((style, render(one, text)) for one in diagnostics)
    return format_html_join("", '<pre style="{}">{}</pre>', blocks)


class KeptModelAdmin(EditingAdmin):
    """For what has numbers in stored rows: it can be retired, and only an unreleased mistake deleted, by superusers."""

    formfield_overrides = lines(3)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return super().has_delete_permission(request, obj) and bool(getattr(request.user, "is_superuser", False))

    @admin.display(description="in use", boolean=True, ordering="retired")
    def in_use(self, row: Model) -> bool:
        return not getattr(row, "retired", False)


def list_link(model: str, text: str, **filters: str | int) -> SafeString:
    """A link to a list of the admin (`definitions_signal`), filtered."""
    address = f"{reverse(f'admin:{model}_changelist')}?{urlencode(filters)}"
    return format_html('<a class="text-link" href="{}">{}</a>', address, text)
