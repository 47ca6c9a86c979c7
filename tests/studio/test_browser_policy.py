"""The content security policy stops no page of the libraries: the fixture `page` fails where it does."""

import pytest
from django.contrib.auth import get_user_model
from playwright.sync_api import Page, expect

from tests.studio.conftest import Person, Site
from tests.studio.test_browser import chromium, page, pytestmark, sign_in  # noqa: F401 - fixtures


@pytest.fixture
def root(alice: Person) -> Person:
    user = get_user_model().objects.create_superuser("root")
    return Person(user, alice.machine)


def test_the_admins_lists_and_forms_work(page: Page, site: Site, root: Person) -> None:  # noqa: F811
    sign_in(page, site, root)
    page.goto("/admin/fleet/machine/")
    expect(page.get_by_role("link", name=root.machine.name)).to_be_visible()
    # Alpine opens it; without its expressions nothing happens.
    page.get_by_text("Filters").first.click()
    expect(page.get_by_text("silent since").last).to_be_visible()
    page.goto(f"/admin/fleet/machine/{root.machine.pk}/change/")
    # Fields with a search are made by a script.
    expect(page.locator(".select2-selection").first).to_be_visible()
    for path in ("definitions/release/publish/", "definitions/dbcfile/add/", "definitions/signal/", "auth/user/add/"):
        page.goto(f"/admin/{path}")
        expect(page.locator("#main, #content, main").first).to_be_visible()


def test_the_documentation_of_the_apis_works(page: Page, site: Site, root: Person) -> None:  # noqa: F811
    sign_in(page, site, root)
    page.goto("/meta/v1/docs")
    operation = page.get_by_text("/data/v1/machines/", exact=True)
    expect(operation).to_be_visible()
    operation.click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()
    expect(page.locator(".live-responses-table tbody .response-col_status").first).to_contain_text("200")
