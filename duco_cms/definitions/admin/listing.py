"""What the lists of definitions have in common."""

from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin


class KeptModelAdmin(ModelAdmin):
    """For what has numbers in stored rows: it can be retired, and only an unreleased mistake deleted, by superusers."""

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return super().has_delete_permission(request, obj) and bool(getattr(request.user, "is_superuser", False))


def list_link(model: str, text: str, **filters: object) -> SafeString:
    """A link to a list of the admin (`definitions_signal`), filtered."""
    query = "&".join(f"{name}={value}" for name, value in filters.items())
    return format_html('<a class="text-link" href="{}?{}">{}</a>', reverse(f"admin:{model}_changelist"), query, text)
