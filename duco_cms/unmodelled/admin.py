"""The inbox in the admin: lists by kind, the page of an id with what its bits do, and what may be done about it."""

from collections.abc import Mapping
from typing import Any, Final

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.dateparse import parse_datetime
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from duco_cms import data_api
from duco_cms.data_api import DataApiError
from duco_cms.definitions.models import DefinitionSet, Message
from duco_cms.definitions.models.messages import Match
from duco_cms.fleet.access import machines_visible_to
from duco_cms.publication.permissions import user_of
from duco_cms.read_only_admin import ReadOnlyAdmin
from duco_cms.unmodelled.bit_map import HEATS, bit_map
from duco_cms.unmodelled.drafting import DraftRefusedError, draft_message
from duco_cms.unmodelled.forms import DraftForm, IgnoreForm
from duco_cms.unmodelled.identifiers import Place, place_of
from duco_cms.unmodelled.ignoring import heed, ignore
from duco_cms.unmodelled.inbox import STATES, Inbox, Row, read_inbox
from duco_cms.unmodelled.known import Definitions, has_page, pages_of
from duco_cms.unmodelled.models import Ignored, Kind

VIEW: Final = "definitions.view_message"
DRAFT: Final = "definitions.add_message"
IGNORE: Final = "unmodelled.add_ignored"
HEED: Final = "unmodelled.delete_ignored"
ROWS: Final = 50
SEARCH_CHARACTERS: Final = 100
MACHINES_NAMED: Final = 3
SORTS: Final = {"count": "how much it is", "machines": "machines", "last_seen": "last seen"}
STATE_TEXTS: Final = {
    "new": "New", "defined": "In the definitions", "ignored": "Ignored", "all": "All",
}  # fmt: skip


@admin.register(Ignored)
class UnmodelledAdmin(ReadOnlyAdmin):
    """The list is of what the Data API says, not of rows: those are what is ignored of it."""

    def has_view_permission(self, request: HttpRequest, obj: Ignored | None = None) -> bool:  # noqa: ARG002
        return request.user.has_perm(VIEW)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("", wrap(self.inbox_view), name="unmodelled_ignored_changelist"),
            path("frames/", wrap(self.frames_view), name="unmodelled_frames"),
            path("draft/", require_POST(wrap(self.draft_view)), name="unmodelled_draft"),
            path("ignore/", require_POST(wrap(self.ignore_view)), name="unmodelled_ignore"),
            path("heed/", require_POST(wrap(self.heed_view)), name="unmodelled_heed"),
        ]

    def inbox_view(self, request: HttpRequest) -> HttpResponse:
        self._allow(request, VIEW)
        kind = Kind(_chosen(request, "kind", Kind.values))
        state = _chosen(request, "show", STATES)
        sort = _chosen(request, "sort", list(SORTS))
        search = request.GET.get("q", "").replace("\0", "")[:SEARCH_CHARACTERS].strip()
        inbox, trouble = _read(request, kind, sort, search)
        rows = [row for row in inbox.rows if state in ("all", row.state)]
        page = Paginator(rows, ROWS).get_page(request.GET.get("p"))
        context = {
            "title": "Unmodelled",
            "kind": kind.value,
            "state": state,
            "search": search,
            "trouble": trouble,
            "inbox": inbox,
            "page": page,
            "rows": _named(request, list(page.object_list)),
            "kinds": [(each.label, _address(request, kind=each.value), each == kind) for each in Kind],
            "states": [
                (STATE_TEXTS[each], inbox.counts.get(each, 0), _address(request, show=each), each == state)
                for each in STATES
            ],
            "sorts": [(text, _address(request, sort=each), each == sort) for each, text in SORTS.items()],
            "older": page.has_next() and _address(request, p=str(page.next_page_number())),
            "newer": page.has_previous() and _address(request, p=str(page.previous_page_number())),
        }
        return self._page(request, "unmodelled/inbox.html", context)

    def frames_view(self, request: HttpRequest) -> HttpResponse:
        self._allow(request, VIEW)
        place = _place(request.GET)
        activity, trouble = _activity(request, place, request.GET.get("machine", ""))
        context: dict[str, Any] = {
            "title": f"{place.id_text} on bus {place.bus}",
            "kind": Kind.FRAMES.value,
            "place": place,
            "trouble": trouble,
            "activity": activity,
            "ignored": Ignored.objects.filter(kind=Kind.FRAMES, what=place.what).select_related("user").first(),
            "list": reverse("admin:unmodelled_ignored_changelist"),
        }
        if activity is not None:
            context |= _of_activity(request, place, activity)
        return self._page(request, "unmodelled/frames.html", context)

    def draft_view(self, request: HttpRequest) -> HttpResponse:
        self._allow(request, DRAFT)
        place = _place(request.POST)
        back = redirect(_page_of(place))
        activity, trouble = _activity(request, place, request.POST.get("machine", ""))
        if activity is None:
            messages.error(request, f"No draft was made: {trouble}")
            return back
        form = DraftForm(place, _models(request, activity), request.POST)
        if place.page is not None or place.heard_as or not form.is_valid():
            messages.error(request, "No draft was made: choose a definition set, and how frames are found.")
            return back
        definition_set = get_object_or_404(DefinitionSet, pk=form.cleaned_data["definition_set"])
        match, signals = Match(form.cleaned_data["match"]), form.cleaned_data["signals"]
        signals = signals and request.user.has_perm("definitions.add_signal")
        try:
            message = draft_message(user_of(request), place, definition_set, match, activity, signals=signals)
        except DraftRefusedError as refusal:
            messages.error(request, f"No draft was made: {refusal}")
            return redirect(_message_page(refusal.message)) if refusal.message else back
        self.log_addition(request, message, [{"added": {}}])
        messages.success(request, f"{message} is drafted in {definition_set}. Workers get it with the next release.")
        return redirect(_message_page(message))

    def ignore_view(self, request: HttpRequest) -> HttpResponse:
        self._allow(request, IGNORE)
        form = IgnoreForm(request.POST)
        if form.is_valid():
            given = form.cleaned_data
            if ignore(user_of(request), given["kind"], given["what"], given["reason"]):
                messages.success(request, f"{given['what']} is ignored.")
            else:
                messages.warning(request, f"{given['what']} was ignored already.")
        else:
            messages.error(request, "Say in up to 1,000 characters why it is ignored.")
        return _back(request)

    def heed_view(self, request: HttpRequest) -> HttpResponse:
        self._allow(request, HEED)
        kind, what = request.POST.get("kind", ""), request.POST.get("what", "").replace("\0", "")
        if heed(user_of(request), kind, what):
            messages.success(request, f"{what} is in the inbox again.")
        return _back(request)

    def _allow(self, request: HttpRequest, permission: str) -> None:
        if not request.user.has_perms([VIEW, permission]):
            raise PermissionDenied

    def _page(self, request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
        request.current_app = self.admin_site.name
        user = request.user
        rights = {
            "may_draft": user.has_perm(DRAFT),
            "may_ignore": user.has_perm(IGNORE),
            "may_heed": user.has_perm(HEED),
            "here": request.get_full_path(),
        }
        return TemplateResponse(
            request, template, {**self.admin_site.each_context(request), "opts": self.opts, **rights, **context}
        )


def _read(request: HttpRequest, kind: Kind, sort: str, search: str) -> tuple[Inbox, str]:
    """The inbox, and why it is empty where the Data API says why."""
    try:
        return read_inbox(user_of(request).pk, kind, sort, search), ""
    except DataApiError as error:
        return Inbox(), error.detail


def _activity(request: HttpRequest, place: Place, machine: str) -> tuple[Mapping[str, Any] | None, str]:
    """What the Data API says, or why it says nothing."""
    asked = {"id": place.id_text, "bus": str(place.bus)}
    asked |= {} if place.page is None else {"page": str(place.page)}
    asked |= {"machine": machine} if machine else {}
    try:
        found: Mapping[str, Any] = data_api.read(user_of(request).pk, "unmodelled/activity", asked)
    except DataApiError as error:
        return None, error.detail
    return found, ""


def _of_activity(request: HttpRequest, place: Place, activity: Mapping[str, Any]) -> dict[str, Any]:
    numbers = [each["machine"] for each in activity["senders"]]
    machines = {machine.number: machine for machine in machines_visible_to(request.user).filter(number__in=numbers)}
    models = sorted({machine.model_id for machine in machines.values()})
    page = _page_of(place)
    senders = [
        (machines[each["machine"]], each, parse_datetime(each["last_seen"]), f"{page}&machine={each['machine']}")
        for each in activity["senders"]
        if each["machine"] in machines
    ]
    reading = Definitions(models).messages([place.can_id], place.extended, place.bus, models)
    return {
        "senders": senders,
        "shown_machine": machines.get(activity["machine"]),
        "map": bit_map(activity),
        "heats": range(HEATS + 1),
        **_known(place, [each for each in reading if each is not None], is_by_all=None not in reading),
        "draft_form": DraftForm(place, models),
    }


def _known(place: Place, reading: list[Message], *, is_by_all: bool) -> dict[str, Any]:
    """The message that reads it by now, and the page that it lacks."""
    if not reading:
        return {}
    message = reading[0]
    if place.page is None:
        return {"message": message, "is_read_by_all": is_by_all}
    conditions = pages_of([message])[message.pk]
    multiplexor = conditions[0][0] if conditions else ""
    return {
        "message": message,
        "has_page": has_page(conditions, place.page),
        "multiplexor": multiplexor,
        "condition": f'[["{multiplexor}", [[{place.page}, {place.page}]]]]' if multiplexor else "",
    }


def _models(request: HttpRequest, activity: Mapping[str, Any]) -> list[int]:
    numbers = [each["machine"] for each in activity["senders"]]
    machines = machines_visible_to(request.user).filter(number__in=numbers)
    return sorted(set(machines.values_list("model_id", flat=True)))


def _named(request: HttpRequest, rows: list[Row]) -> list[tuple[Row, list[str], int]]:
    """Each row with the names of its first machines, and how many more there are."""
    numbers = {number for row in rows for number in row.entry["machine_numbers"][:MACHINES_NAMED]}
    machines = machines_visible_to(request.user).filter(number__in=numbers)
    names = {machine.number: machine.name for machine in machines}
    return [
        (
            row,
            [names[each] for each in row.entry["machine_numbers"][:MACHINES_NAMED] if each in names],
            max(0, row.entry["machines"] - MACHINES_NAMED),
        )
        for row in rows
    ]


def _place(data: QueryDict) -> Place:
    """Raises Http404 for what is no place."""
    place = place_of(data.get("id", "").upper(), data.get("bus", ""), data.get("page", ""))
    if place is None:
        raise Http404
    return place


def _page_of(place: Place) -> str:
    query = QueryDict(mutable=True)
    query["id"], query["bus"] = place.id_text, str(place.bus)
    if place.page is not None:
        query["page"] = str(place.page)
    return f"{reverse('admin:unmodelled_frames')}?{query.urlencode()}"


def _message_page(message: Message) -> str:
    return reverse("admin:definitions_message_change", args=[message.pk])


def _back(request: HttpRequest) -> HttpResponse:
    """To the page of ours that it was sent from."""
    address = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(address, None) and address.startswith("/")
    return redirect(address if is_ours else reverse("admin:unmodelled_ignored_changelist"))


def _chosen(request: HttpRequest, name: str, words: Any) -> str:
    """One of the words; the first where another is asked for."""
    given = request.GET.get(name, "")
    return given if given in words else next(iter(words))


def _address(request: HttpRequest, **changed: str) -> str:
    """Of the page with other parameters; from its beginning unless a page of it is asked for."""
    query = QueryDict(mutable=True)
    for name in ("kind", "show", "sort", "q"):
        if value := request.GET.get(name):
            query[name] = value
    for name, value in changed.items():
        query[name] = value
    return f"?{query.urlencode()}"
