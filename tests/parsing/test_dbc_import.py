"""DBC files become definitions; what cannot be held is said, and only what is no DBC is refused."""

from __future__ import annotations

import pytest
from definition_samples import EXTENDED, extractor, frames, rows

from parsing.assemble import build_content
from parsing.dbc import ImportedMessage, ImportedSet, NotADbc, read_dbc
from parsing.dbc.messages import compress

HEAD = 'VERSION ""\nNS_ :\nBS_:\nBU_: ECU\n'

PLAIN = (
    HEAD
    + """
BO_ 291 Plain: 8 ECU
 SG_ Late : 15|16@0- (0.5,-10) [-100|100] "°C" ECU
 SG_ Early : 0|8@1+ (1,0) [0|0] "" ECU
CM_ BO_ 291 "a message";
CM_ SG_ 291 Early "a signal";
VAL_ 291 Early 1 "on" 0 "off" ;
"""
)


def only(imported: ImportedSet) -> ImportedMessage:
    (message,) = imported.messages
    return message


def test_a_plain_message() -> None:
    imported = read_dbc(PLAIN, "plain")

    message = only(imported)
    (group,) = message.groups
    early, late = group.signals
    assert (imported.name, imported.findings) == ("plain", ())
    assert (message.name, message.can_id, message.extended, message.length) == ("Plain", 291, False, 8)
    assert (message.match, message.pgn, message.j1939, message.comment) == ("id", None, False, "a message")
    assert (late.start, late.length, late.byte_order, late.type) == (15, 16, "big", "signed")
    assert (late.scale, late.offset, late.minimum, late.maximum, late.unit) == (0.5, -10.0, -100.0, 100.0, "°C")
    assert (early.minimum, early.maximum, early.comment, early.enum) == (None, None, "a signal", "Early")
    assert [(enum.name, enum.values) for enum in imported.enums] == [("Early", ((0, "off"), (1, "on")))]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_bytes_are_utf_8_or_else_cp1252(encoding: str) -> None:
    late = only(read_dbc(PLAIN.encode(encoding), "plain")).groups[0].signals[1]

    assert late.unit == "°C"


J1939 = (
    HEAD
    + """
BO_ 2364540158 EEC1: 8 ECU
 SG_ EngineSpeed : 24|16@1+ (0.125,0) [0|8031.875] "rpm" ECU
 SG_ Torque : 16|8@1- (1,0) [0|0] "%" ECU
BO_ 2565865249 Request: 3 ECU
 SG_ Wanted : 0|24@1+ (1,0) [0|0] "" ECU
BA_DEF_ BO_ "VFrameFormat" ENUM "StandardCAN","ExtendedCAN","reserved","J1939PG";
BA_DEF_ SG_ "SPN" INT 0 524287;
BA_DEF_DEF_ "VFrameFormat" "ExtendedCAN";
BA_DEF_DEF_ "SPN" 0;
BA_ "SPN" SG_ 2364540158 EngineSpeed 190;
"""
)
DECLARED = J1939 + 'BA_ "VFrameFormat" BO_ 2565865249 3;\n'


def test_j1939_is_matched_by_pgn_where_the_id_ends_in_the_null_address_or_the_file_says_so() -> None:
    speed, request = read_dbc(J1939, "j").messages
    _, declared = read_dbc(DECLARED, "j").messages

    assert (speed.match, speed.pgn, speed.j1939, speed.can_id) == ("pgn", 0xF004, True, 0x0CF004FE)
    assert (request.match, request.pgn, request.j1939) == ("id", None, False)
    assert (declared.match, declared.pgn, declared.j1939) == ("pgn", 0xEF00, True)


def test_the_caller_may_say_how_to_match() -> None:
    assert [(m.match, m.j1939) for m in read_dbc(DECLARED, "j", match="id").messages] == [("id", False), ("id", True)]
    assert [(m.match, m.j1939) for m in read_dbc(J1939, "j", match="pgn").messages] == [("pgn", True), ("pgn", True)]
    assert only(read_dbc(PLAIN, "p", match="pgn")).match == "id"


def test_spns_and_sentinels() -> None:
    torque, speed = read_dbc(J1939, "j").messages[0].groups[0].signals

    assert (speed.name, speed.spn, speed.sentinels) == ("EngineSpeed", 190, "j1939")
    assert (torque.name, torque.spn, torque.sentinels) == ("Torque", None, "none")  # signed


def test_messages_of_one_pgn_are_matched_by_their_ids() -> None:
    twice = J1939.replace("BO_ 2565865249 Request", "BO_ 2364540193 FromAnother").replace('BA_ "SPN"', '// BA_ "SPN"')

    imported = read_dbc(twice.split("BA_DEF_")[0].replace("2364540193", "2632975614"), "j")

    assert [(message.match, message.j1939) for message in imported.messages] == [("id", True), ("id", True)]
    assert all("another message has its PGN" in finding.text for finding in imported.findings)


NESTED = (
    HEAD
    + """
BO_ 100 Nested: 8 ECU
 SG_ Always : 56|8@1+ (1,0) [0|0] "" ECU
 SG_ Outer M : 0|8@1+ (1,0) [0|0] "" ECU
 SG_ Inner m1M : 8|8@1+ (1,0) [0|0] "" ECU
 SG_ Deep m0 : 16|8@1+ (1,0) [0|0] "" ECU
 SG_ Wide m2 : 8|16@1+ (1,0) [0|0] "" ECU
SG_MUL_VAL_ 100 Inner Outer 1-1;
SG_MUL_VAL_ 100 Deep Inner 0-3, 5-5, 4-4, 9-9;
SG_MUL_VAL_ 100 Wide Outer 2-3, 7-7;
"""
)


def test_nested_multiplexing_becomes_groups_with_chains_of_ranges() -> None:
    message = only(read_dbc(NESTED, "n"))

    assert [(group.condition, [signal.name for signal in group.signals]) for group in message.groups] == [
        ((), ["Outer", "Always"]),
        ((("Outer", ((1, 1),)),), ["Inner"]),
        ((("Outer", ((2, 3), (7, 7))),), ["Wide"]),
        ((("Outer", ((1, 1),)), ("Inner", ((0, 5), (9, 9)))), ["Deep"]),
    ]


def test_what_is_imported_decodes() -> None:
    engine = extractor(build_content([read_dbc(NESTED, "n"), read_dbc(J1939, "j")], {"model": [("n", None), ("j", 1)]}))

    found = rows(engine.extract(frames((0, 100, "0105070000000063"), (1, 0x18F00403 | EXTENDED, "F07D859B0FFFFF85"))))

    assert {cells for _, group in found for cells in found[_, group]} == {
        (1.0, 0), (99.0, 0), (5.0, 0), (7.0, 0), (-123.0, 0), (499.375, 0),
    }  # fmt: skip


def test_ranges_are_compressed() -> None:
    assert compress([5, 1, 2, 3, 3, 9]) == ((1, 3), (5, 5), (9, 9))
    assert compress([]) == ()


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (' SG_ Bad : 0|65@1+ (1,0) [0|0] "" ECU', "Bad left out: 65 bits are more than 64"),
        (' SG_ Bad : 505|8@1+ (1,0) [0|0] "" ECU', "Bad left out: it ends beyond byte 64"),
        (' SG_ Bad : 0|8@1+ (1,0) [5|1] "" ECU', "Bad: the limits [5|1] allow nothing and are left out"),
        (' SG_ Early : 8|8@1+ (1,0) [0|0] "" ECU', "Early left out: another signal has this name"),
    ],
)
def test_what_cannot_be_held_is_left_out_and_said(line: str, text: str) -> None:
    imported = read_dbc(PLAIN.replace(" SG_ Late", f"{line}\n SG_ Late").split("VAL_")[0], "p")

    assert text in [finding.text for finding in imported.findings]
    names = [signal.name for group in only(imported).groups for signal in group.signals]
    assert {"Late", "Early"} <= set(names)
    assert len(names) == len(set(names))


def test_a_message_that_could_never_match_is_left_out_and_one_of_the_same_name_renamed() -> None:
    again = PLAIN + '\nBO_ 292 Plain: 8 ECU\n SG_ A : 0|8@1+ (1,0) [0|0] "" ECU\n'
    again += '\nBO_ 292 Other: 8 ECU\n SG_ A : 0|8@1+ (1,0) [0|0] "" ECU\n'

    imported = read_dbc(again.replace("CM_ ", "// ").replace("VAL_ ", "// "), "p")

    assert [(message.name, message.can_id) for message in imported.messages] == [("Plain", 291), ("Plain_2", 292)]
    assert [finding.text for finding in imported.findings] == [
        "renamed Plain_2: another message has this name",
        "left out: Plain_2 matches the same frames",
    ]


def test_equal_enums_are_one() -> None:
    both = PLAIN + 'VAL_ 291 Late 0 "off" 1 "on" ;\n'

    imported = read_dbc(both, "p")

    assert [enum.name for enum in imported.enums] == ["Early"]
    assert [signal.enum for signal in only(imported).groups[0].signals] == ["Early", "Early"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        '{"format": 1}',
        PLAIN.replace("BO_ 291 Plain", "BO_ 291 2Plain"),
        PLAIN.replace("291", "4000"),
        NESTED.replace("0-3", "0-4294967295"),
    ],
)
def test_what_is_no_dbc_is_refused_with_what_to_do(text: str) -> None:
    with pytest.raises(NotADbc, match=r"DBC file.*(Export|export|narrow)"):
        read_dbc(text, "x")
