"""Relays the Data API's reads that the pages need, and nothing else: GET, named routes, bounded parameters."""

from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from studio.sources import Question, Resource, SourceError, source

PARAMETERS: Final = frozenset({"from", "to", "points", "source", "limit", "state", "open"})
EXPLAIN_PARAMETERS: Final = frozenset({"group", "slot", "source", "ts", "ordinal", "latest"})
PARAMETER_LENGTH: Final = 64


def _problem(status: int, code: str, detail: str) -> HttpResponse:
    """RFC 9457, as the APIs answer."""
    title = HTTPStatus(status).phrase
    body = {"type": "about:blank", "title": title, "status": status, "code": code, "detail": detail}
    return JsonResponse(body, status=status, content_type="application/problem+json")


def _parameters(request: HttpRequest, relayed: frozenset[str]) -> dict[str, str]:
    """Raises SourceError: a parameter that is not relayed would be a filter that silently does nothing."""
    found = {name: str(value) for name, value in request.GET.items()}
    for name, value in found.items():
        if name not in relayed or len(value) > PARAMETER_LENGTH:
            raise SourceError(400, "invalid_parameter", f"The parameter {name[:PARAMETER_LENGTH]!r} is not relayed.")
    return found


async def _relay(
    request: HttpRequest,
    resource: Resource,
    machine: int | None = None,
    signal: str = "",
    relayed: frozenset[str] = PARAMETERS,
) -> HttpResponse:
    user = await request.auser()
    if not user.is_authenticated:
        return _problem(401, "not_signed_in", "You are signed out. Sign in again.")
    try:
        question = Question(resource, machine, signal, _parameters(request, relayed))
        answer = HttpResponse(await source().read(user.pk, question), content_type="application/json")
    except SourceError as error:
        answer = _problem(error.status, error.code, error.detail)
    answer["Cache-Control"] = "no-store"
    return answer


@require_GET
async def machines(request: HttpRequest) -> HttpResponse:
    return await _relay(request, "machines")


@require_GET
async def machine(request: HttpRequest, machine: int) -> HttpResponse:
    return await _relay(request, "machine", machine)


@require_GET
async def signals(request: HttpRequest, machine: int) -> HttpResponse:
    return await _relay(request, "signals", machine)


@require_GET
async def history(request: HttpRequest, machine: int, signal: str) -> HttpResponse:
    return await _relay(request, "history", machine, signal)


@require_GET
async def snapshot(request: HttpRequest, machine: int) -> HttpResponse:
    return await _relay(request, "snapshot", machine)


@require_GET
async def positions(request: HttpRequest, machine: int) -> HttpResponse:
    return await _relay(request, "positions", machine)


@require_GET
async def findings(request: HttpRequest, machine: int) -> HttpResponse:
    return await _relay(request, "findings", machine)


@require_GET
async def dtcs(request: HttpRequest, machine: int) -> HttpResponse:
    return await _relay(request, "dtcs", machine)


@require_GET
async def events(request: HttpRequest, machine: int) -> HttpResponse:
    return await _relay(request, "events", machine)


@require_GET
async def logs(request: HttpRequest, machine: int) -> HttpResponse:
    return await _relay(request, "logs", machine)


@require_GET
async def explain(request: HttpRequest, machine: int) -> HttpResponse:
    return await _relay(request, "explain", machine, relayed=EXPLAIN_PARAMETERS)
