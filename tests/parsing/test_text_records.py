"""Records become a tree, that a text, and the text the same records again; and a text that records gave, itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings

from parsing.dbc import NotADbc, read_dbc
from parsing.dbc.records import ImportedSet
from parsing.definitions import RawRange
from parsing.language.definitions_of import imported_set
from parsing.language.document_of import document_of
from parsing.language.formatter import format_document
from parsing.language.parser import parse
from tests.parsing.text_strategies import imported_sets

SHARED = Path(__file__).parents[3] / "shared" / "data"
RECORDED = sorted(SHARED.glob("0*/**/*.dbc"))


def text_of(imported: ImportedSet) -> str:
    return format_document(document_of(imported))


def read(text: str) -> ImportedSet:
    parsed = parse(text)
    assert parsed.diagnostics == ()
    return imported_set("set", parsed.document)


@given(imported_sets())
@settings(max_examples=60, deadline=None)
def test_records_become_text_and_the_same_records_again(imported: ImportedSet) -> None:
    text = text_of(imported)

    assert read(text) == imported
    assert text_of(read(text)) == text


@pytest.mark.shared_data
@pytest.mark.skipif(not RECORDED, reason="the recorded DBC files are not there")
@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_recorded_dbc_files_become_texts_and_the_same_records_again(path: Path) -> None:
    try:
        imported = replace(read_dbc(path.read_bytes(), "set"), findings=())
    except NotADbc:
        pytest.skip("no DBC file")
    text = text_of(imported)

    assert read(text) == with_plain_units(imported)
    assert text_of(read(text)) == text


def with_plain_units(imported: ImportedSet) -> ImportedSet:
    """A text has no unit of a space."""
    messages = []
    for message in imported.messages:
        groups = [
            replace(group, signals=tuple(replace(signal, unit=signal.unit.strip()) for signal in group.signals))
            for group in message.groups
        ]
        messages.append(replace(message, groups=tuple(groups)))
    return replace(imported, messages=tuple(messages))


ENUM = "enum Lamp : u2 { 0 = off 2 = error 3 = not_available }"


@pytest.mark.parametrize(
    ("signal", "not_available", "error"),
    [
        ("signal a : Lamp at bit 0", (3, 3), (2, 2)),
        ("signal a : u8 enum Lamp at bit 0", (3, 3), (2, 2)),
        ("signal a : Lamp at bit 0 na 1", (1, 1), (2, 2)),
        ("signal a : f32 enum Lamp at bit 0", None, None),
        ("signal a : u8 at bit 0 na 0xF0..0xFF error 7", (0xF0, 0xFF), (7, 7)),
        ("signal a : u8 at bit 0 na 0xF0..0x100", None, None),
        ("signal a : i8 at bit 0 na -128 error 128", (-128, -128), None),
    ],
)
def test_sentinels_are_said_by_the_signal_else_by_its_enum(
    signal: str, not_available: tuple[int, int] | None, error: tuple[int, int] | None
) -> None:
    imported = read(f"{ENUM} message M on can 0x123 {{ length 8 {signal} }}")

    (found,) = imported.messages[0].groups[0].signals
    assert found.not_available == (RawRange(*not_available) if not_available else None)
    assert found.error == (RawRange(*error) if error else None)
    # What the enum says is not written again.
    text = text_of(imported)
    assert text_of(read(text)) == text
    assert ("na 0x3" in text) == (" na 3" in signal)


def test_members_of_a_quality_s_name_are_it_where_no_other_number_is_between_them() -> None:
    text = (
        "enum E : u4 {{ 8 = error 9 = error {last} = error }} message M on can 0x1 {{ length 8 signal a : E at bit 0 }}"
    )

    (apart,), (together,) = (read(text.format(last=last)).messages[0].groups[0].signals for last in (11, 10))

    assert (apart.error, together.error) == (None, RawRange(8, 10))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("can 0x123", ("id", 0x123, False, None, None)),
        ("can 0x00000123", ("id", 0x123, True, None, None)),
        ("j1939 pgn 61444", ("pgn", 0x18F004FE, True, 61444, None)),
        ("j1939 pgn 61444 sa 0x21", ("pgn", 0x18F00421, True, 61444, 0x21)),
        ("j1939 pgn 61444 sa * id 0x0CF00400", ("pgn", 0x0CF00400, True, 61444, None)),
        ("j1939 pgn 0xEA00", ("pgn", 0x18EA00FE, True, 0xEA00, None)),
        ("j1939 id 0x18EAFF21", ("id", 0x18EAFF21, True, 0xEA00, None)),
    ],
)
def test_which_frames_a_message_is(source: str, expected: tuple[str, int, bool, int | None, int | None]) -> None:
    (message,) = read(f"message M on {source} {{ length 8 signal a : u8 at byte 1 }}").messages

    found = (message.match, message.can_id, message.extended, message.pgn, message.source_address)
    assert found == expected
    assert message.j1939 == source.startswith("j1939")


def test_what_cannot_be_used_is_left_out() -> None:
    parsed = parse("""
        message Bad on j1939 pgn 60001 { signal a : u8 at byte 1 }
        message Far on j1939 pgn 61444 sa 254 { signal a : u8 at byte 1 }
        message M on can 0x1 {
            signal a : u8 at byte 1
            signal a : u8 at byte 2
            signal b : text at byte 2
            signal c : u65 at byte 2
            signal d : Nothing at byte 2
            signal e : u64 at byte 1780
            signal f : u8 at $.f
            signal g : u8 at byte 12 range 5..1
            mux a { case 1 { signal h : u8 at byte 3 } }
            mux missing { case 1 { signal i : u8 at byte 3 } }
        }
        message M on can 0x2 { signal z : u8 at byte 1 }
        message Same on can 0x1 { signal z : u8 at byte 1 }
    """)

    (message,) = imported_set("set", parsed.document).messages

    assert [(group.condition, [signal.name for signal in group.signals]) for group in message.groups] == [
        ((), ["a", "g"]),
        ((("a", ((1, 1),)),), ["h"]),
    ]
    assert (message.groups[0].signals[1].minimum, message.length) == (None, 12)
