"""Lists of a machine's records, newest first, a page at a time: `Link: <…>; rel="next"` leads to the older ones."""

from typing import Any, Final
from urllib.parse import urlencode

from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from distribution.api.access import visible_machine
from distribution.api.parameters import cursor_of
from distribution.api.present import record_json
from distribution.api.serializers import (
    DtcSerializer,
    EventSerializer,
    LogSerializer,
    PositionSerializer,
    UnmodelledSerializer,
)
from distribution.api.views import FROM_TO, DataView
from distribution.queries.records import DTCS, EVENTS, LOGS, POSITIONS, UNMODELLED, Listing, page

LIMIT: Final = 100
LIMIT_MOST: Final = 10_000
_PAGING: Final = [
    OpenApiParameter("limit", int, description=f"Rows a page, 1 to {LIMIT_MOST} ({LIMIT})."),
    OpenApiParameter("cursor", str, description="From the Link header of the page before."),
]


class RecordsView(DataView):
    """A page of `listing`."""

    listing: Listing

    def get(self, request: Request, machine: int) -> Response:
        found = visible_machine(request.user, machine)
        asked = self.parameters(request)
        limit = asked.integer("limit", LIMIT, 1, LIMIT_MOST) or LIMIT
        before = asked.cursor([kind for _, kind in self.listing.order])
        rows = page(self.listing, found.number, asked.span(None), before, limit + 1)
        shown = rows[:limit]
        headers = {}
        if len(rows) > limit:
            key = cursor_of([shown[-1][name] for name, _ in self.listing.order])
            query = urlencode({**asked.given, "cursor": key})
            headers["Link"] = f'<{request.path}?{query}>; rel="next"'
        return Response([record_json(row) for row in shown], headers=headers)


def _described(operation: str, serializer: type[Any], text: str, *, timed: bool = True) -> Any:
    parameters = [*FROM_TO, *_PAGING] if timed else _PAGING
    return extend_schema_view(
        get=extend_schema(
            operation_id=operation, description=text, parameters=parameters, responses=serializer(many=True)
        )
    )


_TIMED: Final = frozenset({"from", "to", "limit", "cursor"})


@_described("machine_positions", PositionSerializer, "Positions, newest first, with their quality.")
class PositionsView(RecordsView):
    listing, allowed = POSITIONS, _TIMED


@_described("machine_dtcs", DtcSerializer, "Diagnostic trouble codes, newest first.")
class DtcsView(RecordsView):
    listing, allowed = DTCS, _TIMED


@_described("machine_logs", LogSerializer, "Logs of the machine's app, newest first.")
class LogsView(RecordsView):
    listing, allowed = LOGS, _TIMED


@_described("machine_events", EventSerializer, "Events of the machine's app, newest first.")
class EventsView(RecordsView):
    listing, allowed = EVENTS, _TIMED


@_described("machine_unmodelled", UnmodelledSerializer, "Frames that no definition reads, counted by id.", timed=False)
class UnmodelledView(RecordsView):
    listing, allowed = UNMODELLED, frozenset({"limit", "cursor"})
