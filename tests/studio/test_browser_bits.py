"""The bits of a message in a real browser: drawn, moved, resized, placed, saved, and met by another's change."""

# ruff: noqa: F811 - fixtures of another file are arguments here

from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth import get_user_model
from playwright.sync_api import Dialog, FloatRect, Locator, Page, expect

from duco_cms.definitions.models import DefinitionSet, Message, Signal, SignalGroup
from tests.studio.conftest import Person, Site
from tests.studio.test_browser import chromium, page, pytestmark, sign_in  # noqa: F401 - fixtures


@pytest.fixture
def message(transactional_db: None) -> Message:
    """A little-endian signal in bytes 1 and 2, a big-endian one of 12 bits from byte 4 on, and two pages in byte 8."""
    definition_set = DefinitionSet.objects.create(name="digger")
    message = Message.objects.create(definition_set=definition_set, name="EEC1", can_id=0x123, length=8)
    always = SignalGroup.objects.create(message=message)
    Signal.objects.create(group=always, name="Speed", start=0, length=16, scale=0.125, unit="rpm", maximum=8000)
    Signal.objects.create(group=always, name="Torque", start=31, length=12, byte_order="big", type="signed", unit="%")
    Signal.objects.create(group=always, name="Page", start=48, length=4)
    for number, name in ((1, "Boost"), (2, "Load")):
        group = SignalGroup.objects.create(message=message, condition=[["Page", [[number, number]]]])
        Signal.objects.create(group=group, name=name, start=56, length=8)
    return message


@pytest.fixture
def opened(page: Page, site: Site, alice: Person, message: Message) -> Iterator[Callable[[], None]]:
    """Fails the test where the browser's console has errors."""
    errors: list[str] = []
    page.on("console", lambda each: errors.append(each.text) if each.type == "error" else None)
    root = Person(get_user_model().objects.create_superuser("root"), alice.machine)
    sign_in(page, site, root)

    def opens() -> None:
        page.goto(f"/admin/definitions/message/{message.pk}/change/")
        expect(page.locator(".bits-signal").first).to_be_visible()

    opens()
    yield opens
    assert errors == []


def box_of(page: Page, bit: int) -> FloatRect:
    """Of the cell of a bit with the DBC's number."""
    box = page.locator(f'.bits-cell[data-cell="{bit ^ 7}"]').bounding_box()
    assert box
    return box


def drag(page: Page, bit: int, to: int, at: float = 0.5) -> None:
    """`at`: where in the width of the first cell the pointer goes down."""
    page.locator(".bits-svg").scroll_into_view_if_needed()
    start, end = box_of(page, bit), box_of(page, to)
    page.mouse.move(start["x"] + start["width"] * at, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + end["height"] / 2, steps=4)


def field(page: Page, signal: str, name: str) -> Locator:
    return page.get_by_label(f"{name} of {signal}")


def save(page: Page) -> None:
    page.get_by_role("button", name="Save and continue editing").click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()


def grid(page: Page) -> Locator:
    return page.get_by_role("listbox", name="Bits of the message")


def test_a_signal_is_dragged_resized_and_saved(page: Page, opened: Callable[[], None], message: Message) -> None:
    drag(page, 4, 20)
    page.mouse.up()
    expect(field(page, "Speed", "Start bit")).to_have_value("16")
    # The end at the most significant bit, which is the left edge of bit 31.
    drag(page, 31, 33, at=0.06)
    page.mouse.up()
    expect(field(page, "Speed", "Bits")).to_have_value("18")
    expect(page.get_by_text("Overlap: Speed and Torque")).to_be_visible()
    assert Signal.objects.get(name="Speed").start == 0
    save(page)
    speed = Signal.objects.get(name="Speed")
    assert (speed.start, speed.length, speed.scale) == (16, 18, 0.125)


def test_a_big_endian_signal_grows_towards_its_least_significant_bit(page: Page, opened: Callable[[], None]) -> None:
    drag(page, 36, 32, at=0.94)
    page.mouse.up()
    expect(field(page, "Torque", "Bits")).to_have_value("16")
    expect(field(page, "Torque", "Start bit")).to_have_value("31")


def test_a_signal_is_placed_on_free_bits_named_and_saved(
    page: Page, opened: Callable[[], None], message: Message
) -> None:
    drag(page, 18, 21)
    page.mouse.up()
    field(page, "Signal1", "Name").fill("Flags")
    expect(page.locator(".bits-text")).to_contain_text("signal Flags")
    assert not Signal.objects.filter(name="Flags").exists()
    save(page)
    flags = Signal.objects.get(name="Flags")
    assert (flags.start, flags.length, flags.byte_order, flags.group.condition) == (18, 4, "little", [])


def test_escape_takes_back(page: Page, opened: Callable[[], None]) -> None:
    start = field(page, "Speed", "Start bit")
    drag(page, 4, 44)
    expect(start).to_have_value("40")
    page.keyboard.press("Escape")
    expect(start).to_have_value("0")
    page.mouse.up()
    # it should drop a new one
    drag(page, 18, 21)
    expect(page.get_by_label("Name of Signal1")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_label("Name of Signal1")).to_have_count(0)
    page.mouse.up()
    assert page.locator('[name="signals"]').input_value() == "[]"


def test_everything_can_be_done_by_keys(page: Page, opened: Callable[[], None]) -> None:
    grid(page).focus()
    for key in ("PageDown", "ArrowDown", "ArrowLeft", "Shift+ArrowRight"):
        page.keyboard.press(key)
    expect(field(page, "Speed", "Start bit")).to_have_value("9")
    expect(field(page, "Speed", "Bits")).to_have_value("15")
    expect(grid(page).get_by_role("option", selected=True)).to_have_accessible_name("Speed, start bit 9, 15 bits")
    page.keyboard.press("Escape")
    expect(field(page, "Speed", "Start bit")).to_have_value("0")
    page.keyboard.press("Insert")
    expect(field(page, "Signal1", "Start bit")).to_have_value("16")
    page.keyboard.press("Enter")
    expect(field(page, "Signal1", "Name")).to_be_focused()
    grid(page).focus()
    page.keyboard.press("Delete")
    expect(field(page, "Signal1", "Name")).to_have_count(0)


def test_fields_and_grid_are_one_draft(page: Page, opened: Callable[[], None]) -> None:
    field(page, "Speed", "Start bit").fill("56")
    expect(page.get_by_text("Past the message's end: Speed.")).to_be_visible()
    page.locator("#id_length").fill("9")
    expect(page.get_by_text("Past the message's end")).to_have_count(0)
    field(page, "Torque", "Byte order").select_option("little")
    expect(field(page, "Torque", "Start bit")).to_have_value("24")
    option = page.get_by_role("option", name="Torque")
    expect(option).to_have_accessible_name("Torque, start bit 24, 12 bits")
    option.locator(".bits-run").first.hover()
    tip = page.get_by_role("tooltip")
    for text in ("Torque", "-2048 … 2047", "%"):
        expect(tip).to_contain_text(text)


def test_pages_are_shown_one_at_a_time(page: Page, opened: Callable[[], None], message: Message) -> None:
    expect(page.get_by_role("option", name="Boost")).to_have_count(0)
    page.get_by_label("Condition", exact=True).select_option("Page = 2")
    expect(page.get_by_role("option", name="Load")).to_be_visible()
    expect(page.get_by_role("option", name="Speed")).to_be_visible()
    expect(page.get_by_role("option", name="Boost")).to_have_count(0)
    # it should place what is new on the page that is shown
    drag(page, 18, 21)
    page.mouse.up()
    save(page)
    assert Signal.objects.get(name="Signal1").group.condition == [["Page", [[2, 2]]]]


def test_anothers_change_is_shown_beside_mine_and_asked(
    page: Page, opened: Callable[[], None], message: Message
) -> None:
    drag(page, 4, 20)
    page.mouse.up()
    field(page, "Torque", "Unit").fill("Nm")
    Signal.objects.filter(name="Speed").update(start=40, unit="1/min")
    page.get_by_role("button", name="Save and continue editing").click()
    conflict = page.get_by_role("alert", name="Changed meanwhile")
    expect(conflict).to_contain_text("Somebody else saved this message")
    # it should go on with all that was on the page
    expect(field(page, "Speed", "Start bit")).to_have_value("16")
    expect(field(page, "Speed", "Unit")).to_have_value("1/min")
    expect(field(page, "Torque", "Unit")).to_have_value("Nm")
    assert Signal.objects.get(name="Torque").unit == "%"
    conflict.get_by_label("40").check()
    save(page)
    speed = Signal.objects.get(name="Speed")
    assert (speed.start, speed.unit, Signal.objects.get(name="Torque").unit) == (40, "1/min", "Nm")


def test_what_is_wrong_is_said_at_its_field(page: Page, opened: Callable[[], None]) -> None:
    field(page, "Speed", "Scale").fill("much")
    page.get_by_role("button", name="Save and continue editing").click()
    row = page.locator("tr", has=field(page, "Speed", "Scale"))
    expect(row.locator(".bits-error")).to_contain_text("must be a float")
    expect(field(page, "Speed", "Scale")).to_have_value("much")


def test_a_page_with_unsaved_changes_asks_before_it_is_left(page: Page, opened: Callable[[], None]) -> None:
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    opened()
    assert asked == []
    drag(page, 4, 20)
    page.mouse.up()
    opened()
    assert asked == ["beforeunload"]


def test_hundreds_of_signals_are_quick(page: Page, opened: Callable[[], None], message: Message) -> None:
    Message.objects.filter(pk=message.pk).update(length=1785)
    group = message.groups.first()
    assert group is not None
    Signal.objects.bulk_create(
        Signal(group=group, slot=number, name=f"S{number:03}", start=64 + number * 16, length=16)
        for number in range(100, 600)
    )
    opened()
    parts = page.get_by_label("Bytes shown")
    parts.select_option("Bytes 257–320")  # noqa: RUF001 - a range
    expect(page.get_by_role("option", name="S130")).to_be_visible()
    expect(page.get_by_text("1–50 of 503")).to_be_visible()  # noqa: RUF001 - a range
    # it should draw what is in the window alone, and change little where the admin's front end looks through it all
    assert page.locator(".bits-signal").count() == 32
    grid(page).focus()
    page.keyboard.press("PageDown")
    changes = grid(page).evaluate(
        """async (svg) => {
          let changes = 0;
          const observer = new MutationObserver((records) => (changes += records.length));
          observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
          for (let i = 0; i < 10; i++) {
            svg.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true }));
            await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
          }
          return changes;
        }"""
    )
    assert changes < 100


def test_what_is_said_of_it_stands_under_its_text(page: Page, opened: Callable[[], None]) -> None:
    said = page.get_by_role("list", name="What is said of it")
    page.get_by_label("Unit of Speed").fill("rpn")
    expect(said.get_by_role("listitem").filter(has_text="H402")).to_contain_text("did you mean [rpm]?")
    page.get_by_label("Unit of Speed").fill("rpm")
    expect(said.filter(has_text="H402")).to_have_count(0)
