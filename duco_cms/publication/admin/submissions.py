"""Submissions: what waits for a review or for its release, and a page for each."""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from unfold.decorators import display

from duco_cms.definitions.admin.changes import change_summary
from duco_cms.definitions.artefact import Content
from duco_cms.definitions.models import Release
from duco_cms.publication.admin.doing import PublicationAdmin, ShownRefusals, filled
from duco_cms.publication.admin.forms import CohortForm, CommentForm, ReasonForm
from duco_cms.publication.canaries import running_rollout
from duco_cms.publication.differences import difference_of_content
from duco_cms.publication.models import Submission
from duco_cms.publication.models.submission import State
from duco_cms.publication.permissions import RELEASE, REVIEW, SUBMIT, user_of
from duco_cms.publication.releasing import changes_undone, publish_submission, start_rollout
from duco_cms.publication.review import (
    approve,
    draft_differs,
    missing_approvals,
    reject,
    resubmit,
    withdraw,
)


@admin.register(Submission)
class SubmissionAdmin(PublicationAdmin):
    list_display = ["number", "shown_state", "note", "author", "submitted", "breaks", "release"]
    list_display_links = ["number", "note"]
    list_filter = ["state"]
    search_fields = ["=number", "note", "author__username"]
    change_form_template = "publication/submission.html"
    fields = ["number"]
    readonly_fields = fields
    steps = {
        "approve": REVIEW,
        "reject": REVIEW,
        "withdraw": SUBMIT,
        "resubmit": SUBMIT,
        "publish": RELEASE,
        "try_out": RELEASE,
    }

    def get_queryset(self, request: HttpRequest) -> QuerySet[Submission]:
        rows = super().get_queryset(request).defer("content", "release__content")
        return rows.select_related("author", "release")

    @display(
        description="state",
        ordering="state",
        label={
            State.IN_REVIEW.label: "info",
            State.APPROVED.label: "primary",
            State.REJECTED.label: "danger",
            State.RELEASED.label: "success",
        },
    )
    def shown_state(self, submission: Submission) -> str:
        return submission.get_state_display()

    @admin.display(description="breaking")
    def breaks(self, submission: Submission) -> str:
        return str(len(submission.breaking) or "")

    def page(self, request: HttpRequest, number: int) -> dict[str, Any]:
        """What it changes, what was said of it, and what can be done with it."""
        submission = Submission.objects.select_related("author", "base").filter(pk=number).first()
        return _page_of(submission, request) if submission else {}

    def approve(self, request: HttpRequest, number: int) -> HttpResponse:
        form = CommentForm(request.POST)
        if filled(request, form):
            with ShownRefusals(request):
                done = approve(_of(number), user_of(request), form.cleaned_data["comment"], _etag(request))
                missing = missing_approvals(done)
                rest = f" {missing} more has to approve it." if missing else ""
                messages.success(request, f"You approved {done}.{rest}")
        return _to_page(number)

    def reject(self, request: HttpRequest, number: int) -> HttpResponse:
        form = ReasonForm(request.POST)
        if filled(request, form):
            with ShownRefusals(request):
                done = reject(_of(number), user_of(request), form.cleaned_data["reason"], _etag(request))
                messages.success(request, f"You rejected {done}.")
        return _to_page(number)

    def withdraw(self, request: HttpRequest, number: int) -> HttpResponse:
        with ShownRefusals(request):
            messages.success(request, f"{withdraw(_of(number), user_of(request), _etag(request))} is withdrawn.")
        return _to_page(number)

    def resubmit(self, request: HttpRequest, number: int) -> HttpResponse:
        with ShownRefusals(request):
            made = resubmit(_of(number), user_of(request))
            messages.success(request, f"{made} is in review, in the place of submission {number}.")
            return _to_page(made.pk)
        return _to_page(number)

    def publish(self, request: HttpRequest, number: int) -> HttpResponse:
        with ShownRefusals(request):
            release = publish_submission(_of(number), user_of(request), _etag(request))
            messages.success(request, f"Release {release.number} is published.")
            return redirect("admin:definitions_release_change", release.pk)
        return _to_page(number)

    def try_out(self, request: HttpRequest, number: int) -> HttpResponse:
        form = CohortForm(request.POST)
        if filled(request, form):
            with ShownRefusals(request):
                rollout = start_rollout(_of(number), user_of(request), form.cohort, _etag(request))
                messages.success(request, f"Release {rollout.release_id} is on trial.")
                return redirect("admin:publication_rollout_change", rollout.pk)
        return _to_page(number)


def _of(number: int) -> Submission:
    return get_object_or_404(Submission, pk=number)


def _etag(request: HttpRequest) -> str:
    return request.POST.get("etag", "")


def _to_page(number: int) -> HttpResponse:
    return redirect("admin:publication_submission_change", number)


def _page_of(submission: Submission, request: HttpRequest) -> dict[str, Any]:
    return {
        "submission": submission,
        "reviews": list(submission.reviews.select_related("user")),
        "missing": missing_approvals(submission),
        "is_draft_changed": submission.is_open and draft_differs(submission),
        "undone": change_summary(changes_undone(submission)) if submission.is_open else {},
        "running_rollout": running_rollout(),
        "sections": _sections(submission),
        **_allowed(submission, user_of(request)),
        "comment_form": CommentForm(auto_id="approve_%s"),
        "reason_form": ReasonForm(auto_id="reject_%s"),
        "cohort_form": CohortForm(auto_id="cohort_%s"),
    }


def _allowed(submission: Submission, user: User) -> dict[str, bool]:
    """Which buttons there are; the services decide again."""
    is_own = submission.author_id == user.pk
    has_reviewed = submission.reviews.filter(user=user).exists()
    must_wait = is_own and settings.FOUR_EYES
    may_replace = submission.state != State.RELEASED and (is_own or not submission.is_open)
    may_review = submission.is_open and user.has_perm(REVIEW) and not has_reviewed
    return {
        "may_approve": may_review and submission.state == State.IN_REVIEW and not must_wait,
        "may_reject": may_review,
        "is_waiting_for_others": submission.state == State.IN_REVIEW and must_wait,
        "may_withdraw": submission.is_open and is_own and user.has_perm(SUBMIT),
        "may_resubmit": may_replace and user.has_perm(SUBMIT),
        "may_publish": submission.state == State.APPROVED and user.has_perm(RELEASE),
    }


def _sections(submission: Submission) -> list[dict[str, Any]]:
    """How it differs from its base, and from the release before that."""
    content, base = submission.read_content(), submission.base
    if base is None:
        return [_section("There was no release then", None, content)]
    found = [_section(f"To release {base.number}, which was live then", base, content)]
    previous = Release.objects.before(base.number)
    if previous is not None:
        found.append(_section(f"To release {previous.number}, the one before that", previous, content))
    return found


def _section(title: str, release: Release | None, content: Content) -> dict[str, Any]:
    return {"title": title, **change_summary(difference_of_content(release, content).changes)}
