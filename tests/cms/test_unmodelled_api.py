"""The inbox by the Meta API: what is ignored, and drafts."""

# ruff: noqa: F811 - fixtures of another file are arguments here

import pytest

from duco_cms.audit.models import Entry
from duco_cms.definitions.models import DefinitionSet, Message, Signal
from duco_cms.roles import make_roles
from duco_cms.unmodelled.models import Ignored
from tests.cms.callers import on_behalf
from tests.cms.publication import person
from tests.cms.test_unmodelled import machine, recorded, recording, site  # noqa: F401 - fixtures
from tests.distribution.conftest import database, store  # noqa: F401 - fixtures

pytestmark = pytest.mark.clickhouse
IGNORED = "/meta/v1/unmodelled/ignored/"
WHAT = {"kind": "frames", "what": "PGN 65298 (FF12) on bus 0", "reason": "a tool of the workshop"}
DRAFT = {"id": "18FF1203", "bus": 0, "match": "pgn"}


@pytest.fixture
def post(client, transactional_db):
    make_roles()
    user = person("edith", "editor")

    def sent(path, body):
        return client.post(path, body, content_type="application/json", headers=on_behalf(user))

    sent.headers = on_behalf(user)
    return sent


def draft_path():
    return f"/meta/v1/sets/{DefinitionSet.objects.get().pk}/messages/draft"


def test_ignoring_and_taking_back(client, post):
    made = post(IGNORED, WHAT)
    assert (made.status_code, made.json()["what"]) == (201, WHAT["what"])
    again = post(IGNORED, WHAT | {"reason": "another"})
    assert (again.status_code, again.json()["code"]) == (409, "already_ignored")
    listed = client.get(IGNORED, headers=post.headers).json()["results"]
    assert [(each["kind"], each["reason"]) for each in listed] == [("frames", WHAT["reason"])]
    one = f"{IGNORED}{made.json()['id']}"
    assert client.delete(one, headers=post.headers).status_code == 204
    assert client.delete(one, headers=post.headers).json()["code"] == "not_ignored"
    assert not Ignored.objects.exists()
    assert [entry.action for entry in Entry.objects.filter(subject__startswith="ignored")] == ["deleted", "added"]


@pytest.mark.parametrize("wrong", [{"kind": "dreams"}, {"what": ""}, {"reason": ""}, {"reason": "x" * 1001}])
def test_what_is_ignored_is_bounded(post, wrong):
    assert post(IGNORED, WHAT | wrong).status_code == 400
    assert not Ignored.objects.exists()


def test_a_draft(post, site, machine, recorded):
    made = post(draft_path(), DRAFT)
    assert made.status_code == 201, made.content
    message = Message.objects.get()
    assert made.json()["id"] == message.pk
    assert (made.json()["name"], made.json()["length"], made.json()["cycle_time"]) == ("Unknown_18FF1203", 4, 100)
    assert Signal.objects.filter(name="Counter_0_4").exists()
    again = post(draft_path(), DRAFT)
    assert (again.status_code, again.json()["code"]) == (409, "draft_refused")


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "12"},
        {"id": "ZZZ"},
        {"bus": 256},
        {"match": "mood"},
        {"id": "123"},
        {"id": "12345678901"},
        {"machine": 0},
    ],
)
def test_a_draft_is_of_an_id(post, site, machine, wrong):
    assert post(draft_path(), DRAFT | wrong).status_code == 400
    assert not Message.objects.exists()


def test_a_draft_of_frames_of_a_machine_that_is_not_there(post, site, machine, recorded):
    answer = post(draft_path(), DRAFT | {"machine": 5})
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_a_draft_without_the_data_api(post, machine, settings):
    settings.DATA_API_URL = "http://127.0.0.1:1"
    answer = post(draft_path(), DRAFT)
    assert (answer.status_code, answer.json()["code"]) == (503, "data_api_unreachable")
