"""From a plot to the explanations of its values, in a real browser."""

# ruff: noqa: F811 - fixtures of another file are arguments here

import re

from playwright.sync_api import Page, expect

from tests.studio.conftest import Person, Site
from tests.studio.test_browser import chromium, machine, page, pytestmark, sign_in  # noqa: F401 - fixtures
from tests.studio.test_browser_findings import found  # noqa: F401 - a fixture


def test_a_click_into_a_plot_leads_to_the_values_of_that_time(
    page: Page, site: Site, alice: Person, machine: int
) -> None:
    sign_in(page, site, alice)
    page.goto(f"/machines/{machine}/")
    page.get_by_role("button", name=re.compile("^Plot EEC1.EngineSpeed")).click()
    expect(page.locator(".readout-detail")).to_contain_text("latest")
    plot = page.locator(".u-over")
    size = plot.bounding_box()
    assert size is not None
    # The stored minute stands at the right end of the quarter of an hour.
    plot.click(position={"x": size["width"] * 0.98, "y": size["height"] / 2})
    line = page.locator(".picked-line")
    expect(line).to_contain_text("Explain, as of")
    link = line.get_by_role("link", name="EEC1.EngineSpeed")
    expect(link).to_have_attribute("href", re.compile(r"/explain\?group=\d+&slot=0&source=255&ts=\d+999&latest=1$"))
    # Where nothing was stored by then there is nothing to explain.
    plot.click(position={"x": 5, "y": 40})
    expect(line).to_be_hidden()


def test_a_captured_value_leads_to_where_it_comes_from(
    page: Page, site: Site, alice: Person, machine: int, found: dict[str, int]
) -> None:
    sign_in(page, site, alice)
    page.goto(f"/machines/{machine}/")
    page.get_by_role("tab", name=re.compile("Findings")).click()
    captured = page.locator(".captured")
    expect(captured).to_have_count(2)
    link = captured.first.get_by_role("link", name="Explain EEC1.EngineSpeed")
    expect(link).to_have_attribute("href", re.compile(r"/explain\?group=\d+&slot=0&ts=\d+999&latest=1$"))
    # Of what had no value there is nothing to explain.
    expect(captured.nth(1).get_by_role("link")).to_have_count(0)
