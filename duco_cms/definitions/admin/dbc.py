"""DBC files: upload, look at what would change, apply."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminFileFieldWidget

from duco_cms.definitions.admin.changes import change_summary
from duco_cms.definitions.importing import ImportRefusedError, import_dbc, preview_dbc
from duco_cms.definitions.models import DbcFile
from duco_cms.definitions.models.dbc import DBC_BYTES_MAXIMUM
from parsing.dbc import Match

FINDINGS_SHOWN = 300


class UploadForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic when it runs
    file = forms.FileField(label="DBC file", max_length=255, widget=UnfoldAdminFileFieldWidget)

    class Meta:
        model = DbcFile
        fields = ["set_name", "match"]

    def clean_file(self) -> "UploadedFile[Any]":
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > DBC_BYTES_MAXIMUM:
            raise forms.ValidationError(f"The file is larger than {DBC_BYTES_MAXIMUM // 1024 // 1024} MiB.")
        return file


@admin.register(DbcFile)
class DbcFileAdmin(ModelAdmin):
    list_display = ["file_name", "set_name", "user", "uploaded", "applied"]
    search_fields = ["file_name", "set_name"]
    list_select_related = ["user"]
    change_form_outer_after_template = "definitions/dbc_preview.html"
    readonly_fields = ["set_name", "file_name", "match", "user", "uploaded", "applied"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[DbcFile]:
        return super().get_queryset(request).defer("content")

    def get_fields(self, request: HttpRequest, obj: DbcFile | None = None) -> list[str]:  # noqa: ARG002
        return self.readonly_fields if obj else ["file", "set_name", "match"]

    def get_readonly_fields(self, request: HttpRequest, obj: DbcFile | None = None) -> list[str]:  # noqa: ARG002
        return self.readonly_fields if obj else []

    def get_form(self, request: HttpRequest, obj: DbcFile | None = None, **kwargs: Any) -> Any:
        if obj is None:
            kwargs["form"] = UploadForm
            kwargs["fields"] = ["set_name", "match"]
        return super().get_form(request, obj, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: DbcFile | None = None) -> bool:  # noqa: ARG002
        return False

    def has_apply_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perms(["definitions.add_dbcfile", "definitions.change_definitionset"])

    def save_model(self, request: HttpRequest, obj: DbcFile, form: Any, change: bool) -> None:
        file: UploadedFile[Any] = form.cleaned_data["file"]
        obj.content = file.read()
        obj.file_name = file.name or ""
        obj.user = cast("User", request.user)
        super().save_model(request, obj, form, change)

    def response_add(self, request: HttpRequest, obj: DbcFile, post_url_continue: str | None = None) -> HttpResponse:  # noqa: ARG002
        """Next is the preview, whichever button was pressed."""
        return redirect("admin:definitions_dbcfile_change", obj.pk)

    def get_urls(self) -> list[URLPattern]:
        apply = require_POST(self.admin_site.admin_view(self.apply_view))
        return [path("<int:number>/apply/", apply, name="definitions_dbcfile_apply"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The page of a file that is not applied shows what applying it would do."""
        file = DbcFile.objects.filter(pk=object_id, applied=None).first() if object_id.isdecimal() else None
        context = {**(extra_context or {}), **(_preview(file) if file else {})}
        context["can_apply"] = file is not None and self.has_apply_permission(request)
        return super().change_view(request, object_id, form_url, context)

    def apply_view(self, request: HttpRequest, number: int) -> HttpResponse:
        if not self.has_apply_permission(request):
            raise PermissionDenied
        file = get_object_or_404(DbcFile, pk=number, applied=None)
        page = redirect(reverse("admin:definitions_dbcfile_change", args=[number]))
        try:
            report = import_dbc(
                bytes(file.content),
                file.set_name,
                match=cast("Match", file.match),
                previewed=request.POST.get("previewed", ""),
            )
        except ImportRefusedError as refusal:
            messages.error(request, str(refusal))
            return page
        DbcFile.objects.filter(pk=number).update(applied=timezone.now())
        messages.success(request, f"{file.file_name} is imported. Workers get it with the next release.")
        return redirect(reverse("admin:definitions_definitionset_change", args=[report.definition_set.pk]))


def _preview(file: DbcFile) -> dict[str, Any]:
    try:
        report = preview_dbc(bytes(file.content), file.set_name, match=cast("Match", file.match))
    except ImportRefusedError as refusal:
        return {"refusal": str(refusal)}
    findings = {
        "findings": report.findings[:FINDINGS_SHOWN],
        "more_findings": max(0, len(report.findings) - FINDINGS_SHOWN),
    }
    return {"preview": report, **findings, **change_summary(report.changes)}
