"""The editor of a set's text in the admin, in a real browser."""

import re
from collections.abc import Iterator

import pytest
from django.contrib.auth import get_user_model
from playwright.sync_api import Dialog, Locator, Page, Route, expect

from duco_cms.definitions.models import DefinitionSet
from duco_cms.definitions.texts import apply_text, text_of
from tests.cms.test_texts import TEXT
from tests.studio.conftest import Person, Site
from tests.studio.test_browser import chromium, page, pytestmark, sign_in  # noqa: F401 - fixtures

SEEN = "Text of the set"


@pytest.fixture
def root(alice: Person) -> Person:
    return Person(get_user_model().objects.create_superuser("root"), alice.machine)


@pytest.fixture
def definition_set(transactional_db: None) -> DefinitionSet:
    made = apply_text("wheel loader", TEXT).definition_set
    assert made is not None
    return made


@pytest.fixture
def editor(page: Page, site: Site, root: Person, definition_set: DefinitionSet) -> Iterator[Page]:  # noqa: F811
    """The page, opened; fails the test where the console has an error."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    sign_in(page, site, root)
    page.goto(f"/admin/definitions/definitionset/{definition_set.pk}/as-text/")
    expect(page.get_by_role("textbox", name=SEEN)).to_be_visible()
    expect(page.get_by_role("status")).to_have_text("No problems")
    yield page
    assert said == []


def write(page: Page, behind: str, text: str) -> None:  # noqa: F811
    """At the end of the line that has it."""
    page.locator(".cm-content .cm-line", has_text=behind).last.click()
    page.keyboard.press("End")
    page.keyboard.type(text)


def problem(page: Page, code: str) -> Locator:  # noqa: F811
    return page.get_by_role("region", name="Problems").get_by_role("listitem").filter(has_text=code)


def test_a_mistake_is_seen_mended_previewed_and_applied(editor: Page, definition_set: DefinitionSet) -> None:
    write(editor, "const cool =", "\nconst warm = 5 [degC] # ß€\nderived twice : f64 [rpm] = sped * 2")
    row = problem(editor, "E022")
    expect(row).to_contain_text("did you mean speed")
    line = text_of(definition_set).split("const cool")[0].count("\n") + 3
    expect(row.get_by_role("button").first).to_have_text(f"{line}:29")
    row.get_by_role("button", name="Write speed").click()
    expect(editor.get_by_role("textbox", name=SEEN)).to_contain_text("derived twice : f64 [rpm] = speed * 2")
    expect(problem(editor, "E022")).to_have_count(0)
    editor.keyboard.press("Control+s")
    expect(editor.get_by_role("heading", name="What it changes")).to_be_visible()
    expect(editor.get_by_role("cell", name="twice", exact=True)).to_be_visible()
    editor.get_by_role("button", name="Apply").click()
    expect(editor.get_by_text("is changed. Workers get it with the next release.")).to_be_visible()
    assert "derived twice : f64 [rpm] = speed * 2" in text_of(definition_set)
    # it should offer nothing that was applied
    expect(editor.get_by_role("status")).to_have_text("No problems")
    expect(editor.get_by_text("There are edits here")).to_have_count(0)


def test_what_cannot_be_read_is_said_before_the_whole_is_checked(editor: Page) -> None:
    held: list[Route] = []
    editor.route("**/as-text/check/", lambda route: held.append(route))  # noqa: PLW0108 - playwright marks what it calls
    write(editor, "derived running", "\nevent silent { raise wen speed absent for 5s }")
    row = problem(editor, "E003")
    expect(row.get_by_role("button").first).to_contain_text(re.compile(r"^\d+:22$"))
    expect(editor.get_by_role("status")).to_have_text("Checking…")
    row.get_by_role("button", name="Write when").click()
    expect(editor.get_by_role("textbox", name=SEEN)).to_contain_text("event silent { raise when speed absent for 5s }")
    expect(problem(editor, "E003")).to_have_count(0)
    held[0].continue_()
    expect(editor.get_by_role("status")).to_have_text("Checking…")
    editor.unroute("**/as-text/check/")
    for route in held[1:]:
        route.continue_()


def test_a_server_that_cannot_be_asked_is_said_quietly(
    page: Page,  # noqa: F811
    site: Site,
    root: Person,
    definition_set: DefinitionSet,
) -> None:
    sign_in(page, site, root)
    page.route("**/as-text/check/", lambda route: route.abort())
    page.goto(f"/admin/definitions/definitionset/{definition_set.pk}/as-text/")
    expect(page.get_by_role("status")).to_contain_text("Not checked: the server could not be asked")
    page.unroute("**/as-text/check/")
    write(page, "const cool =", "  # again")
    expect(page.get_by_role("status")).to_have_text("No problems")


def test_without_its_script_the_page_is_a_form(
    page: Page,  # noqa: F811
    site: Site,
    root: Person,
    definition_set: DefinitionSet,
) -> None:
    page.route("**/build/assets/editor-*.js", lambda route: route.abort())
    sign_in(page, site, root)
    page.goto(f"/admin/definitions/definitionset/{definition_set.pk}/as-text/")
    page.get_by_label(SEEN).fill(TEXT.replace("105", "104"))
    page.get_by_role("button", name="Check").click()
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_text("is changed. Workers get it")).to_be_visible()
    assert "const hot = 104" in text_of(definition_set)


def test_who_writes_at_the_same_time_sees_both(editor: Page, definition_set: DefinitionSet) -> None:
    write(editor, "const hot =", "  # mine")
    apply_text(definition_set.name, TEXT.replace("cool = 98", "cool = 97"))
    editor.get_by_role("button", name="Check").click()
    theirs = editor.get_by_role("textbox", name="Stored now")
    mine = editor.get_by_role("textbox", name=SEEN)
    expect(theirs).to_contain_text("const cool = 97 [degC]")
    expect(mine).to_contain_text("const cool = 98 [degC]")
    expect(mine).to_contain_text("# mine")
    # The chunk has both lines: theirs is taken, and mine written again.
    editor.get_by_role("button", name="Take theirs").first.press("Enter")
    expect(mine).to_contain_text("const cool = 97 [degC]")
    write(editor, "hot = 105", "  # mine")
    editor.get_by_role("button", name="Check").click()
    editor.get_by_role("button", name="Apply").click()
    expect(editor.get_by_text("is changed. Workers get it")).to_be_visible()
    assert {"const hot = 105 [degC]  # mine", "const cool = 97 [degC]"} <= set(text_of(definition_set).splitlines())


def test_what_was_not_applied_outlives_the_page(editor: Page, definition_set: DefinitionSet) -> None:
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    editor.on("dialog", leave)
    write(editor, "const cool =", "  # not applied")
    address = editor.url
    editor.wait_for_function("sessionStorage.length > 0")
    editor.goto("/admin/")
    assert asked == ["beforeunload"]
    editor.goto(address)
    editor.get_by_role("button", name="Bring them back").click()
    expect(editor.get_by_role("textbox", name=SEEN)).to_contain_text("const cool = 98 [degC]  # not applied")
    assert "not applied" not in text_of(definition_set)


def test_what_was_sent_and_met_a_conflict_outlives_the_page_too(editor: Page, definition_set: DefinitionSet) -> None:
    editor.on("dialog", lambda dialog: dialog.accept())
    write(editor, "const hot =", "  # mine")
    address = editor.url
    editor.get_by_role("button", name="Check").click()
    expect(editor.get_by_role("heading", name="What it changes")).to_be_visible()
    apply_text(definition_set.name, TEXT.replace("cool = 98", "cool = 97"))
    editor.get_by_role("button", name="Apply").click()
    expect(editor.get_by_role("textbox", name="Stored now")).to_be_visible()
    editor.goto("/admin/")
    editor.goto(address)
    editor.get_by_role("button", name="Bring them back").click()
    expect(editor.get_by_role("textbox", name=SEEN)).to_contain_text("# mine")


def test_names_units_and_states_are_completed_where_they_go(editor: Page) -> None:
    write(editor, "raise when coolant", " and coo")
    options = editor.get_by_role("listbox").get_by_role("option")
    expect(options.filter(has_text="coolant")).to_have_count(2)
    expect(options.filter(has_text="[degC]").first).to_be_visible()
    editor.keyboard.type("l < 5 [deg")
    expect(options.first).to_contain_text("deg")
    editor.keyboard.press("Escape")
    editor.keyboard.type("C] and speed is ")
    expect(options.filter(has_text="out_of_range")).to_be_visible()
    expect(options.filter(has_text="coolant")).to_have_count(0)
    editor.keyboard.press("Escape")
    editor.locator(".cm-content span").get_by_text("coolant", exact=True).first.hover()
    expect(editor.locator(".duco-hover")).to_contain_text(
        "signal coolant : u8 at byte 1 offset -40 [degC] range -40..210"
    )
    expect(editor.locator(".duco-hover")).to_contain_text("of ET1")


def test_the_keyboard_can_leave_and_the_formatter_is_the_compilers(editor: Page) -> None:
    write(editor, "const cool =", "\nconst   spaced=1.50 [bar]")
    editor.get_by_role("button", name="Format").click()
    expect(editor.get_by_role("textbox", name=SEEN)).to_contain_text("const spaced = 1.5 [bar]")
    editor.keyboard.press("Tab")  # on the button: from here it goes on
    editor.get_by_role("textbox", name=SEEN).focus()
    editor.keyboard.press("Tab")
    expect(editor.get_by_role("textbox", name=SEEN)).to_be_focused()
    editor.keyboard.press("Escape")
    editor.keyboard.press("Tab")
    expect(editor.get_by_role("textbox", name=SEEN)).not_to_be_focused()


def test_a_phone_has_room_for_it_in_the_dark(editor: Page, definition_set: DefinitionSet) -> None:
    editor.evaluate("localStorage.setItem('adminTheme', JSON.stringify('dark'))")
    editor.reload()
    expect(editor.get_by_role("status")).to_have_text("No problems")
    write(editor, "const cool =", "\nconst cold = sped  # wrong")
    expect(problem(editor, "E022")).to_be_visible()
    editor.set_viewport_size({"width": 390, "height": 844})
    width = "document.documentElement.scrollWidth"
    assert editor.evaluate(width) <= 390
    apply_text(definition_set.name, TEXT.replace("cool = 98", "cool = 97"))
    editor.get_by_role("button", name="Check").click()
    expect(editor.get_by_role("button", name="Take theirs").first).to_be_visible()
    assert editor.evaluate(width) <= 390
