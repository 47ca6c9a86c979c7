"""Jobs: what was asked for, how far it is, and what it found."""

from collections.abc import Callable
from typing import Any, Final

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, URLPattern, path, reverse
from unfold.decorators import display

from duco_cms.definitions.models import Release
from duco_cms.fleet.models import Machine
from duco_cms.jobs.admin.forms import BacktestForm
from duco_cms.jobs.asking import ask_backtest, ask_redecode
from duco_cms.jobs.found import found_by, progress_of, with_progress
from duco_cms.jobs.models import Job
from duco_cms.jobs.models.job import Kind, State
from duco_cms.jobs.permissions import BACKTEST, REDECODE, VIEW, may_steer
from duco_cms.jobs.steering import cancel, pause, resume
from duco_cms.publication.admin.doing import PublicationAdmin, ShownRefusals, context_of, filled, number_of
from duco_cms.publication.admin.forms import ReasonForm
from duco_cms.publication.models import Submission
from duco_cms.publication.permissions import user_of

SHOWN: Final = 200


@admin.register(Job)
class JobAdmin(PublicationAdmin):
    list_display = ["id", "kind", "shown_state", "content", "span", "machine_count", "done", "asked_by", "asked"]
    list_display_links = ["id", "kind"]
    list_filter = ["kind", "state"]
    search_fields = ["=id", "note", "asked_by__username"]
    change_form_template = "jobs/job.html"
    fields = ["id"]
    readonly_fields = fields
    steps = {"pause": VIEW, "resume": VIEW, "cancel": VIEW, "redecode": REDECODE}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Job]:
        return with_progress(super().get_queryset(request).headers())

    @display(
        description="state",
        ordering="state",
        label={
            State.RUNNING.label: "info", State.DONE.label: "success", State.FAILED.label: "danger",
            State.PAUSED.label: "warning",
        },
    )  # fmt: skip
    def shown_state(self, job: Job) -> str:
        return job.get_state_display()

    @admin.display(description="content")
    def content(self, job: Job) -> str:
        return f"{job.content_name} against release {job.against_id}" if job.against_id else job.content_name

    @admin.display(description="received", ordering="begin")
    def span(self, job: Job) -> str:
        return f"{job.begin:%Y-%m-%d %H:%M} to {job.end:%Y-%m-%d %H:%M}"

    @admin.display(description="machines")
    def machine_count(self, job: Job) -> int:
        return len(job.machines)

    @admin.display(description="done")
    def done(self, job: Job) -> str:
        return f"{100 * progress_of(job).share:.0f} %"

    def get_urls(self) -> list[URLPattern]:
        route = path("ask/", self.admin_site.admin_view(self.ask_view), name="jobs_job_ask")
        return [route, *super().get_urls()]

    def page(self, request: HttpRequest, number: int) -> dict[str, Any]:
        """How far it is, what it found, and what can be done with it."""
        job = Job.objects.headers().filter(pk=number).first()
        return _page_of(job, request) if job else {}

    def pause(self, request: HttpRequest, number: int) -> HttpResponse:
        return _steered(request, number, pause, "It is paused: what is done stays done.")

    def resume(self, request: HttpRequest, number: int) -> HttpResponse:
        return _steered(request, number, resume, "It goes on.")

    def cancel(self, request: HttpRequest, number: int) -> HttpResponse:
        return _steered(request, number, cancel, "It is cancelled.")

    def redecode(self, request: HttpRequest, number: int) -> HttpResponse:
        form = ReasonForm(request.POST)
        if filled(request, form):
            with ShownRefusals(request):
                job = ask_redecode(user_of(request), _of(number), form.cleaned_data["reason"])
                messages.success(request, f"History is decoded again, as release {job.release_id}.")
                return _to_page(job.pk)
        return _to_page(number)

    def ask_view(self, request: HttpRequest) -> HttpResponse:
        """GET: the form for a submission or a release; POST: ask for the backtest."""
        if not request.user.has_perm(BACKTEST):
            raise PermissionDenied
        content = _content(request)
        initial = {"against": _against(content)}
        form = BacktestForm(user_of(request), request.POST or None, initial=initial)
        if request.method == "POST" and form.is_valid():
            with ShownRefusals(request):
                given = form.cleaned_data
                job = ask_backtest(user_of(request), content, form.span, given["against"], given["note"])
                return _to_page(job.pk)
        context = {
            **context_of(self.admin_site, request),
            "title": f"Backtest of {str(content).lower()}",
            "opts": self.opts,
            "form": form,
            "content": content,
        }
        return TemplateResponse(request, "jobs/ask.html", context)


def _steered(request: HttpRequest, number: int, step: Callable[..., Job], done: str) -> HttpResponse:
    job = _of(number)
    if not may_steer(user_of(request), job):
        raise PermissionDenied
    with ShownRefusals(request):
        step(job, user_of(request), request.POST.get("etag", ""))
        messages.success(request, done)
    return _to_page(number)


def _of(number: int) -> Job:
    return get_object_or_404(Job.objects.headers(), pk=number)


def _to_page(number: int) -> HttpResponse:
    return redirect("admin:jobs_job_change", number)


def _content(request: HttpRequest) -> Submission | Release:
    """What the page is asked for. Raises Http404."""
    if "submission" in request.GET:
        return get_object_or_404(Submission, pk=number_of(request.GET["submission"]))
    if "release" in request.GET:
        return get_object_or_404(Release, pk=number_of(request.GET["release"]))
    raise Http404


def _against(content: Submission | Release) -> Release | None:
    live = Release.objects.headers().stable().first()
    if isinstance(content, Release) and live is not None and live.content_hash == content.content_hash:
        return Release.objects.headers().stable().exclude(content_hash=content.content_hash).first()
    return live


def _page_of(job: Job, request: HttpRequest) -> dict[str, Any]:
    found, user = found_by(job), user_of(request)
    machines = {each.number: each for each in Machine.objects.filter(pk__in=job.machines)}
    released = job.release or (job.submission.release if job.submission else None)
    return {
        "job": job,
        "progress": progress_of(job),
        "machines": [machines[number] for number in job.machines if number in machines],
        "signals": found.signals[:SHOWN],
        "more_signals": max(0, len(found.signals) - SHOWN),
        "rules": found.rules[:SHOWN],
        "rows": found.rows,
        "rejected": found.rejected,
        "is_redecode": job.kind == Kind.REDECODE,
        "may_steer": may_steer(user, job),
        "may_redecode": job.kind == Kind.BACKTEST
        and job.state == State.DONE
        and released is not None
        and user.has_perm(REDECODE),
        "released": released,
        "redecodes": job.redecodes.all(),
        "reason_form": ReasonForm(),
        "explain": _explain_route(),
    }


def _explain_route() -> str:
    """Of Studio's page that explains a value, for machine 0; empty where this process serves no Studio."""
    try:
        return reverse("machine-explain", args=[0])
    except NoReverseMatch:
        return ""
