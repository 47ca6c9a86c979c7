"""Editors read, check and change sets as texts over the Meta API; nobody else does."""

import pytest
from django.contrib.auth.models import Permission

from duco_cms.api.throttling import EditThrottle
from duco_cms.definitions.models import DefinitionSet, Message
from duco_cms.definitions.texts import text_of
from tests.cms.callers import WORKER, body_of, on_behalf
from tests.cms.publication import given_role
from tests.cms.test_texts import TEXT, applied, formatted

CHECK = "/meta/v1/check"


@pytest.fixture
def route(db):
    return f"/meta/v1/sets/{applied(TEXT).definition_set.pk}/text"


@pytest.fixture
def root(people):
    return on_behalf(people["root"])


def put(client, route, text, headers, etag=None):
    given = {} if etag is None else {"If-Match": etag}
    return client.put(route, text, content_type="text/plain", headers={**headers, **given})


def check(client, texts, headers):
    return client.post(CHECK, {"texts": texts}, content_type="application/json", headers=headers)


def test_a_sets_text_is_served_behind_an_etag(client, route, root):
    response = client.get(route, headers=root)
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode() == formatted(TEXT)
    again = client.get(route, headers={**root, "If-None-Match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert body_of(client.get("/meta/v1/sets/999999/text", headers=root))["code"] == "no_set"


def test_sets_are_listed(client, route, root):
    assert [row["name"] for row in client.get("/meta/v1/sets/", headers=root).json()["results"]] == ["demo"]


def test_a_changed_text_is_applied_and_what_changed_is_told(client, route, root):
    etag = client.get(route, headers=root)["ETag"]
    response = put(client, route, TEXT.replace("105 [degC]", "104 [degC]"), root, etag)
    assert response.status_code == 200
    (change,) = response.json()["changes"]
    assert (change["path"], change["before"], change["after"], change["breaking"]) == (
        "hot", "105 [degC]", "104 [degC]", False,
    )  # fmt: skip
    assert client.get(route, headers=root)["ETag"] == response["ETag"] != etag
    # it should tell of samples that fail from now on, and of other sets
    broken = put(client, route, TEXT.replace("499.375", "1"), root, response["ETag"]).json()
    assert [one["code"] for one in broken["diagnostics"] if one["severity"] == "error"] == ["E124"]


def test_a_text_with_errors_is_refused_with_its_diagnostics(client, route, root):
    etag = client.get(route, headers=root)["ETag"]
    response = put(client, route, TEXT.replace("coolant > hot", "coolant > warm"), root, etag)
    assert (response.status_code, response["Content-Type"]) == (422, "application/problem+json")
    (error,) = [one for one in response.json()["diagnostics"] if one["severity"] == "error"]
    assert (error["code"], error["subject"], error["file"]) == ("E022", "coolant_overheat", "demo")
    line = TEXT[: TEXT.index("raise when")].count("\n") + 1
    assert error["line"] == line
    assert "raise when coolant > warm" in error["shown"]
    assert client.get(route, headers=root)["ETag"] == etag


def test_who_changes_a_text_says_which_one(client, route, root):
    etag = client.get(route, headers=root)["ETag"]
    changed = TEXT.replace("105", "104")
    assert body_of(put(client, route, changed, root))["code"] == "if_match_wanted"
    assert put(client, route, changed, root, etag).status_code == 200
    stale = put(client, route, TEXT.replace("105", "103"), root, etag)
    assert (stale.status_code, body_of(stale)["code"]) == (412, "stale")
    assert "104" in text_of(DefinitionSet.objects.get())


@pytest.mark.parametrize(
    ("body", "kind", "code"),
    [(b"\xff", "text/plain", "not_utf8"), (b"", "text/plain", "invalid"), (b"{}", "application/json", None)],
)
def test_what_is_no_text_is_refused(client, route, root, body, kind, code):
    etag = client.get(route, headers=root)["ETag"]
    response = client.put(route, body, content_type=kind, headers={**root, "If-Match": etag})
    assert response.status_code in {400, 415}
    assert code is None or body_of(response)["code"] == code
    assert Message.objects.filter(retired=False).count() == 2


def test_a_check_says_what_is_wrong_and_changes_nothing(client, route, root):
    assert check(client, {"demo": TEXT}, root).json()["diagnostics"] == []
    found = check(client, {"demo": TEXT.replace("hot for", "warm for"), "new": "const one = 1\n"}, root).json()
    assert [one["code"] for one in found["diagnostics"] if one["severity"] == "error"] == ["E022"]
    assert text_of(DefinitionSet.objects.get()) == formatted(TEXT)


@pytest.mark.parametrize("body", [{}, {"texts": []}, {"texts": {"a": None}}, {"texts": {"\0": ""}}, []])
def test_a_check_of_something_else_is_refused(client, root, db, body):
    response = client.post(CHECK, body, content_type="application/json", headers=root)
    assert (response.status_code, body_of(response)["code"]) == (400, "invalid")


def test_too_much_is_not_checked(client, root, db, monkeypatch):
    assert check(client, {f"set{n}": "" for n in range(21)}, root).status_code == 413
    monkeypatch.setattr("duco_cms.api.texts._MOST_BYTES", 10)
    definition_set = DefinitionSet.objects.create(name="small")
    response = put(client, f"/meta/v1/sets/{definition_set.pk}/text", "# more than that\n", root, '"x"')
    assert (response.status_code, body_of(response)["code"]) == (413, "too_large")


def test_who_may_do_what(client, route, people):
    staff, nobody = on_behalf(people["sam"]), on_behalf(people["alice"])
    # it should let viewers read and check, and those who may change sets change their texts
    assert client.get(route, headers=staff).status_code == 403
    given_role(people["sam"], "viewer")
    etag = client.get(route, headers=staff)["ETag"]
    assert check(client, {"demo": TEXT}, staff).status_code == 200
    assert put(client, route, TEXT, staff, etag).status_code == 403
    people["sam"].user_permissions.add(Permission.objects.get(codename="change_definitionset"))
    assert put(client, route, TEXT, staff, etag).status_code == 200
    # it should refuse workers, users of organisations, and who says not who they are
    for headers, status in ((WORKER, 403), (nobody, 403), ({}, 401), ({"Authorization": "Bearer wrong"}, 401)):
        assert client.get(route, headers=headers).status_code == status
        assert client.get("/meta/v1/sets/", headers=headers).status_code == status
        assert put(client, route, TEXT, headers, etag).status_code == status
        assert check(client, {"demo": TEXT}, headers).status_code == status


def test_a_session_needs_the_token_of_its_pages(people, route):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(people["root"])
    etag = client.get(route)["ETag"]
    assert put(client, route, TEXT, {}, etag).status_code == 403
    assert check(client, {}, {}).status_code == 403


def test_those_who_ask_too_often_wait(client, root, db, monkeypatch):
    monkeypatch.setattr(EditThrottle, "rate", "2/min")
    answers = [check(client, {}, root) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1]["Retry-After"]
