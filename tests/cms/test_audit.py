"""The audit tells who did what, and nobody edits it."""

import pytest
from django.db import IntegrityError, connection, transaction

from duco_cms.audit.models import Entry, EntryIsImmutableError
from duco_cms.definitions.importing import import_dbc, preview_dbc
from duco_cms.definitions.models import Message, Signal
from duco_cms.definitions.publishing import publish
from duco_cms.definitions.texts import apply_text, text_of
from tests.cms.callers import body_of, on_behalf
from tests.cms.publication import approved, change_scale, person

AUDIT = "/meta/v1/audit"
DBC = b"""VERSION ""

BU_: ECU

BO_ 2364540158 EEC1: 8 ECU
 SG_ EngineSpeed : 24|16@1+ (0.25,0) [0|8031.875] "rpm" ECU
"""


def told(entries):
    return [(each.actor, each.action, each.subject) for each in entries.order_by("id")]


@pytest.fixture
def entries(engine_message):
    """Those behind the ones of the definitions that there are."""
    return Entry.objects.filter(pk__gt=Entry.objects.latest("pk").pk)


def test_entries_are_not_changed_or_deleted(engine_message):
    entry = Entry.objects.first()
    for change in (entry.save, entry.delete, Entry.objects.all().delete, lambda: Entry.objects.update(reason="")):
        with pytest.raises(EntryIsImmutableError):
            change()
    for sql in ("UPDATE audit_entry SET reason = 'other'", "DELETE FROM audit_entry"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_an_edit_says_what_was_there_before(entries):
    change_scale(0.25)
    entry = entries.get()
    assert (entry.actor, entry.user, entry.action) == ("the system", None, "edited")
    assert entry.subject == "signal EEC1.EngineSpeed"
    assert entry.changes == ["scale: 0.125 → 0.25"]
    # it should not tell of a save that changes nothing
    Signal.objects.get().save()
    assert entries.count() == 1


def test_an_edit_in_the_admin_is_its_users(client, entries):
    editor = person("ed", "editor")
    client.force_login(editor)
    signal = Signal.objects.get()
    form = {
        "group": signal.group_id, "name": "EngineSpeed", "start": 24, "length": 16, "byte_order": "little",
        "type": "unsigned", "scale": 0.5, "offset": 0, "unit": "rpm", "spn": 190, "sentinels": "j1939", "comment": "",
        "not_available": "null", "error": "null", "enum": "", "minimum": "", "maximum": "",
    }  # fmt: skip
    assert client.post(f"/admin/definitions/signal/{signal.pk}/change/", form).status_code == 302
    entry = entries.get()
    assert (entry.user, entry.actor, entry.changes) == (editor, "ed", ["scale: 0.125 → 0.5"])


def test_an_import_is_one_entry_and_its_preview_none(entries):
    preview_dbc(DBC, "engine")
    assert told(entries) == []
    import_dbc(DBC, "engine")
    assert told(entries) == [("the system", "imported", "definition set engine")]
    assert any("EEC1.EngineSpeed: scale: 0.125 → 0.25" in line for line in entries.get().changes)


def test_a_text_is_one_entry_with_its_changes(entries):
    text = text_of(Message.objects.get().definition_set)
    apply_text("engine", text)
    assert told(entries) == []
    apply_text("engine", text.replace("0.125", "0.25"))
    assert told(entries) == [("the system", "edited", "definition set engine")]
    assert any("0.25" in line for line in entries.get().changes)


def test_what_leads_to_a_release_is_told_in_order(entries, settings):
    settings.FOUR_EYES = True
    author, reviewer = person("author", "editor"), person("reviewer", "reviewer")
    publish(None, "first")
    change_scale(0.25)
    submission = approved(author, reviewer, "better")
    assert told(entries) == [
        ("the system", "published", "Release 1"),
        ("the system", "edited", "signal EEC1.EngineSpeed"),
        ("author", "submitted", str(submission)),
        ("reviewer", "approved", str(submission)),
    ]
    assert [entry.reason for entry in entries.order_by("id")] == ["first", "", "better", "looks right"]


def test_what_is_refused_is_not_told(entries):
    publish(None, "first")
    before = told(entries)
    with pytest.raises(Exception, match="Nothing changed"):
        publish(None, "again")
    assert told(entries) == before


def test_the_audit_is_found_by_the_api(client, entries):
    headers = on_behalf(person("vi", "viewer"))
    publish(None, "first")
    for scale in (0.25, 0.5):
        change_scale(scale)

    def found(**filters):
        response = client.get(AUDIT, filters, headers=headers)
        assert response.status_code == 200, response.content
        return [(row["action"], row["release"]) for row in response.json()["results"]]

    assert found()[:3] == [("edited", None), ("edited", None), ("published", 1)]
    assert found(action="published") == found(release=1) == found(until="2999-01-01T00:00:00Z", subject="Release")
    assert found(actor="nobody") == found(since="2999-01-01T00:00:00Z") == []
    refused = client.get(AUDIT, {"action": "stolen", "since": "yesterday"}, headers=headers)
    assert (refused.status_code, set(body_of(refused)["errors"])) == (400, {"action", "since"})


def test_the_audit_is_read_by_the_page(client, entries):
    for number in range(101):
        change_scale(number + 1)
    first = client.get(AUDIT, headers=on_behalf(person("vi", "viewer"))).json()
    assert (len(first["results"]), entries.count()) == (100, 101)
    rest = client.get(first["next"], headers=on_behalf(person("vi2", "viewer"))).json()
    assert (len(rest["results"]), rest["next"]) == (Entry.objects.count() - 100, None)


def test_nobody_edits_the_audit_in_the_admin(client, entries, people):
    change_scale(0.25)
    client.force_login(people["root"])
    entry = entries.get()
    page = f"/admin/audit/entry/{entry.pk}/"
    assert "scale: 0.125 → 0.25" in client.get(f"{page}change/").content.decode()
    assert "EngineSpeed" in client.get("/admin/audit/entry/", {"q": "0.125"}).content.decode()
    assert client.post(f"{page}change/", {"reason": "x"}).status_code == 403
    assert client.post(f"{page}delete/", {"post": "yes"}).status_code == 403
    assert client.get("/admin/audit/entry/add/").status_code == 403
