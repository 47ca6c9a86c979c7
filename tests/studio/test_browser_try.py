"""Frames tried in a real browser: pasted and recorded ones, beside the live release, and kept as golden samples."""

# ruff: noqa: F811 - fixtures of another file are arguments here

import re
from collections.abc import Iterator

import pytest
from django.contrib.auth import get_user_model
from playwright.sync_api import Locator, Page, expect

from duco_cms.definitions.models import DefinitionSet, Message, Sample, Signal
from duco_cms.definitions.publishing import publish
from duco_cms.definitions.texts import apply_text
from duco_cms.fleet.models import ModelSetBinding
from tests.distribution.conftest import SECOND, Store
from tests.distribution.recorded import NOW, Recording
from tests.pipeline.buses import Sent, frames_of, records_of
from tests.pipeline.ruled import catalogue_of, content_of
from tests.studio.conftest import Person, Site
from tests.studio.test_browser import chromium, page, pytestmark, sign_in  # noqa: F401 - fixtures

TEXT = """message Boom on can 0x123 {
    length 2
    signal angle : u8 at byte 1 scale 0.5 [deg] range 0..90
    signal load : u8 at byte 2 [%]
}

derived steep : bool = angle > 30 [deg]
"""


@pytest.fixture
def definition_set(transactional_db: None) -> DefinitionSet:
    definition_set = apply_text("digger", TEXT).definition_set
    assert definition_set
    return definition_set


@pytest.fixture
def signed_in(page: Page, site: Site, alice: Person) -> Iterator[None]:
    """Fails the test where the browser's console has errors."""
    errors: list[str] = []
    page.on("console", lambda each: errors.append(each.text) if each.type == "error" else None)
    sign_in(page, site, Person(get_user_model().objects.create_superuser("root"), alice.machine))
    yield
    assert errors == []


def row(page: Page, signal: str) -> Locator:
    return page.locator(".try-detail tr", has=page.get_by_role("button", name=f"{signal}: show its bits"))


def lit(page: Page) -> list[str | None]:
    return [each.get_attribute("data-cell") for each in page.locator(".try-bit-lit").all()]


@pytest.mark.usefixtures("signed_in")
def test_a_frame_is_tried_on_the_message_as_its_page_has_it_and_kept(page: Page, definition_set: DefinitionSet) -> None:
    publish(None, "first")
    message = Message.objects.get()
    page.goto(f"/admin/definitions/message/{message.pk}/change/")
    expect(page.locator(".try-samples")).to_contain_text("There are none.")
    page.get_by_label("Frames, one a line").fill("123#4632\n123#C832\n456#00")
    page.get_by_label("Derived signals, checks and events too").check()
    page.get_by_role("button", name="Try it").click()
    expect(page.locator(".try-status").first).to_have_text(
        "3 frames, 2 with values, by digger. 0 differ from release 1, which is live."
    )
    expect(row(page, "angle")).to_contain_text("35 deg")
    row(page, "angle").hover()
    expect(page.locator(".try-bit-lit")).to_have_count(8)
    assert lit(page) == [str(cell) for cell in range(8)]
    row(page, "load").click()
    assert lit(page) == [str(cell) for cell in range(8, 16)]
    frames = page.get_by_role("region", name="Frames")
    expect(frames).to_contain_text("no message has this id")
    page.get_by_role("button", name="Frame 2").click()
    expect(row(page, "angle")).to_contain_text("out of range")
    expect(page.locator(".try-results")).to_contain_text("steep")
    # it should take edits that were not saved
    page.get_by_label("Scale of angle").fill("0.25")
    page.get_by_role("button", name="Try it").click()
    expect(row(page, "angle")).to_contain_text("17.5 deg")
    expect(row(page, "angle")).to_contain_text("35 deg, ok")
    expect(row(page, "angle")).to_contain_text("differs")
    expect(frames.locator("tr.try-changed")).to_have_count(2)
    page.get_by_role("button", name="Keep as sample …").click()
    text = page.get_by_label("Golden sample")
    expect(text).to_have_value(
        'golden "pasted frame" for Boom {\n    bytes x"46 32"\n    expect { angle = 17.5 [deg]  load = 50 [%] }\n}\n'
    )
    text.fill(text.input_value().replace("pasted frame", "boom up"))
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.locator(".try-keep")).to_contain_text("it fails as the set is stored now")
    expect(page.locator(".try-samples")).to_contain_text("comes trueboom up")
    assert Sample.objects.get().title == "boom up"
    page.get_by_role("button", name="Save and continue editing").click()
    expect(page.locator(".try-samples")).to_contain_text("comes trueboom up")
    assert Signal.objects.get(name="angle").scale == 0.25


@pytest.mark.usefixtures("signed_in")
def test_recorded_frames_of_a_machine_are_tried(
    page: Page, definition_set: DefinitionSet, alice: Person, store: Store
) -> None:
    ModelSetBinding.objects.create(model=alice.machine.model, definition_set=definition_set)
    recording = Recording(store, alice.machine.number, alice.machine.device)
    sent = [Sent(NOW + n * SECOND, 0, 0x123, bytes([70 + n, 50])) for n in range(4)]
    recording.add(list(records_of(frames_of(sent), 2)))
    recording.decode(catalogue_of(content_of("message Boom on can 0x123 { length 2 signal angle : u8 at byte 1 }")))
    page.goto(f"/admin/definitions/definitionset/{definition_set.pk}/try/")
    page.get_by_role("tab", name="Recorded frames of a machine").click()
    page.get_by_role("button", name="Try it").click()
    expect(page.locator(".try-status").first).to_have_text("Say which machine.")
    page.get_by_label("Machine", exact=True).fill(alice.machine.device)
    page.get_by_label("From").evaluate("(each) => { each.value = '2026-01-01T00:00:00' }")
    page.get_by_role("button", name="Try it").click()
    expect(page.locator(".try-status").first).to_have_text("4 frames, 4 with values, by digger. Nothing is live yet.")
    page.get_by_role("button", name="Frame 3").click()
    expect(row(page, "angle")).to_contain_text("36 deg")
    page.get_by_role("button", name="Keep as sample …").click()
    where = f"raw data, partition {recording.partition}, offset 1, frame 0"
    expect(page.get_by_label("Golden sample")).not_to_have_value("")
    assert where in page.get_by_label("Golden sample").input_value()
    # it should take those of rejected envelopes too
    rejected = [Sent(NOW + n * SECOND, 0, 0x123, bytes([n, 1])) for n in range(2)]
    recording.reject(recording.add(list(records_of(frames_of(rejected), 2))), "repeated_time")
    page.get_by_label("Rejected envelopes").check()
    page.get_by_role("button", name="Try it").click()
    expect(page.locator(".try-status").first).to_contain_text("2 frames, 2 with values")
    page.get_by_role("button", name="Keep as sample …").click()
    expect(page.get_by_label("Golden sample")).to_have_value(
        re.compile(f"^# In a rejected envelope of {alice.machine.device} at ")
    )


@pytest.mark.usefixtures("signed_in")
@pytest.mark.parametrize("width", [390, 1440])
def test_the_page_does_not_scroll_sideways(page: Page, definition_set: DefinitionSet, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"/admin/definitions/definitionset/{definition_set.pk}/try/")
    page.get_by_label("Frames, one a line").fill("123#4632\n" * 40)
    page.get_by_role("button", name="Try it").click()
    expect(row(page, "angle")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
