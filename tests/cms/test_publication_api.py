"""Publication by the Meta API: submit, review, publish, roll back."""

import pytest

from duco_cms.api.throttling import EditThrottle
from duco_cms.definitions.models import Release, Signal, SignalGroup
from duco_cms.definitions.publishing import publish
from tests.cms.callers import body_of, on_behalf
from tests.cms.publication import change_scale, person

SUBMISSIONS = "/meta/v1/submissions/"
RELEASES = "/meta/v1/releases/"
STABLE = "/meta/v1/channels/stable/release"


@pytest.fixture(autouse=True)
def four_eyes(settings):
    settings.FOUR_EYES = True


class Caller:
    def __init__(self, client, user):
        self._client = client
        self._headers = on_behalf(user)

    def get(self, path, **query):
        return self._client.get(path, query, headers=self._headers)

    def post(self, path, body=None, etag=None):
        headers = {**self._headers, **({"If-Match": etag} if etag else {})}
        return self._client.post(path, body or {}, content_type="application/json", headers=headers)

    def etag(self, path):
        return self.get(path)["ETag"]


@pytest.fixture
def author(client, db):
    return Caller(client, person("author", "editor"))


@pytest.fixture
def reviewer(client, db):
    return Caller(client, person("reviewer", "reviewer"))


@pytest.fixture
def releaser(client, db):
    return Caller(client, person("releaser", "releaser"))


@pytest.fixture
def live(engine_message, fleet):
    release = publish(None, "first")
    change_scale(0.25)
    return release


def submitted(author, note="better"):
    response = author.post(SUBMISSIONS, {"note": note})
    assert response.status_code == 201, response.content
    return f"{SUBMISSIONS}{response.json()['number']}", response.json(), response["ETag"]


def approved(author, reviewer):
    path, body, etag = submitted(author)
    response = reviewer.post(f"{path}/approve", {"comment": "good"}, etag)
    assert response.json()["state"] == "approved"
    return body["number"], response["ETag"]


def problem(response):
    assert response["Content-Type"] == "application/problem+json", response.content
    return response.status_code, body_of(response)["code"]


def test_a_submission_tells_what_it_changes(live, author, reviewer):
    path, body, etag = submitted(author)
    assert (body["state"], body["base"], body["summary"], body["author"]) == (
        "in_review", 1, ["1 signal changed"], "author",
    )  # fmt: skip
    detail = reviewer.get(path)
    assert detail["ETag"] == etag
    assert detail.json()["to_base"] == {
        "to": 1,
        "summary": ["1 signal changed"],
        "breaking": [],
        "changes": [
            {
                "kind": "changed",
                "what": "signal",
                "name": "engine / EEC1.EngineSpeed",
                "detail": "scale: 0.125 → 0.25",
            }
        ],
        "more_changes": 0,
    }
    assert detail.json()["to_previous"]["to"] is None
    assert (detail.json()["missing_approvals"], detail.json()["is_draft_changed"]) == (1, False)
    assert [row["number"] for row in author.get(SUBMISSIONS, state="in_review").json()["results"]] == [body["number"]]
    assert author.get(SUBMISSIONS, state="released").json()["results"] == []
    assert problem(author.get(SUBMISSIONS, state="lost")) == (400, "invalid")
    assert problem(author.get(f"{SUBMISSIONS}999999")) == (404, "no_submission")


def test_definitions_with_errors_are_refused_with_diagnostics(live, author, engine_message):
    group = SignalGroup.objects.create(message=engine_message, condition=[["page", [[2, 7]]]])
    Signal.objects.create(group=group, name="Boost", start=0, length=8)
    response = author.post(SUBMISSIONS, {"note": "broken"})
    assert problem(response) == (422, "invalid")
    assert body_of(response)["diagnostics"][0]["code"] == "invalid_definition"
    assert problem(author.post(SUBMISSIONS, {"note": ""})) == (400, "invalid")


def test_changes_name_what_was_seen(live, author, reviewer):
    path, _, etag = submitted(author)
    assert problem(reviewer.post(f"{path}/approve")) == (428, "if_match_wanted")
    assert problem(reviewer.post(f"{path}/approve", etag='"other"')) == (412, "stale")
    assert reviewer.post(f"{path}/approve", {"comment": "good"}, etag).json()["reviews"][0]["user"] == "reviewer"
    assert problem(reviewer.post(f"{path}/reject", {"reason": "no"}, etag)) == (412, "stale")


def test_a_submission_is_rejected_withdrawn_and_submitted_anew(live, author, reviewer):
    path, _, etag = submitted(author)
    assert problem(reviewer.post(f"{path}/reject", {}, etag)) == (400, "invalid")
    assert reviewer.post(f"{path}/reject", {"reason": "no"}, etag).json()["state"] == "rejected"
    again = author.post(f"{path}/resubmit")
    assert (again.status_code, again.json()["note"]) == (201, "better")
    path = f"{SUBMISSIONS}{again.json()['number']}"
    assert author.post(f"{path}/withdraw", etag=again["ETag"]).json()["state"] == "withdrawn"


def test_what_is_open_is_neither_submitted_twice_nor_replaced_by_others(live, author, client):
    path, _, _ = submitted(author)
    assert problem(author.post(SUBMISSIONS, {"note": "again"})) == (409, "already_submitted")
    other = Caller(client, person("other", "editor"))
    assert problem(other.post(f"{path}/resubmit")) == (409, "not_yours")


def test_what_costs_a_check_of_all_definitions_is_bounded(live, author, monkeypatch):
    path, _, _ = submitted(author)
    monkeypatch.setattr(EditThrottle, "rate", "1/min")
    assert problem(author.get(path)) == (429, "throttled")
    assert problem(author.post(SUBMISSIONS, {"note": "again"})) == (429, "throttled")
    assert problem(author.post(f"{path}/resubmit")) == (429, "throttled")
    # it should not bound what costs little
    assert [author.get(SUBMISSIONS).status_code for _ in range(3)] == [200, 200, 200]


def test_what_is_closed_is_not_held_against_the_definitions(live, author):
    path, _, etag = submitted(author)
    change_scale(0.5)
    assert author.get(path).json()["is_draft_changed"] is True
    author.post(f"{path}/withdraw", etag=etag)
    assert author.get(path).json()["is_draft_changed"] is False


def test_a_release_goes_to_all_or_on_trial(live, author, reviewer, releaser, fleet):
    number, etag = approved(author, reviewer)
    body = {"submission": number, "channel": "canary", "machines": [fleet["alice"].number], "most_bad_share": 0.1}
    assert problem(releaser.post(RELEASES, body)) == (428, "if_match_wanted")
    assert problem(releaser.post(RELEASES, {**body, "machines": [12345]}, etag)) == (409, "unknown_machines")
    assert problem(releaser.post(RELEASES, {**body, "percentage": 101}, etag)) == (400, "invalid")
    response = releaser.post(RELEASES, body, etag)
    assert (response.status_code, response.json()["number"], response.json()["channel"]) == (201, 2, "canary")
    rollout = releaser.get("/meta/v1/rollouts/current")
    assert rollout.json()["most_bad_share"] == 0.1
    path = f"/meta/v1/rollouts/{rollout.json()['id']}"
    assert problem(releaser.post(f"{path}/promote")) == (428, "if_match_wanted")
    assert releaser.post(f"{path}/promote", etag=rollout["ETag"]).json()["state"] == "promoted"
    assert problem(releaser.post(f"{path}/end", {"reason": "late"}, releaser.etag(path))) == (409, "not_running")
    rows = releaser.get(RELEASES).json()["results"]
    assert [(row["number"], row["channel"]) for row in rows] == [(2, "stable"), (1, "")]
    change_scale(0.5)
    number, etag = approved(author, reviewer)
    response = releaser.post(RELEASES, {"submission": number, "channel": "stable"}, etag)
    assert (response.status_code, response.json()["number"]) == (201, 3)
    assert problem(releaser.post(RELEASES, {"submission": number, "channel": "stable"}, etag)) == (412, "stale")
    assert problem(releaser.post(RELEASES, {"submission": 99999, "channel": "stable"}, etag)) == (404, "no_submission")


def test_a_stale_submission_is_refused_with_what_it_would_undo(live, author, reviewer, releaser):
    first = approved(author, reviewer)
    change_scale(0.5)
    second = approved(author, reviewer)
    assert releaser.post(RELEASES, {"submission": first[0], "channel": "stable"}, first[1]).status_code == 201
    response = releaser.post(RELEASES, {"submission": second[0], "channel": "stable"}, second[1])
    assert problem(response) == (409, "stale_base")
    assert body_of(response)["undone"][0]["detail"] == "scale: 0.25 → 0.5"


def test_a_rollback_is_sent_twice_and_done_once(live, author, reviewer, releaser):
    number, etag = approved(author, reviewer)
    releaser.post(RELEASES, {"submission": number, "channel": "stable"}, etag)
    seen = releaser.etag(STABLE)
    path = f"{RELEASES}1/rollback"
    assert problem(releaser.post(path, {"reason": "wrong"})) == (428, "if_match_wanted")
    assert problem(releaser.post(path, {"reason": "wrong"}, '"other"')) == (412, "stale")
    assert problem(releaser.post(path, {}, seen)) == (400, "invalid")
    for _ in range(2):
        response = releaser.post(path, {"reason": "wrong"}, seen)
        assert (response.status_code, response.json()["number"]) == (201, 3)
    assert Release.objects.count() == 3
    assert problem(releaser.post(f"{RELEASES}2/rollback", {"reason": "and back"}, seen)) == (412, "stale")
    missing = releaser.post(f"{RELEASES}77/rollback", {"reason": "x"}, releaser.etag(STABLE))
    assert problem(missing) == (404, "no_release")


def test_releases_are_compared_with_any_other(live, author, reviewer, releaser):
    number, etag = approved(author, reviewer)
    releaser.post(RELEASES, {"submission": number, "channel": "stable"}, etag)
    previous = releaser.get(f"{RELEASES}2/diff").json()
    assert (previous["to"], previous["changes"][0]["detail"]) == (1, "scale: 0.125 → 0.25")
    live = releaser.get(f"{RELEASES}1/diff", to="live").json()
    assert (live["to"], live["changes"][0]["detail"]) == (2, "scale: 0.25 → 0.125")
    assert releaser.get(f"{RELEASES}2/diff", to="2").json()["changes"] == []
    assert releaser.get(f"{RELEASES}1/diff").json()["to"] is None
    assert problem(releaser.get(f"{RELEASES}1/diff", to="next")) == (400, "invalid")
    assert problem(releaser.get(f"{RELEASES}1/diff", to="77")) == (404, "no_release")
