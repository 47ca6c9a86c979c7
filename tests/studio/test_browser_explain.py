"""The page that explains a value, in a real browser: from the machine's page to the hub's message."""

# ruff: noqa: F811 - fixtures of another file are arguments here

import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import override_settings
from playwright.sync_api import Page, expect

from ingest.meta.catalogue import Catalogue
from parsing.assemble import document_of
from tests.cms.callers import make_release
from tests.distribution.conftest import SECOND, SnapshotKeys, Store
from tests.distribution.recorded import NOW, Recording
from tests.distribution.test_explain import TEXT, add, engine, of
from tests.pipeline.buses import in_packets
from tests.pipeline.ruled import catalogue_of, content_of
from tests.studio.conftest import Person, Site
from tests.studio.test_browser import chromium, machine, page, pytestmark, sign_in  # noqa: F401 - fixtures


@pytest.fixture
def released(site: Site, server: str) -> Iterator[Catalogue]:
    content = content_of(TEXT)
    number = uuid.uuid4().int % 2**31
    make_release(number, document_of(content))
    with override_settings(META_API_URL=f"http://{server}"):
        yield catalogue_of(content, number, shift=3.0)


@pytest.fixture
def recorded(alice: Person, store: Store, released: Catalogue) -> Recording:
    alice.machine.attributes = {"shift": 3.0}
    alice.machine.save()
    recording = Recording(store, alice.machine.number, alice.machine.device)
    add(recording, [engine(n, 100 + n * n) for n in range(9)])
    add(recording, in_packets(NOW, 65312, bytes(range(20))), 2)
    recording.decode(released)
    return recording


def address(site: Site, number: int, place: dict[str, int], **more: Any) -> str:
    query = "&".join(f"{name}={value}" for name, value in (place | more).items())
    return f"{site.url}/machines/{number}/explain?{query}"


def test_a_value_is_followed_back_to_the_hub(
    page: Page, site: Site, alice: Person, recorded: Recording, released: Catalogue
) -> None:
    sign_in(page, site, alice)
    page.goto(address(site, recorded.machine, of(released, "change"), ts=NOW + 4 * SECOND))
    # The first explanation of a process loads the kernels.
    expect(page.get_by_role("heading", name="change: 7 kPa")).to_be_visible(timeout=20_000)
    expect(page.locator("[data-step]")).to_have_count(7)
    expect(page.locator("mark")).to_contain_text("derived change : f64 [kPa] = (pressed - prev(pressed)) * 2")
    expect(page.locator(".parts tbody tr").nth(1)).to_contain_text("3.5")
    # From link to link down to the bits.
    page.get_by_role("link", name="Explain pressed").click()
    expect(page.get_by_role("heading", name="pressed: 21 kPa")).to_be_visible()
    page.get_by_role("link", name="Explain Engine.boost").click()
    expect(page.get_by_role("heading", name="Engine.boost: 18 kPa")).to_be_visible()
    expect(page.locator(".sum")).to_have_text("116 × 0.5 + (−40) = 18 kPa")  # noqa: RUF001
    lit = page.locator(".bit-table td[data-lit=signal]")
    expect(lit).to_have_count(8)
    assert "".join(lit.all_inner_texts()) == f"{116:08b}"
    expect(page.locator("[data-step=envelope]")).to_contain_text(f"raw[{recorded.partition}] @ 4")
    expect(page.locator("[data-step='hub message']")).to_contain_text("hub[0] @ 4")
    expect(page.locator(".chain-agrees")).to_be_visible()
    # The address is this value's for good.
    assert re.search(rf"ts={NOW + 4 * SECOND}$", page.url)
    page.reload()
    expect(page.get_by_role("heading", name="Engine.boost: 18 kPa")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_it_is_readable(
    page: Page, site: Site, alice: Person, recorded: Recording, released: Catalogue, width: int, scheme: Any,
    tmp_path: Path,
) -> None:  # fmt: skip
    sign_in(page, site, alice)
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    for signal, after in (("pressure", 4 * SECOND), ("change", 4 * SECOND), ("hours", 3_000)):
        page.goto(address(site, recorded.machine, of(released, signal), ts=NOW + after))
        expect(page.locator("[data-chain]")).to_be_visible()
        expect(page.locator("[data-gap]")).to_have_count(0)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.screenshot(path=tmp_path / f"{signal}.png", full_page=True)


def test_without_a_time_it_is_the_latest_value_and_keeps_its_address(
    page: Page, site: Site, alice: Person, recorded: Recording, released: Catalogue
) -> None:
    sign_in(page, site, alice)
    page.goto(address(site, recorded.machine, of(released, "boost")))
    expect(page.get_by_role("heading", name="Engine.boost: 42 kPa")).to_be_visible()
    expect(page).to_have_url(re.compile(rf"ts={NOW + 8 * SECOND}$"))


def test_what_is_not_there_is_said(
    page: Page, site: Site, alice: Person, bob: Person, recorded: Recording, released: Catalogue
) -> None:
    sign_in(page, site, alice)
    page.goto(address(site, recorded.machine, of(released, "boost"), ts=NOW + 1))
    expect(page.get_by_text("No such value")).to_be_visible()
    page.get_by_role("link", name="Explain the latest value").click()
    expect(page.get_by_role("heading", name="Engine.boost: 42 kPa")).to_be_visible()
    page.goto(address(site, recorded.machine, {"group": 1, "slot": -1}))
    expect(page.locator("[data-problem]")).to_contain_text("invalid_parameter")
    recorded.forget()
    page.goto(address(site, recorded.machine, of(released, "boost"), ts=NOW))
    expect(page.locator("[data-gap=raw_gone]")).to_be_visible()
    assert page.goto(address(site, bob.machine.number, of(released, "boost"), ts=NOW)).status == 404  # type: ignore[union-attr]


def test_the_machines_page_leads_there(
    page: Page,
    site: Site,
    alice: Person,
    recorded: Recording,
    released: Catalogue,
    snapshots: SnapshotKeys,
    store: Store,
) -> None:
    place = of(released, "boost")
    store.machine = recorded.machine
    store.catalogue((place["group"], place["slot"], "Engine", "boost"))
    snapshots.row(recorded.machine, place["group"], 0xFEFF, [42.0], [0])
    sign_in(page, site, alice)
    page.goto(f"{site.url}/machines/{recorded.machine}/")
    page.locator("tr.signal", has_text="boost").hover()
    page.get_by_role("link", name="Explain Engine.boost").click()
    expect(page.get_by_role("heading", name="Engine.boost: 42 kPa")).to_be_visible()


def test_staff_are_led_to_the_definition(
    page: Page, site: Site, alice: Person, recorded: Recording, released: Catalogue
) -> None:
    get_user_model().objects.filter(pk=alice.user.pk).update(is_staff=True)
    sign_in(page, site, alice)
    page.goto(address(site, recorded.machine, of(released, "boost"), ts=NOW))
    expect(page.get_by_role("link", name="Engine as it is now")).to_be_visible()


def test_the_old_source_says_that_it_has_none(alice: Person, site: Site) -> None:
    with override_settings(STUDIO_DATA_SOURCE="direct"):
        response = alice.get(f"/studio/api/machines/{alice.machine.number}/explain", group=1, slot=0, ts=NOW)
    assert (response.status_code, response.json()["code"]) == (501, "needs_data_api")
    # Nor are its parameters any other route's.
    assert alice.get(f"/studio/api/machines/{alice.machine.number}/logs", slot=0).status_code == 400
