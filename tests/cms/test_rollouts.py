"""What workers are promised while a release is on trial (docs/contracts/release.md)."""

import json

import pytest

from duco_cms.audit.models import Entry
from duco_cms.definitions.models import Release
from duco_cms.definitions.publishing import PublishRefusedError, publish
from duco_cms.fleet.models import Machine
from duco_cms.publication.going_back import end_rollout, pause, roll_back
from duco_cms.publication.models import Rollout
from duco_cms.publication.models.rollout import place_of
from duco_cms.publication.releasing import Cohort, promote, publish_submission, start_rollout
from duco_cms.publication.review import StaleError
from tests.cms.callers import WORKER, body_of, make_release, on_behalf
from tests.cms.publication import approved, change_scale, person, trial

STABLE = "/meta/v1/channels/stable/release"
CANARY = "/meta/v1/channels/canary/release"
CURRENT = "/meta/v1/rollouts/current"


@pytest.fixture
def author(db):
    return person("author", "editor")


@pytest.fixture
def releaser(db):
    return person("releaser", "reviewer", "releaser")


@pytest.fixture
def live(engine_message, fleet):
    return publish(None, "first")


@pytest.fixture
def on_trial(live, fleet, author, releaser):
    change_scale(0.25)
    return trial(author, releaser, fleet["alice"].number)


def number_on(client, route):
    response = client.get(route, headers=WORKER)
    return response.json()["number"] if response.status_code == 200 else body_of(response)["code"]


def channels(client):
    machines = client.get("/meta/v1/fleet/directory", headers=WORKER).json()["machines"]
    return {machine["device"]: machine["channel"] for machine in machines}


def scale_of(release):
    return json.loads(release.content)["sets"][0]["messages"][0]["groups"][0]["signals"][0]["scale"]


def test_what_comes_back_keeps_its_format(engine_message, fleet, author, releaser):
    content = publish(None, "first").content
    old = make_release(2, json.loads(content), format=2)
    change_scale(0.25)
    end_rollout(trial(author, releaser, fleet["alice"].number), releaser, "enough")
    assert (Release.objects.first().number, Release.objects.first().format) == (4, old.format)


def test_without_a_rollout_all_machines_are_on_stable(client, live):
    assert (number_on(client, STABLE), number_on(client, CANARY)) == (1, "no_release")
    assert channels(client) == {"ex-1": "stable", "ex-2": "stable"}
    missing = client.get(CURRENT, headers=WORKER)
    assert (missing.status_code, body_of(missing)["code"]) == (404, "no_rollout")


def test_a_rollout_gives_the_next_number_to_its_cohort_alone(client, on_trial, fleet):
    assert (number_on(client, STABLE), number_on(client, CANARY)) == (1, 2)
    assert channels(client) == {"ex-1": "canary", "ex-2": "stable"}
    told = client.get(CURRENT, headers=WORKER)
    assert told.json().items() >= {
        "id": on_trial.pk, "release": 2, "state": "running", "most_bad_share": 0.05, "fewest_values": 1000,
        "cohort": {"machines": [fleet["alice"].number], "percentage": 0.0}, "ended_by": "",
    }.items()  # fmt: skip
    # it should spare the bodies of artefacts as on stable
    etag = client.get(CANARY, headers=WORKER)["ETag"]
    assert client.get(CANARY, headers={**WORKER, "If-None-Match": etag}).status_code == 304


def test_releases_that_were_never_for_all_are_told_to_the_guard(client, on_trial, fleet, author, releaser):
    def told():
        return client.get(CURRENT, headers=WORKER).json()["only_tried"]

    assert told() == [2]
    pause(on_trial, None, "bad")
    change_scale(0.5)
    promote(trial(author, releaser, *on_trial.machines), releaser)
    change_scale(1)
    trial(author, releaser, *on_trial.machines)
    assert told() == [2, 5], "not 3, the end of the first, nor 4, which was promoted"


def test_promotion_makes_the_same_number_the_stable_one(client, on_trial, releaser):
    promote(on_trial, releaser)
    assert (number_on(client, STABLE), number_on(client, CANARY)) == (2, "no_release")
    assert set(channels(client).values()) == {"stable"}
    assert scale_of(Release.objects.live()) == 0.25
    with pytest.raises(PublishRefusedError, match="promoted to all"):
        promote(on_trial, releaser)


def test_an_ended_trial_gives_the_live_content_to_all_under_a_new_number(client, on_trial, live, releaser):
    release = end_rollout(on_trial, releaser, "speeds are doubled")
    assert (number_on(client, STABLE), number_on(client, CANARY), release.number) == (3, "no_release", 3)
    assert release.content_hash == live.content_hash
    assert set(channels(client).values()) == {"stable"}
    on_trial.refresh_from_db()
    assert (on_trial.state, on_trial.ended_by, on_trial.reason) == ("ended", "releaser", "speeds are doubled")
    # it should not take the release on trial for one that was live, ever
    assert Release.objects.before(3).number == 1


def test_the_guard_pauses_a_rollout_once(client, on_trial, live):
    route = f"/meta/v1/rollouts/{on_trial.pk}/pause"
    body = {"reason": "31 % bad", "evidence": {"values": 5000, "bad": 1550}}
    first = client.post(route, body, content_type="application/json", headers=WORKER)
    assert first.status_code == 200
    assert first.json().items() >= {"state": "paused", "ended_by": "guard", **body}.items()
    assert Release.objects.live().content_hash == live.content_hash
    # it should leave it as it is where another worker finds the same
    again = client.post(route, {"reason": "32 % bad"}, content_type="application/json", headers=WORKER)
    assert (again.status_code, again.json()["reason"]) == (200, "31 % bad")
    assert (number_on(client, STABLE), Release.objects.count()) == (3, 3)
    entry = Entry.objects.get(action="paused")
    assert (entry.actor, entry.user, entry.reason, entry.release) == ("guard", None, "31 % bad", 3)
    assert entry.machines == on_trial.machines


def test_the_guard_pauses_nothing_that_was_promoted(client, on_trial, releaser):
    promote(on_trial, releaser)
    route = f"/meta/v1/rollouts/{on_trial.pk}/pause"
    response = client.post(route, {"reason": "late"}, content_type="application/json", headers=WORKER)
    assert (response.status_code, body_of(response)["code"]) == (409, "not_running")
    assert number_on(client, STABLE) == 2


@pytest.mark.parametrize("evidence", ['"\\u0000"', '{"\\ud800": 1}', f'"{"x" * 100_001}"'])
def test_evidence_that_cannot_be_kept_is_refused(client, on_trial, evidence):
    body = f'{{"reason": "bad", "evidence": {evidence}}}'
    route = f"/meta/v1/rollouts/{on_trial.pk}/pause"
    response = client.post(route, body, content_type="application/json", headers=WORKER)
    assert (response.status_code, body_of(response)["code"]) == (400, "invalid")


@pytest.mark.parametrize("number", [0, 2**31, 2**63, 10**30])
def test_numbers_beyond_all_are_not_found(client, live, number):
    for route in (f"/meta/v1/rollouts/{number}", f"/meta/v1/releases/{number}"):
        assert client.get(route, headers=WORKER).status_code == 404


def test_who_may_pause(client, on_trial, author, releaser):
    route = f"/meta/v1/rollouts/{on_trial.pk}/pause"
    for headers, status in (({}, 401), (on_behalf(author), 403), (on_behalf(releaser), 200)):
        response = client.post(route, {"reason": "by hand"}, content_type="application/json", headers=headers)
        assert response.status_code == status
    on_trial.refresh_from_db()
    assert (on_trial.state, on_trial.ended_by) == ("paused", "releaser")


def test_while_a_rollout_runs_nothing_else_is_published(on_trial, author, releaser):
    change_scale(0.5)
    waiting = approved(author, releaser)
    for attempt in (
        lambda: publish(None, "forced", force=True),
        lambda: publish_submission(waiting, releaser),
        lambda: start_rollout(waiting, releaser, Cohort(percentage=100)),
    ):
        with pytest.raises(PublishRefusedError) as refusal:
            attempt()
        assert refusal.value.code == "rollout_runs"
    assert Release.objects.count() == 2


def test_the_first_release_is_for_all(engine_message, fleet, author, releaser):
    with pytest.raises(PublishRefusedError) as refusal:
        trial(author, releaser, fleet["alice"].number)
    assert refusal.value.code == "no_live"


@pytest.mark.parametrize(
    ("cohort", "code"), [(Cohort(), "no_machines"), (Cohort(machines=[2**30]), "unknown_machines")]
)
def test_a_cohort_has_machines_that_there_are(live, author, releaser, cohort, code):
    change_scale(0.25)
    submission = approved(author, releaser)
    with pytest.raises(PublishRefusedError) as refusal:
        start_rollout(submission, releaser, cohort)
    assert refusal.value.code == code
    assert (Release.objects.count(), Rollout.objects.count()) == (1, 0)
    submission.refresh_from_db()
    assert submission.state == "approved"


def test_a_percentage_picks_the_same_machines_each_time_and_more_of_them_as_it_grows():
    numbers = range(1, 2001)
    few, many = Rollout(percentage=10).cohort(numbers), Rollout(percentage=30).cohort(numbers)
    assert few < many
    assert 150 < len(few) < 250
    assert 520 < len(many) < 680
    assert Rollout(percentage=0).cohort(numbers) == frozenset()
    assert Rollout(percentage=100).cohort(numbers) == frozenset(numbers)
    assert Rollout(percentage=0, machines=[5]).cohort(numbers) == {5}
    # it should stay what the contract says
    assert [place_of(number) for number in (1, 2, 7)] == [29.13, 24.46, 32.3]


def test_machines_that_are_not_active_or_join_later(client, on_trial, fleet):
    Machine.objects.filter(pk=fleet["alice"].pk).update(active=False)
    assert channels(client) == {"ex-2": "stable"}
    Rollout.objects.filter(pk=on_trial.pk).update(percentage=100)
    alike = fleet["bob"]
    new = Machine.objects.create(device="ex-3", name="n", model=alike.model, organisation=alike.organisation)
    assert channels(client) == {"ex-2": "canary", new.device: "canary"}


def test_a_rollback_publishes_former_content_again_and_ends_a_trial(client, on_trial, live, author, releaser):
    promote(on_trial, releaser)
    change_scale(0.5)
    second = trial(author, releaser, *on_trial.machines)
    release = roll_back(live, releaser, "wrong since release 2", live=2)
    assert (release.number, release.content_hash) == (4, live.content_hash)
    assert (number_on(client, STABLE), number_on(client, CANARY)) == (4, "no_release")
    second.refresh_from_db()
    assert second.state == "ended"
    # it should do it once, however often the button is pressed
    assert roll_back(live, releaser, "wrong since release 2", live=2).number == 4
    assert Release.objects.count() == 4
    entry = Entry.objects.get(action="rolled_back")
    assert (entry.subject, entry.actor, entry.reason, entry.release) == (
        "Release 2", "releaser", "wrong since release 2", 4,
    )  # fmt: skip


def test_a_rollback_is_of_what_the_user_saw(on_trial, live, releaser):
    promote(on_trial, releaser)
    with pytest.raises(StaleError):
        roll_back(live, releaser, "seen too long ago", live=1)
    with pytest.raises(PublishRefusedError) as refusal:
        roll_back(Release.objects.live(), releaser, "no change", live=2)
    assert refusal.value.code == "is_live"


def test_no_rollback_to_what_was_on_trial_only(on_trial, live, releaser):
    pause(on_trial, None, "bad")
    with pytest.raises(PublishRefusedError) as refusal:
        roll_back(on_trial.release, releaser, "again", live=3)
    assert refusal.value.code == "never_live"


@pytest.mark.redis
def test_workers_hear_of_releases_and_cohorts(
    live, fleet, author, releaser, settings, django_capture_on_commit_callbacks
):
    import redis

    def said():
        heard = iter(lambda: listener.get_message(timeout=0.2), None)
        return {message["data"] for message in heard}

    listener = redis.Redis.from_url(settings.REALTIME_REDIS_URL).pubsub()
    listener.subscribe(f"{settings.REDIS_PREFIX}meta")
    assert listener.get_message(timeout=5)["type"] == "subscribe"
    change_scale(0.25)
    submission = approved(author, releaser)
    with django_capture_on_commit_callbacks(execute=True):
        rollout = start_rollout(submission, releaser, Cohort(machines=[fleet["alice"].number]))
    assert said() == {b"release", b"directory"}
    with django_capture_on_commit_callbacks(execute=True):
        pause(rollout, None, "bad")
    assert said() == {b"release", b"directory"}
    listener.close()
