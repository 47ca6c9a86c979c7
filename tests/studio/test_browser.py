"""The pages in a real browser: numbers that move, plots that grow, faults that are said."""

import shutil
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings
from playwright.sync_api import Page, expect, sync_playwright

from studio.templatetags.studio import MANIFEST
from tests.distribution.conftest import SECOND, SnapshotKeys, Store
from tests.studio.conftest import SOURCE, Live, Person, Site
from tests.studio.test_sources import DTC

pytestmark = [
    pytest.mark.browser,
    pytest.mark.redis,
    pytest.mark.clickhouse,
    pytest.mark.skipif(not MANIFEST.exists(), reason="the front end is not built; `make setup` builds it"),
]

ENGINES = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture
def chromium(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    # Playwright's event loop runs in the test's own thread, where Django would take the ORM for a mistake. So it may
    # not outlive the test either.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as playwright:
        path = next(filter(None, map(shutil.which, ENGINES)))
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Any, site: Site) -> Iterator[Page]:
    """Fails the test where a script throws or the content security policy stops something."""
    context = chromium.new_context(base_url=site.url, viewport={"width": 1440, "height": 900})
    faults: list[str] = []
    opened = context.new_page()
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None)
    yield opened
    context.close()
    assert faults == []


def sign_in(page: Page, site: Site, person: Person) -> None:
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": person.session, "url": site.url}])


@pytest.fixture
def machine(alice: Person, store: Store, snapshots: SnapshotKeys, group: int) -> int:
    """Alice's machine with a minute of stored engine speed up to now; the fourth ten seconds are out of range."""
    store.machine = alice.machine.number
    store.catalogue((group, 0, "EEC1", "EngineSpeed"), enum={})
    store.catalogue((group, 1, "EEC1", "EngineTorqueMode"), enum={2: "cruise control"})
    now = time.time_ns() // 1000
    times = [now - (60 - second) * SECOND for second in range(60)]
    store.frames(*[(group, SOURCE, ts, [800.0 + i, 2.0], [2 if 30 <= i < 40 else 0, 0]) for i, ts in enumerate(times)])
    snapshots.row(store.machine, group, SOURCE, [859.0, 2.0], [0, 0])
    snapshots.contact(store.machine, now)
    return store.machine


def test_one_signs_in_and_finds_ones_machines(page: Page, alice: Person, bob: Person) -> None:
    alice.user.set_password("correct horse")
    alice.user.save()
    page.goto("/")
    page.get_by_label("User name").fill("alice")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("correct username and password")
    page.get_by_label("Password").fill("correct horse")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("link", name=alice.machine.name)).to_be_visible()
    expect(page.get_by_text(bob.machine.name)).to_have_count(0)
    page.get_by_placeholder("Name, device, model, organisation").fill("nothing like it")
    expect(page.get_by_text("No machine matches")).to_be_visible()


def test_numbers_move_when_values_are_published(
    page: Page, site: Site, alice: Person, machine: int, live: Live, group: int
) -> None:
    sign_in(page, site, alice)
    page.goto(f"/machines/{machine}/")
    speed = page.get_by_role("row", name="EngineSpeed")
    # The first value is there at once, from the store.
    expect(speed).to_contain_text("859")
    expect(speed).to_contain_text("stored")
    expect(page.get_by_role("row", name="EngineTorqueMode")).to_contain_text("cruise control")
    for value, quality, word in ((1400.5, 0, "ok"), (1500.25, 2, "out of range")):
        payload = live.payload([value, 2.0], [quality, 0], ts=time.time_ns() // 1000, group=group)
        live.redis.publish(live.channel(machine), payload)
        expect(speed).to_contain_text(f"{value:,}")
        expect(speed).to_contain_text(word)
        expect(speed).to_contain_text("live")
    expect(page.locator("[data-connection]")).to_have_text("Live")


def test_a_chosen_signal_is_plotted(page: Page, site: Site, alice: Person, machine: int) -> None:
    sign_in(page, site, alice)
    page.goto(f"/machines/{machine}/")
    button = page.get_by_role("button", name="Plot EEC1.EngineSpeed")
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "true")
    plot = page.get_by_role("img", name="Plot of EEC1.EngineSpeed in rpm")
    expect(plot).to_be_visible()
    # Far left of a quarter of an hour nothing is stored; at its right end stands the last minute.
    box = plot.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.985, box["y"] + 60)
    expect(page.locator(".readouts li")).to_contain_text("stored")
    page.get_by_role("button", name="Take EEC1.EngineSpeed off the plot").click()
    expect(page.get_by_text("Nothing plotted")).to_be_visible()


def test_a_message_sent_for_the_first_time_appears(
    page: Page, site: Site, alice: Person, store: Store, live: Live, snapshots: SnapshotKeys, group: int
) -> None:
    machine = store.machine = alice.machine.number
    sign_in(page, site, alice)
    page.goto(f"/machines/{machine}/")
    expect(page.get_by_text("No signals", exact=True)).to_be_visible()
    store.catalogue((group, 0, "NEW", "Thing"))
    snapshots.row(machine, group, SOURCE, [1.0], [0])
    # The page asks for the catalogue again when a value has no name, at most once in five seconds.
    row = page.get_by_role("row", name="Thing")
    end = time.monotonic() + 15
    while not row.count() and time.monotonic() < end:
        live.value(machine, 2.0, ts=time.time_ns() // 1000, group=group)
        page.wait_for_timeout(100)
    live.value(machine, 2.5, ts=time.time_ns() // 1000, group=group)
    expect(row).to_contain_text("2.5")
    expect(row).to_contain_text("live")


def test_a_data_api_that_is_away_is_said_on_the_pages(page: Page, site: Site, alice: Person, machine: int) -> None:
    sign_in(page, site, alice)
    with override_settings(DATA_API_URL="http://127.0.0.1:1"):
        page.goto("/")
        expect(page.locator("[data-problem]")).to_contain_text("The Data API is not reachable")
        page.goto(f"/machines/{machine}/")
        expect(page.locator("[data-problem]")).to_contain_text("The Data API is not reachable")
    # It tries again by itself.
    expect(page.get_by_role("row", name="EngineSpeed")).to_contain_text("859", timeout=15_000)
    expect(page.locator("[data-problem]")).to_be_hidden()


def test_the_theme_is_kept(page: Page, site: Site, alice: Person) -> None:
    sign_in(page, site, alice)
    page.emulate_media(color_scheme="light")
    page.goto("/")
    background = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(background)
    toggle = page.locator("[data-theme-toggle]")
    toggle.click()
    toggle.click()
    expect(toggle).to_have_attribute("aria-label", "Theme: dark")
    dark = page.evaluate(background)
    assert dark != light
    page.reload()
    assert page.evaluate(background) == dark


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_trouble_codes_are_readable(
    page: Page, site: Site, alice: Person, machine: int, store: Store, width: int, scheme: str
) -> None:
    """Those that are active stand first; on a narrow screen nothing is cut off, and each line says what it is."""
    now = time.time_ns() // 1000
    ended = {"ts": now - SECOND, "spn": 100, "active": 0, "ended": now, "occurrence": 2, "lamps": 0xFF04}
    store.insert("dtc", [DTC | {"ts": now - 9 * SECOND, "lamps": 0x0050}, DTC | ended])
    sign_in(page, site, alice)
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"/machines/{machine}/")
    page.get_by_role("tab", name="Trouble codes").click()
    rows = page.locator("#panel-dtcs tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.nth(0)).to_contain_text("active")
    expect(rows.nth(0)).to_contain_text("110 / 3")
    expect(rows.nth(0)).to_contain_text("stop, flashing")
    expect(rows.nth(1)).to_contain_text("previous")
    expect(rows.nth(1)).to_contain_text("warning")
    expect(rows.nth(1)).not_to_contain_text("flashing")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    panel = page.locator("#panel-dtcs")
    if width == 390:
        assert panel.evaluate("panel => panel.scrollWidth <= panel.clientWidth")
        label = "cell => getComputedStyle(cell, '::before').content"
        assert rows.nth(0).locator("td").nth(4).evaluate(label) == '"Last seen"'


@pytest.mark.parametrize("width", [1440, 390])
def test_pages_do_not_scroll_sideways(page: Page, site: Site, alice: Person, machine: int, width: int) -> None:
    sign_in(page, site, alice)
    page.set_viewport_size({"width": width, "height": 844})
    for path in ("/", f"/machines/{machine}/"):
        page.goto(path)
        expect(page.locator("tbody tr").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
