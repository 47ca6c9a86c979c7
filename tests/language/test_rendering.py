"""Diagnostics as people and programs get them."""

from __future__ import annotations

from parsing.language.ast import Span
from parsing.language.codes import TITLES, DiagnosticCode
from parsing.language.diagnostics import Diagnostic, Related
from parsing.language.positions import position_of
from parsing.language.rendering import render, to_json

TEXT = "# one\nderived specific_fuel : f64 [kN] = pump1_pressure * pump1_flow\n"


def at(text, marked, why="here", advice="", related=(), file="f.duco", subject="x"):
    start = text.index(marked)
    span = Span(start, start + len(marked))
    return Diagnostic(DiagnosticCode.UNIT_MISMATCH, file, span, subject, why, advice, related)


def test_the_look():
    one = at(TEXT, "[kN]", "[bar]·[L/min] is a power (kW), not a force", "use:  [kW]", subject="specific_fuel")
    assert render(one, TEXT) == (
        "E021 unit mismatch                                     specific_fuel, f.duco:2:29\n"
        "  derived specific_fuel : f64 [kN] = pump1_pressure * pump1_flow\n"
        "                              ^^^^   [bar]·[L/min] is a power (kW), not a force\n"
        "  use:  [kW]\n"
    )


def test_without_file_and_subject():
    assert render(at(TEXT, "[kN]", file="", subject=""), TEXT).splitlines()[0].endswith(" line 2, column 29")


def test_several_lines_of_why_and_help():
    lines = render(at(TEXT, "[kN]", "first\nsecond", "do\nthis"), TEXT).splitlines()
    assert lines[2].index("first") == lines[3].index("second")
    assert lines[4:] == ["  do", "  this"]


def test_indentation_tabs_and_wide_characters_keep_the_mark_in_place():
    text = '\tconst "温度" é\tbad = 5\n'
    shown, mark = render(at(text, "bad"), text).splitlines()[1:3]
    assert shown == '  const "温度" é    bad = 5'
    assert mark == "  " + " " * (len('const "温度" é    ') + 2) + "^^^   here"


def test_what_cannot_be_seen_takes_a_place():
    text = "const a = \u200b\x005\n"
    shown, mark = render(at(text, "\x00"), text).splitlines()[1:3]
    assert shown == "  const a = ··5"
    assert mark.index("^") == shown.index("·5")


def test_long_lines_are_cut_around_the_mark():
    text = "a " * 500 + "bad " + "b " * 500 + "\n"
    shown, mark = render(at(text, "bad"), text).splitlines()[1:3]
    assert len(shown) < 120
    assert shown.strip().startswith("…")
    assert shown.endswith("…")
    assert shown[mark.index("^") :].startswith("bad")


def test_of_several_lines_the_first_is_marked():
    text = "check a {\n    expect b\n}\n"
    lines = render(at(text, "a {\n    expect b"), text).splitlines()
    assert lines[1:3] == ["  check a {", "        ^^^   here"]


def test_the_end_of_the_text_is_marked_too():
    one = Diagnostic(DiagnosticCode.UNEXPECTED, "", Span(4, 4), "", "why", "")
    assert render(one, "a b\n").splitlines()[1:] == ["  ", "  ^   why"]


def test_related_places():
    text = "a\nb\n"
    related = (Related("f.duco", Span(2, 3), "first"), Related("g.duco", Span(7, 8), "second"))
    assert render(at(text, "a", related=related), text).splitlines()[-2:] == [
        "  line 2, column 1: first",
        "  g.duco: second",
    ]


def test_json():
    related = (Related("f.duco", Span(0, 5), "first"), Related("g.duco", Span(0, 5), "second"))
    assert to_json(at(TEXT, "[kN]", "why", "help", related), TEXT) == {
        "code": "E021",
        "severity": "error",
        "title": "unit mismatch",
        "file": "f.duco",
        "line": 2,
        "column": 29,
        "end_line": 2,
        "end_column": 33,
        "subject": "x",
        "why": "why",
        "help": "help",
        "related": [
            {"file": "f.duco", "text": "first", "line": 1, "column": 1, "end_line": 1, "end_column": 6},
            {"file": "g.duco", "text": "second"},
        ],
    }


def test_positions():
    assert [position_of("a\nbc", offset)[:] for offset in range(6)] == [(1, 1), (1, 2), (2, 1), (2, 2), (2, 3), (2, 3)]


def test_every_code_has_a_title():
    assert set(TITLES) == set(DiagnosticCode)
