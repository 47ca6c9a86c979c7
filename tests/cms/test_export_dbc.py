"""A definition set as a DBC file, and what a DBC cannot say of it."""

import pytest
from django.core.management import CommandError, call_command

from duco_cms.definitions.content import build_set_content
from duco_cms.definitions.importing import import_dbc
from duco_cms.definitions.models import DefinitionSet, Message, Signal, SignalGroup
from tests.cms.test_import_dbc import ATTRIBUTES, ENGINE, PAGED, VALUES, dbc


def without_numbers(content):
    """What definitions say, without the numbers that each set has of its own."""
    enums = {enum["id"]: enum["name"] for enum in content["enums"]}
    return [
        {
            **message,
            "id": 0,
            "groups": [
                [group["condition"], [{**signal, "enum": enums.get(signal["enum"])} for signal in group["signals"]]]
                for group in message["groups"]
            ],
        }
        for message in content["sets"][0]["messages"]
    ]


def test_what_is_exported_imports_as_the_same_definitions(db, tmp_path, capsys):
    import_dbc(dbc(ENGINE, PAGED, ATTRIBUTES, VALUES), "demo")
    path = tmp_path / "demo.dbc"
    call_command("export_dbc", "demo", "--out", str(path))
    assert capsys.readouterr() == ("", "")
    again = import_dbc(path.read_bytes(), "again")
    assert again.findings == ()
    first = DefinitionSet.objects.get(name="demo")
    found, wanted = (build_set_content(one) for one in (again.definition_set, first))
    assert without_numbers(found) == without_numbers(wanted)
    # without a file it should write the same text to stdout
    call_command("export_dbc", "demo")
    assert capsys.readouterr().out == path.read_text()


def test_what_is_retired_is_not_exported(db, capsys):
    import_dbc(dbc(ENGINE, PAGED), "demo")
    Message.objects.filter(name="Status").update(retired=True)
    Signal.objects.filter(name="Torque").update(retired=True)
    call_command("export_dbc", "demo")
    out = capsys.readouterr().out
    assert "EngineSpeed" in out
    assert "Torque" not in out
    assert "Status" not in out


def test_what_a_dbc_cannot_say_is_said_on_stderr(db, capsys):
    import_dbc(dbc(ENGINE), "demo")
    Signal.objects.filter(name="EngineSpeed").update(minimum=None)
    call_command("export_dbc", "demo")
    assert capsys.readouterr().err == "EEC1.EngineSpeed: minimum: none is read as 0.0\n"


def test_what_cannot_be_exported_says_why(db, tmp_path):
    import_dbc(dbc(ENGINE), "demo")
    with pytest.raises(CommandError, match=r"no definition set other.*demo"):
        call_command("export_dbc", "other")
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("export_dbc", "demo", "--out", str(tmp_path / "missing" / "demo.dbc"))
    SignalGroup.objects.update(condition="nonsense")
    with pytest.raises(CommandError, match=r"demo cannot be written: demo / EEC1 / group .*Correct"):
        call_command("export_dbc", "demo")


def export_page(client):
    number = DefinitionSet.objects.get().pk
    return client.get(f"/admin/definitions/definitionset/{number}/dbc/")


def test_the_admin_exports_a_set(client, people):
    import_dbc(dbc(ENGINE), "demo")
    client.force_login(people["root"])
    page = client.get(f"/admin/definitions/definitionset/{DefinitionSet.objects.get().pk}/change/")
    assert "Export as DBC" in page.content.decode()
    response = export_page(client)
    assert response.status_code == 200
    assert response["Content-Disposition"] == "attachment; filename*=UTF-8''demo.dbc"
    assert b" SG_ EngineSpeed : 24|16@1+" in response.content
    # what a DBC cannot say should be told on the next page
    Signal.objects.filter(name="EngineSpeed").update(minimum=None)
    export_page(client)
    assert "minimum: none is read as 0.0" in client.get("/admin/definitions/definitionset/").content.decode()
    # a refusal should be told on the page of the set
    SignalGroup.objects.update(condition="nonsense")
    assert "cannot be written" in client.get(export_page(client)["Location"]).content.decode()


def test_only_who_may_see_sets_may_export_them(client, people):
    import_dbc(dbc(ENGINE), "demo")
    client.force_login(people["sam"])
    assert export_page(client).status_code == 403


def test_the_preview_of_a_file_shows_what_was_found_with_line_and_code(client, people):
    from django.core.files.uploadedfile import SimpleUploadedFile

    client.force_login(people["root"])
    file = dbc(ENGINE, 'CM_ SG_ 1 Nowhere "text";\n' * 3, "".join(f"FOO{number} ;\nBS_:\n" for number in range(400)))
    form = {"set_name": "engine", "match": "auto", "file": SimpleUploadedFile("engine.dbc", file)}
    page = client.get(client.post("/admin/definitions/dbcfile/add/", form)["Location"]).content.decode()
    assert "<code>unknown_message</code>" in page
    assert "comment of Nowhere left out: no message has the id 1" in page
    assert "200 more of this kind" in page
