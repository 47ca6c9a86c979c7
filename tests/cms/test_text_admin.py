"""The admin's page of a set as text, and the pages of rules, objects, samples and sequences."""

import re
from html import unescape

import pytest
from django.contrib.auth.models import Permission

from duco_cms.definitions.models import ObjectDefinition, Rule, Sample, Sequence
from duco_cms.definitions.publishing import publish
from duco_cms.definitions.texts import etag_of, text_of
from tests.cms.test_texts import TEXT, applied, formatted

PUBLISH = "/admin/definitions/release/publish/"


@pytest.fixture
def root(client, people):
    client.force_login(people["root"])
    return client


@pytest.fixture
def definition_set(db):
    return applied(TEXT).definition_set


@pytest.fixture
def address(definition_set):
    return f"/admin/definitions/definitionset/{definition_set.pk}/as-text/"


def said(response):
    """What a page says, without its markup."""
    return unescape(re.sub(r"<[^>]*>", "", response.content.decode()))


def sent(text, etag="", button="check"):
    return {"text": text.replace("\n", "\r\n"), "etag": etag, button: "1"}


def test_the_page_shows_checks_previews_and_applies(root, address, definition_set):
    page = root.get(address)
    assert "raise when coolant > hot for 10s" in said(page)
    assert 'name="apply"' not in page.content.decode()
    etag = etag_of(text_of(definition_set))
    changed = TEXT.replace("105 [degC]", "104 [degC]").replace("derived above_idle", "derived over_idle")
    preview = root.post(address, sent(changed, etag))
    assert "renamed above_idle → over_idle" in said(preview)
    assert "1 of the changes breaks what reads the values" in said(preview)
    assert text_of(definition_set) == formatted(TEXT)
    response = root.post(address, sent(changed, etag, "apply"))
    assert (response.status_code, response["Location"]) == (302, address)
    assert text_of(definition_set) == formatted(changed)


def test_errors_are_shown_as_on_the_command_line_and_nothing_is_offered(root, address, definition_set):
    wrong = TEXT.replace("coolant > hot", "coolant > warm")
    for button in ("check", "apply"):
        page = root.post(address, sent(wrong, etag_of(text_of(definition_set)), button))
        assert "E022" in said(page)
        assert "    raise when coolant > warm for 10s\n" not in said(page).split("Text of the set")[0]
        assert "  raise when coolant > warm for 10s\n" in said(page).split("Text of the set")[0]
        assert 'name="apply"' not in page.content.decode()
        # it should keep what was written
        assert "coolant > warm" in said(page).split("Text of the set")[1]
    assert text_of(definition_set) == formatted(TEXT)


def test_what_was_changed_elsewhere_is_not_overwritten(root, address, definition_set):
    etag = etag_of(text_of(definition_set))
    applied(TEXT.replace("105", "104"))
    page = root.post(address, sent(TEXT.replace("105", "103"), etag, "apply"))
    assert "was changed since this page was opened" in said(page)
    assert "104" in text_of(definition_set)


def test_texts_cannot_make_markup(root, address, definition_set):
    page = root.post(address, sent(TEXT + "const bad = <script>\n", etag_of(text_of(definition_set)))).content.decode()
    assert "bad = <script>" not in page
    assert "bad = &lt;script&gt;" in page


def test_who_may_only_view_sees_and_changes_nothing(client, people, address, definition_set):
    client.force_login(people["sam"])
    assert client.get(address).status_code == 403
    people["sam"].user_permissions.add(Permission.objects.get(codename="view_definitionset"))
    assert 'name="check"' not in client.get(address).content.decode()
    assert client.post(address, sent("# nothing\n", "", "apply")).status_code == 403
    assert text_of(definition_set) == formatted(TEXT)


@pytest.mark.parametrize(
    ("model", "path", "query", "found"),
    [
        (Rule, "rule", "cool", {"cool", "coolant_overheat"}),
        (Rule, "rule", "4000 [rpm]", {"speed_is_sane"}),
        (ObjectDefinition, "objectdefinition", "$.lat", {"Gnss"}),
        (Sample, "sample", "F0 7D", {"idle"}),
        (Sequence, "sequence", "hot for", {"hot for ten seconds"}),
    ],
)
def test_items_are_found_by_name_and_text(root, definition_set, model, path, query, found):
    response = root.get(f"/admin/definitions/{path}/", {"q": query})
    assert {str(row) for row in response.context["cl"].queryset} == found


def test_a_rule_is_edited_in_its_set(root, definition_set):
    row = Rule.objects.get(name="coolant_overheat")
    page = f"/admin/definitions/rule/{row.pk}/change/"
    text = row.text.replace("critical", "warning").replace("event coolant_overheat", "event too_hot")
    form = {"text": text.replace("\n", "\r\n")}
    # it should be told of what reads it only at publication: the sequence of this set
    assert root.post(page, form).status_code == 302
    row.refresh_from_db()
    assert (row.name, row.text) == ("too_hot", text)
    wrong = root.post(page, {"text": text.replace("> hot", "> warm")})
    assert wrong.status_code == 200
    # it should say the place in the text of the field
    assert re.search(r"E022 unknown name +too_hot, line 3, column 26", said(wrong))
    assert "  raise when coolant > warm for 10s\n" in said(wrong)
    row.refresh_from_db()
    assert row.text == text


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("const hot = 105 [degC]\nconst hotter = 106 [degC]\n", "and one alone"),
        ('golden "a" for EEC1 { bytes x"00" expect { speed is absent } }', "and one alone"),
        ("# nothing\n", "and one alone"),
        ("const hot = 105 [degC]\n", "hot"),
        ("derived hot_ : f64 [rpm] = sped * 2\n", "E022"),
        ("derived half : f64 [rpm] speed / 2\n", "line 1"),
    ],
)
def test_a_rule_that_is_none_is_not_added(root, definition_set, text, why):
    number = Rule.objects.count()
    page = root.post("/admin/definitions/rule/add/", {"definition_set": definition_set.pk, "text": text})
    assert page.status_code == 200
    assert why in said(page)
    assert Rule.objects.count() == number


def test_items_are_added_behind_the_others(root, definition_set):
    text = "# for a test\n\n# half of it\nderived half:f64[rpm]=speed/2\n# that is all\n"
    for path, given in (
        ("rule", text),
        ("objectdefinition", "log Lines on vehicle_log { signal level : text at $.level }"),
        ("sample", 'golden "more" for EEC1 { bytes x"F0 7D 85 9B 0F FF FF 85" expect { speed = 500 [rpm] } }'),
        ("sequence", 'test "more" { at 0s set speed = 500 [rpm] at 0s expect half = 250 [rpm] }'),
    ):
        form = {"definition_set": definition_set.pk, "text": given}
        response = root.post(f"/admin/definitions/{path}/add/", form, follow=True)
        assert response.redirect_chain, said(response)
        # it should say what a sample does not come up to, and keep it all the same
        assert ("E124" in said(response)) == (path == "sample")
    half = Rule.objects.get(name="half")
    assert (half.kind, half.group is not None) == ("derived", True)
    assert half.text == "# for a test\n# half of it\n# that is all\nderived half : f64 [rpm] = speed / 2\n"
    assert ObjectDefinition.objects.get(name="Lines").slots == {"level": 0}
    assert text_of(definition_set).count("half") == 3
    assert text_of(applied(text_of(definition_set)).definition_set) == text_of(definition_set)


def test_an_object_keeps_its_slots_and_a_rule_its_kind(root, definition_set):
    row = ObjectDefinition.objects.get()
    page = f"/admin/definitions/objectdefinition/{row.pk}/change/"
    text = row.text.replace("signal lon", "signal hdop : f32 at $.hdop\n    signal lon")
    assert root.post(page, {"text": text}).status_code == 302
    row.refresh_from_db()
    assert row.slots == {"lat": 0, "lon": 1, "hdop": 2}
    rule = Rule.objects.get(name="hot")
    page = root.post(f"/admin/definitions/rule/{rule.pk}/change/", {"text": "derived hot : f64 [rpm] = speed"})
    assert "for good" in said(page)


def test_a_retired_name_comes_back_only_where_it_is_free(root, definition_set):
    row = Rule.objects.get(name="speed_is_sane")
    page = f"/admin/definitions/rule/{row.pk}/change/"
    assert root.post(page, {"text": row.text, "retired": "on"}).status_code == 302
    assert "speed_is_sane" not in text_of(definition_set)
    Rule.objects.filter(pk=row.pk).update(name="hot", text="check hot {\n    expect speed <= 1 [rpm]\n}\n")
    assert "hot" in said(root.post(page, {"text": Rule.objects.get(pk=row.pk).text}))
    assert Rule.objects.get(pk=row.pk).retired


def test_what_was_edited_out_of_use_comes_back_as_it_says(root, definition_set):
    rule, row = Rule.objects.get(name="speed_is_sane"), ObjectDefinition.objects.get()
    edited = {
        f"/admin/definitions/rule/{rule.pk}/change/": rule.text.replace("speed_is_sane", "speed_is_low"),
        f"/admin/definitions/objectdefinition/{row.pk}/change/": row.text.replace(
            "signal lon", "signal hdop : f32 at $.hdop\n    signal lon"
        ),
    }
    for page, text in edited.items():
        # it should be read, for its name and signals, though nothing of its set is looked at
        assert "is still open" in said(root.post(page, {"text": text.replace("}", ""), "retired": "on"}))
        assert root.post(page, {"text": text, "retired": "on"}).status_code == 302
    for model, taken in (("rule", rule), ("objectdefinition", row)):
        chosen = {"action": "take_back_into_use", "_selected_action": [taken.pk]}
        assert root.post(f"/admin/definitions/{model}/", chosen).status_code == 302
    assert "speed_is_low" in said(root.get(PUBLISH))
    publish(None, "both are back")
    row.refresh_from_db()
    assert (Rule.objects.get(pk=rule.pk).name, row.slots["hdop"]) == ("speed_is_low", 2)


def test_the_publishing_page_shows_what_the_language_says(root, definition_set):
    Rule.objects.filter(name="hot").update(retired=True)
    page = root.post(PUBLISH, {"note": "broken"})
    assert "  raise when coolant > hot for 10s\n" in said(page)
    assert "It cannot be published until" in said(page)
    applied(TEXT)
    assert "derived signal" in said(root.get(PUBLISH))
    assert publish(None, "first").number == 1
