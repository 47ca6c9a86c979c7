"""The proxy to the Data API: what it relays, what it refuses, and what it says when the Data API is away."""

import json
import socket
from typing import Any

import pytest
from django.test import Client, override_settings

from studio.sources import data_api
from tests.distribution.conftest import START, SnapshotKeys, Store
from tests.studio.conftest import SOURCE, Person, Site

pytestmark = [pytest.mark.redis, pytest.mark.clickhouse]

PATHS = ["", "signals/", "signals/A.b", "snapshot", "positions", "findings", "dtcs", "events", "logs", "explain"]


def problem(response: Any) -> tuple[int, str]:
    assert response["Content-Type"] == "application/problem+json"
    return response.status_code, json.loads(response.content)["code"]


def at(person: Person, path: str) -> str:
    return f"/studio/api/machines/{person.machine.number}/{path}"


def test_anonymous_callers_get_problems(client: Client, alice: Person) -> None:
    for path in ["/studio/api/machines/", *(at(alice, path) for path in PATHS)]:
        assert problem(client.get(path)) == (401, "not_signed_in")


def test_it_lists_ones_own_machines_only(site: Site, alice: Person, bob: Person) -> None:
    machines = alice.get("/studio/api/machines/")
    assert [each["machine"] for each in machines.json()] == [alice.machine.number]
    assert machines["Cache-Control"] == "no-store"


def test_another_organisations_machine_is_not_found(site: Site, alice: Person, bob: Person) -> None:
    for path in PATHS:
        assert problem(alice.get(at(bob, path))) == (404, "not_found")
        assert problem(alice.get(f"/studio/api/machines/{10**30}/{path}")) == (404, "not_found")


def test_history_passes_with_its_parameters(site: Site, alice: Person, store: Store, group: int) -> None:
    store.machine = alice.machine.number
    name = f"A/B {group}.C%"
    store.catalogue((group, 0, f"A/B {group}", "C%"))
    store.frames(*[(group, SOURCE, START + i, [float(i)], [0]) for i in range(10)])
    query = {"from": str(START + 2), "to": str(START + 5), "points": "100", "source": str(SOURCE)}
    answer = alice.get(at(alice, f"signals/{name.replace('%', '%25')}"), **query).json()
    assert [value for _, value in answer["series"][0]["points"]] == [2.0, 3.0, 4.0]


def test_parameters_are_those_of_the_list_and_short(site: Site, alice: Person) -> None:
    assert problem(alice.get(at(alice, "signals/A.b"), raw="1")) == (400, "invalid_parameter")
    assert problem(alice.get(at(alice, "events"), limit="1" * 65)) == (400, "invalid_parameter")
    # The Data API's own refusals come through with their code.
    assert problem(alice.get(at(alice, "events"), limit="-1")) == (400, "invalid_parameter")
    assert problem(alice.get(at(alice, "signals/no.such"))) == (404, "unknown_signal")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_it_only_reads(alice: Person, method: str) -> None:
    alice.get("/studio/api/nothing")  # signs in
    for path in ["/studio/api/machines/", *(at(alice, path) for path in PATHS)]:
        assert getattr(alice.client, method)(path).status_code == 405


def test_a_data_api_that_is_away_is_said_so(alice: Person) -> None:
    with socket.socket() as nobody_listens:
        nobody_listens.bind(("127.0.0.1", 0))
        port = nobody_listens.getsockname()[1]
        with override_settings(DATA_API_URL=f"http://127.0.0.1:{port}"):
            response = alice.get("/studio/api/machines/")
            page = alice.get(f"/machines/{alice.machine.number}/")
    assert problem(response) == (503, "data_api_unreachable")
    assert response.json()["detail"] == "The Data API is not reachable."
    # The page itself comes, and its script says the same.
    assert page.status_code == 200


def test_a_data_api_that_does_not_answer_is_given_up(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_api, "TOTAL_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with override_settings(DATA_API_URL=f"http://127.0.0.1:{port}"):
            assert problem(alice.get("/studio/api/machines/")) == (504, "data_api_timeout")


def test_answers_are_bounded(site: Site, alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_api, "ANSWER_BYTES", 10)
    assert problem(alice.get("/studio/api/machines/")) == (502, "answer_too_large")


def test_a_wrong_signature_opens_nothing(site: Site, alice: Person) -> None:
    with override_settings(ON_BEHALF_SALT="another"):
        signed = data_api._authorization(alice.user.pk)
    response = Client().get("/data/v1/machines/", headers={"Authorization": signed})
    assert response.status_code == 401


def test_a_broken_store_is_passed_on(site: Site, alice: Person, snapshots: SnapshotKeys) -> None:
    snapshots.redis.set(f"{snapshots.prefix}snapshot:{alice.machine.number}", "no hash")
    assert problem(alice.get(at(alice, "snapshot"))) == (503, "store_unavailable")
