"""What rules found, and what they derive, on the pages in a real browser."""

# ruff: noqa: F811 - fixtures of another file are arguments here

import json
import time
import uuid
from typing import Any

import msgpack
import pytest
from playwright.sync_api import Page, expect

from tests.distribution.conftest import SECOND, SnapshotKeys, Store
from tests.studio.conftest import Live, Person, Site
from tests.studio.test_browser import chromium, machine, page, pytestmark, sign_in  # noqa: F401 - fixtures

MINUTE = 60 * SECOND
DERIVED_SOURCE = 0x00FEFF


def finding(rule: int, ts: int, state: str = "raised", **more: Any) -> dict[str, Any]:
    return {
        "rule": rule, "ts": ts, "index": 0, "kind": "event", "name": f"Rule{rule}", "state": state,
        "severity": "warning", "text": "", "since": ts - 10 * SECOND, "capture": "{}", "group_by": "",
    } | more  # fmt: skip


@pytest.fixture
def found(machine: int, store: Store, snapshots: SnapshotKeys) -> dict[str, int]:
    """One rule is open since 3 minutes, another, which is worse, since 5; a third is over. Gives their numbers."""
    now = time.time_ns() // 1000
    hot, low, past = (uuid.uuid4().int % 2**31 for _ in range(3))
    store.rule(hot, "Coolant too hot")
    capture = {"EEC1.EngineSpeed": [1812.5, "ok", "rpm"], "ET1.CoolantTemperature": [None, "error", "degC"]}
    hot_row = finding(hot, now - 5 * MINUTE, severity="critical", text="Above 105 °C", capture=json.dumps(capture))
    low_row = finding(low, now - 3 * MINUTE, kind="check", name="FuelLevelPlausible")
    over = [finding(past, now - 8 * MINUTE, name="IdleTooLong"), finding(past, now - 6 * MINUTE, "cleared")]
    store.insert("finding", [hot_row, low_row, *over])
    common = {"machine": machine, "release": 1, "received": now}
    snapshots.finding(hot_row | common, 4)
    snapshots.finding(low_row | common, 2)
    snapshots.open_counts(machine, 0, 1, 0, 1)
    return {"hot": hot, "low": low, "past": past}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_findings_are_readable(
    page: Page,
    site: Site,
    alice: Person,
    machine: int,
    found: dict[str, int],
    width: int,
    scheme: str,
) -> None:
    """What is open stands first, the worst of it at the top; on a narrow screen each line says what it is."""
    sign_in(page, site, alice)
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"/machines/{machine}/")
    tab = page.get_by_role("tab", name="Findings")
    expect(tab.locator("[data-findings-open]")).to_have_text("2")
    assert tab.locator("[data-findings-open]").get_attribute("data-severity") == "critical"
    tab.click()
    panel = page.locator("#panel-findings")
    expect(panel.locator("tbody").nth(1).locator("tr")).to_have_count(2)
    opened, past = panel.locator("tbody").nth(0), panel.locator("tbody").nth(1)
    expect(opened.locator("tr").nth(1)).to_contain_text("Coolant too hot")
    expect(opened.locator("tr").nth(1)).to_contain_text("Above 105 °C")
    expect(opened.locator("tr").nth(1)).to_contain_text("1,812.5 rpm")
    expect(opened.locator("tr").nth(1)).to_contain_text("still open")
    expect(opened.locator("tr").nth(1)).to_contain_text("5 min")
    expect(opened.locator("tr").nth(2)).to_contain_text("FuelLevelPlausible")
    # From when its condition began to hold, ten seconds before it was raised, to when it was cleared.
    expect(past.locator("tr").nth(1)).to_contain_text("IdleTooLong")
    expect(past.locator("tr").nth(1)).to_contain_text("2 min")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if width == 390:
        assert panel.evaluate("panel => panel.scrollWidth <= panel.clientWidth")
        label = "cell => getComputedStyle(cell, '::before').content"
        assert opened.locator("tr").nth(1).locator("td").nth(2).evaluate(label) == '"Since"'


def tell(live: Live, number: int, *findings: dict[str, Any]) -> None:
    body = {"v": 1, "release": 1, "received": time.time_ns() // 1000, "rows": [], "findings": findings}
    live.redis.publish(live.channel(number), msgpack.packb(body))


def test_live_findings_open_and_close_as_provisional(
    page: Page,
    site: Site,
    alice: Person,
    machine: int,
    live: Live,
) -> None:
    sign_in(page, site, alice)
    page.goto(f"/machines/{machine}/")
    page.get_by_role("tab", name="Findings").click()
    expect(page.get_by_text("No findings")).to_be_visible()
    expect(page.locator("[data-connection]")).to_have_text("Live")
    now = time.time_ns() // 1000
    common = {"rule": 5, "kind": "check", "name": "OilLow", "title": "Oil is low", "severity": "error", "text": "low"}
    tell(live, machine, common | {"state": "raised", "ts": now - SECOND, "since": now - SECOND})
    row = page.locator("#panel-findings tbody tr").nth(1)
    expect(row).to_contain_text("Oil is low")
    expect(row).to_contain_text("live")
    expect(page.locator("[data-findings-open]")).to_have_text("1")
    tell(live, machine, common | {"state": "cleared", "ts": now, "since": now})
    expect(page.get_by_text("Nothing is open.")).to_be_visible()
    expect(page.locator("[data-findings-open]")).to_be_hidden()
    expect(page.locator("#panel-findings tbody").nth(1)).to_contain_text("Oil is low")


def test_a_list_that_cannot_be_read_says_so(
    page: Page,
    site: Site,
    alice: Person,
    machine: int,
) -> None:
    sign_in(page, site, alice)
    page.route("**/findings?*", lambda route: route.fulfill(status=503, json={"code": "store_unavailable"}))
    page.goto(f"/machines/{machine}/")
    page.get_by_role("tab", name="Findings").click()
    expect(page.locator("#panel-findings [role=alert]")).to_contain_text("store_unavailable")


def test_derived_signals_stand_under_their_own_heading(
    page: Page,
    site: Site,
    alice: Person,
    machine: int,
    store: Store,
    snapshots: SnapshotKeys,
    group: int,
) -> None:
    store.catalogue((group + 1, 0, "derived", "FuelPerHour"), kind="derived")
    now = time.time_ns() // 1000
    store.frames(*[(group + 1, DERIVED_SOURCE, now - i * SECOND, [float(i)], [0]) for i in range(60)])
    snapshots.row(machine, group + 1, DERIVED_SOURCE, [17.25], [0])
    sign_in(page, site, alice)
    page.goto(f"/machines/{machine}/")
    row = page.get_by_role("row", name="FuelPerHour")
    expect(row).to_contain_text("17.25")
    expect(row).to_contain_text("rule")
    expect(row).not_to_contain_text("bus")
    headings = page.locator("tr.message th")
    expect(headings.nth(0)).to_contain_text("Derived signals")
    expect(headings.nth(1)).to_contain_text("EEC1")
    page.get_by_role("button", name="Plot derived.FuelPerHour").click()
    expect(page.get_by_role("img", name="Plot of derived.FuelPerHour in rpm")).to_be_visible()


def test_plots_show_what_was_raised(
    page: Page,
    site: Site,
    alice: Person,
    machine: int,
    found: dict[str, int],
) -> None:
    sign_in(page, site, alice)
    page.goto(f"/machines/{machine}/")
    page.get_by_role("button", name="Plot EEC1.EngineSpeed").click()
    line = page.locator(".raised-line")
    expect(line).to_contain_text("Open now")
    expect(line).to_contain_text("Coolant too hot")
    expect(line).not_to_contain_text("IdleTooLong")
    plot = page.get_by_role("img", name="Plot of EEC1.EngineSpeed in rpm").locator(".u-over")
    box = plot.bounding_box()
    assert box is not None
    # Of a quarter of an hour up to now: 7 minutes ago only the third was raised.
    page.mouse.move(box["x"] + box["width"] * 8 / 15, box["y"] + 60)
    expect(line).to_contain_text("IdleTooLong")
    expect(line).not_to_contain_text("Coolant too hot")
    # Ten minutes ago nothing was.
    page.mouse.move(box["x"] + box["width"] * 5 / 15, box["y"] + 60)
    expect(line).to_be_hidden()


@pytest.mark.parametrize("width", [1440, 390])
def test_the_list_of_machines_counts_what_is_open(
    page: Page,
    site: Site,
    alice: Person,
    machine: int,
    found: dict[str, int],
    width: int,
) -> None:
    alice.machine.name = "A machine with quite a long name of its own"
    alice.machine.save()
    sign_in(page, site, alice)
    page.set_viewport_size({"width": width, "height": 844})
    page.goto("/")
    cell = page.locator("td.open-findings")
    expect(cell).to_contain_text("1 critical")
    expect(cell.get_by_text("+1")).to_be_visible(visible=width == 1440)
    assert cell.locator(".severity").get_attribute("title") == "Open: 1 critical, 1 warning"
    assert page.locator(".table-card").evaluate("card => card.scrollWidth <= card.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
