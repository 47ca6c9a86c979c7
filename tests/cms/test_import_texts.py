"""What a text defines becomes rows, and rows become the same text again; a DBC leaves what it cannot say as it is."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from duco_cms.definitions.artefact import artefact
from duco_cms.definitions.importing import ImportRefusedError, import_dbc, import_definitions
from duco_cms.definitions.models import DefinitionSet, Enum, Message, Signal, SignalGroup
from duco_cms.definitions.publishing import draft, publish
from duco_cms.definitions.rows import imported_of
from duco_cms.definitions.stored import stored_set
from parsing.definitions import DtcList, Otherwise, RawRange
from parsing.language.definitions_of import imported_set
from parsing.language.document_of import document_of
from parsing.language.parser import parse
from parsing.release import load_release
from tests.cms.test_import_dbc import ENGINE, dbc

TEXT = """# Engine side
message EEC1 "Electronic engine controller" on j1939 pgn 61444 sa 0x00 {
    length 8
    timeout 500ms  # stale from then on
    # of the crankshaft
    signal speed : u16 at byte 4 scale 0.125 unit [rpm] na 0xFF00..0xFFFF error 0xFE00..0xFEFF  # SPN 190
    signal mode : TorqueMode at bit 0
    dtc active from byte 3 max 60
}
enum TorqueMode : u4 {
    0 = idle "Low idle"  # slow
    0x0F = not_available
    else = reserved "Not used yet"
}
message EEC1_other on j1939 pgn 61444 {
    length 8
    signal page : u8 at byte 1
    mux page {
        # what pumps do
        case 0 "pumps" { signal pressure : u8 at byte 2 }
        case 7 { }
        else reject
    }
}
# the end
"""


def imported(text, name="demo"):
    parsed = parse(text)
    assert parsed.diagnostics == ()
    return imported_set(name, parsed.document)


def test_rows_say_what_the_text_said(db):
    said = imported(TEXT)
    definition_set = import_definitions(said)
    assert imported_of(stored_set(definition_set)) == said
    # it should be in the order of the text, too
    document = document_of(imported_of(stored_set(definition_set)))
    assert [item.name.text for item in document.items] == ["EEC1", "TorqueMode", "EEC1_other"]


def test_the_release_has_what_texts_say(db):
    import_definitions(imported(TEXT))
    release = load_release(artefact(publish(None, "texts")))
    assert release.format == 3
    (enum,) = release.content.enums
    assert (enum.type, enum.titles, enum.otherwise) == ("u4", ((0, "Low idle"),), Otherwise("reserved", "Not used yet"))
    first, other = release.content.sets[0].messages
    assert (first.title, first.timeout, first.source_address) == ("Electronic engine controller", 500, 0)
    assert first.dtcs == (DtcList("active", 3, 60),)
    speed, mode = first.groups[0].signals
    assert (speed.not_available, speed.error) == (RawRange(0xFF00, 0xFFFF), RawRange(0xFE00, 0xFEFF))
    assert mode.not_available == RawRange(15, 15)
    # it should know the page that has no signals
    assert [(group.title, len(group.signals)) for group in other.groups] == [("", 1), ("pumps", 1), ("", 0)]


def test_a_changed_text_changes_what_it_names_and_keeps_numbers(db):
    import_definitions(imported(TEXT))
    publish(None, "first")
    before = {row.name: (row.group_id, row.slot) for row in Signal.objects.all()}
    changed = TEXT.replace("timeout 500ms", "timeout 1s").replace("0xFE00..0xFEFF", "0xFD00..0xFEFF")
    changed = changed.replace("case 7 { }", "").replace("# of the crankshaft", "# of the shaft")
    import_definitions(imported(changed))
    assert {row.name: (row.group_id, row.slot) for row in Signal.objects.all()} == before
    assert {change.name: change.detail for change in draft().changes} == {
        "demo / EEC1": "timeout: 500 → 1000",
        "demo / EEC1.speed": "error: [65024, 65279] → [64768, 65279]",
    }
    assert Signal.objects.get(name="speed").notes == [["", ["of the shaft"], "SPN 190"]]
    assert not SignalGroup.objects.filter(known=True).exists()


def test_a_dbc_leaves_what_it_cannot_say(db):
    import_dbc(dbc(ENGINE), "demo")
    Message.objects.update(title="Engine", timeout=300, source_address=0)
    Signal.objects.filter(name="EngineSpeed").update(not_available=[0xFFFF, 0xFFFF])
    import_dbc(dbc(ENGINE.replace("(0.125,0)", "(0.25,0)")), "demo")
    message = Message.objects.get()
    assert (message.title, message.timeout, message.source_address) == ("Engine", 300, 0)
    speed = Signal.objects.get(name="EngineSpeed")
    assert (speed.scale, speed.not_available) == (0.25, [0xFFFF, 0xFFFF])
    # it should forget the sender of a message that is now found by its id, which has one
    import_dbc(dbc(ENGINE), "demo", match="id")
    message.refresh_from_db()
    assert (message.match, message.source_address) == ("id", None)


def test_what_has_too_many_characters_is_refused_whole(db):
    with pytest.raises(ImportRefusedError):
        import_definitions(imported(TEXT.replace("Low idle", "fine").replace("pumps", "p" * 201)))
    assert not DefinitionSet.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_rows_of_before_keep_their_meaning():
    """Sentinels of messages that are not J1939 did not count, and releases were of format 2."""
    executor = MigrationExecutor(connection)
    before, after = [("definitions", "0004_cycle_times_and_long_messages")], executor.loader.graph.leaf_nodes()
    try:
        executor.migrate(before)
        old = executor.loader.project_state(before).apps
        made = old.get_model("definitions", "DefinitionSet").objects.create(name="demo")
        messages = old.get_model("definitions", "Message").objects
        groups = old.get_model("definitions", "SignalGroup").objects
        signals = old.get_model("definitions", "Signal").objects
        for number, j1939 in enumerate([False, True]):
            message = messages.create(
                definition_set=made, name=f"M{number}", can_id=number, extended=True, j1939=j1939, length=8
            )
            group = groups.create(message=message)
            signals.create(group=group, slot=0, name=f"S{number}", start=0, length=8, sentinels="j1939")
        old.get_model("definitions", "Release").objects.create(
            number=1, content="{}", content_hash="sha256:", published="2026-01-01T00:00:00Z"
        )
    finally:
        MigrationExecutor(connection).migrate(after)
    assert [signal.sentinels for signal in Signal.objects.order_by("name")] == ["none", "j1939"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT format FROM definitions_release")
        assert cursor.fetchall() == [(2,)]
    assert Enum.objects.count() == 0
