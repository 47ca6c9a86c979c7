"""The audit in the admin: searched and read, edited by nobody."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import RangeDateTimeFilter

from duco_cms.audit.models import Entry

CHANGES_SHOWN = 3


@admin.register(Entry)
class EntryAdmin(ModelAdmin):
    list_display = ["time", "actor", "action", "subject", "reason", "release", "first_changes"]
    list_filter = ["action", ("at", RangeDateTimeFilter)]
    list_filter_submit = True
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["actor", "subject", "reason", "=release", "changes"]
    search_help_text = "Who, what, why, a release's number."
    actions = None
    fields = ["at", "actor", "action", "subject", "reason", "release", "machines", "all_changes"]
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - Django's signature
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False

    @admin.display(description="when", ordering="at")
    def time(self, entry: Entry) -> SafeString:
        return format_html('<span class="whitespace-nowrap">{}</span>', f"{entry.at:%Y-%m-%d %H:%M:%S}")

    @admin.display(description="changes")
    def first_changes(self, entry: Entry) -> str:
        more = len(entry.changes) - CHANGES_SHOWN
        return "; ".join(entry.changes[:CHANGES_SHOWN]) + (f" and {more} more" if more > 0 else "")

    @admin.display(description="changes")
    def all_changes(self, entry: Entry) -> SafeString:
        line = '<div style="overflow-wrap: anywhere">{}</div>'
        return format_html_join("", line, ((each,) for each in entry.changes))
