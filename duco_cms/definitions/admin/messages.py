"""Messages, their groups, and their signals as bits and as rows."""

import json
from typing import Any, cast

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import transaction
from django.db.models import Count, Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST
from unfold.admin import TabularInline
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import action

from duco_cms.definitions.admin.impact import message_impact_page
from duco_cms.definitions.admin.listing import KeptModelAdmin, lines
from duco_cms.definitions.admin.message_conflict import Merge
from duco_cms.definitions.admin.message_form import UNREADABLE, MessageForm
from duco_cms.definitions.admin.retiring import RetirableAdmin
from duco_cms.definitions.admin.searching import found
from duco_cms.definitions.admin.try_routes import trial_settings
from duco_cms.definitions.message_draft import Snapshot, hold, read_base, read_edits, snapshot
from duco_cms.definitions.message_text import checked_message, line_in_set
from duco_cms.definitions.models import Message, SignalGroup
from parsing.language.rendering import severity_of


class GroupInline(TabularInline):
    model = SignalGroup
    extra = 0
    fields = ["id", "title", "condition", "known"]
    readonly_fields = ["id"]
    per_page = 20
    formfield_overrides = lines(1)
    can_delete = False


@admin.register(Message)
class MessageAdmin(RetirableAdmin):
    """The change page has the bits of the message's signals, and the signals as rows; see `message_draft`."""

    form = MessageForm
    change_form_template = "definitions/message_change.html"
    change_form_outer_after_template = "definitions/message_try.html"
    list_display = ["name", "definition_set", "hex_id", "pgn", "match", "length", "signals", "tags", "in_use"]
    list_filter = [("definition_set", AutocompleteSelectFilter), "match", "j1939", "retired"]
    list_filter_submit = True
    list_select_related = ["definition_set"]
    list_per_page = 50
    search_fields = ["name"]
    search_help_text = "Name, title, tag or comment, PGN (decimal or hex) or CAN id (hex)."
    autocomplete_fields = ["definition_set"]
    inlines = [GroupInline]
    actions_detail = ["impact_page"]
    fieldsets = [
        (None, {"fields": [("name", "title"), "definition_set", "retired", "tags", "comment"]}),
        ("Which frames", {"fields": [("match", "can_id", "extended"), ("pgn", "source_address", "j1939"), "length"]}),
        ("How they are sent", {"fields": [("cycle_time", "timeout", "frame_format")]}),
        ("Trouble codes", {"fields": ["dtcs"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        in_use = Q(groups__signals__retired=False)
        return super().get_queryset(request).annotate(signal_count=Count("groups__signals", filter=in_use))

    def get_search_results(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        queryset: QuerySet[Message],
        search_term: str,
    ) -> tuple[QuerySet[Message], bool]:
        words, hexes = ["name", "title", "tags", "comment"], ["pgn", "can_id"]
        return found(queryset, search_term, words, ["pgn"], hexes), False

    def get_urls(self) -> list[URLPattern]:
        views = {
            "as-text": require_POST(self.text_view),
            "in-text": self.in_text_view,
            "impact": self.impact_view,
        }
        own = [
            path(f"<int:number>/{name}/", self.admin_site.admin_view(view), name=f"definitions_message_{name}")
            for name, view in views.items()
        ]
        return [*own, *super().get_urls()]

    def get_form(self, request: HttpRequest, obj: Message | None = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        form.user = request.user
        form.is_stale = bool(getattr(request, "differences", None))
        return form

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        with transaction.atomic():
            message = self._message(request, object_id)
            now = snapshot(message)
            if message is not None and request.method == "POST":
                self._merge(request, now)
            context = {**(extra_context or {}), "base": json.dumps(now)}
            context["differences"] = getattr(request, "differences", None)
            if message is not None and request.user.has_perm("definitions.view_definitionset"):
                context["trial"] = {**trial_settings(request, message.definition_set), "message": message.pk}
            return super().changeform_view(request, object_id, form_url, context)

    def _message(self, request: HttpRequest, object_id: str | None) -> Message | None:
        """Held, where something is sent."""
        if request.method == "POST":
            return cast("Message | None", self.held(request, object_id))
        return self.get_object(request, unquote(object_id)) if object_id else None

    def hold(self, row: Model) -> None:
        """With its groups and signals."""
        hold(cast("Message", row))

    def _merge(self, request: HttpRequest, now: Snapshot) -> None:
        """What the other saved since the page was opened goes into what was sent, as far as it is in nobody's way."""
        try:
            opened = read_base(request.POST.get("base", ""))
            edits = read_edits(request.POST.get("signals", ""))
        except ValueError as error:
            raise BadRequest(UNREADABLE) from error
        data = request.POST.copy()
        merge = Merge(MessageForm.base_fields, data, edits, opened or now, now)
        data["signals"] = json.dumps([edit.as_json() for edit in edits])
        request.POST = data  # type: ignore[assignment]  # a copy that may be changed is a QueryDict too
        request.differences = merge.differences  # type: ignore[attr-defined]  # for get_form, which gets the request only

    def save_related(self, request: HttpRequest, form: MessageForm, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        form.saved_signals = form.draft.save() if form.draft else []

    def construct_change_message(
        self, request: HttpRequest, form: MessageForm, formsets: Any, add: bool = False
    ) -> list[dict[str, Any]]:
        """The history names the signals too."""
        said = super().construct_change_message(request, form, formsets, add)
        for signal, fields in form.saved_signals:
            of = {"name": "signal", "object": str(signal)}
            said.append({"changed": {**of, "fields": fields}} if fields else {"added": of})
        return said

    def text_view(self, request: HttpRequest, number: int) -> HttpResponse:
        """The page as it was sent, as text with what is said of it, or why there is none; nothing is saved."""
        message = get_object_or_404(Message.objects.select_related("definition_set"), pk=number)
        if not self.has_view_permission(request, message):
            raise PermissionDenied
        form = MessageForm(request.POST, instance=message)
        if not form.is_valid() or form.draft is None:
            return JsonResponse({"errors": [text for texts in form.errors.values() for text in texts]})
        text, diagnostics = checked_message(form.instance, form.draft.signals)
        said = [
            {"code": each.code.value, "severity": severity_of(each.code), "why": each.why, "help": each.help}
            for each in diagnostics
        ]
        return JsonResponse({"text": text, "diagnostics": said})

    @action(description="Impact", icon="hub", permissions=["view"], url_path="reaches")
    def impact_page(self, request: HttpRequest, object_id: str) -> HttpResponse:  # noqa: ARG002 - unfold's signature
        return redirect("admin:definitions_message_impact", int(object_id) if object_id.isdecimal() else 0)

    def impact_view(self, request: HttpRequest, number: int) -> HttpResponse:
        """What reads the message's signals."""
        return message_impact_page(self, request, number)

    def in_text_view(self, request: HttpRequest, number: int) -> HttpResponse:
        """To the set's text, where the message begins in it."""
        message = get_object_or_404(Message.objects.select_related("definition_set"), pk=number)
        if not self.has_view_permission(request, message):
            raise PermissionDenied
        page = reverse("admin:definitions_definitionset_text", args=[message.definition_set_id])
        return redirect(f"{page}#L{line_in_set(message)}")

    @admin.display(description="CAN id", ordering="can_id")
    def hex_id(self, message: Message) -> str:
        return message.can_id_text

    @admin.display(ordering="signal_count")
    def signals(self, message: Message) -> int:
        return int(getattr(message, "signal_count", 0))


@admin.register(SignalGroup)
class SignalGroupAdmin(KeptModelAdmin):
    """Not in the menu: groups are edited with their message; signals find theirs by it."""

    search_fields = ["message__name", "message__definition_set__name"]
    list_display = ["message", "condition_text"]
    list_select_related = ["message"]
    readonly_fields = ["message"]
    fields = ["message", "title", "condition", "known"]

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - Django's signature
        return False
