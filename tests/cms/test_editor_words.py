"""What the editor is told of the language, and what it offers to write."""

from pathlib import Path

import pytest

from duco_cms.definitions.editor_words import BLOCKS, OPTIONS, TYPES, language
from duco_cms.definitions.fixes import fixes_of
from parsing.checker.check import check
from parsing.checker.sources import Source
from parsing.checker.unit_words import UNITS
from parsing.checker.units import unit_of
from parsing.language.parser import parse
from parsing.language.parser_table import table
from parsing.language.types_of import number_type
from tests.cms.editor_golden import GOLDEN, golden

TESTS = Path(__file__).parents[1]
DIAGNOSED = [
    path for folder in ("checker/golden", "language/golden/syntax") for path in sorted((TESTS / folder).glob("*.txt"))
]


def test_the_editors_tests_know_the_language_as_it_is():
    assert GOLDEN.read_text("utf-8") == golden(), "run `python -m tests.cms.editor_golden`"


def test_words_are_the_compilers():
    told = language()
    assert set(told["words"]) == set(table().words)
    assert {"message", "golden", "test"} <= set(told["items"])
    assert told["blocks"]["event"] == sorted(["raise", "clear", "severity", "capture", "group", "cooldown", "doc"])
    assert {"scale", "spn", "range"} <= set(told["options"]["signal"])
    assert told["follow"]["raise"] == ["when"]
    assert {*BLOCKS, *OPTIONS} == {*told["blocks"], *told["options"]}
    assert all([*told["blocks"].values(), *told["options"].values()])


@pytest.mark.parametrize("unit", UNITS)
def test_units_that_are_offered_are_known(unit):
    assert unit_of(unit).known


@pytest.mark.parametrize("name", [name for name in TYPES if name != "text"])
def test_types_that_are_offered_are_known(name):
    assert number_type(name) is not None


def said_of(text):
    parsed = parse(text, "machine")
    if any(one.is_error for one in parsed.diagnostics):
        return list(parsed.diagnostics)
    return [*parsed.diagnostics, *check([Source("machine", parsed.document, text)]).diagnostics]


def test_every_fix_mends_what_it_is_offered_for():
    """Of every diagnostic that there is an example of."""
    seen, useless = 0, []
    for path in DIAGNOSED:
        text = path.read_text("utf-8").partition("\n" + "=" * 80 + "\n")[0]
        for one in said_of(text):
            for span, new in fixes_of(one, text):
                seen += 1
                after = said_of(text[: span.start] + new + text[span.end :])
                if any((each.code, each.span.start, each.why) == (one.code, one.span.start, one.why) for each in after):
                    useless.append(f"{path.stem}: {text[span.start : span.end]} → {new}")
    assert useless == []
    assert seen > 100


@pytest.mark.parametrize(
    ("text", "where", "new"),
    [
        ("derived a : f64 = 5 * sped", "sped", "speed"),
        ("event a { raise wen speed > 5 [rpm] }", "wen", "when"),
        ("event a { raise when speed > 40 rpm }", "40 rpm", "40 [rpm]"),
        ("event a { raise when speed > 400 }", "400", "400 [rpm]"),
    ],
)
def test_a_fix_replaces_what_it_is_about(text, where, new):
    text = f"message M on can 0x1 {{ timeout 1s signal speed : u16 at byte 1 [rpm] }} {text}"
    fixes = [(text[fix.span.start : fix.span.end], fix.text) for one in said_of(text) for fix in fixes_of(one, text)]
    assert (where, new) in fixes


def test_advice_that_is_no_replacement_is_no_fix():
    text = "message M on can 0x1 { signal a : u8 at byte 1 } derived b : f64 = clamp(a, 3)"
    assert [(one.code.value, fixes_of(one, text)) for one in said_of(text) if one.is_error] == [("E045", [])]
