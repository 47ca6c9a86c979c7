"""Pages and actions that change definitions: a row is one person's at a time, and nobody's while a text is applied."""

from typing import Any

from django.contrib.admin.utils import unquote
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from unfold.admin import ModelAdmin

from duco_cms.definitions.locking import hold_edits


class EditingAdmin(ModelAdmin):
    """What is sent is compared with rows that stay as they are until it is saved."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        with transaction.atomic():
            if request.method == "POST":
                self.held(request, object_id)
            return super().changeform_view(request, object_id, form_url, extra_context)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Actions on many rows are sent to it."""
        with transaction.atomic():
            if request.method == "POST":
                hold_edits()
            return super().changelist_view(request, extra_context)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        with transaction.atomic():
            if request.method == "POST":
                self.held(request, object_id)
            return super().delete_view(request, object_id, extra_context)

    def held(self, request: HttpRequest, object_id: str | None) -> Model | None:
        """The row of that id, if there is one, held until the transaction ends."""
        hold_edits()
        row: Model | None = self.get_object(request, unquote(object_id)) if object_id else None
        if row is not None:
            self.hold(row)
        return row

    def hold(self, row: Model) -> None:
        """Nobody else saves it until the transaction ends."""
        list(self.model.objects.filter(pk=row.pk).select_for_update().values_list("pk"))
