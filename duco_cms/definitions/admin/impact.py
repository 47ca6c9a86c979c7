"""Pages of what a change reaches: of a message, of one of its signals, of a rule."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from unfold.admin import ModelAdmin

from duco_cms.definitions.examination import MalformedContentError
from duco_cms.definitions.impact import Impact, Impacts, message_key, models_reached
from duco_cms.definitions.models import DefinitionSet, Message, Rule, Signal

SIGNALS_SHOWN = 500
REFUSED = "The definitions have errors that keep them from being read as a whole. See the page of the next release."


def message_impact_page(admin: ModelAdmin, request: HttpRequest, number: int) -> HttpResponse:
    """Of all signals of a message, or with `?signal=` of one."""
    message = get_object_or_404(Message.objects.select_related("definition_set"), pk=number)
    _permit(admin, request, message)
    wanted = request.GET.get("signal", "")
    signals = Signal.objects.filter(group__message=message, retired=False).order_by("name")
    if wanted:
        signals = signals.filter(pk=int(wanted) if wanted.isascii() and wanted.isdecimal() else 0)
    shown = list(signals.values_list("pk", "name", "group_id", "slot")[: SIGNALS_SHOWN + 1])
    key = message_key(message.definition_set.name, message.name)

    def impacts(found: Impacts) -> list[dict[str, Any]]:
        return [
            {"name": name, "number": pk, "impact": found.of((group, slot), key)}
            for pk, name, group, slot in shown[:SIGNALS_SHOWN]
        ]

    more = {"one_signal": bool(wanted), "is_cut": len(shown) > SIGNALS_SHOWN}
    return _page(admin, request, message, message.definition_set, impacts, more)


def rule_impact_page(admin: ModelAdmin, request: HttpRequest, number: int) -> HttpResponse:
    """Of a derived signal, check or event."""
    rule = get_object_or_404(Rule.objects.select_related("definition_set"), pk=number)
    _permit(admin, request, rule)

    def impacts(found: Impacts) -> list[dict[str, Any]]:
        return [{"name": rule.name, "number": None, "impact": found.of(rule.pk)}]

    return _page(admin, request, rule, rule.definition_set, impacts, {"one_signal": True})


def _permit(admin: ModelAdmin, request: HttpRequest, row: Model) -> None:
    if not admin.has_view_permission(request, row) or not request.user.has_perm("definitions.view_definitionset"):
        raise PermissionDenied


def _page(
    admin: ModelAdmin,
    request: HttpRequest,
    row: Message | Rule,
    definition_set: DefinitionSet,
    impacts: Any,
    more: dict[str, Any],
) -> HttpResponse:
    context: dict[str, Any] = {
        **admin.admin_site.each_context(request),
        "title": f"What {row} reaches",
        "opts": admin.opts,
        "original": row,
        "models": models_reached(definition_set, request.user),
        **more,
    }
    try:
        found = Impacts()
    except MalformedContentError:
        context["refusal"] = REFUSED
    else:
        listed = impacts(found)
        reached: list[Impact] = [each["impact"] for each in listed]
        context |= {"has_errors": found.has_errors, "impacts": listed}
        context["reaches_nothing"] = not any(each.readers or each.provers for each in reached)
    request.current_app = admin.admin_site.name
    return TemplateResponse(request, "definitions/impact.html", context)
