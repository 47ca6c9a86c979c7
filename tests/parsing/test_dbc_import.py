"""DBC files become definitions; what cannot be held is said, and only what is no DBC is refused."""

from __future__ import annotations

import subprocess
import sys

import pytest
from definition_samples import EXTENDED, extractor, frames, rows

from parsing.assemble import build_content, document_of
from parsing.dbc import FindingCode, ImportedMessage, ImportedSet, NotADbc, read_dbc
from parsing.dbc.findings import MOST_OF_A_CODE
from parsing.dbc.multiplexing import merge
from parsing.definitions import Range

HEAD = 'VERSION ""\nNS_ :\n\tCM_\n\tVAL_\nBS_:\nBU_:\n'

PLAIN = (
    HEAD
    + """
BO_ 291 Plain: 8 Vector__XXX
 SG_ Late : 15|16@0- (0.5,-10) [-100|100] "°C" Vector__XXX
 SG_ Early : 0|8@1+ (1,0) [0|0] "" Vector__XXX
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
BO_ 2364540158 EEC1: 8 Vector__XXX
 SG_ EngineSpeed : 24|16@1+ (0.125,0) [0|8031.875] "rpm" Vector__XXX
 SG_ Torque : 16|8@1- (1,0) [0|0] "%" Vector__XXX
BO_ 2565865249 Request: 3 Vector__XXX
 SG_ Wanted : 0|24@1+ (1,0) [0|0] "" Vector__XXX
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
    assert [(finding.line, finding.code) for finding in imported.findings] == [
        (8, FindingCode.SHARED_PGN),
        (11, FindingCode.SHARED_PGN),
    ]


NESTED = (
    HEAD
    + """
BO_ 100 Nested: 8 Vector__XXX
 SG_ Always : 56|8@1+ (1,0) [0|0] "" Vector__XXX
 SG_ Outer M : 0|8@1+ (1,0) [0|0] "" Vector__XXX
 SG_ Inner m1M : 8|8@1+ (1,0) [0|0] "" Vector__XXX
 SG_ Deep m0 : 16|8@1+ (1,0) [0|0] "" Vector__XXX
 SG_ Wide m2 : 8|16@1+ (1,0) [0|0] "" Vector__XXX
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
        ((("Outer", ((1, 1),)), ("Inner", ((0, 5), (9, 9)))), ["Deep"]),
        ((("Outer", ((2, 3), (7, 7))),), ["Wide"]),
    ]


def test_what_is_imported_decodes() -> None:
    engine = extractor(
        document_of(build_content([read_dbc(NESTED, "n"), read_dbc(J1939, "j")], {"model": [("n", None), ("j", 1)]}))
    )

    found = rows(engine.extract(frames((0, 100, "0105070000000063"), (1, 0x18F00403 | EXTENDED, "F07D859B0FFFFF85"))))

    assert {cells for _, group in found for cells in found[_, group]} == {
        (1.0, 0), (99.0, 0), (5.0, 0), (7.0, 0), (-123.0, 0), (499.375, 0),
    }  # fmt: skip


def test_ranges_are_merged() -> None:
    assert merge([Range(5, 9), Range(1, 1), Range(2, 3), Range(7, 8)]) == ((1, 3), (5, 9))
    assert merge([]) == ()


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (' SG_ Bad : 0|65@1+ (1,0) [0|0] "" Vector__XXX', "Bad left out: it has 65 bits; 1 to 64 are possible"),
        (' SG_ Bad : 14273|8@1+ (1,0) [0|0] "" Vector__XXX', "Bad left out: it ends beyond byte 1785"),
        (' SG_ Bad : 0|8@1+ (1,0) [5|1] "" Vector__XXX', "Bad: the limits [5|1] allow nothing and are left out"),
        (' SG_ Early : 8|8@1+ (1,0) [0|0] "" Vector__XXX', "Early left out: another signal, of line 9, has this name"),
    ],
)
def test_what_cannot_be_held_is_left_out_and_said(line: str, text: str) -> None:
    imported = read_dbc(PLAIN.replace(" SG_ Late", f"{line}\n SG_ Late").split("VAL_ 291")[0], "p")

    assert text in [finding.text for finding in imported.findings]
    names = [signal.name for group in only(imported).groups for signal in group.signals]
    assert {"Late", "Early"} <= set(names)
    assert len(names) == len(set(names))


def test_a_message_that_could_never_match_is_left_out_and_one_of_the_same_name_renamed() -> None:
    again = PLAIN + '\nBO_ 292 Plain: 8 Vector__XXX\n SG_ A : 0|8@1+ (1,0) [0|0] "" Vector__XXX\n'
    again += '\nBO_ 292 Other: 8 Vector__XXX\n SG_ A : 0|8@1+ (1,0) [0|0] "" Vector__XXX\n'

    imported = read_dbc(again.replace("CM_ ", "// ").replace("VAL_ ", "// "), "p")

    assert [(message.name, message.can_id) for message in imported.messages] == [("Plain", 291), ("Plain_2", 292)]
    assert [(finding.line, finding.code, finding.text) for finding in imported.findings] == [
        (15, FindingCode.REPEATED_MESSAGE, "renamed Plain_2: another message has this name"),
        (18, FindingCode.SAME_FRAMES, "left out: Plain_2 matches the same frames"),
    ]


def test_equal_enums_are_one() -> None:
    both = PLAIN + 'VAL_ 291 Late 0 "off" 1 "on" ;\n'

    imported = read_dbc(both, "p")

    assert [enum.name for enum in imported.enums] == ["Early"]
    assert [signal.enum for signal in only(imported).groups[0].signals] == ["Early", "Early"]


@pytest.mark.parametrize("text", ["", "hello", '{"format": 1}', "BO_ torn", "\0" * 100])
def test_what_is_no_dbc_is_refused_with_what_to_do(text: str) -> None:
    with pytest.raises(NotADbc, match=r"not a DBC file.*Export"):
        read_dbc(text, "x")


def test_a_file_without_messages_is_empty_and_says_so() -> None:
    imported = read_dbc(HEAD, "x")

    assert (imported.messages, imported.enums) == ((), ())
    assert [finding.code for finding in imported.findings] == [FindingCode.NO_MESSAGES]


BARE = (
    HEAD
    + """
BO_ 2147545092 EEC1: 8 Vector__XXX
 SG_ EngineSpeed : 24|16@1+ (0.125,0) [0|8031.875] "rpm" Vector__XXX
BO_ 2147544830 EndsInFE: 8 Vector__XXX
 SG_ A : 0|8@1+ (1,0) [0|0] "" Vector__XXX
BO_ 2147492352 ProprietaryA: 8 Vector__XXX
 SG_ A : 0|8@1+ (1,0) [0|0] "" Vector__XXX
BO_ 291 Standard: 8 Vector__XXX
 SG_ A : 0|8@1+ (1,0) [0|0] "" Vector__XXX
"""
)


def test_bare_pgns_are_ids_until_the_caller_says_that_they_are_pgns() -> None:
    auto, by_pgn = read_dbc(BARE, "b"), read_dbc(BARE, "b", match="pgn")

    assert {(message.match, message.pgn, message.j1939) for message in auto.messages} == {("id", None, False)}
    assert [finding.code for finding in auto.findings] == [FindingCode.BARE_PGNS]
    assert [(message.match, message.can_id, message.pgn) for message in by_pgn.messages] == [
        ("pgn", 0xF004, 0xF004),
        ("pgn", 0xEEFE, 0xEE00),
        ("pgn", 0x2200, 0x2200),
        ("id", 291, None),
    ]
    assert by_pgn.findings == ()


def test_one_whole_29_bit_id_says_that_the_others_are_none_but_ids() -> None:
    imported = read_dbc(BARE + "BO_ 2566834686 Whole: 8 Vector__XXX\n", "b", match="pgn")

    assert imported.messages[0].pgn == 0


ATTRIBUTES = """
BA_DEF_ BO_ "GenMsgCycleTime" INT 0 65535;
BA_DEF_DEF_ "GenMsgCycleTime" 100;
BA_DEF_DEF_ "VFrameFormat" "ExtendedCAN";
"""


@pytest.mark.parametrize(
    ("said", "cycle_time", "frame_format"),
    [
        ("", 100, "extended"),
        ('BA_ "GenMsgCycleTime" BO_ 2364540158 0;', None, "extended"),
        ('BA_ "GenMsgCycleTime" BO_ 2364540158 12.0;', 12, "extended"),
        ('BA_ "VFrameFormat" BO_ 2364540158 3;', 100, "j1939"),
        ('BA_ "VFrameFormat" BO_ 2364540158 "ExtendedCAN_FD";', 100, "extended_fd"),
        ('BA_ "VFrameFormat" BO_ 2364540158 15;', 100, "extended_fd"),  # Vector's number: the file defines no ENUM
        ('BA_ "VFrameFormat" BO_ 2364540158 2;', 100, None),
        ('BA_DEF_ BO_ "VFrameFormat" ENUM "J1939PG","x";\nBA_ "VFrameFormat" BO_ 2364540158 0;', 100, "j1939"),
    ],
)
def test_cycle_times_and_frame_formats(said: str, cycle_time: int | None, frame_format: str | None) -> None:
    imported = read_dbc(J1939.split("BA_DEF_")[0] + ATTRIBUTES + said, "a")

    message = imported.messages[0]
    assert (message.cycle_time, message.frame_format, imported.findings) == (cycle_time, frame_format, ())


def test_endless_ranges_stay_ranges() -> None:
    message = only(read_dbc(NESTED.replace("0-3", "0-4294967295"), "n"))

    assert message.groups[2].condition[1].ranges == ((0, 4_294_967_295),)


def test_bytes_that_are_no_characters_are_found() -> None:
    imported = read_dbc(PLAIN.encode("cp1252").replace(b'"a signal"', b'"\x81"'), "p")

    assert [(finding.line, finding.code) for finding in imported.findings] == [(12, FindingCode.BAD_CHARACTERS)]


def test_of_one_kind_of_findings_the_first_are_listed_and_the_others_counted() -> None:
    unknown = "".join(f'CM_ SG_ 291 Unknown{number} "text";\n' for number in range(MOST_OF_A_CODE + 5))

    found = read_dbc(PLAIN + unknown, "p").findings

    assert len(found) == MOST_OF_A_CODE + 1
    assert (found[-1].line, found[-1].text) == (None, "5 more of this kind")


def test_more_than_the_bounds_is_left_out_and_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("parsing.dbc.scanner.MOST_MESSAGES", 1)
    monkeypatch.setattr("parsing.dbc.scanner.MOST_SIGNALS", 1)

    imported = read_dbc(PLAIN + "BO_ 292 Second: 8 Vector__XXX\n" + ' SG_ A : 0|8@1+ (1,0) [0|0] "" Vector__XXX\n', "p")

    assert [signal.name for signal in only(imported).groups[0].signals] == ["Late"]
    assert [(finding.line, finding.text) for finding in imported.findings if finding.code == "too_much"] == [
        (10, "Early left out: over 1 signals"),
        (14, "Second left out: over 1 messages"),
    ]


SIGNAL = '"" Vector__XXX\n'


@pytest.mark.parametrize(
    "text",
    [
        'CM_ "\n' * 50_000,
        'CM_ "' + '\\"' * 500_000,
        "BO_ 1 A: 8 X\nVAL_ 1 A " + '0 "x" ' * 100_000,
        "SG_ " + "a" * 1_000_000,
        "SG_ a" + " " * 1_000_000,
        "".join(f"BO_ {number} A: 8 X\n" for number in range(20_000)),
        "BO_ 1 A: 8 X\n" + "".join(f" SG_ A{number} m1M : 0|8@1+ (1,0) [0|0] {SIGNAL}" for number in range(60_000)),
        "BO_ 1 A: 8 X\n"
        + "".join(f" SG_ A{number} m1M : 0|8@1+ (1,0) [0|0] {SIGNAL}" for number in range(10_000))
        + "".join(f"SG_MUL_VAL_ 1 A{number} A{number + 1} 1-1;\n" for number in range(10_000)),
        "BO_ 1 A: 8 X\n" + f" SG_ A : 0|8@1+ (1,0) [0|0] {SIGNAL}" * 30_000,
        "NS_ :\n" + "\n" * 1_000_000,
        "1" * 1_000_000,
    ],
    ids=range(11),
)
@pytest.mark.timeout(30)
def test_reading_takes_linear_time_whatever_the_text(text: str) -> None:
    assert isinstance(read_dbc(HEAD + text, "h"), ImportedSet)


def test_the_reader_is_light() -> None:
    code = "import sys, parsing.dbc; print({'pydantic', 'cantools', 'numpy', 'pyarrow'} & set(sys.modules))"

    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True).stdout == b"set()\n"


def test_by_pgn_the_first_of_several_senders_gets_all_the_others() -> None:
    text = HEAD + "".join(
        f'BO_ {can_id} {name}: 8 ECU\n SG_ S : 0|8@1+ (1,0) [0|0] "" ECU\n'
        for name, can_id in (("Any", 2364540158), ("FromZero", 2364539904), ("Again", 2364540158))
    )

    imported = read_dbc(text, "s", match="pgn")

    assert [(message.name, message.match) for message in imported.messages] == [("Any", "pgn"), ("FromZero", "id")]
    assert {"matched by id: another message has its PGN", "left out: Any matches the same frames"} <= {
        finding.text for finding in imported.findings
    }
