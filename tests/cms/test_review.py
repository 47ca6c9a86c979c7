"""Submissions are frozen, reviewed by others, and released as they were submitted."""

import json

import pytest
from django.db import IntegrityError, connection, transaction

from duco_cms.definitions.models import Release, Signal, SignalGroup
from duco_cms.definitions.publishing import PublishRefusedError, publish
from duco_cms.publication.models import Submission
from duco_cms.publication.releasing import StaleBaseError, publish_now, publish_submission
from duco_cms.publication.review import (
    StaleError,
    approve,
    draft_differs,
    missing_approvals,
    reject,
    resubmit,
    submit,
    withdraw,
)
from tests.cms.publication import approved, change_scale, person


@pytest.fixture(autouse=True)
def four_eyes(settings):
    settings.FOUR_EYES = True


@pytest.fixture
def author(db):
    return person("author", "editor", "reviewer")


@pytest.fixture
def reviewer(db):
    return person("reviewer", "reviewer", "releaser")


@pytest.fixture
def live(engine_message):
    return publish(None, "first")


def refused(attempt):
    with pytest.raises(PublishRefusedError) as refusal:
        attempt()
    return refusal.value.code


def scale_of(content):
    return json.loads(content)["sets"][0]["messages"][0]["groups"][0]["signals"][0]["scale"]


def test_a_submission_keeps_what_was_submitted_with_its_differences(live, author):
    change_scale(0.25)
    submission = submit(author, "twice as fast")
    change_scale(0.5)
    assert (submission.state, submission.base, submission.author) == ("in_review", live, author)
    assert (scale_of(submission.content), submission.summary) == (0.25, ["1 signal changed"])
    assert draft_differs(submission)
    change_scale(0.25)
    assert not draft_differs(submission)


def test_what_is_released_is_what_was_submitted(live, author, reviewer):
    change_scale(0.25)
    submission = approved(author, reviewer)
    change_scale(0.5)
    release = publish_submission(submission, reviewer)
    submission.refresh_from_db()
    assert (release.number, scale_of(release.content), release.content_hash) == (2, 0.25, submission.content_hash)
    assert (submission.state, submission.release, Release.objects.live()) == ("released", release, release)
    assert refused(lambda: publish_submission(submission, reviewer)) == "not_approved"


def test_definitions_with_errors_or_without_changes_are_not_submitted(live, author, engine_message):
    assert refused(lambda: submit(author, "nothing")) == "nothing_changed"
    group = SignalGroup.objects.create(message=engine_message, condition=[["page", [[2, 7]]]])
    Signal.objects.create(group=group, name="Boost", start=0, length=8)
    assert refused(lambda: submit(author, "broken")) == "invalid"
    assert not Submission.objects.exists()


def test_warnings_are_kept(live, author, engine_message):
    Signal.objects.create(group=engine_message.groups.get(), name="Late", start=60, length=8)
    assert [found["code"] for found in submit(author, "late").diagnostics] == ["beyond_frame"]


def test_whoever_submits_does_not_approve(live, author, reviewer, settings):
    change_scale(0.25)
    submission = submit(author, "mine")
    assert refused(lambda: approve(submission, author)) == "own_submission"
    assert refused(lambda: publish_submission(submission, reviewer)) == "not_approved"
    assert approve(submission, reviewer).state == "approved"
    # it should be allowed where one is alone
    settings.FOUR_EYES = False
    change_scale(0.5)
    assert approve(submit(author, "mine again"), author).state == "approved"


def test_a_breaking_change_needs_two_approvers(live, author, reviewer, settings):
    Signal.objects.filter(name="EngineSpeed").update(name="Rpm")
    submission = submit(author, "renamed")
    assert submission.breaking == ["signal engine / EEC1.EngineSpeed: renamed to Rpm"]
    assert missing_approvals(submission) == 2
    assert approve(submission, reviewer).state == "in_review"
    assert refused(lambda: approve(submission, reviewer)) == "reviewed"
    assert refused(lambda: publish_submission(submission, reviewer)) == "not_approved"
    assert approve(submission, person("second", "reviewer")).state == "approved"
    # it should need one where one is alone
    settings.FOUR_EYES = False
    Signal.objects.filter(name="Rpm").update(name="Revolutions")
    assert missing_approvals(submit(author, "renamed")) == 1


def test_one_rejection_is_enough(live, author, reviewer):
    change_scale(0.25)
    submission = approved(author, reviewer)
    rejected = reject(submission, person("second", "reviewer"), "wrong data sheet")
    assert rejected.state == "rejected"
    assert refused(lambda: publish_submission(submission, reviewer)) == "not_approved"
    assert refused(lambda: approve(submission, person("third", "reviewer"))) == "wrong_state"
    assert [(each.user.username, each.verdict, each.comment) for each in submission.reviews.all()] == [
        ("reviewer", "approved", "looks right"),
        ("second", "rejected", "wrong data sheet"),
    ]


def test_only_the_author_withdraws(live, author, reviewer):
    change_scale(0.25)
    submission = submit(author, "mine")
    assert refused(lambda: withdraw(submission, reviewer)) == "not_yours"
    assert withdraw(submission, author).state == "withdrawn"
    assert refused(lambda: withdraw(submission, author)) == "wrong_state"


def test_what_is_done_is_done_to_what_was_seen(live, author, reviewer):
    change_scale(0.25)
    submission = submit(author, "mine")
    seen = submission.etag
    Signal.objects.update(unit="1/min")
    approve(submission, person("second", "reviewer"))
    for attempt in (approve, withdraw):
        with pytest.raises(StaleError):
            attempt(submission, reviewer, etag=seen)
    with pytest.raises(StaleError):
        publish_submission(submission, reviewer, seen)


def test_a_release_undoes_nothing_that_became_live_since(live, author, reviewer):
    change_scale(0.25)
    first = approved(author, reviewer, "scale")
    change_scale(0.125)
    Signal.objects.filter(name="EngineSpeed").update(comment="of the crankshaft")
    second = approved(author, reviewer, "comment")
    publish_submission(first, reviewer)
    with pytest.raises(StaleBaseError) as refusal:
        publish_submission(second, reviewer)
    (lost,) = refusal.value.undone
    assert (refusal.value.code, lost.kind, lost.name) == ("stale_base", "changed", "engine / EEC1.EngineSpeed")
    assert "scale: 0.25 → 0.125" in lost.detail
    # it should be released once somebody said that this is meant
    again = resubmit(second, author)
    second.refresh_from_db()
    assert (second.state, again.state, again.base.number, again.note) == ("withdrawn", "in_review", 2, "comment")
    assert publish_submission(approve(again, reviewer), reviewer).number == 3


def test_of_two_first_releases_the_second_takes_back_nothing(engine_message, author, reviewer):
    first = approved(author, reviewer, "scale")
    change_scale(0.5)
    second = approved(author, reviewer, "another scale")
    publish_submission(first, reviewer)
    with pytest.raises(StaleBaseError) as refusal:
        publish_submission(second, reviewer)
    (lost,) = refusal.value.undone
    assert "scale: 0.125 → 0.5" in lost.detail
    assert Release.objects.count() == 1


def test_of_two_first_releases_the_second_may_have_more(engine_message, author, reviewer):
    first = approved(author, reviewer, "scale")
    Signal.objects.create(group=engine_message.groups.get(), name="Load", start=8, length=8)
    second = approved(author, reviewer, "and load")
    publish_submission(first, reviewer)
    assert publish_submission(second, reviewer).number == 2


def test_a_submission_that_has_what_became_live_since_needs_no_new_review(live, author, reviewer):
    change_scale(0.25)
    first = approved(author, reviewer, "scale")
    Signal.objects.filter(name="EngineSpeed").update(minimum=0.0)
    second = approved(author, reviewer, "and a limit")
    publish_submission(first, reviewer)
    assert publish_submission(second, reviewer).number == 3


def test_what_is_released_is_not_submitted_anew(live, author, reviewer):
    change_scale(0.25)
    submission = approved(author, reviewer)
    publish_submission(submission, reviewer)
    assert refused(lambda: resubmit(submission, author)) == "wrong_state"


def test_what_is_open_is_submitted_anew_by_its_author_alone(live, author, reviewer):
    change_scale(0.25)
    submission = approved(author, reviewer)
    change_scale(0.5)
    other = person("other", "editor")
    assert refused(lambda: resubmit(submission, other)) == "not_yours"
    submission.refresh_from_db()
    assert submission.state == "approved"
    # it should be for every editor once it is over
    reject(submission, person("second", "reviewer"), "wrong")
    assert resubmit(submission, other).author == other


def test_the_same_is_not_submitted_twice(live, author, reviewer):
    change_scale(0.25)
    submission = submit(author, "pressed")
    assert refused(lambda: submit(author, "pressed again")) == "already_submitted"
    approve(submission, reviewer)
    assert refused(lambda: submit(person("other", "editor"), "mine")) == "already_submitted"
    again = resubmit(submission, author)
    # it should hold where a submission is made anew, too
    assert refused(lambda: resubmit(submission, author)) == "already_submitted"
    assert Submission.objects.count() == 2
    withdraw(again, author)
    assert submit(author, "after all").state == "in_review"


def test_the_same_is_submitted_again_where_something_else_became_live(live, author, reviewer):
    change_scale(0.25)
    submit(author, "waits")
    change_scale(0.5)
    publish_submission(approved(author, reviewer), reviewer)
    change_scale(0.25)
    assert submit(person("other", "editor"), "after that").base.number == 2


def test_one_who_is_alone_publishes_in_one_step(live, author, settings):
    change_scale(0.25)
    # it should do nothing of it where four eyes are demanded
    assert refused(lambda: publish_now(author, "quick")) == "own_submission"
    assert not Submission.objects.exists()
    settings.FOUR_EYES = False
    release = publish_now(author, "quick")
    assert (release.number, release.note, release.submission.state) == (2, "quick", "released")


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE publication_submission SET content = '{}'",
        "UPDATE publication_submission SET note = 'other'",
        "DELETE FROM publication_submission",
        "UPDATE publication_review SET verdict = 'rejected'",
        "DELETE FROM publication_review",
    ],
)
def test_neither_submissions_nor_reviews_are_changed_by_sql(live, author, reviewer, sql):
    change_scale(0.25)
    approved(author, reviewer)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError, match="is frozen"), transaction.atomic():
            cursor.execute(sql)
