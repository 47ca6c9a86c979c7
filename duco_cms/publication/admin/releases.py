"""Releases: a list of what was published, a page for each with the way back to it, and the page that publishes."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from unfold.decorators import action, display

from duco_cms.definitions.admin.changes import change_summary
from duco_cms.definitions.artefact import artefact
from duco_cms.definitions.models import Release
from duco_cms.definitions.publishing import PublishRefusedError, draft
from duco_cms.publication.admin.doing import (
    PublicationAdmin,
    ShownRefusals,
    context_of,
    filled,
    number_of,
)
from duco_cms.publication.admin.forms import NoteForm, ReasonForm
from duco_cms.publication.canaries import running_rollout
from duco_cms.publication.differences import Difference, difference
from duco_cms.publication.going_back import roll_back
from duco_cms.publication.permissions import RELEASE, REVIEW, SUBMIT, user_of
from duco_cms.publication.releasing import publish_now
from duco_cms.publication.review import submit
from duco_cms.publication.running import running_counts


class RollbackForm(ReasonForm):
    live = forms.IntegerField(widget=forms.HiddenInput)


@admin.register(Release)
class ReleaseAdmin(PublicationAdmin):
    list_display = ["number", "runs_on", "note", "published_by", "published", "short_hash"]
    search_fields = ["=number", "note", "content_hash"]
    actions_list = ["publish_page"]
    actions_detail = ["download"]
    change_form_template = "publication/release.html"
    fields = ["number"]
    readonly_fields = fields
    steps = {"rollback": RELEASE}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Release]:
        live = Release.objects.stable().values("number")[:1]
        rows = super().get_queryset(request).defer("content").select_related("author", "rollout")
        return rows.annotate(live_number=Subquery(live))

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return _may_submit(request) or _may_publish(request)

    @display(description="channel", label={"live": "success", "on trial": "warning"})
    def runs_on(self, release: Release) -> str:
        if release.number == getattr(release, "live_number", None):
            return "live"
        rollout = getattr(release, "rollout", None)
        return "on trial" if rollout is not None and rollout.is_running else ""

    @admin.display(description="author", ordering="author__username")
    def published_by(self, release: Release) -> str:
        return str(release.author or "the system")

    @admin.display(description="content")
    def short_hash(self, release: Release) -> str:
        return release.content_hash.removeprefix("sha256:")[:12]

    def get_urls(self) -> list[URLPattern]:
        publish = path("publish/", self.admin_site.admin_view(self.publish_view), name="definitions_release_publish")
        running = path("running/", self.admin_site.admin_view(self.running_view), name="definitions_release_running")
        return [publish, running, *super().get_urls()]

    def running_view(self, request: HttpRequest) -> HttpResponse:
        """The part of the pages that is read again while one looks."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return TemplateResponse(request, "publication/running_table.html", {"running": running_counts()})

    @action(description="Publish…", icon="publish", permissions=["publish"])
    def publish_page(self, request: HttpRequest) -> HttpResponse:  # noqa: ARG002 - unfold's signature
        return redirect("admin:definitions_release_publish")

    @action(description="Download", icon="download", permissions=["view"], url_path="artefact")
    def download(self, request: HttpRequest, object_id: str) -> HttpResponse:  # noqa: ARG002 - unfold's signature
        release = get_object_or_404(Release, pk=number_of(object_id))
        name = f'attachment; filename="release-{release.number}.json"'
        return HttpResponse(artefact(release), content_type="application/json", headers={"Content-Disposition": name})

    def page(self, request: HttpRequest, number: int) -> dict[str, Any]:
        """How it came to be, how it differs, and the way back to it."""
        release = Release.objects.select_related("author").filter(pk=number).first()
        return {**(_page_of(release) if release else {}), "may_publish": request.user.has_perm(RELEASE)}

    def rollback(self, request: HttpRequest, number: int) -> HttpResponse:
        """POST: its content for all machines, under a new number."""
        former, form = get_object_or_404(Release, pk=number), RollbackForm(request.POST)
        page = redirect("admin:definitions_release_change", number)
        if not filled(request, form):
            return page
        with ShownRefusals(request):
            trial = running_rollout()
            release = roll_back(former, user_of(request), form.cleaned_data["reason"], form.cleaned_data["live"])
            over = f" The trial of release {trial.release_id} is over." if trial else ""
            messages.success(request, f"Release {number} is live again, as release {release.number}.{over}")
            return redirect("admin:definitions_release_change", release.pk)
        return page

    def publish_view(self, request: HttpRequest) -> HttpResponse:
        """GET: what would change and what is wrong. POST: submit it for review; or publish it at once, where one alone
        may.
        """
        if not self.has_publish_permission(request):
            raise PermissionDenied
        form = NoteForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                return self._submitted(request, form.cleaned_data["note"])
            except PublishRefusedError as refusal:
                # The page below is made anew, so it shows the diagnostics as they are now.
                messages.error(request, str(refusal))
        found = draft()
        context = {
            **context_of(self.admin_site, request),
            **change_summary(found.changes),
            "title": "Publish definitions",
            "opts": self.opts,
            "form": form,
            "draft": found,
            "breaking": found.breaking,
            "may_submit": _may_submit(request),
            "may_publish": _may_publish(request),
        }
        return TemplateResponse(request, "publication/publish.html", context)

    def _submitted(self, request: HttpRequest, note: str) -> HttpResponse:
        user = user_of(request)
        if "submit" in request.POST or not _may_publish(request):
            if not _may_submit(request):
                raise PermissionDenied
            submission = submit(user, note)
            messages.success(request, f"{submission} is in review.")
            return redirect(reverse("admin:publication_submission_change", args=[submission.pk]))
        release = publish_now(user, note)
        messages.success(request, f"Release {release.number} is published.")
        return redirect(reverse("admin:definitions_release_change", args=[release.pk]))


def _may_submit(request: HttpRequest) -> bool:
    return request.user.has_perm(SUBMIT)


def _may_publish(request: HttpRequest) -> bool:
    """At once: who may do each of its steps."""
    return not settings.FOUR_EYES and request.user.has_perms((SUBMIT, REVIEW, RELEASE))


def _page_of(release: Release) -> dict[str, Any]:
    live = Release.objects.live()
    rollout = getattr(release, "rollout", None)
    was_stable = Release.objects.headers().stable().filter(pk=release.pk).exists()
    to_live = difference(live, release) if live and live != release else None
    to_previous = difference(Release.objects.before(release.number), release)
    return {
        "release": release,
        "publication": getattr(release, "publication", None),
        "submission": getattr(release, "submission", None),
        "rollout": rollout,
        "trial": running_rollout(),
        "live": live,
        "is_live": release == live,
        "sections": [*_sections(to_live, "To the live release"), *_sections(to_previous, "To the release before")],
        "running": running_counts(),
        "rollback_form": RollbackForm(initial={"live": live.number})
        if live and was_stable and live.content_hash != release.content_hash
        else None,
    }


def _sections(found: Difference | None, title: str) -> list[dict[str, Any]]:
    if found is None:
        return []
    named = f"{title}, {found.to}" if found.to else "There is none before"
    return [{"title": named, "breaking": found.breaking, **change_summary(found.changes)}]
