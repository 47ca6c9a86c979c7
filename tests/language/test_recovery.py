"""After errors: one mistake costs no more than it must, and no text is too odd."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from parsing.language import ast
from parsing.language.codes import DiagnosticCode
from parsing.language.formatter import format_document
from parsing.language.parser import parse
from parsing.language.parser_table import table
from parsing.language.printing_expressions import expression
from tests.language.examples import EXAMPLE


def test_a_bad_signal_costs_no_other():
    parsed = parse("""
message A on can 0x123 {
    timeout 5s
    signal a : u8 at nowhere
    signal b : u8 at byte 2 range 0..x
    signal : u8 at byte 2
    mux a { case 0 { signal c u8 byte 3 } case 1 { signal d : at } case 2 { signal e : u8 at byte 4 } else reject }
    signal f : u8 at byte 5
}
enum E { 0 = a  1 = b }
""")
    message, enum = parsed.document.items
    assert [one.name.text for one in message.members if isinstance(one, ast.Signal)] == ["b", "f"]
    cases = message.members[1].cases
    assert [[one.name.text for one in case.members] for case in cases] == [["c"], [], ["e"]]
    assert message.members[1].has_else
    assert message.timeout == 5_000_000
    assert len(enum.members) == 2
    assert len(parsed.diagnostics) >= 5


def test_several_items_with_errors_are_all_told_and_those_between_are_read():
    parsed = parse("const a = = 5\nconst b = 6\nderived c = 5\nevent d { raise }\nconst e = 7\n")
    assert [item.name.text for item in parsed.document.items] == ["b", "e"]
    assert [one.subject for one in parsed.diagnostics] == ["a", "c", "d"]


def test_an_open_brace_ends_where_the_next_item_begins():
    parsed = parse("message A on can 0x123 {\n signal a : u8 at byte 1\nmessage B on can 0x124 {\n}\nconst c = 1\n")
    assert [item.name.text for item in parsed.document.items] == ["A", "B", "c"]
    assert parsed.document.items[0].members[0].name.text == "a"
    assert [one.code for one in parsed.diagnostics] == [DiagnosticCode.NOT_CLOSED]


def test_a_clause_with_an_error_costs_no_other():
    (event,) = parse("""
event hot {
    raise when a > 5
    clear when a <> > 4 for 3s
    capture b c
    severity critical
}
""").document.items
    assert event.severity == "critical"
    assert [expression(one) for one in event.capture] == ["b", "c"]


WORDS = st.sampled_from(
    sorted(table().words)
    + sorted(table().signs)
    + ["a", "1", "0x12", '"t"', "[rpm]", "5s", "$.a", 'x"00"', "\n", "2.5", "#c\n"]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(WORDS, max_size=60).map(" ".join) | st.text(max_size=200))
def test_no_text_raises_and_all_that_is_found_stands_in_it(text):
    parsed = parse(text)
    for one in parsed.diagnostics:
        assert 0 <= one.span.start <= one.span.end <= len(text)
        assert one.why
        assert one.help
    if not parsed.diagnostics:
        assert parse(format_document(parsed.document)).diagnostics == ()


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_change_of_a_good_text_is_survived(data):
    """As an editor sees it while somebody types."""
    place = data.draw(st.integers(0, len(EXAMPLE)))
    gone = data.draw(st.integers(0, 30))
    put = data.draw(st.text(max_size=3) | WORDS)
    parsed = parse(EXAMPLE[:place] + put + EXAMPLE[place + gone :])
    assert parsed.document.items
