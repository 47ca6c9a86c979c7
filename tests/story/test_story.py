"""One story from a DBC file to the audit, as an editor and a reviewer live it, on the whole system.

An editor imports a truck's DBC whose engine speed has twice the scale that it should have. It goes live, is noticed,
mended, proved on what the trucks sent, reviewed, tried on one of five, given to all, taken back, and in the end history
is decoded again as it should have been.
"""

import os
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect, sync_playwright

from tests.conftest import SHARED_DATA
from tests.faults.running_system import RunningSystem
from tests.story.feed import Feed
from tests.story.scene import BIND, PREPARE, TRUCKS, Scene
from tests.studio.test_browser import ENGINES

pytestmark = [
    # A whole system takes port 8000: one at a time.
    pytest.mark.xdist_group("system"),
    pytest.mark.browser,
    pytest.mark.kafka,
    pytest.mark.shared_data,
    pytest.mark.timeout(1500),
]

RECORDED = SHARED_DATA / "01_truck_j1939_gps"
DBC = RECORDED / "CSS-Electronics-SAE-J1939-DEMO.dbc"
LOG = RECORDED / "frames.candump.log.gz"
RIGHT, WRONG = re.compile(r"^6[45]\d(\.\d+)?"), re.compile(r"^1,?[23]\d\d(\.\d+)?")
"""The engine idles at 646 to 654 rpm; with twice the scale at twice that."""
SLOW = 120_000


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    shots = Path(os.environ.get("STORY_SCREENSHOTS", tmp_path / "screenshots"))
    shots.mkdir(parents=True, exist_ok=True)
    expect.set_options(timeout=30_000)
    system = RunningSystem(tmp_path / "var", {"DUCO_FOUR_EYES": "1"})
    try:
        system.wait_until_started()
        # Trucks are enough.
        system.supervisor._call("stopProcess", "application:simulate")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=next(filter(None, map(shutil.which, ENGINES))), args=["--no-sandbox"]
            )
            yield Scene(system, browser, shots)
            browser.close()
    finally:
        expect.set_options(timeout=5_000)
        status = system.stop()
    assert status == 130  # as a shell says of Ctrl-C


def test_the_story(scene: Scene, tmp_path: Path) -> None:
    scene.manage("shell", "-c", PREPARE)
    edith, robert = scene.sign_in("edith"), scene.sign_in("robert")
    import_dbc(scene, edith, tmp_path)
    scene.manage("shell", "-c", BIND)
    scene.manage("publish", "--note", "Trucks")
    stores = scene.system.stores()
    feed = Feed(LOG, TRUCKS, stores.servers, f"{stores.prefix}hub")
    feed.start()
    began = datetime.now(UTC)
    truck = open_truck(scene, robert, "Truck 2")
    expect(speed(truck)).to_have_text(WRONG, timeout=SLOW)

    mend(scene, edith)
    submission = submit(scene, edith)
    backtest(scene, edith, submission, began)
    approve_and_try(scene, robert, submission)
    one = open_truck(scene, robert, "Truck 1")
    expect(speed(one)).to_have_text(RIGHT, timeout=SLOW)
    expect(speed(truck)).to_have_text(WRONG)
    promote(scene, robert, truck)
    mended = datetime.now(UTC)
    roll_back(scene, robert, truck)
    feed.stop()
    redecode(scene, robert, began, mended)
    explain(scene, robert, truck)
    audit(scene, robert)
    assert scene.errors == []


def import_dbc(scene: Scene, page: Page, tmp_path: Path) -> None:
    file = tmp_path / "truck.dbc"
    file.write_text(DBC.read_text().replace("(0.125,0) [0|8031.875]", "(0.25,0) [0|8031.875]"))
    page.goto("/admin/definitions/dbcfile/add/")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_label("Definition set").fill("truck")
    page.get_by_label("Messages match").select_option("pgn")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("What importing it would do")).to_be_visible()
    scene.shoot(page, "import")
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("truck.dbc is imported.")).to_be_visible()


def open_truck(scene: Scene, page: Page, name: str) -> Page:
    """Its page in Studio, in a tab of its own."""
    tab = page.context.new_page()
    tab.on("console", lambda said: scene.errors.append(said.text) if said.type == "error" else None)
    tab.goto("/")
    tab.get_by_role("link", name=name).first.click()
    return tab


def speed(page: Page) -> Locator:
    return page.locator("tr.signal", has_text="EngineSpeed").locator(".value").first


def mend(scene: Scene, page: Page) -> None:
    """A unit that there is not is told of; the scale is mended; a recorded frame proves it."""
    page.goto("/admin/definitions/message/?q=EEC1")
    page.locator("#result_list").get_by_role("link", name="EEC1", exact=True).last.click()
    message = page.url
    wrong_unit(scene, page)
    page.goto(message)
    page.get_by_label("Scale of EngineSpeed").fill("0.125")
    page.get_by_role("tab", name="Recorded frames of a machine").click()
    page.get_by_label("Machine", exact=True).fill(TRUCKS[1])
    page.get_by_role("button", name="Try it").click()
    row = page.locator(".try-detail tr", has=page.get_by_role("button", name="EngineSpeed: show its bits"))
    expect(row).to_contain_text("differs", timeout=SLOW)
    page.get_by_role("button", name="Keep as sample …").click()
    expect(page.get_by_label("Golden sample")).not_to_have_value("")
    scene.shoot(page, "try")
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.locator(".try-keep")).to_contain_text("it fails as the set is stored now")
    page.get_by_role("button", name="Save and continue editing").click()
    expect(page.locator(".try-samples")).to_contain_text("comes true")
    scene.shoot(page, "message")


def wrong_unit(scene: Scene, page: Page) -> None:
    """In the set's text: said while it is typed, with a way out."""
    page.get_by_role("link", name="In the text of the set").click()
    editor = page.get_by_role("textbox", name="Text of the set")
    expect(page.get_by_role("status")).to_have_text("No problems", timeout=SLOW)
    page.locator(".cm-line", has_text="signal EngineSpeed").locator("span", has_text="rpm").last.dblclick()
    page.keyboard.type("rpn")
    problem = page.get_by_role("region", name="Problems").get_by_role("listitem").filter(has_text="rpn")
    expect(problem).to_contain_text("rpm")
    scene.shoot(page, "diagnostic")
    problem.get_by_role("button", name="Write [rpm]").click()
    expect(page.get_by_role("status")).to_have_text("No problems", timeout=SLOW)
    expect(editor).to_contain_text("[rpm]")


def submit(scene: Scene, page: Page) -> str:
    page.goto("/admin/definitions/release/publish/")
    expect(page.get_by_text("scale: 0.25 → 0.125")).to_be_visible()
    scene.shoot(page, "diff")
    page.get_by_label("Note").fill("Engine speed as J1939-71 has it")
    page.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_text("Somebody else has to approve it.")).to_be_visible()
    return page.url


def backtest(scene: Scene, page: Page, submission: str, began: datetime) -> None:
    page.goto(submission)
    page.get_by_role("link", name="Backtest…").click()
    ask(page, began, datetime.now(UTC))
    page.get_by_role("button", name="Backtest").click()
    expect(page.locator(".job-progress")).to_contain_text("100 %", timeout=SLOW)
    expect(page.get_by_role("row", name="EEC1.EngineSpeed")).to_be_visible(timeout=SLOW)
    expect(page.get_by_role("rowheader")).to_have_text(["EEC1.EngineSpeed"])
    page.get_by_role("button", name="Plot").click()
    page.locator("#job-plot select").select_option(label="Truck 3")
    expect(page.locator("#job-plot canvas")).to_be_visible()
    expect(page.get_by_role("link", name="Explain the stored value").first).to_be_visible()
    scene.shoot(page, "backtest")


def ask(page: Page, begin: datetime, end: datetime) -> None:
    expect(page.get_by_role("button", name="Backtest")).to_be_visible()
    trucks = page.get_by_label("Machines", exact=True)
    numbers = [
        option.get_attribute("value") or ""
        for option in trucks.locator("option").all()
        if "Truck" in (option.text_content() or "")
    ]
    assert len(numbers) == len(TRUCKS)
    trucks.select_option(numbers, force=True)
    page.get_by_label("Received from").fill(f"{begin:%Y-%m-%d %H:%M:%S}")
    page.get_by_label("Received before").fill(f"{end:%Y-%m-%d %H:%M:%S}")


def approve_and_try(scene: Scene, page: Page, submission: str) -> None:
    page.goto(submission)
    page.get_by_label("Comment").fill("Backtest looks right")
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("approved by robert")).to_be_visible()
    scene.shoot(page, "submission")
    trucks = page.get_by_label("Machines", exact=True)
    number = trucks.locator("option", has_text="Truck 1").first.get_attribute("value")
    trucks.select_option(number, force=True)
    page.get_by_role("button", name="Start the trial").click()
    expect(page.get_by_role("link", name="Truck 1")).to_be_visible()
    scene.shoot(page, "trial")


def promote(scene: Scene, page: Page, truck: Page) -> None:
    """The live plot changes at that moment."""
    truck.get_by_role("button", name=re.compile("Plot EEC1.EngineSpeed")).first.click()
    expect(truck.locator(".chart canvas").first).to_be_visible()
    page.get_by_role("button", name="Promote to all").click()
    expect(page.get_by_text("promoted to all").first).to_be_visible()
    expect(speed(truck)).to_have_text(RIGHT, timeout=10_000)
    scene.shoot(truck, "live")


def roll_back(scene: Scene, page: Page, truck: Page) -> None:
    """To the release before, for a reason that turns out to be wrong."""
    page.goto("/admin/definitions/release/2/change/")
    page.get_by_label("Reason").fill("The dashboards expect the old values")
    page.get_by_role("button", name="Roll back to release 2").click()
    expect(page.get_by_text("Release 2 is live again, as release 4.")).to_be_visible()
    expect(speed(truck)).to_have_text(WRONG, timeout=10_000)
    scene.shoot(page, "rollback")


def redecode(scene: Scene, page: Page, began: datetime, until: datetime) -> None:
    page.goto("/admin/definitions/release/3/change/")
    page.get_by_role("link", name="Backtest…").click()
    ask(page, began - timedelta(seconds=1), until)
    page.get_by_role("button", name="Backtest").click()
    reason = page.get_by_label("Reason")
    expect(reason).to_be_visible(timeout=SLOW)
    reason.fill("History as J1939-71 has it")
    page.get_by_role("button", name="Re-decode history").click()
    expect(page.get_by_text("History is decoded again, as release 5.")).to_be_visible()
    expect(page.locator("dl").get_by_text("done", exact=True)).to_be_visible(timeout=SLOW)
    expect(page.get_by_role("row", name="frame_values")).to_be_visible()
    scene.shoot(page, "redecode")


def explain(scene: Scene, page: Page, truck: Page) -> None:
    """From the backtest's table to the value that is stored now, and down to its frame."""
    page.get_by_role("link", name=re.compile("^backtest ")).click()
    page.get_by_role("button", name="Plot").first.click()
    page.locator("#job-plot select").select_option(label="Truck 2")
    page.get_by_role("link", name="Explain the stored value").first.click()
    expect(page.get_by_role("heading", name=re.compile(r"EEC1\.EngineSpeed: 6[45]\d"))).to_be_visible(timeout=SLOW)
    expect(page.locator(".sum")).to_contain_text("× 0.125")  # noqa: RUF001
    expect(page.locator("[data-step=envelope]")).to_contain_text("raw[")
    scene.shoot(page, "explain")


def audit(scene: Scene, page: Page) -> None:
    page.goto("/admin/audit/entry/")
    told = page.locator("#result_list")
    for what in (
        "imported", "edited", "submitted", "asked for a backtest", "approved", "put on trial", "promoted",
        "rolled back", "asked for a re-decode",
    ):  # fmt: skip
        expect(told.get_by_text(what, exact=True).first).to_be_visible()
    scene.shoot(page, "audit")
