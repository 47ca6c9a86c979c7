"""Importing a DBC file, and importing it again: numbers and slots stay with what they were given to."""

import pytest
from django.core.management import CommandError, call_command

from duco_cms.definitions.artefact import artefact
from duco_cms.definitions.comparison import compare, summary
from duco_cms.definitions.importing import ImportRefusedError, import_dbc, preview_dbc
from duco_cms.definitions.models import DefinitionSet, Enum, Message, Signal, SignalGroup
from duco_cms.definitions.publishing import publish
from duco_cms.fleet.models import Machine, MachineModel, ModelSetBinding
from parsing.release import load_release

HEAD = 'VERSION ""\n\nBU_:\n\n'
ENGINE = """BO_ 2364540158 EEC1: 8 Vector__XXX
 SG_ EngineSpeed : 24|16@1+ (0.125,0) [0|8031.875] "rpm" Vector__XXX
 SG_ Torque : 16|8@1+ (1,-125) [-125|125] "%" Vector__XXX

"""
PAGED = """BO_ 291 Status: 8 Vector__XXX
 SG_ Page M : 0|8@1+ (1,0) [0|0] "" Vector__XXX
 SG_ Level m1 : 8|8@1+ (1,0) [0|0] "%" Vector__XXX
 SG_ Mode m2 : 8|8@1+ (1,0) [0|0] "" Vector__XXX

"""
VALUES = 'VAL_ 291 Mode 0 "off" 1 "on" ;\n'


def dbc(*parts):
    return (HEAD + "".join(parts)).encode()


def slots():
    """Every signal that is in use: message.signal → (group, slot)."""
    rows = Signal.objects.filter(retired=False, group__message__retired=False).select_related("group__message")
    return {f"{row.group.message.name}.{row.name}": (row.group_id, row.slot) for row in rows}


def test_a_file_becomes_a_set_that_workers_load(db):
    report = import_dbc(dbc(ENGINE, PAGED, VALUES), "demo")
    assert summary(report.changes) == ["1 enum added", "1 set added", "2 messages added", "5 signals added"]
    release = load_release(artefact(publish(None, "imported")))
    assert release.definition_set(report.definition_set.pk).name == "demo"
    speed = Signal.objects.get(name="EngineSpeed")
    assert (speed.scale, speed.maximum, speed.unit, speed.sentinels) == (0.125, 8031.875, "rpm", "j1939")
    message = speed.group.message
    assert (message.match, message.pgn, message.can_id, message.extended) == ("pgn", 61444, 0x0CF004FE, True)
    mode = Signal.objects.get(name="Mode")
    assert mode.group.condition == [["Page", [[2, 2]]]]
    assert mode.enum.values == [[0, "off"], [1, "on"]]


def test_importing_it_again_changes_nothing(db):
    import_dbc(dbc(ENGINE, PAGED, VALUES), "demo")
    before = slots()
    hash_before = publish(None, "first").content_hash
    assert import_dbc(dbc(ENGINE, PAGED, VALUES), "demo").changes == []
    assert slots() == before
    assert publish(None, "again", force=True).content_hash == hash_before


def test_a_newer_file_changes_adds_and_retires(db):
    import_dbc(dbc(ENGINE, PAGED), "demo")
    before = slots()
    newer = ENGINE.replace("(0.125,0)", "(0.25,0)").replace(
        ' SG_ Torque : 16|8@1+ (1,-125) [-125|125] "%" Vector__XXX\n', ""
    )
    newer = newer.replace("\n\n", '\n SG_ Starter : 48|4@1+ (1,0) [0|0] "" Vector__XXX\n\n')
    report = import_dbc(dbc(newer), "demo")
    assert {(change.kind, change.name) for change in report.changes} == {
        ("changed", "demo / EEC1.EngineSpeed"),
        ("added", "demo / EEC1.Starter"),
        ("removed", "demo / EEC1.Torque"),
        ("removed", "demo / Status"),
        ("removed", "demo / Status.Page"),
        ("removed", "demo / Status.Level"),
        ("removed", "demo / Status.Mode"),
    }
    after = slots()
    assert after["EEC1.EngineSpeed"] == before["EEC1.EngineSpeed"]
    # it should give the new signal a slot that no signal ever had
    assert after["EEC1.Starter"] not in before.values()
    # it should give what comes back its old numbers
    import_dbc(dbc(ENGINE, PAGED), "demo")
    assert slots() == before
    assert Signal.objects.get(name="Starter").retired


def test_a_renamed_message_or_signal_keeps_its_numbers(db):
    import_dbc(dbc(ENGINE), "demo")
    before = slots()
    report = import_dbc(dbc(ENGINE.replace("EEC1", "EngineOne").replace("EngineSpeed", "Speed")), "demo")
    assert summary(report.changes) == ["1 message changed", "1 signal changed"]
    assert slots()["EngineOne.Speed"] == before["EEC1.EngineSpeed"]
    assert slots()["EngineOne.Torque"] == before["EEC1.Torque"]


def test_names_may_change_hands(db):
    """By name first: a file that exchanges the bits of two signals has moved them, and renamed none."""
    import_dbc(dbc(ENGINE, PAGED), "demo")
    before, ids = slots(), dict(Message.objects.values_list("name", "pk"))
    exchanged = ENGINE.replace("EngineSpeed", "X").replace("Torque", "EngineSpeed").replace("X", "Torque")
    import_dbc(dbc(exchanged, PAGED), "demo")
    assert slots() == before
    assert Signal.objects.get(name="EngineSpeed").start == 16
    # it should not stumble over messages that exchange their ids either
    swapped = exchanged.replace("2364540158", "291"), PAGED.replace("BO_ 291", "BO_ 2364540158")
    import_dbc(dbc(*swapped), "demo")
    assert dict(Message.objects.values_list("name", "pk")) == ids
    assert slots() == before
    assert Message.objects.get(name="EEC1").can_id == 291


def test_a_signal_on_another_page_is_another_signal(db):
    import_dbc(dbc(PAGED), "demo")
    before = slots()
    import_dbc(dbc(PAGED.replace("Level m1", "Level m3")), "demo")
    assert slots()["Status.Level"] not in before.values()
    assert SignalGroup.objects.filter(message__name="Status").count() == 4


def test_enums_follow_the_file(db):
    import_dbc(dbc(PAGED, VALUES), "demo")
    number = Enum.objects.get().pk
    import_dbc(dbc(PAGED, VALUES.replace('"on"', '"running"')), "demo")
    enum = Enum.objects.get()
    assert (enum.pk, enum.values) == (number, [[0, "off"], [1, "running"]])
    import_dbc(dbc(PAGED), "demo")
    assert not Enum.objects.exists()


def test_a_preview_says_the_same_and_stores_nothing(db):
    file = dbc(ENGINE, PAGED, VALUES)
    preview = preview_dbc(file, "demo")
    assert not DefinitionSet.objects.exists()
    assert summary(preview.changes) == summary(import_dbc(file, "demo").changes)


@pytest.mark.parametrize(
    "file",
    [
        b"",
        b"PK\x03\x04 this is a zip",
        dbc(ENGINE).replace(b"BO_ 2364540158", b"BO_ \0"),
        dbc(ENGINE.replace("EEC1", "E" * 201)),
        dbc(ENGINE.replace('"rpm"', '"' + "r" * 65 + '"')),
    ],
)
def test_what_cannot_be_read_or_kept_is_refused_whole(db, file):
    with pytest.raises(ImportRefusedError):
        import_dbc(file, "demo")
    assert not DefinitionSet.objects.exists()


ATTRIBUTES = """BA_ "GenMsgCycleTime" BO_ 2364540158 10;
BA_ "VFrameFormat" BO_ 2364540158 "J1939PG";
"""


def test_cycle_times_and_frame_formats_come_and_go_with_the_file(db):
    import_dbc(dbc(ENGINE, ATTRIBUTES), "demo")
    message = Message.objects.get()
    assert (message.cycle_time, message.frame_format) == (10, "j1939")
    released = load_release(artefact(publish(None, "imported"))).content.sets[0].messages[0]
    assert (released.cycle_time, released.frame_format) == (10, "j1939")
    report = import_dbc(dbc(ENGINE), "demo")
    assert [change.detail for change in report.changes] == ["cycle_time: 10 → none; frame_format: j1939 → none"]
    message.refresh_from_db()
    assert (message.cycle_time, message.frame_format) == (None, "")


def test_what_an_older_release_did_not_have_is_no_change():
    message = {"id": 1, "name": "M", "groups": []}
    old, new = (
        {"enums": [], "sets": [{"id": 1, "name": "set", "messages": [each]}], "models": []}
        for each in (message, {**message, "cycle_time": None})
    )
    assert compare(old, new) == []


def test_a_signal_may_stand_at_the_end_of_the_longest_message(db):
    long = 'BO_ 2566834686 Long: 1785 Vector__XXX\n SG_ Last : 14272|8@1+ (1,0) [0|0] "" Vector__XXX\n'
    import_dbc(dbc(long), "demo")
    assert Signal.objects.get().start == 14_272
    assert load_release(artefact(publish(None, "imported"))).groups


def test_what_is_found_in_a_file_is_printed_with_its_line_and_code(db, tmp_path, capsys):
    path = tmp_path / "engine.dbc"
    path.write_bytes(dbc(ENGINE, "BO_ 291 Status: 8 Vector__XXX\n SG_ Broken : 0|8@ Vector__XXX\n"))
    call_command("import_dbc", str(path), "--set", "demo")
    assert capsys.readouterr().err.splitlines() == [
        "engine.dbc:10: unreadable: Status: left out: SG_ Broken : 0|8@ Vector__XXX"
    ]


def test_the_command_imports_binds_and_reports(db, tmp_path, capsys):
    path = tmp_path / "engine.dbc"
    path.write_bytes(dbc(ENGINE))
    call_command("import_dbc", str(path), "--set", "demo", "--dry-run")
    assert not DefinitionSet.objects.exists()
    for _ in range(2):
        call_command("import_dbc", str(path), "--set", "demo", "--model", "EX-1", "--bus", "1")
    binding = ModelSetBinding.objects.get()
    assert (binding.model.name, binding.definition_set.name, binding.bus) == ("EX-1", "demo", 1)
    out = capsys.readouterr().out.splitlines()
    assert out[1] == "demo: 1 set added, 1 message added, 2 signals added"
    assert out[2] == "demo: nothing changed"
    with pytest.raises(CommandError):
        call_command("import_dbc", str(tmp_path / "missing.dbc"), "--set", "demo")
    with pytest.raises(CommandError):
        call_command("import_dbc", str(path), "--set", "demo", "--bus", "256")


def test_the_demo_is_there_once_and_left_alone(db, capsys):
    call_command("create_demo", "--machines", "2")
    assert [machine.device for machine in Machine.objects.all()] == ["ex-0001", "ex-0002"]
    assert MachineModel.objects.get().bindings.get().definition_set.name == "excavator"
    Signal.objects.filter(pk=Signal.objects.first().pk).update(comment="edited by an engineer")
    call_command("create_demo", "--machines", "3")
    assert Machine.objects.count() == 3
    assert Signal.objects.filter(comment="edited by an engineer").count() == 1
    # it should not publish what the engineer has not
    assert "Release" not in capsys.readouterr().out.splitlines()[-1]


def test_the_administrator_is_created_once_with_a_password_kept_private(db, settings, tmp_path, capsys, client):
    settings.VAR_DIR = tmp_path / "var"
    call_command("create_admin")
    file = tmp_path / "var" / "admin-password.txt"
    password = file.read_text().strip()
    assert file.stat().st_mode & 0o777 == 0o600
    assert capsys.readouterr().out.count(password) == 1
    assert client.post("/sign-in/", {"username": "admin", "password": password}).status_code == 302
    call_command("create_admin")
    assert file.read_text().strip() == password
    assert password not in capsys.readouterr().out
