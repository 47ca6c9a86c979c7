"""From an unknown id to a message in a real browser, and what its bits do, said to who uses no pointer."""

# ruff: noqa: F811 - fixtures of another file are arguments here

import pytest
from django.contrib.auth import get_user_model
from django.test import override_settings
from playwright.sync_api import Page, expect

from duco_cms.definitions.models import DefinitionSet, Message, Signal
from duco_cms.fleet.models import Machine
from tests.cms.test_unmodelled import UNKNOWN, engine_digger, record
from tests.distribution.recorded import Recording
from tests.distribution.test_unmodelled import frames
from tests.studio.conftest import (  # noqa: F401 - fixtures
    Person,
    Site,
    database,
    server,
    site,
    snapshots,
    store,
)
from tests.studio.test_browser import chromium, page, pytestmark, sign_in  # noqa: F401 - fixtures


@pytest.fixture
def digger(transactional_db: None, store: object) -> Machine:
    return engine_digger(store.machine)


@pytest.fixture
def root(digger: Machine, site: Site, page: Page) -> Page:
    """A superuser is at the pages, and the machine has sent an unknown id."""
    sign_in(page, site, Person(get_user_model().objects.create_superuser("root"), digger))
    return page


@pytest.fixture
def unread(digger: Machine, store: object) -> None:
    record(Recording(store, digger.number, digger.device), frames(UNKNOWN, 64))


def test_an_unknown_id_is_drafted_with_one_click(root: Page, site: Site, unread: None) -> None:
    with override_settings(META_API_URL=site.url):
        root.goto("/admin/")
        root.get_by_role("link", name="Unmodelled").first.click()
        root.get_by_role("link", name="18FF1203").click()
        expect(root.get_by_role("table", name="Bit activity")).to_be_visible()
        expect(root.get_by_label("Definition set")).to_have_value(str(DefinitionSet.objects.get().pk))
        root.get_by_role("button", name="Draft a message").click()
        # it should be on the page of the message, with its bits drawn
        expect(root.get_by_role("listbox", name="Bits of the message")).to_be_visible()
        expect(root.get_by_text("is drafted in engine")).to_be_visible()
    message = Message.objects.get()
    assert root.url.endswith(f"/admin/definitions/message/{message.pk}/change/")
    assert Signal.objects.filter(group__message=message, name="Counter_0_4").exists()


def test_arrows_go_from_bit_to_bit_and_say_what_it_does(root: Page, site: Site, unread: None) -> None:
    root.goto("/admin/unmodelled/ignored/frames/?id=18FF1203&bus=0")
    said = root.locator("[data-said]")
    root.get_by_role("cell", name="Bit 7 (byte 1, bit 7): always 1").click()
    expect(said).to_have_text("Bit 7 (byte 1, bit 7): always 1")
    for key in ("ArrowRight", "ArrowDown"):
        root.keyboard.press(key)
    expect(said).to_have_text("Bit 14 (byte 2, bit 6): always 1")


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("path", ["", "frames/?id=18FF1203&bus=0"])
def test_nothing_is_wider_than_the_window(root: Page, unread: None, width: int, path: str) -> None:
    root.set_viewport_size({"width": width, "height": 844})
    root.goto(f"/admin/unmodelled/ignored/{path}")
    expect(root.get_by_text("18FF1203").first).to_be_visible()
    assert root.evaluate("document.querySelector('.un').scrollWidth <= document.querySelector('.un').clientWidth")


def test_something_is_ignored_without_leaving_the_list(root: Page, unread: None) -> None:
    root.goto("/admin/unmodelled/ignored/")
    root.get_by_text("Ignore…").click()
    root.get_by_label("Why").fill("a tool of the workshop")
    root.get_by_role("button", name="Ignore", exact=True).click()
    expect(root.get_by_text("Nothing new")).to_be_visible()
    root.get_by_role("link", name="Ignored 1").click()
    expect(root.get_by_text("Ignored: a tool of the workshop")).to_be_visible()
    root.get_by_role("button", name="Back into the inbox").click()
    expect(root.get_by_role("link", name="New 1")).to_be_visible()
