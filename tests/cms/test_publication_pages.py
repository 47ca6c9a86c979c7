"""Pages of publication: what they let whom do, and what they say of what was done."""

import pytest

from duco_cms.definitions.models import Release
from duco_cms.definitions.publishing import publish
from duco_cms.publication.admin.forms import CohortForm
from duco_cms.publication.going_back import pause
from duco_cms.publication.models import Submission
from duco_cms.publication.releasing import promote
from duco_cms.publication.review import submit
from tests.cms.publication import change_scale, person, trial

PUBLISH = "/admin/definitions/release/publish/"


@pytest.fixture
def live(engine_message, fleet):
    release = publish(None, "first")
    change_scale(0.25)
    return release


@pytest.fixture
def on_trial(live, fleet):
    return trial(person("author", "editor"), person("releaser", "reviewer", "releaser"), fleet["alice"].number)


@pytest.mark.parametrize("roles", [["editor", "releaser"], ["editor", "reviewer"]])
def test_who_may_not_do_each_step_submits_for_review(client, live, settings, roles):
    settings.FOUR_EYES = False
    client.force_login(person("one", *roles))
    assert 'name="publish"' not in client.get(PUBLISH).content.decode()
    client.post(PUBLISH, {"note": "mine", "publish": "1"})
    assert (Submission.objects.get().state, Release.objects.count()) == ("in_review", 1)


def test_who_may_do_each_step_publishes_at_once(client, live, settings):
    settings.FOUR_EYES = False
    client.force_login(person("one", "editor", "reviewer", "releaser"))
    assert 'name="publish"' in client.get(PUBLISH).content.decode()
    client.post(PUBLISH, {"note": "mine", "publish": "1"})
    assert Release.objects.count() == 2


def test_submitting_anew_is_offered_to_whom_it_is_for(client, live):
    author = person("author", "editor")
    submission = submit(author, "mine")
    page = f"/admin/publication/submission/{submission.pk}/change/"
    for user, offered in ((author, True), (person("other", "editor"), False)):
        client.force_login(user)
        assert ("Submit anew" in client.get(page).content.decode()) == offered
    client.post(f"/admin/publication/submission/{submission.pk}/resubmit/")
    submission.refresh_from_db()
    assert (submission.state, Submission.objects.count()) == ("in_review", 1)


@pytest.mark.parametrize(
    ("field", "value", "is_valid"),
    [
        ("fewest_values", 2**31 - 1, True),
        ("fewest_values", 2**31, False),
        ("fewest_values", 0, False),
        ("most_bad_percent", 100, True),
        ("most_bad_percent", 100.1, False),
        ("most_bad_percent", "nan", False),
    ],
)
def test_a_cohort_is_one_that_can_be_kept(db, field, value, is_valid):
    form = CohortForm({"percentage": 5, "most_bad_percent": 5, "fewest_values": 1000, field: value})
    assert form.is_valid() == is_valid
    assert is_valid or list(form.errors) == [field]


@pytest.mark.parametrize("by", ["guard", "releaser"])
def test_a_trial_says_who_paused_it(client, on_trial, by):
    releaser = on_trial.started_by
    pause(on_trial, None if by == "guard" else releaser, "bad")
    client.force_login(releaser)
    for page in (
        "/admin/publication/rollout/",
        f"/admin/publication/rollout/{on_trial.pk}/change/",
        "/admin/definitions/release/2/change/",
    ):
        assert f"paused by {by}" in client.get(page).content.decode()


def test_a_rollback_says_that_it_ends_the_trial(client, live, on_trial, fleet):
    releaser = on_trial.started_by
    promote(on_trial, releaser)
    client.force_login(releaser)
    page, ends = "/admin/definitions/release/1/change/", "and the trial of release 3 ends"
    assert ends not in client.get(page).content.decode()
    change_scale(0.5)
    trial(person("another", "editor"), releaser, fleet["alice"].number)
    assert ends in client.get(page).content.decode()
    path, form = "/admin/definitions/release/1/rollback/", {"reason": "wrong", "live": 2}
    for over in (" The trial of release 3 is over.", ""):
        # it should say so once, however often the button is pressed
        shown = client.post(path, form, follow=True)
        said = [str(message) for message in shown.context["messages"]]
        assert said == [f"Release 1 is live again, as release 4.{over}"]
