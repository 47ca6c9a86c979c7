"""Whatever is asked of the Data API, it answers as the OpenAPI document says, and never fails."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.auth import get_user_model

from distribution.api.throttling import ExplainThrottle
from tests.cms.callers import on_behalf
from tests.cms.documented import ask, document, found_something, hit, operations
from tests.cms.test_hostile_requests import PARAMETERS
from tests.distribution.conftest import Person, SnapshotKeys, Store
from tests.distribution.furnished import HOT, SOURCE, UNREAD, Furnished, furnish

pytestmark = [pytest.mark.clickhouse, pytest.mark.redis]


@pytest.fixture
def furnished(
    store: Store, snapshots: SnapshotKeys, alice: Person, group: int, monkeypatch: pytest.MonkeyPatch
) -> Furnished:
    monkeypatch.setattr(ExplainThrottle, "rate", "1000000/min")
    return furnish(store, snapshots, alice.machine.number, alice.machine.device, group)


def values_of(machine: int, found: Furnished, operation: str) -> dict[str, list[Any]]:
    """Mostly what there is; of times those of it."""
    recorded = operation.endswith(("/frames", "/unmodelled", "/activity"))
    return {
        "machine": [machine], "name": [found.signal, "no.such"], "group": [found.group, 1], "slot": [0, 1],
        "ts": [str(found.ts), "2026-03-01T00:00:02Z"], "source": [SOURCE], "ordinal": [0], "id": [UNREAD, "123"],
        "from": [str(found.begin if recorded else found.ts - 1), "0"], "to": [str(found.end), "2100-01-01T00:00:00Z"],
        "limit": [1, 2, 100], "points": [2, 1000], "bus": [0], "pgn": [65298], "rule": [HOT],
    }  # fmt: skip


OPERATIONS = operations("/data/v1/")


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_data_api_answers_as_documented(alice: Person, furnished: Furnished, operation: str) -> None:
    made = document()
    hit(made, operation, values_of(alice.machine.number, furnished, operation))
    user = get_user_model().objects.get(username="alice")
    statuses = ask(made, operation, lambda: on_behalf(user))
    assert found_something(statuses), f"Nothing was found: {sorted(statuses)}"


@pytest.mark.parametrize("operation", OPERATIONS)
def test_no_parameter_breaks_a_route(alice: Person, furnished: Furnished, operation: str) -> None:
    route = operation.removeprefix("GET ")
    path = route.format(machine=alice.machine.number, name=furnished.signal)
    names = [each["name"] for each in document()["paths"][route]["get"].get("parameters", ()) if each["in"] == "query"]
    alice.browser.raise_request_exception = False
    wrong = []
    for name in (*names, "unknown"):
        for value in PARAMETERS:
            answer = alice.browser.get(f"{path}?{name}={value if value == '%ff' else quote(value)}")
            if answer.status_code >= 400 and (
                answer.status_code >= 500 or json.loads(answer.content)["status"] != answer.status_code
            ):
                wrong.append((name, value[:40], answer.status_code, answer.content[:200]))
    assert wrong == []
