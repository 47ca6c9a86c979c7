"""What the editor of the text page asks for, and what the page tells it."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from duco_cms.definitions.models import DefinitionSet
from duco_cms.definitions.texts import text_of
from duco_cms.fleet.models import MachineModel, ModelSetBinding
from tests.cms.test_texts import TEXT, applied, formatted


@pytest.fixture
def definition_set(db):
    return applied(TEXT).definition_set


@pytest.fixture
def address(definition_set):
    return f"/admin/definitions/definitionset/{definition_set.pk}/as-text/"


@pytest.fixture
def root(client, people):
    client.force_login(people["root"])
    return client


def test_a_text_is_checked_as_it_is_sent(root, address, definition_set):
    text = TEXT.replace("# of the manual", "# ß𝛼").replace("coolant > hot", "`coolant` > warm")
    answer = root.post(f"{address}check/", {"text": text.replace("\n", "\r\n")})
    (one,) = answer.json()["diagnostics"]
    line = text.splitlines()[one["line"] - 1]
    assert (one["code"], line[one["column"] - 1 : one["end_column"] - 1]) == ("E022", "warm")
    assert text_of(definition_set) == formatted(TEXT)
    assert root.post(f"{address}check/", {"text": TEXT}).json() == {"diagnostics": [], "more": 0}
    fix = root.post(f"{address}check/", {"text": TEXT.replace("- idle_speed", "- idle_sped")}).json()
    assert fix["diagnostics"][0]["fixes"][0]["text"] == "idle_speed"


def test_an_item_is_read_without_its_set(root, address):
    said = root.post(f"{address}read/", {"text": "event e { raise wen sped > 5 }"}).json()["diagnostics"]
    assert [(one["code"], one["fixes"][0]["text"]) for one in said] == [("E003", "when")]
    assert root.post(f"{address}read/", {"text": "event e { raise when sped > 5 }"}).json() == {"diagnostics": []}


def test_too_long_a_text_is_refused(root, address):
    answer = root.post(f"{address}check/", {"text": "#" * 2_000_001})
    assert (answer.status_code, "two million" in answer.json()["detail"]) == (422, True)


def test_the_formatter_is_the_compilers(root, address):
    spaced = TEXT.replace("const hot = 105 [degC]", "const   hot=105[degC]")
    assert root.post(f"{address}format/", {"text": spaced}).json()["text"] == formatted(TEXT)
    assert root.post(f"{address}format/", {"text": "const = 5"}).status_code == 422


def test_names_are_those_of_sets_of_the_same_machines(root, address, definition_set):
    other = applied(TEXT.replace("speed", "fan_speed").replace("EEC1", "FD1"), "cooling").definition_set
    applied(TEXT, "elsewhere")
    assert root.get(f"{address}names/").json() == {"names": []}
    model = MachineModel.objects.create(name="EX-1")
    for each in (definition_set, other):
        ModelSetBinding.objects.create(model=model, definition_set=each)
    names = root.get(f"{address}names/").json()["names"]
    assert {one["set"] for one in names} == {"cooling"}
    told = {one["name"]: (one["kind"], one["owner"], one["detail"]) for one in names}
    assert told["fan_speed"] == ("signal", "FD1", "u16 [rpm] range 0..8031.88")
    assert told["coolant_overheat"][0] == "event"
    assert told["TorqueMode"] == ("enum", "", "idle, accelerator")
    assert told["idle_fan_speed"] == ("const", "", "const idle_fan_speed = 600 [rpm]")


def test_who_may_only_view_is_told_names_and_sends_nothing(client, people, address, definition_set):
    client.force_login(people["sam"])
    routes = [("get", "names"), ("post", "check"), ("post", "format"), ("post", "read")]
    assert [getattr(client, how)(f"{address}{name}/").status_code for how, name in routes] == [403] * 4
    people["sam"].user_permissions.add(Permission.objects.get(codename="view_definitionset"))
    assert [getattr(client, how)(f"{address}{name}/").status_code for how, name in routes] == [200, 403, 403, 403]
    assert client.get(f"{address}check/").status_code == 403
    settings = client.get(address).context["editor"]
    assert (settings["editable"], settings["edited"]) == (False, False)


def test_a_forged_request_is_refused(people, address):
    forging = Client(enforce_csrf_checks=True)
    forging.force_login(people["root"])
    assert forging.post(f"{address}check/", {"text": TEXT}).status_code == 403


def test_the_page_says_whether_its_text_is_the_stored_one(root, address, definition_set):
    page = root.get(address)
    etag = page.context["form"]["etag"].value()
    assert page.context["editor"]["edited"] is False
    same = root.post(address, {"text": text_of(definition_set).replace("\n", "\r\n"), "etag": etag, "check": "1"})
    other = root.post(address, {"text": TEXT + "const new = 1\r\n", "etag": etag, "check": "1"})
    assert (same.context["editor"]["edited"], other.context["editor"]["edited"]) == (False, True)


def test_a_conflict_shows_both_texts_and_goes_on_from_theirs(root, address, definition_set):
    etag = root.get(address).context["form"]["etag"].value()
    applied(TEXT.replace("105", "104"))
    mine = TEXT.replace("105", "103")
    for button in ("check", "apply"):
        page = root.post(address, {"text": mine, "etag": etag, button: "1"})
        assert "hot = 104" in page.context["theirs"]
        assert "hot = 103" in page.context["form"]["text"].value()
        assert 'name="apply"' not in page.content.decode()
    assert "hot = 104" in text_of(DefinitionSet.objects.get(pk=definition_set.pk))
    seen = page.context["form"]["etag"].value()
    assert root.post(address, {"text": mine, "etag": seen, "apply": "1"}).status_code == 302
    assert "hot = 103" in text_of(DefinitionSet.objects.get(pk=definition_set.pk))
