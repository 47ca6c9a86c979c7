"""The audit in the admin: searched and read, edited by nobody."""

from django.contrib import admin
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import RangeDateTimeFilter

from duco_cms.audit.models import Entry
from duco_cms.read_only_admin import ReadOnlyAdmin

CHANGES_SHOWN = 3


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    list_display = ["time", "actor", "action", "subject", "reason", "release", "first_changes"]
    list_filter = ["action", ("at", RangeDateTimeFilter)]
    list_filter_submit = True
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["actor", "subject", "reason", "=release", "changes"]
    search_help_text = "Who, what, why, a release's number."
    fields = ["at", "actor", "action", "subject", "reason", "release", "machines", "all_changes"]
    readonly_fields = fields

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
