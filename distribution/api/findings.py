"""Lists of what rules found, newest first, a page at a time: of one machine, and of all that a user may see."""

from collections.abc import Sequence
from typing import Final

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from distribution.api.access import machines_visible_to, visible_machine
from distribution.api.finding import KINDS, STATES, finding_json
from distribution.api.parameters import Parameters, next_page
from distribution.api.records import LIMIT, LIMIT_MOST, PAGING
from distribution.api.serializers_findings import FindingSerializer
from distribution.api.views import FROM_TO, DataView
from distribution.queries import findings
from distribution.queries.rules import titles_of
from distribution.snapshot.findings import SEVERITIES

RULE_MAXIMUM: Final = 2**32 - 1
_WORDS: Final = {"kind": KINDS, "severity": SEVERITIES, "state": STATES}
_TRUTH: Final = ("false", "true")
_PARAMETERS: Final = [
    *FROM_TO,
    OpenApiParameter("rule", int, description="Only those of this rule."),
    *(OpenApiParameter(name, str, enum=list(words)) for name, words in _WORDS.items()),
    OpenApiParameter("open", bool, description="true = those that are raised and not cleared since."),
    *PAGING,
]


class _FindingsView(DataView):
    allowed = frozenset({"from", "to", "rule", "open", "limit", "cursor", *_WORDS})

    def _page(self, request: Request, asked: Parameters, machines: Sequence[int]) -> Response:
        limit = asked.integer("limit", LIMIT, 1, LIMIT_MOST) or LIMIT
        before = asked.cursor([kind for _, kind in findings.ORDER])
        wanted = findings.Wanted(machines, asked.span(None), _equal(asked), asked.word("open", _TRUTH) == "true")
        rows = findings.page(wanted, before, limit + 1)
        shown = rows[:limit]
        titles = titles_of(row["rule"] for row in shown)
        headers = {}
        if len(rows) > limit:
            headers = next_page(request.path, asked, [shown[-1][name] for name, _ in findings.ORDER])
        return Response([finding_json(row, titles) for row in shown], headers=headers)


def _equal(asked: Parameters) -> dict[str, str | int]:
    given = {name: asked.word(name, words) for name, words in _WORDS.items()}
    given_rule = asked.integer("rule", None, 0, RULE_MAXIMUM)
    return {name: value for name, value in {**given, "rule": given_rule}.items() if value is not None}


class MachineFindingsView(_FindingsView):
    @extend_schema(operation_id="machine_findings", parameters=_PARAMETERS, responses=FindingSerializer(many=True))
    def get(self, request: Request, machine: int) -> Response:
        """What checks and events found on a machine, newest first; from and to are of when they were found."""
        found = visible_machine(request.user, machine)
        return self._page(request, self.parameters(request), [found.number])


class FindingsView(_FindingsView):
    @extend_schema(operation_id="findings", parameters=_PARAMETERS, responses=FindingSerializer(many=True))
    def get(self, request: Request) -> Response:
        """What checks and events found on all machines that the user may see, newest first."""
        asked = self.parameters(request)
        return self._page(request, asked, [machine.number for machine in machines_visible_to(request.user)])
