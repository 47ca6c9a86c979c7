"""From an edit to all machines and back, as its users do it: submit, approve as another, try, promote, roll back."""

import orjson
import pytest
import redis
from django.conf import settings
from playwright.sync_api import Page, expect

from duco_cms.audit.models import Entry
from duco_cms.definitions.models import Release
from duco_cms.definitions.publishing import publish
from duco_cms.fleet.directory import build_directory
from duco_cms.publication.canaries import canaries_of, running_rollout
from tests.cms.conftest import engine_message  # noqa: F401 - a fixture
from tests.cms.publication import change_scale, person
from tests.distribution.conftest import SnapshotKeys
from tests.studio.conftest import Person, Site
from tests.studio.test_browser import chromium, page, pytestmark, sign_in  # noqa: F401 - fixtures


@pytest.fixture
def users(alice: Person, engine_message: object, settings: object) -> dict[str, Person]:  # noqa: F811
    settings.FOUR_EYES = True
    publish(None, "first")
    change_scale(0.25)
    roles = {"edith": ["editor"], "robert": ["reviewer", "releaser"]}
    return {name: Person(person(name, *given), alice.machine) for name, given in roles.items()}


def test_submit_approve_try_promote_and_roll_back(
    page: Page,  # noqa: F811
    site: Site,
    users: dict[str, Person],
    alice: Person,
) -> None:
    sign_in(page, site, users["edith"])
    page.goto("/admin/definitions/release/")
    page.get_by_role("link", name="Publish…").click()
    expect(page.get_by_text("scale: 0.125 → 0.25")).to_be_visible()
    expect(page.get_by_role("button", name="Publish", exact=True)).to_have_count(0)
    page.get_by_label("Note").fill("Scale as in the data sheet")
    page.get_by_role("button", name="Submit for review").click()
    # it should be for somebody else to approve, and for nobody to publish yet
    expect(page.get_by_text("Somebody else has to approve it.")).to_be_visible()
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)
    submission = page.url

    sign_in(page, site, users["robert"])
    page.goto(submission)
    expect(page.get_by_role("button", name="Start the trial")).to_have_count(0)
    page.get_by_label("Comment").fill("Checked")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("approved by robert")).to_be_visible()

    page.get_by_label("Machines", exact=True).select_option(str(alice.machine.number), force=True)
    page.get_by_role("button", name="Start the trial").click()
    expect(page.get_by_role("link", name=str(alice.machine))).to_be_visible()
    assert (Release.objects.live().number, running_rollout().release_id) == (1, 2)
    assert canaries_of(running_rollout()) == {alice.machine.number}
    assert b'"channel":"canary"' in build_directory(canaries_of(running_rollout())).body

    page.get_by_role("button", name="Promote to all").click()
    expect(page.get_by_text("promoted to all").first).to_be_visible()
    assert Release.objects.live().number == 2

    page.goto("/admin/definitions/release/1/change/")
    page.get_by_label("Reason").fill("The sheet was of another engine")
    page.get_by_role("button", name="Roll back to release 1").click()
    expect(page.get_by_text("Release 1 is live again, as release 3.")).to_be_visible()
    expect(page.get_by_text("Rollback to release 1: The sheet was of another engine")).to_be_visible()
    assert Release.objects.live().content_hash == Release.objects.get(number=1).content_hash

    page.goto("/admin/audit/entry/?q=another+engine")
    expect(page.get_by_role("cell", name="rolled back")).to_be_visible()
    told = list(Entry.objects.exclude(release=None).order_by("id").values_list("action", "release"))
    assert told == [("published", 1), ("tried", 2), ("promoted", 2), ("rolled_back", 3)]


def test_what_runs_is_counted_while_one_looks(
    page: Page,  # noqa: F811
    site: Site,
    users: dict[str, Person],
    snapshots: SnapshotKeys,
) -> None:
    sign_in(page, site, users["robert"])
    page.goto("/admin/definitions/release/1/change/")
    runs = page.get_by_role("heading", name="What runs now")
    expect(runs).to_have_count(0)
    with redis.Redis.from_url(settings.REALTIME_REDIS_URL) as realtime:
        realtime.set(f"{snapshots.prefix}worker:process:0", orjson.dumps({"stable": 1, "canary": None}), ex=60)
    expect(runs).to_be_visible()
    expect(page.get_by_role("row", name="1 1 0")).to_be_visible()
