"""The old way, on its way out: SnapShot Redis and ClickHouse without the Data API.

Delete this package and its line in `studio.sources.source`, and the setting with them. Answers have the shapes of the
Data API; `tests/studio/test_sources.py` holds the two against each other.
"""

from collections.abc import Awaitable, Callable
from typing import Any, Final

import orjson

from studio.sources import Question, Resource, SourceError
from studio.sources.direct import catalogue, findings, fleet, history, records, snapshot, trouble_codes

Answer = Callable[[Question], Awaitable[Any]]


async def _no_explanation(_question: Question) -> Any:
    detail = "Values are explained by the Data API, and STUDIO_DATA_SOURCE=direct does without it."
    raise SourceError(501, "needs_data_api", detail)


_MACHINE_ANSWERS: Final[dict[Resource, Answer]] = {
    "signals": catalogue.signals,
    "history": history.history,
    "snapshot": snapshot.snapshot,
    "positions": records.records,
    "findings": findings.findings,
    "dtcs": trouble_codes.trouble_codes,
    "events": records.records,
    "logs": records.records,
    "explain": _no_explanation,
}


class DirectSource:
    async def read(self, user_id: int, question: Question) -> bytes:
        machines = await fleet.machines(user_id, question.machine)
        if question.resource == "machines":
            return orjson.dumps(machines)
        if not machines:
            raise SourceError(404, "not_found", "There is no such machine.")
        if question.resource == "machine":
            return orjson.dumps(machines[0])
        return orjson.dumps(await _MACHINE_ANSWERS[question.resource](question))
