"""Rollouts: which release is or was on trial, on which machines, and how it ended."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from unfold.decorators import display

from duco_cms.fleet.models import Machine
from duco_cms.publication.admin.doing import PublicationAdmin, ShownRefusals, filled
from duco_cms.publication.admin.forms import ReasonForm
from duco_cms.publication.canaries import canaries_of
from duco_cms.publication.going_back import end_rollout
from duco_cms.publication.models import Rollout
from duco_cms.publication.models.rollout import State
from duco_cms.publication.permissions import RELEASE, user_of
from duco_cms.publication.releasing import promote
from duco_cms.publication.running import running_counts

MACHINES_SHOWN = 100


@admin.register(Rollout)
class RolloutAdmin(PublicationAdmin):
    list_display = ["release", "shown_state", "share", "since", "started_by", "ended", "ended_by", "reason"]
    list_filter = ["state"]
    search_fields = ["=release__number", "reason", "ended_by"]
    change_form_template = "publication/rollout.html"
    fields = ["release"]
    readonly_fields = fields
    steps = {"promote": RELEASE, "end": RELEASE}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Rollout]:
        return super().get_queryset(request).select_related("release", "started_by").defer("release__content")

    @display(
        description="state",
        ordering="state",
        label={State.RUNNING.label: "warning", State.PROMOTED.label: "success", State.PAUSED.label: "danger"},
    )
    def shown_state(self, rollout: Rollout) -> tuple[str, str]:
        return State(rollout.state).label, rollout.get_state_display()

    @admin.display(description="machines")
    def share(self, rollout: Rollout) -> str:
        named = f"{len(rollout.machines)} named" if rollout.machines else ""
        return ", ".join(filter(None, [named, f"{rollout.percentage:g} %" if rollout.percentage else ""]))

    def page(self, request: HttpRequest, number: int) -> dict[str, Any]:
        """Its cohort, the guard's figures, and the ways to end it."""
        rollout = Rollout.objects.headers().filter(pk=number).first()
        may_end = rollout is not None and rollout.is_running and request.user.has_perm(RELEASE)
        return {**(_page_of(rollout) if rollout else {}), "may_end": may_end}

    def promote(self, request: HttpRequest, number: int) -> HttpResponse:
        with ShownRefusals(request):
            done = promote(_of(number), user_of(request), request.POST.get("etag", ""))
            messages.success(request, f"Release {done.release_id} is live on all machines.")
        return _to_page(number)

    def end(self, request: HttpRequest, number: int) -> HttpResponse:
        form = ReasonForm(request.POST)
        if filled(request, form):
            with ShownRefusals(request):
                reason, etag = form.cleaned_data["reason"], request.POST.get("etag", "")
                release = end_rollout(_of(number), user_of(request), reason, etag)
                messages.success(request, f"The trial is over; all machines get release {release.number}.")
        return _to_page(number)


def _of(number: int) -> Rollout:
    return get_object_or_404(Rollout.objects.headers(), pk=number)


def _to_page(number: int) -> HttpResponse:
    return redirect("admin:publication_rollout_change", number)


def _page_of(rollout: Rollout) -> dict[str, Any]:
    # Who was in one that is over is what was asked for; the fleet may be another by now.
    numbers = canaries_of(rollout) if rollout.is_running else frozenset(rollout.machines)
    machines = Machine.objects.filter(pk__in=numbers).select_related("model")
    return {
        "rollout": rollout,
        "machines": machines[:MACHINES_SHOWN],
        "machine_count": len(numbers),
        "more_machines": max(0, len(numbers) - MACHINES_SHOWN),
        "most_bad_percent": 100 * rollout.most_bad_share,
        "evidence": _figures(rollout.evidence),
        "running": running_counts(),
        "reason_form": ReasonForm(),
    }


def _figures(evidence: object) -> list[tuple[str, object]]:
    """Rows of a table; a guard of another make may send something else."""
    return list(evidence.items()) if isinstance(evidence, dict) else [("evidence", evidence)] if evidence else []
