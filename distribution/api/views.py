"""The Data API's views of machines, signals and snapshots; records.py beside this has the paged lists."""

import time
from collections.abc import Mapping
from typing import Any, Final

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from distribution.api.access import Machine, machines_visible_to, visible_machine
from distribution.api.errors import TooMuchDataError, UnavailableError, UnknownSignalError
from distribution.api.finding import finding_json
from distribution.api.parameters import HOUR, Parameters, cursor_of, rfc3339
from distribution.api.present import (
    machine_json,
    record_json,
    series_json,
    signal_json,
    snapshot_json,
    source_json,
    value_json,
)
from distribution.api.serializers import HistorySerializer, MachineSerializer, SignalSerializer
from distribution.api.serializers_findings import SnapshotSerializer
from distribution.queries import history, signals
from distribution.queries.reader import StoreUnavailableError, TooMuchError
from distribution.queries.rules import titles_of
from distribution.snapshot.findings import open_counts, open_findings
from distribution.snapshot.read import SnapshotUnavailableError, contacts, groups_of, read_snapshot

POINTS: Final = 1_000
POINTS_MOST: Final = 10_000
ROWS: Final = 1_000
ROWS_MOST: Final = 50_000
NAME_LENGTH: Final = 300
SOURCE_MAXIMUM: Final = 2**24 - 1
PLACE: Final = ("Int64", "UInt32", "UInt32", "UInt8", "UInt16")

FROM_TO: Final = [
    OpenApiParameter("from", str, description="Event time, RFC 3339 or µs since 1970; included."),
    OpenApiParameter("to", str, description="Event time, not included; now where it is not given."),
]


class DataView(APIView):
    """Faults of the stores become problems; parameters that a route does not know are refused."""

    allowed: frozenset[str] = frozenset()

    def parameters(self, request: Request) -> Parameters:
        return Parameters({name: str(value) for name, value in request.query_params.items()}, self.allowed)

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, TooMuchError):
            return super().handle_exception(TooMuchDataError())
        if isinstance(exc, (StoreUnavailableError, SnapshotUnavailableError)):
            return super().handle_exception(UnavailableError())
        return super().handle_exception(exc)


class MachinesView(DataView):
    @extend_schema(operation_id="machines", responses=MachineSerializer(many=True))
    def get(self, request: Request) -> Response:
        """The machines that the user may see, by number, when each was last heard of, and what is open on it."""
        self.parameters(request)
        machines = list(machines_visible_to(request.user))
        numbers = [machine.number for machine in machines]
        heard, found = contacts(numbers), open_counts(numbers)
        shown = [machine_json(each, heard.get(each.number), found.get(each.number)) for each in machines]
        return Response(sorted(shown, key=lambda each: each["machine"]))


class MachineView(DataView):
    @extend_schema(operation_id="machine", responses=MachineSerializer)
    def get(self, request: Request, machine: int) -> Response:
        """One machine."""
        found = visible_machine(request.user, machine)
        self.parameters(request)
        number = found.number
        return Response(machine_json(found, contacts([number]).get(number), open_counts([number]).get(number)))


class SignalsView(DataView):
    @extend_schema(operation_id="machine_signals", responses=SignalSerializer(many=True))
    def get(self, request: Request, machine: int) -> Response:
        """The signals of every message that the machine has sent."""
        found = visible_machine(request.user, machine)
        self.parameters(request)
        return Response([signal_json(signal) for signal in signals.of_groups(groups_of(found.number))])


class HistoryView(DataView):
    allowed = frozenset({"from", "to", "source", "points", "raw", "cursor", "limit"})

    @extend_schema(
        operation_id="machine_signal_history",
        parameters=[
            *FROM_TO,
            OpenApiParameter("source", int, description="One source only."),
            OpenApiParameter("points", int, description=f"At most so many a source, 2 to {POINTS_MOST} ({POINTS})."),
            OpenApiParameter("raw", int, enum=[0, 1], description="1 = every stored row, a page at a time."),
            OpenApiParameter("cursor", str, description="With raw=1: `next` of the page before."),
            OpenApiParameter("limit", int, description=f"With raw=1: rows a page, 1 to {ROWS_MOST} ({ROWS})."),
        ],
        responses=HistorySerializer,
    )
    def get(self, request: Request, machine: int, name: str) -> Response:
        """A signal's values: thinned for a plot (largest triangle three buckets), or with raw=1 every row.

        `name` is `message.signal`, compared as a whole: dots in either need no escaping. Where several signals have
        it (on pages of a message, in sets of other models) the answer is their union. Without `from` it is the hour
        before `to`.
        """
        found = visible_machine(request.user, machine)
        asked = self.parameters(request)
        span = asked.span(HOUR)
        source = asked.integer("source", None, 0, SOURCE_MAXIMUM)
        matching = signals.named(name) if len(name) <= NAME_LENGTH else []
        if not matching:
            raise UnknownSignalError
        question = history.Question(found.number, matching, span, source)
        return Response(
            {
                "machine": found.number,
                "name": name,
                "unit": matching[0].unit,
                "signals": [signal_json(signal) for signal in matching],
                "from": rfc3339(span.begin),
                "to": rfc3339(span.end),
                **(_rows(question, asked) if asked.flag("raw") else _series(question, asked)),
            }
        )


def _series(question: history.Question, asked: Parameters) -> dict[str, Any]:
    points = asked.integer("points", POINTS, 2, POINTS_MOST) or POINTS
    return {"series": [series_json(series) for series in history.thinned(question, points)]}


def _rows(question: history.Question, asked: Parameters) -> dict[str, Any]:
    limit = asked.integer("limit", ROWS, 1, ROWS_MOST) or ROWS
    key = asked.cursor(PLACE)
    # One more than the page tells whether there is a next one.
    values = history.every_value(question, history.Place(*key) if key else None, limit + 1)
    shown, more = values[:limit], len(values) > limit
    last = shown[-1].place if more else None
    return {
        "rows": [value_json(value) for value in shown],
        "sources": [source_json(source) for source in sorted({value.place.source for value in shown})],
        "next": cursor_of([last.us, last.source, last.group, last.ordinal, last.slot]) if last else None,
    }


class SnapshotView(DataView):
    @extend_schema(operation_id="machine_snapshot", responses=SnapshotSerializer)
    def get(self, request: Request, machine: int) -> Response:
        """The last value of each signal from each source, the last position, and the findings that are open."""
        found: Machine = visible_machine(request.user, machine)
        self.parameters(request)
        snapshot = read_snapshot(found.number)
        by_group: dict[int, list[signals.CatalogueSignal]] = {}
        for signal in signals.of_groups(row.group for row in snapshot.rows):
            by_group.setdefault(signal.group, []).append(signal)
        now = time.time_ns() // 1000
        values = [each for row in snapshot.rows for each in snapshot_json(row, by_group.get(row.group, []), now)]
        found_open = open_findings(found.number)
        titles = titles_of(row["rule"] for row in found_open)
        return Response(
            {
                "machine": found.number,
                "values": values,
                "position": _position(snapshot.position),
                "findings": [finding_json(row, titles) for row in found_open],
            }
        )


def _position(position: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if position is None:
        return None
    return record_json({name: value for name, value in position.items() if name != "machine"})
