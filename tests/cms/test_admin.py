"""The admin opens, searches, publishes, and refuses whom Django's permissions refuse."""

import json
import re

import pytest
from django.contrib.admin import site
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.urls import reverse

from duco_cms.definitions.models import DbcFile, Enum, Message, Release, Rule, Signal, SignalGroup
from duco_cms.definitions.models.dbc import DBC_BYTES_MAXIMUM
from duco_cms.definitions.publishing import publish
from duco_cms.definitions.texts import apply_text
from duco_cms.fleet.models import Machine, MachineModel, Membership, ModelSetBinding
from tests.cms.publication import person

OWN_MODELS = [model for model in site._registry if model.__module__.startswith(("duco_cms", "django.contrib.auth"))]
PUBLISH = "/admin/definitions/release/publish/"


@pytest.fixture
def filled(fleet, engine_message):
    Enum.objects.create(definition_set=engine_message.definition_set, name="Modes", values=[[0, "off"], [1, "on"]])
    model = MachineModel.objects.get()
    ModelSetBinding.objects.create(model=model, definition_set=engine_message.definition_set, bus=1)
    publish(None, "first")


@pytest.fixture
def root(client, people):
    client.force_login(people["root"])
    return client


@pytest.mark.parametrize("model", OWN_MODELS, ids=lambda model: model._meta.label_lower)
def test_every_page_opens(root, filled, model):
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    assert root.get(reverse(f"{name}_changelist"), {"q": "1"}).status_code == 200
    for instance in model.objects.all()[:1]:
        assert root.get(reverse(f"{name}_change", args=[instance.pk])).status_code == 200
    if site.get_model_admin(model).has_add_permission(root.get("/admin/").wsgi_request):
        assert root.get(reverse(f"{name}_add")).status_code == 200


@pytest.mark.parametrize("query", ["EngineSpeed", "190", "61444", "rpm", "EEC1"])
def test_signals_are_found_by_name_spn_pgn_unit_and_message(root, engine_message, query):
    Signal.objects.create(group=engine_message.groups.get(), name="Other", start=0, length=8)
    page = root.get("/admin/definitions/signal/", {"q": query}).content.decode()
    assert "EngineSpeed" in page
    assert ("Other" in page) == (query in {"61444", "EEC1"})


def test_sets_say_how_much_of_them_is_in_use(root, db):
    text = "message {0} on can 0x{1} {{ signal a : u8 at byte 1  signal b : u8 at byte 2 }}\n"
    rules = "".join(f"const c{number} = {number}\n" for number in range(5))
    apply_text("demo", text.format("M1", 10) + text.format("M2", 11) + text.format("M3", 12) + rules)
    apply_text("empty", "")
    Message.objects.filter(name="M3").update(retired=True)
    Signal.objects.filter(name="b", group__message__name="M1").update(retired=True)
    Rule.objects.filter(name="c4").update(retired=True)
    rows = root.get("/admin/definitions/definitionset/", {"o": "-3"}).context["cl"].result_list
    counted = [(each.name, each.message_count, each.signal_count, each.rule_count) for each in rows]
    assert counted == [("demo", 2, 3, 4), ("empty", 0, 0, 0)]


def test_organisations_say_how_many_belong_to_them(root, fleet, people):
    machine = Machine.objects.first()
    organisation = machine.organisation
    Machine.objects.create(number=999, device="x", name="x", model=machine.model, organisation=organisation)
    for name in ("x1", "x2", "x3"):
        user = get_user_model().objects.create_user(name)
        Membership.objects.create(organisation=organisation, user=user)
    wanted = organisation.machines.count(), organisation.memberships.count()
    rows = root.get("/admin/fleet/organisation/").context["cl"].result_list
    counted = {each.pk: (each.machine_count, each.member_count) for each in rows}
    assert counted[organisation.pk] == wanted
    assert min(wanted) > 1


def test_a_message_lists_its_signals_by_the_page(root, engine_message):
    group = engine_message.groups.get()
    for number in range(60):
        Signal.objects.create(group=group, name=f"Signal{number:03}", start=0, length=8)
    other = Message.objects.create(definition_set=engine_message.definition_set, name="M2", can_id=5, length=8)
    Signal.objects.create(group=SignalGroup.objects.create(message=other), name="Elsewhere", start=0, length=8)
    page = root.get(f"/admin/definitions/message/{engine_message.pk}/change/").content.decode()
    assert page.count(">Signal0") <= 25
    assert "Elsewhere" not in page


def test_a_message_is_edited_with_its_id_in_hex(root, engine_message):
    form = {
        "name": "EEC2", "definition_set": engine_message.definition_set_id, "match": "pgn", "can_id": "0CF00300",
        "extended": "on", "j1939": "on", "length": 8, "comment": "", "pgn": "", "title": "", "dtcs": "",
        "groups-TOTAL_FORMS": 0, "groups-INITIAL_FORMS": 0,
    }  # fmt: skip
    assert root.post("/admin/definitions/message/add/", form).status_code == 302
    message = Message.objects.get(name="EEC2")
    assert (message.can_id, message.pgn, message.dtcs) == (0x0CF00300, 61443, [])
    # it should say so in the form where the database would refuse
    again = root.post("/admin/definitions/message/add/", {**form, "name": "EEC3"})
    assert again.status_code == 200
    assert "pgn" in again.content.decode()
    wrong = root.post("/admin/definitions/message/add/", {**form, "name": "EEC4", "can_id": "xyz"})
    assert "hexadecimal" in wrong.content.decode()


def test_a_signal_added_in_the_admin_gets_the_next_slot(root, engine_message):
    form = {
        "name": "Torque", "group": engine_message.groups.get().pk, "start": 0, "length": 8, "byte_order": "little",
        "type": "unsigned", "scale": 1, "offset": -125, "unit": "%", "sentinels": "j1939", "spn": 513, "comment": "",
        "not_available": "", "error": "[254, 254]",
    }  # fmt: skip
    assert root.post("/admin/definitions/signal/add/", form).status_code == 302
    added = Signal.objects.filter(not_available__isnull=True).get(name="Torque")
    assert (added.slot, added.error) == (1, [254, 254])


def test_publishing_shows_what_changes_and_publishes(root, engine_message, people):
    page = root.get(PUBLISH).content.decode()
    assert "The first release" in page
    assert "engine / EEC1.EngineSpeed" in page
    # it should ask for a note
    assert root.post(PUBLISH, {"note": ""}).status_code == 200
    assert not Release.objects.exists()
    response = root.post(PUBLISH, {"note": "the first"})
    release = Release.objects.get()
    assert response["Location"] == f"/admin/definitions/release/{release.number}/change/"
    assert (release.note, release.author) == ("the first", people["root"])
    # it should offer nothing to publish after that
    assert "Nothing changes" in root.get(PUBLISH).content.decode()
    assert "Nothing changed since release 1" in root.post(PUBLISH, {"note": "again"}).content.decode()
    assert Release.objects.count() == 1


def test_publishing_shows_all_that_is_wrong(root, engine_message):
    group = SignalGroup.objects.create(message=engine_message, condition=[["page", [[2, 7]]]])
    Signal.objects.create(group=group, name="Boost", start=0, length=8)
    page = root.post(PUBLISH, {"note": "broken"}).content.decode()
    assert "invalid_definition" in page
    assert f"/admin/definitions/message/{engine_message.pk}/change/" in page
    assert not Release.objects.exists()


def test_a_release_is_shown_downloaded_and_never_edited(root, filled):
    page = root.get("/admin/definitions/release/1/change/")
    assert "engine / EEC1.EngineSpeed" in page.content.decode()
    artefact = root.get("/admin/definitions/release/1/artefact/")
    assert json.loads(artefact.content)["number"] == 1
    assert artefact["Content-Disposition"] == 'attachment; filename="release-1.json"'
    assert root.post("/admin/definitions/release/1/change/", {"note": "x"}).status_code == 403
    assert root.post("/admin/definitions/release/1/delete/", {"post": "yes"}).status_code == 403
    assert root.get("/admin/definitions/release/add/").status_code == 403


def test_machines_and_definitions_with_data_are_not_deleted(client, people, filled):
    staff = people["sam"]
    staff.user_permissions.set(Permission.objects.all())
    client.force_login(staff)
    signal = Signal.objects.get()
    assert client.post(f"/admin/definitions/signal/{signal.pk}/delete/", {"post": "yes"}).status_code == 403
    machine = Machine.objects.first()
    client.force_login(people["root"])
    assert client.post(f"/admin/fleet/machine/{machine.pk}/delete/", {"post": "yes"}).status_code == 403


def test_permissions_are_djangos(client, people, engine_message):
    # it should send everybody else to sign in
    client.force_login(people["alice"])
    assert client.get(PUBLISH).status_code == 302
    # it should let staff do what they have the permission for
    client.force_login(people["sam"])
    assert client.get("/admin/").status_code == 200
    assert client.get("/admin/definitions/signal/").status_code == 403
    assert client.get(PUBLISH).status_code == 403
    assert client.post(PUBLISH, {"note": "no"}).status_code == 403
    assert not Release.objects.exists()
    allowed = ["publish_release", "view_release"]
    people["sam"].user_permissions.set(Permission.objects.filter(codename__in=allowed))
    assert client.get("/admin/definitions/signal/").status_code == 403
    # it should let nobody do all three steps who may not do each
    assert client.post(PUBLISH, {"note": "no"}).status_code == 403
    allowed += ["add_submission", "review_submission"]
    people["sam"].user_permissions.set(Permission.objects.filter(codename__in=allowed))
    assert client.post(PUBLISH, {"note": "yes"}).status_code == 302
    assert Release.objects.get().author == people["sam"]


DBC = b"""VERSION ""

BU_: ECU

BO_ 2364540158 EEC1: 8 ECU
 SG_ EngineSpeed : 24|16@1+ (0.25,0) [0|8031.875] "rpm" ECU
"""


def upload(client, content, **fields):
    from django.core.files.uploadedfile import SimpleUploadedFile

    form = {"set_name": "engine", "match": "auto", "file": SimpleUploadedFile("engine.dbc", content), **fields}
    return client.post("/admin/definitions/dbcfile/add/", form)


def test_a_dbc_file_is_uploaded_looked_at_and_applied(root, engine_message, people):
    response = upload(root, DBC)
    file = DbcFile.objects.get()
    assert response["Location"] == f"/admin/definitions/dbcfile/{file.pk}/change/"
    assert (file.file_name, file.user, file.applied) == ("engine.dbc", people["root"], None)
    # it should show what would change, and change nothing
    page = root.get(response["Location"]).content.decode()
    assert "scale: 0.125 → 0.25" in page
    assert Signal.objects.get().scale == 0.125
    # it should apply it by POST only, and once
    apply = f"/admin/definitions/dbcfile/{file.pk}/apply/"
    assert root.get(apply).status_code == 405
    previewed = previewed_in(page)
    assert root.post(apply, previewed)["Location"].startswith("/admin/definitions/definitionset/")
    assert Signal.objects.get().scale == 0.25
    assert root.post(apply, previewed).status_code == 404
    assert "Import</button>" not in root.get(response["Location"]).content.decode()


def previewed_in(page):
    """What the button of that preview sends."""
    return {"previewed": re.search(r'name="previewed" value="([^"]+)"', page)[1]}


def test_a_preview_that_no_longer_holds_is_shown_anew(root, engine_message):
    page = upload(root, DBC)["Location"]
    apply = f"/admin/definitions/dbcfile/{DbcFile.objects.get().pk}/apply/"
    previewed = previewed_in(root.get(page).content.decode())
    Signal.objects.update(offset=-40)
    response = root.post(apply, previewed, follow=True)
    said = response.content.decode()
    assert "The set was changed since this page was opened" in said
    assert "offset: -40.0 → 0.0" in said
    assert Signal.objects.get().offset == -40
    # it should be as strict with who looked at nothing
    root.post(apply)
    assert Signal.objects.get().offset == -40
    # it should let through what changes nothing of what was shown
    previewed = previewed_in(said)
    Message.objects.update(tags="engine")
    root.post(apply, previewed)
    assert (Signal.objects.get().offset, Signal.objects.get().scale) == (0, 0.25)


def test_an_upload_that_is_no_dbc_says_why_and_cannot_be_applied(root):
    response = upload(root, b"PK zip")
    page = root.get(response["Location"]).content.decode()
    assert "It cannot be imported" in page
    assert "Import</button>" not in page
    root.post(f"/admin/definitions/dbcfile/{DbcFile.objects.get().pk}/apply/")
    assert not Message.objects.exists()
    assert DbcFile.objects.get().applied is None
    # it should bound what it keeps
    assert upload(root, b"x" * (DBC_BYTES_MAXIMUM + 1)).status_code == 200
    assert DbcFile.objects.count() == 1


def test_who_may_not_edit_definitions_may_not_apply(client, people, engine_message):
    people["sam"].user_permissions.set(Permission.objects.filter(codename__in=["add_dbcfile", "view_dbcfile"]))
    client.force_login(people["sam"])
    response = upload(client, DBC)
    assert "Import</button>" not in client.get(response["Location"]).content.decode()
    assert client.post(f"/admin/definitions/dbcfile/{DbcFile.objects.get().pk}/apply/").status_code == 403
    assert Signal.objects.get().scale == 0.125


def test_the_menu_shows_what_the_user_may_see(client, people):
    people["sam"].user_permissions.set(Permission.objects.filter(codename="view_machine"))
    client.force_login(people["sam"])
    page = client.get("/admin/").content.decode()
    assert "/admin/fleet/machine/" in page
    assert "/admin/definitions/signal/" not in page


@pytest.fixture
def user_editor(client, people):
    """Staff who may edit users and groups, and no more."""
    names = ("view_user", "change_user", "delete_user", "view_group", "add_group", "change_group")
    people["sam"].user_permissions.set(Permission.objects.filter(codename__in=names))
    client.force_login(people["sam"])
    return client


def user_form(user, **fields):
    inline = {f"memberships-{name}": "0" for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
    joined = {"date_joined_0": "2026-01-01", "date_joined_1": "00:00:00"}
    return {"username": user.username, "is_active": "on", **joined, **inline, **fields}


def test_who_edits_users_gives_no_rights(user_editor, people):
    sam = people["sam"]
    rights = {"is_superuser": "on", "is_staff": "on", "user_permissions": [Permission.objects.first().pk]}
    response = user_editor.post(f"/admin/auth/user/{sam.pk}/change/", user_form(sam, first_name="Sam", **rights))
    assert response.status_code == 302
    held = sam.user_permissions.count()
    sam.refresh_from_db()
    assert (sam.first_name, sam.is_superuser, sam.user_permissions.count()) == ("Sam", False, held)
    user_editor.post(f"/admin/auth/user/{people['alice'].pk}/change/", user_form(people["alice"], is_staff="on"))
    people["alice"].refresh_from_db()
    assert not people["alice"].is_staff


def test_who_edits_users_does_not_become_a_superuser_by_their_password(user_editor, people):
    root = people["root"]
    new = {"password1": "horse-battery", "password2": "horse-battery", "usable_password": "true"}
    assert user_editor.post(f"/admin/auth/user/{root.pk}/password/", new).status_code == 403
    assert user_editor.post(f"/admin/auth/user/{root.pk}/change/", user_form(root)).status_code == 403
    assert user_editor.post(f"/admin/auth/user/{root.pk}/delete/", {"post": "yes"}).status_code == 403
    root.refresh_from_db()
    assert root.check_password("p")
    assert user_editor.post(f"/admin/auth/user/{people['alice'].pk}/password/", new).status_code == 302


def test_who_edits_users_does_not_approve_as_another(user_editor, people):
    new = {"password1": "horse-battery", "password2": "horse-battery", "usable_password": "true"}
    reviewer = person("reviewer", "reviewer")
    path = f"/admin/auth/user/{reviewer.pk}"
    assert user_editor.post(f"{path}/password/", new).status_code == 403
    assert user_editor.post(f"{path}/change/", user_form(reviewer)).status_code == 403
    assert user_editor.post(f"{path}/delete/", {"post": "yes"}).status_code == 403
    reviewer.refresh_from_db()
    assert not reviewer.check_password("horse-battery")
    user_editor.force_login(people["root"])
    assert user_editor.post(f"{path}/password/", new).status_code == 302


@pytest.mark.parametrize("name", ["guard", "Guard", "the system"])
def test_no_user_has_a_name_of_the_audit(client, people, name):
    client.force_login(people["root"])
    new = {"username": name, "password1": "horse-battery", "password2": "horse-battery", "usable_password": "true"}
    inline = {f"memberships-{each}": "0" for each in ("TOTAL_FORMS", "INITIAL_FORMS")}
    for path, form in (
        ("/admin/auth/user/add/", new | inline),
        (f"/admin/auth/user/{people['alice'].pk}/change/", user_form(people["alice"], username=name)),
    ):
        assert "The audit calls something else so" in client.post(path, form).content.decode()
    assert not get_user_model().objects.filter(username__iexact=name).exists()


def test_groups_are_made_and_changed_by_superusers(user_editor, client, people):
    assert user_editor.post("/admin/auth/group/add/", {"name": "all"}).status_code == 403
    client.force_login(people["root"])
    assert client.post("/admin/auth/group/add/", {"name": "all"}).status_code == 302
