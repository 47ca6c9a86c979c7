"""Lists of a machine's records, newest first, a page at a time: `Link: <…>; rel="next"` leads to the older ones."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from distribution.api.access import visible_machine
from distribution.api.j1939 import STATES, dtc_json, dtc_list_json, source_name_json, transport_message_json
from distribution.api.parameters import next_page
from distribution.api.present import record_json
from distribution.api.serializers import EventSerializer, LogSerializer, PositionSerializer, UnmodelledSerializer
from distribution.api.serializers_j1939 import (
    BusFaultSerializer,
    DtcListSerializer,
    DtcSerializer,
    SourceNameSerializer,
    TransportMessageSerializer,
)
from distribution.api.views import FROM_TO, DataView
from distribution.queries.records import (
    BUS_FAULTS,
    DTC_LISTS,
    DTCS,
    EVENTS,
    LOGS,
    POSITIONS,
    SOURCES,
    TRANSPORT_MESSAGES,
    UNMODELLED,
    Listing,
    Wanted,
    page,
)

LIMIT: Final = 100
LIMIT_MOST: Final = 10_000
PAGING: Final = [
    OpenApiParameter("limit", int, description=f"Rows a page, 1 to {LIMIT_MOST} ({LIMIT})."),
    OpenApiParameter("cursor", str, description="From the Link header of the page before."),
]


class RecordsView(DataView):
    """A page of `listing`, each row as `shown_as` gives it."""

    listing: Listing
    shown_as: Callable[[Mapping[str, Any]], dict[str, Any]] = staticmethod(record_json)

    def get(self, request: Request, machine: int) -> Response:
        found = visible_machine(request.user, machine)
        asked = self.parameters(request)
        limit = asked.integer("limit", LIMIT, 1, LIMIT_MOST) or LIMIT
        before = asked.cursor([kind for _, kind in self.listing.order])
        state = asked.choice("state", STATES)
        wanted = Wanted(found.number, asked.span(None), None if state is None else bool(state))
        rows = page(self.listing, wanted, before, limit + 1)
        shown = rows[:limit]
        headers = {}
        if len(rows) > limit:
            headers = next_page(request.path, asked, [shown[-1][name] for name, _ in self.listing.order])
        return Response([self.shown_as(row) for row in shown], headers=headers)


def _described(operation: str, serializer: type[Any], text: str, *more: OpenApiParameter, timed: bool = True) -> Any:
    parameters = [*FROM_TO, *PAGING, *more] if timed else PAGING
    return extend_schema_view(
        get=extend_schema(
            operation_id=operation, description=text, parameters=parameters, responses=serializer(many=True)
        )
    )


_PAGED: Final = frozenset({"limit", "cursor"})
_TIMED: Final = _PAGED | {"from", "to"}
_STATE: Final = OpenApiParameter("state", str, enum=list(STATES), description="Only those of this state.")


@_described("machine_positions", PositionSerializer, "Positions, newest first, with their quality.")
class PositionsView(RecordsView):
    listing, allowed = POSITIONS, _TIMED


@_described(
    "machine_dtcs",
    DtcSerializer,
    "Diagnostic trouble codes: each time that one was active, newest first; from and to are of when it began.",
    _STATE,
)
class DtcsView(RecordsView):
    listing, allowed, shown_as = DTCS, _TIMED | {"state"}, staticmethod(dtc_json)


@_described("machine_dtc_lists", DtcListSerializer, "DM1 and DM2 messages as they came, newest first.")
class DtcListsView(RecordsView):
    listing, allowed, shown_as = DTC_LISTS, _TIMED, staticmethod(dtc_list_json)


@_described(
    "machine_transport_messages",
    TransportMessageSerializer,
    "Messages that came in several packets (J1939-21), newest first.",
)
class TransportMessagesView(RecordsView):
    listing, allowed, shown_as = TRANSPORT_MESSAGES, _TIMED, staticmethod(transport_message_json)


@_described(
    "machine_sources",
    SourceNameSerializer,
    "Which NAME took which address from when on (J1939-81), newest first: the first of an address has it now.",
)
class SourcesView(RecordsView):
    listing, allowed, shown_as = SOURCES, _TIMED, staticmethod(source_name_json)


@_described("machine_bus_faults", BusFaultSerializer, "What was heard on a bus and of no use, counted.", timed=False)
class BusFaultsView(RecordsView):
    listing, allowed = BUS_FAULTS, _PAGED


@_described("machine_logs", LogSerializer, "Logs of the machine's app, newest first.")
class LogsView(RecordsView):
    listing, allowed = LOGS, _TIMED


@_described("machine_events", EventSerializer, "Events of the machine's app, newest first.")
class EventsView(RecordsView):
    listing, allowed = EVENTS, _TIMED


@_described("machine_unmodelled", UnmodelledSerializer, "Frames that no definition reads, counted by id.", timed=False)
class UnmodelledView(RecordsView):
    listing, allowed = UNMODELLED, _PAGED
