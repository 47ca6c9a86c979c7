"""The pages. They hold no data of machines: their scripts ask the proxy and the websocket for it."""

from asgiref.sync import async_to_sync
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from studio.sources import Question, SourceError, source
from studio.views.requests import SignedInRequest


@require_safe
@login_required
@cache_control(no_store=True)
def machine_list(request: SignedInRequest) -> HttpResponse:
    return render(request, "studio/machines.html", {"silence_seconds": settings.SILENCE_SECONDS})


@require_safe
@login_required
@cache_control(no_store=True)
def machine_detail(request: SignedInRequest, machine: int) -> HttpResponse:
    """404 where the user may not see the machine; a page that says so where the Data API cannot be asked."""
    _refuse_hidden(request, machine)
    return render(request, "studio/machine.html", {"machine": machine, "silence_seconds": settings.SILENCE_SECONDS})


@require_safe
@login_required
@cache_control(no_store=True)
def machine_explain(request: SignedInRequest, machine: int) -> HttpResponse:
    """Where a value comes from; which one is in the query, which its script reads. 404 as for the machine's page."""
    _refuse_hidden(request, machine)
    return render(request, "studio/explain.html", {"machine": machine})


def _refuse_hidden(request: SignedInRequest, machine: int) -> None:
    try:
        async_to_sync(source().read)(request.user.pk, Question("machine", machine))
    except SourceError as error:
        if error.status in {403, 404}:
            raise Http404 from None
