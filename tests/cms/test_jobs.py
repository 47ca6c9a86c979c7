"""Who may ask for what, and what is refused: jobs on pages and by the Meta API."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from duco_cms.audit.models import Entry
from duco_cms.definitions.models import Release
from duco_cms.definitions.publishing import publish
from duco_cms.fleet.models import Machine
from duco_cms.jobs.leasing import Chunk, claim, finish, hand_in
from duco_cms.jobs.models import Job
from duco_cms.publication.releasing import publish_submission
from duco_cms.publication.review import approve, submit
from tests.cms.callers import WORKER, body_of, on_behalf
from tests.cms.publication import approved, change_scale, person, trial


@pytest.fixture
def machine(fleet):
    return fleet["alice"].number


@pytest.fixture
def ada(db):
    return person("ada", "editor")


@pytest.fixture
def submission(engine_message, fleet, ada):
    publish(None, "first")
    change_scale(0.25)
    return submit(ada, "the scale was wrong")


def asked(submission, machine, **more):
    end = timezone.now()
    return {
        "kind": "backtest", "submission": submission.pk, "machines": [machine],
        "begin": (end - timedelta(hours=1)).isoformat(), "end": end.isoformat(), **more,
    }  # fmt: skip


def post(client, user, body, path="/meta/v1/jobs/", **headers):
    return client.post(path, body, "application/json", headers={**on_behalf(user), **headers})


def done(job):
    held = claim()
    assert held.pk == job
    for number in held.machines:
        chunk = Chunk(number, held.begin, held.end, 60, 600, {}, [], b"")
        hand_in(held.pk, held.lease, chunk)
    finish(held.pk, held.lease)


def test_a_backtest_is_asked_for_done_and_told(client, submission, machine, ada):
    answer = post(client, ada, asked(submission, machine, note="is it right?"))
    assert answer.status_code == 202
    job = body_of(answer)
    assert answer["Location"] == f"/meta/v1/jobs/{job['id']}"
    assert (job["state"], job["against"], job["progress"]["share"]) == ("queued", 1, 0.0)
    held = claim()
    found = {
        "signals": [
            {
                "group": 1, "slot": 0, "name": "EEC1.EngineSpeed", "both": 60, "values": 59, "qualities": 0,
                "only_before": 0, "only_after": 0, "greatest": 12.5,
            }
        ],
        "rules": [{"rule": 4, "name": "check hot", "only_before": 1, "only_after": 0}], "rejected": {},
    }  # fmt: skip
    points = [{"group": 1, "slot": 0, "source": 0, "points": [[5, 0, 1.0, 0, 2.0, 0]]}]
    half = held.begin + (held.end - held.begin) / 2
    for begin, end in ((held.begin, half), (half, held.end)):
        hand_in(held.pk, held.lease, Chunk(machine, begin, end, 60, 60, found, points, b"memory"))
    finish(held.pk, held.lease)
    path = f"/meta/v1/jobs/{job['id']}"
    now = client.get(path, headers=on_behalf(ada))
    assert (body_of(now)["state"], body_of(now)["progress"]) == (
        "done", {"share": 1.0, "envelopes": 120, "values": 120},
    )  # fmt: skip
    told = body_of(client.get(f"{path}/found", headers=on_behalf(ada)))
    assert [(each["name"], each["values"], each["machines"]) for each in told["signals"]] == [
        ("EEC1.EngineSpeed", 118, [machine])
    ]
    assert told["rules"][0]["only_before"] == 2
    series = client.get(f"{path}/points?machine={machine}&group=1&slot=0", headers=on_behalf(ada))
    assert body_of(series) == [{"source": 0, "points": [[5.0, 0.0, 1.0, 0.0, 2.0, 0.0]] * 2}]
    entry = Entry.objects.first()
    assert (entry.actor, entry.action, entry.machines, entry.reason) == (
        "ada", "backtested", [machine], "is it right?",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"machines": [2**30]}, "unknown_machines"),
        ({"begin": "2030-01-01T00:00:00Z", "end": "2030-01-02T00:00:00Z"}, "in_the_future"),
        ({"begin": "2026-01-02T00:00:00Z", "end": "2026-01-01T00:00:00Z"}, "invalid_span"),
        ({"begin": "2020-01-02T00:00:00Z", "end": "2026-01-01T00:00:00Z"}, "invalid_span"),
    ],
)
def test_what_cannot_be_done_is_refused(client, submission, machine, ada, change, code):
    answer = post(client, ada, asked(submission, machine) | change)
    assert (answer.status_code, body_of(answer)["code"]) == (409, code)
    assert not Job.objects.exists()


def test_the_same_content_is_not_held_against_itself(client, submission, machine, ada):
    body = asked(submission, machine) | {"release": 1}
    del body["submission"]
    assert body_of(post(client, ada, body))["code"] == "same_content"


@pytest.mark.parametrize("missing", ["machines", "begin", "end", "submission"])
def test_what_is_missing_is_named(client, submission, machine, ada, missing):
    body = asked(submission, machine)
    del body[missing]
    answer = post(client, ada, body)
    assert answer.status_code == 400
    assert missing in body_of(answer)["errors"]


def test_one_user_has_not_all_workers(client, submission, machine, ada):
    for _ in range(20):
        assert post(client, ada, asked(submission, machine)).status_code == 202
    assert body_of(post(client, ada, asked(submission, machine)))["code"] == "too_many_jobs"


def test_a_redecode_wants_a_right_and_a_comparison(client, submission, machine, ada):
    job = body_of(post(client, ada, asked(submission, machine)))["id"]
    redecode = {"kind": "redecode", "compared": job, "note": "because"}
    assert post(client, ada, redecode).status_code == 403
    rex = person("rex", "releaser")
    assert body_of(post(client, rex, redecode))["code"] == "not_done"
    done(job)
    assert body_of(post(client, rex, redecode))["code"] == "not_released"
    release = publish_submission(approve(submission, person("rev", "reviewer")), rex)
    answer = body_of(post(client, rex, redecode))
    assert (answer["kind"], answer["release"], answer["compared"]) == ("redecode", release.number + 1, job)
    assert Release.objects.live() == release
    assert Release.objects.get(pk=answer["release"]).content == release.content
    assert body_of(post(client, rex, redecode))["code"] == "redecode_runs"
    entry = Entry.objects.first()
    assert (entry.action, entry.release, entry.reason) == ("redecoded", answer["release"], "because")
    stable = client.get("/meta/v1/channels/stable/release", headers=WORKER)
    assert body_of(stable)["number"] == release.number
    back = client.post(
        f"/meta/v1/releases/{answer['release']}/rollback", {"reason": "x"}, "application/json",
        headers={**on_behalf(rex), "If-Match": stable["ETag"]},
    )  # fmt: skip
    assert body_of(back)["code"] in {"is_live", "never_live"}


@pytest.mark.parametrize(
    ("minutes", "code"), [(-30, "rollout_runs"), (30, "rollout_runs"), (59, "rollout_runs"), (61, None)]
)
def test_history_is_not_changed_under_a_guard_s_eyes(client, submission, machine, ada, minutes, code):
    """A trial that begins so long behind the span's end."""
    end = timezone.now() - timedelta(hours=2)
    body = asked(submission, machine, begin=(end - timedelta(hours=1)).isoformat(), end=end.isoformat())
    job = body_of(post(client, ada, body))["id"]
    done(job)
    rex = person("rex", "reviewer", "releaser")
    publish_submission(approve(submission, rex), rex)
    change_scale(0.5)
    running = trial(ada, rex, machine)
    type(running).objects.filter(pk=running.pk).update(since=end + timedelta(minutes=minutes))
    answer = post(client, rex, {"kind": "redecode", "compared": job, "note": "because"})
    assert body_of(answer).get("code") == code


def test_steps_want_the_etag_and_the_state(client, submission, machine, ada):
    answer = post(client, ada, asked(submission, machine))
    path, etag = answer["Location"], answer["ETag"]
    assert post(client, ada, {}, f"{path}/pause").status_code == 428
    claim()
    paused = post(client, ada, {}, f"{path}/pause", **{"If-Match": etag})
    assert body_of(paused)["state"] == "paused", "taken by a worker it is still what was seen"
    assert post(client, ada, {}, f"{path}/pause", **{"If-Match": etag}).status_code == 412
    assert body_of(post(client, ada, {}, f"{path}/pause", **{"If-Match": paused["ETag"]}))["code"] == "wrong_state"
    resumed = post(client, ada, {}, f"{path}/resume", **{"If-Match": paused["ETag"]})
    assert body_of(resumed)["state"] == "queued"
    cancelled = post(client, ada, {}, f"{path}/cancel", **{"If-Match": resumed["ETag"]})
    assert body_of(cancelled)["state"] == "cancelled"
    assert claim() is None
    assert list(Entry.objects.values_list("action", flat=True)[:3]) == ["cancelled", "resumed", "paused"]


def test_pages_ask_show_and_steer(client, submission, machine, ada):
    client.force_login(ada)
    page = client.get(f"/admin/publication/submission/{submission.pk}/change/").content.decode()
    ask = f"{reverse('admin:jobs_job_ask')}?submission={submission.pk}"
    assert ask in page
    end = timezone.now()
    begin = end - timedelta(hours=1)
    form = {
        "against": 1, "machines": [machine], "begin": f"{begin:%Y-%m-%d %H:%M:%S}", "end": f"{end:%Y-%m-%d %H:%M:%S}",
        "warm_up": 10,
    }  # fmt: skip
    response = client.post(ask, form, follow=True)
    job = Job.objects.get()
    assert response.redirect_chain == [(f"/admin/jobs/job/{job.pk}/change/", 302)]
    shown = response.content.decode()
    assert "Nothing is decoded yet." in shown
    assert Machine.objects.get(pk=machine).name in shown
    client.post(f"/admin/jobs/job/{job.pk}/pause/", {"etag": job.etag})
    job.refresh_from_db()
    assert job.state == "paused"
    assert client.get("/admin/jobs/job/").status_code == 200
    client.force_login(person("vera", "viewer"))
    job.refresh_from_db()
    assert client.post(f"/admin/jobs/job/{job.pk}/resume/", {"etag": job.etag}).status_code == 403
    assert client.get(ask).status_code == 403


def test_lists_ask_no_more_for_more_jobs(client, submission, machine, fleet, ada):
    client.force_login(ada)
    pages = {"/admin/jobs/job/": {}, "/meta/v1/jobs/": on_behalf(ada)}
    body = asked(submission, machine) | {"machines": [machine, fleet["bob"].number]}

    def queries(page):
        with CaptureQueriesContext(connection) as asked_for:
            assert client.get(page, headers=pages[page]).status_code == 200
        return len(asked_for)

    post(client, ada, body)
    held = claim()
    for part, envelopes in ((0.5, 30), (1.0, 20)):
        end = held.begin + (held.end - held.begin) * part
        hand_in(held.pk, held.lease, Chunk(machine, held.begin, end, envelopes, 7 * envelopes, {}, [], b""))
    one = {page: queries(page) for page in pages}
    for _ in range(3):
        post(client, ada, body)
    assert {page: queries(page) for page in pages} == one
    rows = body_of(client.get("/meta/v1/jobs/", headers=on_behalf(ada)))["results"]
    begun = {"share": 0.5, "envelopes": 50, "values": 350}
    assert [row["progress"] for row in rows] == [{"share": 0.0, "envelopes": 0, "values": 0}] * 3 + [begun]
    assert "50 %" in client.get("/admin/jobs/job/").content.decode()


def test_a_form_that_is_wrong_says_so(client, submission, machine, ada):
    client.force_login(ada)
    ask = f"{reverse('admin:jobs_job_ask')}?submission={submission.pk}"
    shown = client.post(ask, {"against": 1, "machines": [machine], "begin": "yesterday"}).content.decode()
    assert "Enter a valid date/time." in shown
    assert client.get(f"{reverse('admin:jobs_job_ask')}?submission=999").status_code == 404


def test_approved_is_not_needed_to_backtest(client, engine_message, fleet, machine, ada):
    publish(None, "first")
    change_scale(0.5)
    assert post(client, ada, asked(approved(ada, person("rev", "reviewer")), machine)).status_code == 202
