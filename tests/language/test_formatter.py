"""The formatter: what it writes reads back to the same tree, and is written the same again."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsing.language.ast import Document
from parsing.language.formatter import format_document
from parsing.language.lexing import Tokens
from parsing.language.parser import parse
from parsing.language.types_of import Enums
from tests.language.examples import EXAMPLE
from tests.language.strategies import DOCUMENTS
from tests.language.trees import bare, comments_of


def formatted(text):
    parsed = parse(text)
    assert parsed.diagnostics == ()
    return format_document(parsed.document)


@settings(max_examples=150, deadline=None)
@given(DOCUMENTS)
def test_what_is_written_reads_back(document):
    text = format_document(document)
    parsed = parse(text)
    assert parsed.diagnostics == ()
    assert bare(parsed.document) == bare(document)
    assert format_document(parsed.document) == text


def test_the_example_is_written_as_it_stands():
    assert formatted(EXAMPLE) == EXAMPLE


NAMED = """\
message NAME on can 0x123 {
    timeout 1s
    signal NAME : u8 at byte 1
    signal x    : NAME at bit 8
}

log NAME on vehicle_log {
    signal NAME : text at $.NAME
    severity from NAME {
        "V" -> info
        else -> error
    }
}

derived NAME : bool = NAME > 5 and NAME.NAME == NAME

event e {
    raise when NAME for 5s
    capture NAME, x
}

golden "sample" for NAME {
    bytes x"00"
    expect { NAME = 1  x = NAME  NAME is ok }
}

test "t" {
    at 0s set NAME = 5, x = NAME
    at 1s expect NAME is raised
}
"""


@pytest.mark.parametrize("word", ["message", "log", "event", "check", "test", "report", "enum", "const", "derived"])
def test_a_word_that_begins_items_is_a_plain_name_elsewhere(word):
    written = formatted(NAMED.replace("NAME", word))
    assert f"`{word}`" not in written
    assert bare(parse(written).document) == bare(parse(NAMED.replace("NAME", f"`{word}`")).document)


GAPS = [" ", "\n", "\n\n", " # note\n", "\n# one\n#  two\n", " # note\n# below\n"]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 40))
def test_comments_anywhere_are_kept(seed, plain):
    """Between any two tokens, however many have none."""
    random = Random(seed)  # noqa: S311 - repeatable
    tokens = [one.text for one in Tokens(EXAMPLE)]
    text = "".join(one + random.choice([" "] * plain + GAPS) for one in tokens)
    again = formatted(text)
    assert comments_of(again) == comments_of(text)
    assert bare(parse(again).document.items, remarks=False) == bare(parse(EXAMPLE).document.items, remarks=False)
    assert formatted(again) == again


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("const a=1.50", "const a = 1.5\n"),
        ("const a=18446744073709551615", "const a = 18446744073709551615\n"),
        ("const a = 5.0", "const a = 5.0\n"),
        ("const a = 1e22", "const a = 1e+22\n"),
        ("const a = ((1 + 2)) * (3)", "const a = (1 + 2) * 3\n"),
        ("const a = 1 - (2 - 3)", "const a = 1 - (2 - 3)\n"),
        ("const a = (1 - 2) - 3", "const a = 1 - 2 - 3\n"),
        ("const a = not (b and c)", "const a = not (b and c)\n"),
        ("const a = (b == c) == d", "const a = (b == c) == d\n"),
        ("const a = 60000ms", "const a = 1min\n"),
        ("const a = 90min", "const a = 90min\n"),
        ("const a = 1.5ms", "const a = 1.5ms\n"),
        ("const a = 20.5s", "const a = 20.5s\n"),
        ("const a = 1250ms", "const a = 1.25s\n"),
        ("const a = 0.5s", "const a = 500ms\n"),
        ("const a = 1.0005s", "const a = 1000.5ms\n"),
        ("const a = 1.5min", "const a = 90s\n"),
        ("enum A { 0x0F = b  else = c }", "enum A {\n    15 = b\n    else = c\n}\n"),
        ("message A on can 0x123 { transport bam }", "message A on can 0x123 {\n}\n"),
        ("message A on j1939 pgn 0xF004 sa * { }", "message A on j1939 pgn 61444 {\n}\n"),
        ("position A on topic b { }", "position A on b {\n}\n"),
        (
            "message A on can 0x123 { mux b { case 1..1 { } else { reject other } } }",
            "message A on can 0x123 {\n    mux b {\n        case 1 {\n        }\n        else reject\n    }\n}\n",
        ),
        (
            "message A on can 0x123 { signal b : u8 at bit 16 na 255 signal c : u8 at bit 7 be }",
            "message A on can 0x123 {\n    signal b : u8 at byte 3    na 0xFF\n    signal c : u8 at byte 1 be\n}\n",
        ),
    ],
)
def test_one_way_to_write_each(text, written):
    assert formatted(text) == written


@pytest.mark.parametrize(
    ("place", "written"),
    [
        ("u4 at byte 1.5", "u4 at bit 4"),
        ("u4 at byte 1", "u4 at bit 0"),
        ("u12 at byte 2 be", "u12 at bit 15 be"),
        ("bool at byte 2", "bool at bit 8"),
        ("u16 at bit 8", "u16 at byte 2"),
        ("u16 at bit 9", "u16 at bit 9"),
        ("Six at byte 2", "Six at bit 8"),
        ("Eight at bit 8", "Eight at byte 2"),
        ("u8 enum Six at bit 8", "u8 enum Six at byte 2"),
        ("Unknown at bit 8", "Unknown at byte 2"),
    ],
)
def test_what_has_whole_bytes_stands_at_a_byte(place, written):
    enums = "enum Six : u6 { 0 = a }\nenum Eight : u8 { 0 = a }"
    text = f"message A on can 0x123 {{ mux b {{ case 1 {{ signal c : {place} }} }} }} {enums}"
    assert f" signal c : {written}\n" in formatted(text)


def test_long_lines_are_broken_between_parts():
    condition = " and ".join(f"some_signal_{number} > {number} [bar]" for number in range(8))
    text = formatted(f'check a {{ when {condition} for 10s expect b is valid else flag error "{"x" * 60}" drop b }}')
    lines = text.splitlines()
    assert max(map(len, lines)) <= 110
    assert lines[1].startswith("    when some_signal_0 > 0 [bar] and ")
    assert lines[2].startswith("        and ")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("# machine\n\nconst a = 1", "# machine\n\nconst a = 1\n"),
        ("# machine\nconst a = 1", "# machine\nconst a = 1\n"),
        ("\n# one\n\n\n#two\n \n# of a\nconst a = 1 # behind", "# one\n# two\n\n# of a\nconst a = 1  # behind\n"),
        ("# machine\n\nconst a = 1\n# end", "# machine\n\nconst a = 1\n\n# end\n"),
        ("const a = 1\n# of b\n\nconst b = 2", "const a = 1\n\n# of b\nconst b = 2\n"),
    ],
)
def test_comments_above_an_empty_line_at_the_top_are_the_whole_text_s(text, written):
    assert formatted(text) == written
    assert formatted(written) == written


def test_a_part_of_a_set_is_written_as_in_the_whole():
    items = parse("enum E : u4 { 0 = a } message A on can 0x123 { signal b : E at byte 1 }").document.items
    enums, message = Enums(items[:1]), Document(items[1:])
    assert format_document(message, enums) == "message A on can 0x123 {\n    signal b : E at bit 0\n}\n"


def test_an_empty_document():
    assert formatted("") == ""
    assert formatted("# only this\n\n# and this\n") == "# only this\n# and this\n"
