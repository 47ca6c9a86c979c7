"""What is written as a DBC is read again as the same definitions, and what a DBC cannot say is listed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from dbc_strategies import definition_sets
from hypothesis import given, settings

from parsing.assemble import build_content
from parsing.dbc import FindingCode, encode_dbc, read_dbc, write_dbc
from parsing.dbc.multiplexing import merge
from parsing.definitions import (
    Condition,
    DefinitionSet,
    DtcList,
    Enum,
    Group,
    Message,
    Otherwise,
    Range,
    RawRange,
    Signal,
)


def told(definition_set: DefinitionSet, enums: tuple[Enum, ...] | list[Enum]) -> dict[str, Any]:
    """The definitions without ids, slots and the names of enums, which a DBC does not have."""
    values = {enum.id: enum.values for enum in enums}
    return {
        message.name: (
            replace(message, id=0, groups=()),
            {
                (tuple((name, merge(ranges)) for name, ranges in group.condition), signal.name): (
                    replace(signal, slot=0, enum=None),
                    values[signal.enum] if signal.enum is not None else None,
                )
                for group in message.groups
                for signal in group.signals
            },
        )
        for message in definition_set.messages
    }


@given(definition_sets())
@settings(max_examples=40, deadline=None)
def test_what_is_written_is_read_again(drawn: tuple[DefinitionSet, list[Enum]]) -> None:
    definition_set, enums = drawn

    text, unsayable = write_dbc(definition_set, enums)
    imported = read_dbc(encode_dbc(text), definition_set.name)

    content = build_content([imported], {})
    assert told(content.sets[0], content.enums) == told(definition_set, enums)
    assert {each.where for each in unsayable} <= {enum.name for enum in enums}
    assert imported.findings == ()


SIGNAL = Signal(0, "A", 0, 8, "little", "unsigned", 1.0, 0.0, None, None, "", None, None, "none", "")
MESSAGE = Message(1, "M", "id", 291, False, None, False, 8, None, None, "", (Group(1, (), (SIGNAL,)),))


def signals(**changed: Any) -> Message:
    return replace(MESSAGE, groups=(Group(1, (), (replace(SIGNAL, **changed),)),))


def groups(*condition: Condition, **changed: Any) -> Message:
    second = replace(SIGNAL, **{"name": "B", "start": 8, **changed})
    return replace(MESSAGE, groups=(Group(1, (), (SIGNAL,)), Group(2, condition, (second,))))


@pytest.mark.parametrize(
    ("message", "where", "text"),
    [
        (replace(MESSAGE, name="Engine speed"), "Engine speed", "name: 'Engine speed' is read as 'Engine_speed'"),
        (replace(MESSAGE, name="BO_"), "BO_", "name: 'BO_' is read as 'BO__'"),
        (replace(MESSAGE, comment="C:\\"), "M", "comment: 'C:\\\\' is read as 'C:\\\\ '"),
        (replace(MESSAGE, comment="a\rb"), "M", "comment: 'a\\rb' is read as 'a\\nb'"),
        (replace(MESSAGE, pgn=5), "M", "pgn: 5 is read as none"),
        (signals(minimum=5.0), "M.A", "maximum: none is read as 255.0"),
        (signals(maximum=5.0), "M.A", "minimum: none is read as 0.0"),
        (signals(minimum=0.0, maximum=0.0), "M.A", "minimum: 0.0 is read as none"),
        (signals(sentinels="j1939"), "M.A", "sentinels: 'j1939' is read as 'none'"),
        (signals(unit="a\nb"), "M.A", "unit: 'a\\nb' is read as 'a b'"),
        (signals(spn=2**19), "M.A", "spn: 524288 is read as none"),
        (
            signals(type="float", length=16),
            "M.A",
            "a float of 16 bits is none of the DBC format: other tools may not read it",
        ),
        (
            groups(Condition("A", (Range(-5, -1),))),
            "M.B",
            "cannot be written: a DBC cannot say the condition A = -5--1",
        ),
        (groups(Condition("A", (Range(-5, 1),))), "M.B", "condition: A = -5-1 is read as another"),
        (
            groups(Condition("Gone", (Range(1, 1),))),
            "M.B",
            "cannot be written: a DBC cannot say the condition Gone = 1-1",
        ),
        (
            replace(MESSAGE, groups=(*MESSAGE.groups, Group(2, (Condition("A", (Range(3, 4),)),), ()))),
            "M",
            "a group without signals is not written: A = 3-4",
        ),
        (groups(), "M", "groups with the same condition are read as one"),
        (replace(MESSAGE, title="Engine"), "M", "title: 'Engine' is read as ''"),
        (replace(MESSAGE, timeout=500), "M", "timeout: 500 is read as none"),
        (
            replace(MESSAGE, match="pgn", extended=True, j1939=True, pgn=0xF004, can_id=0xCF00400, source_address=0),
            "M",
            "source_address: 0 is read as none",
        ),
        (
            replace(MESSAGE, dtcs=(DtcList("active", 3, 60),)),
            "M",
            "dtcs: (DtcList(name='active', first_byte=3, ma… is read as ()",
        ),
        (
            replace(MESSAGE, groups=(Group(1, (), (SIGNAL,), "page"),)),
            "M",
            "the title of a page is not written: 'page'",
        ),
        (
            signals(not_available=RawRange(255, 255)),
            "M.A",
            "not_available: RawRange(low=255, high=255) is read as none",
        ),
        (signals(error=RawRange(1, 2)), "M.A", "error: RawRange(low=1, high=2) is read as none"),
        (groups(name="A"), "M.A", "several signals have this name: one of them is read"),
    ],
)
def test_what_a_dbc_cannot_say_is_listed(message: Message, where: str, text: str) -> None:
    _, unsayable = write_dbc(DefinitionSet(1, "set", (message,)), [])

    assert (where, text) in [(each.where, each.text) for each in unsayable]


def test_enums_that_are_not_read_as_they_are_called_are_listed() -> None:
    enums = [Enum(1, "A", ((0, "off"),)), Enum(2, "Unused", ((0, "no"),)), Enum(3, "Twin", ((0, "off"),))]
    second = replace(SIGNAL, name="B", start=8, enum=3)
    message = replace(MESSAGE, groups=(Group(1, (), (replace(SIGNAL, enum=1), second)),))

    _, unsayable = write_dbc(DefinitionSet(1, "set", (message,)), enums)

    assert [(each.where, each.text) for each in unsayable] == [
        ("Unused", "an enum that no signal uses is not written"),
        ("Twin", "the enum's name is read as A"),
    ]


def test_what_an_enum_has_beside_values_is_listed() -> None:
    enum = Enum(1, "A", ((0, "off"),), "u2", ((0, "It is off"),), Otherwise("reserved", ""))
    message = replace(MESSAGE, groups=(Group(1, (), (replace(SIGNAL, enum=1),)),))

    _, unsayable = write_dbc(DefinitionSet(1, "set", (message,)), [enum])

    assert [(each.where, each.text) for each in unsayable] == [
        ("A", "not written: its type, 'u2'"),
        ("A", "not written: its titles, ((0, 'It is off'),)"),
        ("A", "not written: its name for other numbers, Otherwise(name='reserved', title='')"),
    ]


def test_a_message_that_another_hides_is_listed() -> None:
    _, unsayable = write_dbc(DefinitionSet(1, "set", (MESSAGE, replace(MESSAGE, name="N"))), [])

    assert [(each.where, each.text) for each in unsayable] == [
        ("N", "is not read: another message matches the same frames")
    ]


def test_a_message_matched_by_pgn_stays_so() -> None:
    plain = replace(MESSAGE, match="pgn", extended=True, pgn=0xF004, j1939=True, groups=())
    bare = replace(plain, name="Bare", can_id=0xFECA, pgn=0xFECA)

    text, _ = write_dbc(DefinitionSet(1, "set", (replace(plain, can_id=0x0CF00421), bare)), [])

    imported = read_dbc(text, "set")
    assert [(message.match, message.pgn, message.can_id) for message in imported.messages] == [
        ("pgn", 0xF004, 0x0CF00421),
        ("pgn", 0xFECA, 0x18FECAFE),
    ]


@pytest.mark.parametrize(("unit", "encoding"), [("m", "ascii"), ("°C", "cp1252"), ("Ω", "utf-8"), ("Ã©", "utf-8")])
def test_the_encoding_is_windows_1252_where_that_cannot_be_mistaken(unit: str, encoding: str) -> None:
    text, _ = write_dbc(DefinitionSet(1, "set", (signals(unit=unit),)), [])

    file = encode_dbc(text)

    assert file == text.encode(encoding)
    imported = read_dbc(file, "set")
    assert imported.messages[0].groups[0].signals[0].unit == unit
    assert FindingCode.BAD_CHARACTERS not in {finding.code for finding in imported.findings}
