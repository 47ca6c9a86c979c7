"""A set's text goes in and comes out, and what is in it keeps its numbers."""

import pytest

from duco_cms.definitions.importing import ImportRefusedError, import_dbc
from duco_cms.definitions.models import DefinitionSet, Message, ObjectDefinition, Rule, Sample, Sequence, Signal
from duco_cms.definitions.models.written import TEXT_CHARACTERS
from duco_cms.definitions.texts import StaleTextError, apply_text, check_texts, etag_of, preview_text, text_of
from parsing.language.codes import DiagnosticCode
from parsing.language.formatter import format_document
from parsing.language.parser import parse
from tests.cms.test_import_dbc import ENGINE, dbc

TEXT = """# Engine side
# of the loader

# as SAE has it
enum TorqueMode : u4 {
    0 = idle
    1 = accelerator
}

const hot = 105 [degC]
const cool = 98 [degC]
# of the manual
const idle_speed = 600 [rpm]

message EEC1 on j1939 pgn 61444 {
    length 8
    timeout 500ms
    signal mode : TorqueMode at bit 0
    signal speed : u16 at byte 4 scale 0.125 [rpm] range 0..8031.875 spn 190
}

message ET1 on j1939 pgn 65262 {
    length 8
    timeout 2500ms
    signal coolant : u8 at byte 1 offset -40 [degC] range -40..210
}

derived running : bool = speed > idle_speed / 2 store on_change
derived above_idle : f64 [rpm] = speed - idle_speed hold 2s

check speed_is_sane {
    expect speed <= 4000 [rpm]
    else flag warning suspect speed
}

# a comment that stays
event coolant_overheat "Coolant too hot" {
    raise when coolant > hot for 10s
    clear when coolant < cool for 30s
    severity critical
    capture speed
}

position Gnss on vehicle_position {
    signal lat : f64 at $.lat [deg]
    signal lon : f64 at $.lon [deg]
    suspect when lat == 0 [deg] and lon == 0 [deg] as null_island
}

golden "idle" for EEC1 {
    bytes x"F0 7D 85 9B 0F FF FF 85"
    expect { speed = 499.375 [rpm] }
}

test "hot for ten seconds" {
    every 1s from 0s until 12s set coolant = 106 [degC]
    at 9s expect coolant_overheat is cleared
    at 11s expect coolant_overheat is raised
}

# the end
"""


def formatted(text):
    parsed = parse(text)
    assert not [one for one in parsed.diagnostics if one.is_error]
    return format_document(parsed.document)


def applied(text, name="demo"):
    report = apply_text(name, text)
    assert not report.is_refused, [(one.code, one.why) for one in report.diagnostics]
    return report


def codes(diagnostics):
    return {one.code for one in diagnostics}


def test_what_was_applied_comes_out_again_as_the_formatter_writes_it(db):
    report = applied(TEXT)
    assert text_of(report.definition_set) == formatted(TEXT)
    assert formatted(TEXT).startswith("# Engine side\n# of the loader\n\n# as SAE has it\nenum")
    assert all(one in formatted(TEXT) for one in ("timeout 2.5s", "mode  : TorqueMode at bit 0"))
    # it should change nothing when it is applied once more
    again = applied(formatted(TEXT))
    assert (again.changes, text_of(again.definition_set)) == ((), formatted(TEXT))


def test_rows_are_what_the_text_has(db):
    applied(TEXT)
    assert set(Rule.objects.values_list("kind", "name")) == {
        ("const", "hot"), ("const", "cool"), ("const", "idle_speed"), ("derived", "running"),
        ("derived", "above_idle"), ("check", "speed_is_sane"), ("event", "coolant_overheat"),
    }  # fmt: skip
    assert Rule.objects.get(name="idle_speed").text == "# of the manual\nconst idle_speed = 600 [rpm]\n"
    assert {message.name for message in Message.objects.all()} == {"EEC1", "ET1"}
    assert ObjectDefinition.objects.get().slots == {"lat": 0, "lon": 1}
    assert (Sample.objects.get().title, Sequence.objects.get().title) == ("idle", "hot for ten seconds")


def test_groups_are_of_one_sequence_with_those_of_messages(db):
    applied(TEXT)
    applied("message M on can 0x1 { length 8 signal a : u8 at byte 1 }\nderived b : f64 = a * 2\n", "other")
    taken = [
        *Signal.objects.values_list("group_id", flat=True).distinct().order_by(),
        *Rule.objects.filter(kind="derived").values_list("group", flat=True),
        *ObjectDefinition.objects.values_list("group", flat=True),
    ]
    assert len(taken) == len(set(taken)) == 7


def test_what_is_edited_or_renamed_keeps_its_numbers_and_what_is_gone_is_retired(db):
    applied(TEXT)
    numbers = {row.name: (row.pk, row.group) for row in Rule.objects.all()}
    changed = TEXT.replace("derived above_idle", "derived over_idle").replace("hold 2s", 'hold 2s doc "rpm"')
    changed = changed.replace('hold 2s doc "rpm"', "hold 2s").replace("105 [degC]", "104 [degC]")
    changed = changed[: changed.index("check speed_is_sane")] + changed[changed.index("# a comment that stays") :]
    report = applied(changed)
    assert {(change.path, change.aspect, change.breaking) for change in report.changes} == {
        ("hot", "value", False), ("over_idle", "renamed", True), ("speed_is_sane", "removed", True),
    }  # fmt: skip
    rows = {row.name: row for row in Rule.objects.all()}
    assert (rows["over_idle"].pk, rows["over_idle"].group) == numbers["above_idle"]
    assert rows["hot"].pk == numbers["hot"][0]
    assert rows["speed_is_sane"].retired
    # it should give a name that comes back the numbers that it had
    applied(TEXT.replace("derived above_idle", "derived over_idle"))
    assert Rule.objects.get(name="speed_is_sane", retired=False).pk == numbers["speed_is_sane"][0]


def test_names_may_be_exchanged(db):
    applied(TEXT)
    before = {row.name: row.pk for row in Rule.objects.all()}
    applied(TEXT.replace("hot = 105", "cool_ = 98").replace("cool = 98", "hot = 105").replace("cool_", "cool"))
    assert {row.name: row.pk for row in Rule.objects.filter(retired=False)} == before


def test_a_rule_of_another_kind_is_another_rule(db):
    text = "message M on can 0x1 { length 8 signal a : u8 at byte 1 }\n"
    applied(f"{text}check b {{ expect a < 5 else flag info }}\n")
    applied(f"{text}event b {{ raise when a > 5 severity info }}\n")
    assert list(Rule.objects.order_by("pk").values_list("kind", "retired")) == [("check", True), ("event", False)]


def test_signals_of_objects_keep_their_slots(db):
    applied(TEXT)
    place = "signal lon : f64 at $.lon [deg]"
    applied(TEXT.replace(place, f"signal hdop : f32 at $.hdop\n    {place}"))
    assert ObjectDefinition.objects.get().slots == {"lat": 0, "lon": 1, "hdop": 2}
    applied(TEXT)
    # it should know a renamed signal again, and give its slot to no other
    applied(TEXT.replace(place, f"signal poor : f32 at $.hdop\n    {place}"))
    assert ObjectDefinition.objects.get().slots == {"lat": 0, "lon": 1, "hdop": 2, "poor": 3}
    applied(TEXT.replace(place, f"signal bad : f32 at $.hdop\n    {place}"))
    assert ObjectDefinition.objects.get().slots == {"lat": 0, "lon": 1, "hdop": 2, "bad": 3}


def test_errors_refuse_all_of_a_text(db):
    applied(TEXT)
    for wrong, code in (
        (TEXT.replace("coolant > hot", "coolant > warm"), DiagnosticCode.UNKNOWN_NAME),
        (TEXT.replace("signal coolant : u8", "signal coolant u8"), None),
        (TEXT.replace("105 [degC]", "105 [kPa]"), DiagnosticCode.UNIT_MISMATCH),
    ):
        report = apply_text("demo", wrong)
        assert report.is_refused
        assert report.definition_set is None
        assert code is None or code in codes(report.diagnostics)
        assert text_of(DefinitionSet.objects.get()) == formatted(TEXT)


def test_failing_samples_are_said_and_refuse_nothing(db):
    report = applied(TEXT.replace("499.375", "500"))
    assert [(one.code, one.subject) for one in report.failures] == [(DiagnosticCode.NOT_AS_EXPECTED, "idle")]


def test_other_sets_are_seen_and_what_a_change_breaks_there_is_said(db):
    applied(TEXT)
    applied("derived twice : f64 [rpm] = 2 * demo.EEC1.speed\n", "other")
    report = preview_text("demo", TEXT.replace("signal speed", "signal rpm").replace("speed ", "rpm "))
    assert not DefinitionSet.objects.filter(name="demo", messages__groups__signals__name="rpm").exists()
    report = preview_text("demo", "message EEC1 on j1939 pgn 61444 { length 8 signal rpm : u16 at byte 4 [rpm] }\n")
    assert not report.is_refused
    assert [(one.file, one.subject, text) for one, text in report.elsewhere] == [
        ("other", "twice", text_of(DefinitionSet.objects.get(name="other")))
    ]


def test_rules_read_signals_of_sets_that_came_as_dbc(db):
    import_dbc(dbc(ENGINE), "engine")
    applied("derived half : f64 [rpm] = EngineSpeed / 2\n", "rules")
    # it should leave them where the DBC comes again
    import_dbc(dbc(ENGINE.replace("(0.125,0)", "(0.25,0)")), "engine")
    assert Rule.objects.get().retired is False


def test_a_dbc_leaves_enums_that_only_rules_have(db):
    import_dbc(dbc(ENGINE), "engine")
    text = text_of(DefinitionSet.objects.get())
    applied(
        f"{text}\nenum Pace {{ 0 = slow 1 = quick }}\nderived pace : Pace = EngineSpeed > 900 [rpm] ? quick : slow\n",
        "engine",
    )
    import_dbc(dbc(ENGINE.replace("(0.125,0)", "(0.25,0)")), "engine")
    assert not [one for one, _ in check_texts({"engine": text_of(DefinitionSet.objects.get())}) if one.is_error]


def test_a_text_that_was_edited_elsewhere_in_the_meantime_is_not_overwritten(db):
    first = etag_of(text_of(applied(TEXT).definition_set))
    applied(TEXT.replace("105", "104"))
    with pytest.raises(StaleTextError):
        apply_text("demo", TEXT, first)
    assert "104" in text_of(DefinitionSet.objects.get())


def test_an_item_that_is_too_long_for_a_row_is_refused_whole(db):
    with pytest.raises(ImportRefusedError):
        apply_text("demo", TEXT + "# more\n" * (TEXT_CHARACTERS // 7) + "const far = 1\n")
    assert not DefinitionSet.objects.exists()


@pytest.mark.parametrize(
    "odd",
    ["# \0\nconst a = 1\n", "# \ud800\nconst a = 1\n", 'message M "\\u0000" on can 0x1 { length 8 }\n'],
    ids=["zero in a comment", "half a pair in a comment", "zero in a title"],
)
def test_characters_that_rows_cannot_hold_are_refused_whole(db, odd):
    with pytest.raises(ImportRefusedError):
        apply_text("demo", TEXT + odd)
    assert not DefinitionSet.objects.exists()


def test_texts_are_checked_in_the_place_of_sets_and_change_nothing(db):
    applied(TEXT)
    found = check_texts({"demo": TEXT.replace("coolant > hot", "coolant > warm")})
    assert [(one.code, one.file) for one, _ in found if one.is_error] == [(DiagnosticCode.UNKNOWN_NAME, "demo")]
    assert not [one for one, _ in check_texts({"new": "derived d : f64 [rpm] = 2 * speed\n"}) if one.is_error]
    assert codes(one for one, _ in check_texts({"demo": TEXT.replace("499.375", "500")})) >= {
        DiagnosticCode.NOT_AS_EXPECTED
    }
    assert text_of(DefinitionSet.objects.get()) == formatted(TEXT)
