"""Releases: a list of what was published, and the page that publishes."""

import json
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from unfold.admin import ModelAdmin
from unfold.decorators import action
from unfold.widgets import UnfoldAdminTextareaWidget

from duco_cms.definitions.artefact import Content, artefact
from duco_cms.definitions.comparison import EMPTY, Change, compare, summary
from duco_cms.definitions.models import Release
from duco_cms.definitions.publishing import PublishRefusedError, draft, publish

CHANGES_SHOWN = 200


class PublishForm(forms.Form):
    note = forms.CharField(
        max_length=1000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text="Why; shown wherever the release is.",
    )


def change_summary(changes: list[Change]) -> dict[str, Any]:
    """What `definitions/changes.html` shows: how many of each kind, and the first rows."""
    return {
        "summary": summary(changes),
        "changes": changes[:CHANGES_SHOWN],
        "more": max(0, len(changes) - CHANGES_SHOWN),
    }


@admin.register(Release)
class ReleaseAdmin(ModelAdmin):
    list_display = ["number", "note", "published_by", "published", "short_hash"]
    search_fields = ["=number", "note", "content_hash"]
    actions = None
    actions_list = ["publish_page"]
    actions_detail = ["download"]
    change_form_after_template = "definitions/release_changes.html"
    fields = ["number", "note", "published_by", "published", "hash"]
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Release]:
        return super().get_queryset(request).defer("content").select_related("author")

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - it is published, not added
        return False

    def has_change_permission(self, request: HttpRequest, obj: Release | None = None) -> bool:  # noqa: ARG002
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Release | None = None) -> bool:  # noqa: ARG002
        return False

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("definitions.publish_release")

    @admin.display(description="author", ordering="author__username")
    def published_by(self, release: Release) -> str:
        return str(release.author or "the system")

    @admin.display(description="content hash")
    def hash(self, release: Release) -> str:
        # Breaks anywhere: 71 characters in one word are wider than a telephone.
        return format_html('<span style="overflow-wrap: anywhere">{}</span>', release.content_hash)

    @admin.display(description="content")
    def short_hash(self, release: Release) -> str:
        return release.content_hash.removeprefix("sha256:")[:12]

    def get_urls(self) -> list[URLPattern]:
        route = path("publish/", self.admin_site.admin_view(self.publish_view), name="definitions_release_publish")
        return [route, *super().get_urls()]

    @action(description="Publish…", icon="publish", permissions=["publish"])
    def publish_page(self, request: HttpRequest) -> HttpResponse:  # noqa: ARG002 - unfold's signature
        return redirect("admin:definitions_release_publish")

    @action(description="Download", icon="download", permissions=["view"], url_path="artefact")
    def download(self, request: HttpRequest, object_id: str) -> HttpResponse:  # noqa: ARG002 - unfold's signature
        release = Release.objects.filter(pk=_number(object_id)).first()
        if release is None:
            raise Http404
        name = f'attachment; filename="release-{release.number}.json"'
        return HttpResponse(artefact(release), content_type="application/json", headers={"Content-Disposition": name})

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The page of a release says how it differs from the one before."""
        release = Release.objects.filter(pk=_number(object_id)).first()
        context = {**(extra_context or {}), **change_summary(_since_the_one_before(release) if release else [])}
        return super().change_view(request, object_id, form_url, context)

    def publish_view(self, request: HttpRequest) -> HttpResponse:
        """GET: what would change and what is wrong. POST: publish."""
        if not self.has_publish_permission(request) or not isinstance(request.user, User):
            raise PermissionDenied
        form = PublishForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                release = publish(request.user, form.cleaned_data["note"])
            except PublishRefusedError as refusal:
                # The page below is made anew, so it shows the diagnostics as they are now.
                messages.error(request, str(refusal))
            else:
                messages.success(request, f"Release {release.number} is published.")
                return redirect(reverse("admin:definitions_release_change", args=[release.pk]))
        return self._publish_page(request, form)

    def _publish_page(self, request: HttpRequest, form: PublishForm) -> HttpResponse:
        found = draft()
        context = {
            **self.admin_site.each_context(request),
            **change_summary(found.changes),
            "title": "Publish a release",
            "opts": self.opts,
            "form": form,
            "draft": found,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "definitions/publish.html", context)


def _number(object_id: str) -> int:
    text = unquote(object_id)
    if not text.isdecimal():
        raise Http404
    return int(text)


def _since_the_one_before(release: Release) -> list[Change]:
    before = Release.objects.filter(number__lt=release.number).first()
    old: Content = json.loads(before.content) if before else EMPTY
    return compare(old, json.loads(release.content))
