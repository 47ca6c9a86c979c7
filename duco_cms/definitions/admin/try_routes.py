"""Frames tried on a set's definitions as they stand: the page, and what its script and a message's page ask for."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar, cast

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_GET, require_POST
from unfold.decorators import action

from duco_cms.data_api import DataApiError
from duco_cms.definitions.admin.listing import KeptModelAdmin
from duco_cms.definitions.admin.message_form import MessageForm
from duco_cms.definitions.admin.try_forms import KeptForm, MachineForm, MessageOfSetForm, ProposalForm, TryForm
from duco_cms.definitions.edited_message import edited_row
from duco_cms.definitions.models import DefinitionSet
from duco_cms.definitions.recorded import machine_named, machines_of, recorded_frames
from duco_cms.definitions.sampling import (
    JudgedSample,
    NotKeptError,
    judged_samples,
    keep_sample,
    proposed_text,
    unjudged_samples,
)
from duco_cms.definitions.stored import Row
from duco_cms.definitions.trying import Bench, TrialRefusedError, try_frames
from duco_cms.fleet.models import Machine
from parsing.language.rendering import render

NO_MACHINE = "There is no such machine, or you may not see it."
ASKED = ("from", "to", "id", "pgn", "bus", "dead_letters")
ROUTE = "definitions_definitionset_try"


class RefusedError(Exception):
    """What a route cannot do with what it was sent; the text is for people."""


FormOf = TypeVar("FormOf", bound=MessageOfSetForm)


class TryAdmin(KeptModelAdmin):
    """Adds them to definition sets: for who may see the set, and what keeps samples for who may add them."""

    def get_urls(self) -> list[URLPattern]:
        own = [path("<int:number>/try/", self.admin_site.admin_view(self.try_view), name=ROUTE)]
        routes = {
            "run": require_POST(_told(self.run_view)),
            "frames": require_GET(_told(self.frames_view)),
            "sample": require_POST(_told(self.sample_view)),
            "samples": require_POST(_told(self.samples_view)),
            "keep": require_POST(_told(self.keep_view)),
        }
        own += [
            path(f"<int:number>/try/{name}/", self.admin_site.admin_view(view), name=f"{ROUTE}_{name}")
            for name, view in routes.items()
        ]
        return [*own, *super().get_urls()]

    @action(description="Try it", icon="science", permissions=["view"], url_path="try-it")
    def try_page(self, request: HttpRequest, object_id: str) -> HttpResponse:  # noqa: ARG002 - unfold's signature
        return redirect(f"admin:{ROUTE}", int(object_id) if object_id.isdecimal() else 0)

    def try_view(self, request: HttpRequest, number: int) -> HttpResponse:
        definition_set = self._set_to_try(request, number)
        context = {
            **self.admin_site.each_context(request),
            "title": f"Try {definition_set}",
            "opts": self.opts,
            "original": definition_set,
            "trial": trial_settings(request, definition_set),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "definitions/set_try.html", context)

    def run_view(self, request: HttpRequest, number: int) -> dict[str, Any]:
        """POST frames: what they give."""
        form = self._tried(request, number, TryForm)
        bench = self._bench(request, number, form, form.cleaned_data["machine"])
        return try_frames(bench, form.given, with_rules=form.cleaned_data["rules"])

    def frames_view(self, request: HttpRequest, number: int) -> dict[str, Any]:
        """GET `machine` and the Data API's parameters: frames that it sent."""
        self._set_to_try(request, number)
        machine = _machine(request, request.GET.get("machine", ""))
        if machine is None:
            raise RefusedError("Say which machine.")
        asked = {name: request.GET[name] for name in ASKED if request.GET.get(name)}
        try:
            return recorded_frames(cast("User", request.user), machine, asked)
        except DataApiError as error:
            raise RefusedError(error.detail) from None

    def sample_view(self, request: HttpRequest, number: int) -> dict[str, Any]:
        """POST a frame: the text of a sample of it."""
        form = self._tried(request, number, ProposalForm)
        said = form.cleaned_data
        bench = self._bench(request, number, form, "")
        payload = bytes.fromhex(said["payload"])
        machine = _machine(request, said["machine"])
        title, remarks = _origin(said, machine)
        text = proposed_text(bench, said["of"], payload, form.source_address, said["title"] or title, remarks)
        return {"text": text}

    def samples_view(self, request: HttpRequest, number: int) -> dict[str, Any]:
        """POST a message of the set: its samples, and whether they come true. None is judged where the page of the
        message is not valid; its fields say why.
        """
        form = self._tried(request, number, MessageOfSetForm)
        message = form.cleaned_data["message"]
        if message is None:
            raise RefusedError("Say which message.")
        try:
            edited = _edited(request, form)
        except RefusedError:
            return {"samples": [_listed(each) for each in unjudged_samples(message)]}
        return {"samples": [_listed(each) for each in judged_samples(message, edited)]}

    def keep_view(self, request: HttpRequest, number: int) -> dict[str, Any]:
        """POST a text: it is a sample of the set from now on."""
        if not request.user.has_perm("definitions.add_sample"):
            raise PermissionDenied
        form = self._tried(request, number, KeptForm)
        try:
            sample, report = keep_sample(self._set_to_try(request, number), form.cleaned_data["text"])
        except NotKeptError as refusal:
            raise RefusedError(str(refusal)) from None
        said = (*report.diagnostics, *report.failures)
        return {"sample": sample.pk, "problems": [render(one, form.cleaned_data["text"]) for one in said]}

    def _set_to_try(self, request: HttpRequest, number: int) -> DefinitionSet:
        definition_set = get_object_or_404(DefinitionSet, pk=number)
        if not self.has_view_permission(request, definition_set) or not request.user.has_perm(
            "definitions.view_message"
        ):
            raise PermissionDenied
        return definition_set

    def _tried(self, request: HttpRequest, number: int, kind: type[FormOf]) -> FormOf:
        self._set_to_try(request, number)
        form = kind(request.POST, number)
        if not form.is_valid():
            raise RefusedError(" ".join(str(text) for texts in form.errors.values() for text in texts))
        return form

    def _bench(self, request: HttpRequest, number: int, form: MachineForm, device: str) -> Bench:
        return Bench(self._set_to_try(request, number), _machine(request, device), _edited(request, form))


def trial_settings(request: HttpRequest, definition_set: DefinitionSet) -> dict[str, Any]:
    """What the script of such a page begins with."""
    routes = {name: reverse(f"admin:{ROUTE}_{name}", args=[definition_set.pk]) for name in _ROUTES}
    return {
        "routes": routes,
        "machines": machines_of(cast("User", request.user), definition_set.pk),
        "samplePage": reverse("admin:definitions_sample_changelist"),
        "messagePage": reverse("admin:definitions_message_changelist"),
        "canKeep": request.user.has_perm("definitions.add_sample"),
        "canDelete": request.user.has_perm("definitions.delete_sample"),
    }


_ROUTES = ("run", "frames", "sample", "samples", "keep")


def _told(view: Callable[..., dict[str, Any]]) -> Callable[..., JsonResponse]:
    def answer(request: HttpRequest, number: int) -> JsonResponse:
        try:
            return JsonResponse(view(request, number))
        except (RefusedError, TrialRefusedError, NotKeptError) as refusal:
            return JsonResponse({"detail": str(refusal)}, status=422)

    return answer


def _machine(request: HttpRequest, device: str) -> Machine | None:
    """None where none is named. Raises RefusedError for one that the user may not see, as for one that is not there."""
    if not device:
        return None
    machine = machine_named(cast("User", request.user), device)
    if machine is None:
        raise RefusedError(NO_MACHINE)
    return machine


def _edited(request: HttpRequest, form: MessageOfSetForm) -> Row | None:
    """The message as its page was sent, which is not saved."""
    message = form.cleaned_data["message"]
    if message is None or not form.cleaned_data["edited"]:
        return None
    page = MessageForm(request.POST, instance=message)
    if not page.is_valid() or page.draft is None:
        texts = [str(text) for texts in page.errors.values() for text in texts]
        raise RefusedError(f"Correct the message first. {' '.join(texts)}")
    return edited_row(page.draft)


def _origin(said: dict[str, Any], machine: Machine | None) -> tuple[str, list[str]]:
    """A title, and remarks, of where a frame came from."""
    if machine is None or said["ts"] is None:
        return "pasted frame", []
    at = datetime.fromtimestamp(said["ts"] // 1_000_000, UTC)
    text = f"{at:%Y-%m-%dT%H:%M:%S}.{said['ts'] % 1_000_000:06}Z"
    where = f"partition {said['partition']}, offset {said['offset']}, frame {said['index']}"
    what = "In a rejected envelope of" if said["rejected"] else "Sent by"
    return f"{machine.device}, {at:%Y-%m-%d %H:%M:%S}", [f"{what} {machine.device} at {text}: raw data, {where}"]


def _listed(each: JudgedSample) -> dict[str, Any]:
    return {
        "id": each.sample.pk,
        "title": str(each.sample),
        "text": each.sample.text,
        "problems": each.problems,
        "page": reverse("admin:definitions_sample_change", args=[each.sample.pk]),
        "delete": reverse("admin:definitions_sample_delete", args=[each.sample.pk]),
    }
