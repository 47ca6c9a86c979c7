"""What workers are promised by the Meta API (docs/contracts/release.md)."""

import hashlib
import json

import pytest

from ingest.meta.directory import load_directory
from parsing.release import load_release
from tests.cms.callers import WORKER, body_of, make_release, on_behalf
from tests.cms.publication import given_role

RELEASE = "/meta/v1/channels/stable/release"
DIRECTORY = "/meta/v1/fleet/directory"
ROUTES = [RELEASE, DIRECTORY, "/meta/v1/releases/", "/meta/v1/releases/1"]


def test_channel_serves_the_newest_release_with_a_hash_that_holds_for_its_bytes(client, releases):
    document = client.get(RELEASE, headers=WORKER).json()
    assert (document["format"], document["number"], document["note"]) == (3, 2, "n2")
    canonical = json.dumps(document["content"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert document["content_hash"] == "sha256:" + hashlib.sha256(canonical.encode()).hexdigest()


def test_a_release_is_served_in_the_format_in_which_it_was_published(client, db):
    make_release(1, format=2)
    artefact = client.get(RELEASE, headers=WORKER)
    assert artefact.json()["format"] == 2
    assert load_release(artefact.content).number == 1


def test_release_by_number(client, releases):
    assert client.get("/meta/v1/releases/1", headers=WORKER).json()["number"] == 1
    assert body_of(client.get("/meta/v1/releases/9", headers=WORKER))["code"] == "no_release"


@pytest.mark.parametrize("route", [RELEASE, DIRECTORY, "/meta/v1/releases/1"])
def test_etag_spares_the_body(client, releases, fleet, route):
    first = client.get(route, headers=WORKER)
    assert first.status_code == 200
    # it should answer 304 without a body to who has it, with the same ETag
    again = client.get(route, headers={**WORKER, "If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    # it should answer HEAD with the same ETag and no body, and 304 likewise
    head = client.head(route, headers=WORKER)
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", first["ETag"])
    assert client.head(route, headers={**WORKER, "If-None-Match": first["ETag"]}).status_code == 304
    # it should send the body to who has another one
    assert client.get(route, headers={**WORKER, "If-None-Match": '"other"'}).status_code == 200


def test_etag_of_the_channel_changes_with_the_number_alone(client, releases):
    before = client.get(RELEASE, headers=WORKER)["ETag"]
    make_release(3, json.loads(releases[1].content))
    assert client.get(RELEASE, headers=WORKER)["ETag"] != before


def test_etag_of_the_directory_changes_with_the_fleet(client, fleet):
    before = client.get(DIRECTORY, headers=WORKER)["ETag"]
    fleet["alice"].name = "renamed"
    fleet["alice"].save()
    assert client.get(DIRECTORY, headers=WORKER)["ETag"] != before


def test_no_release_yet(client, db):
    response = client.get(RELEASE, headers=WORKER)
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"
    assert body_of(response)["code"] == "no_release"
    assert body_of(client.get("/meta/v1/channels/canary/release", headers=WORKER))["code"] == "no_release"
    assert body_of(client.get("/meta/v1/channels/other/release", headers=WORKER))["code"] == "no_channel"


def test_directory_holds_active_machines_as_the_hub_names_them(client, fleet):
    fleet["bob"].active = False
    fleet["bob"].save()
    alice = fleet["alice"]
    assert client.get(DIRECTORY, headers=WORKER).json() == {
        "format": 1,
        "machines": [
            {
                "machine": alice.number,
                "device": "ex-1",
                "name": "ex-1",
                "model": alice.model_id,
                "organisation": alice.organisation_id,
                "channel": "stable",
                "attributes": {},
            }
        ],
    }


def test_a_machines_attributes_stand_in_the_place_of_its_models(client, fleet):
    alice = fleet["alice"]
    alice.model.attributes = {"max_speed": 10, "mass": 21.5}
    alice.model.save()
    alice.attributes = {"max_speed": 12.5, "boom": 6}
    alice.save()
    body = client.get(DIRECTORY, headers=WORKER).content
    first, second = json.loads(body)["machines"]
    assert first["attributes"] == {"max_speed": 12.5, "mass": 21.5, "boom": 6}
    assert second["attributes"] == {"max_speed": 10, "mass": 21.5}
    # it should be read by the workers as numbers
    assert load_directory(body)["ex-1"].attributes == {"max_speed": 12.5, "mass": 21.5, "boom": 6.0}


def test_list_is_newest_first_without_content(client, releases):
    rows = client.get("/meta/v1/releases/", headers=WORKER).json()["results"]
    assert [row["number"] for row in rows] == [2, 1]
    assert "content" not in rows[0]


@pytest.mark.parametrize("route", ROUTES)
def test_who_may_read(client, releases, people, route):
    # it should ask anonymous callers, and callers with a wrong or stale token, who they are
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "OnBehalf 1:x:y"}):
        response = client.get(route, headers=headers)
        assert response.status_code == 401, headers
        assert response["WWW-Authenticate"] == "Bearer"
        assert response["Content-Type"] == "application/problem+json"
    # it should refuse users of organisations, by session and through Studio
    assert client.get(route, headers=on_behalf(people["alice"])).status_code == 403
    client.force_login(people["alice"])
    refused = client.get(route)
    assert (refused.status_code, body_of(refused)["code"]) == (403, "permission_denied")
    # it should let workers read, and the platform's staff whose role allows it
    assert client.get(route, headers=on_behalf(people["sam"])).status_code == 403
    people["sam"] = given_role(people["sam"], "viewer")
    assert client.get(route, headers=on_behalf(people["sam"])).status_code == 200
    client.force_login(people["sam"])
    assert client.get(route).status_code == 200
    client.logout()
    assert client.get(route, headers=WORKER).status_code == 200
    # it should offer workers nothing but reading
    assert client.post(route, headers=WORKER).status_code in {403, 405}


def test_on_behalf_ends_with_the_minute_and_with_the_user(client, releases, people, monkeypatch):
    import time

    headers = on_behalf(given_role(people["sam"], "viewer"))
    now = time.time()
    with monkeypatch.context() as later:
        later.setattr("django.core.signing.time.time", lambda: now + 61)
        assert client.get(RELEASE, headers=headers).status_code == 401
    people["sam"].is_active = False
    people["sam"].save()
    assert client.get(RELEASE, headers=headers).status_code == 401


def test_unknown_routes_of_the_apis_are_problems(client, db):
    response = client.get("/meta/v1/nothing")
    assert (response.status_code, body_of(response)["code"]) == (404, "not_found")


def test_the_openapi_document_has_no_gaps(db):
    from django.core.management import call_command

    # it should fail where drf-spectacular must guess
    call_command("spectacular", "--fail-on-warn", "--validate", "--file", "/dev/null")


def test_the_openapi_document_and_its_page_are_for_who_is_signed_in(client, people):
    assert client.get("/meta/v1/schema").status_code == 401
    client.force_login(people["sam"])
    assert "/meta/v1/fleet/directory" in client.get("/meta/v1/schema").content.decode()
    page = client.get("/meta/v1/docs").content.decode()
    # it should load no script from elsewhere
    assert "/static/drf_spectacular_sidecar/" in page
    assert "https://" not in page
