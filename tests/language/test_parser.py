"""Texts to trees: what is written stands in the tree, and one mistake costs no more than it must."""

from __future__ import annotations

import gc
import inspect

import pytest

from parsing.language import ast, expressions
from parsing.language.building import Builder
from parsing.language.codes import DiagnosticCode
from parsing.language.formatter import format_document
from parsing.language.parser import parse
from parsing.language.parser_table import table
from parsing.language.printing_expressions import expression
from tests.conftest import SHARED_DATA
from tests.language.examples import EXAMPLE
from tests.language.trees import bare

SHARED_EXAMPLES = sorted((SHARED_DATA.parent / "docs" / "language").glob("*.duco"))


def read(text):
    parsed = parse(text, "x.duco")
    assert parsed.diagnostics == ()
    return parsed.document.items


def signal(options):
    (message,) = read(f"message A on can 0x123 {{ signal a : {options} }}")
    return message.members[0]


def value(text):
    (const,) = read(f"const a = {text}")
    return const.value


def grouped(text):
    """With all parentheses, where `expression` writes none."""

    def written(node):
        if isinstance(node, expressions.Binary):
            return f"({written(node.left)} {node.operator} {written(node.right)})"
        if isinstance(node, expressions.Unary):
            return f"({node.operator} {written(node.operand)})"
        if isinstance(node, expressions.Conditional):
            return f"({written(node.condition)} ? {written(node.then)} : {written(node.otherwise)})"
        if isinstance(node, expressions.IsState):
            return f"({written(node.operand)} is {node.state})"
        return expression(node)

    return written(value(text))


def test_every_kind_of_item_is_read():
    kinds = [type(item).__name__ for item in read(EXAMPLE)]
    assert set(kinds) == {one.__name__ for one in ast.Item.__args__}


@pytest.mark.shared_data
@pytest.mark.skipif(not SHARED_EXAMPLES, reason=f"there are no examples beside {SHARED_DATA}")
@pytest.mark.parametrize("path", SHARED_EXAMPLES, ids=lambda path: path.stem)
def test_the_wished_for_examples_are_read(path):
    parsed = parse(path.read_text(encoding="utf-8"))
    refused = {one.code for one in parsed.diagnostics}
    assert refused <= {DiagnosticCode.MISPLACED_OPTION}  # `store` at a signal, which a message's rows cannot follow
    assert parsed.document.items


def test_each_rule_of_the_grammar_has_its_method():
    methods = {one.method for one in table().reductions if one and one.method}
    assert {one for one in methods if not inspect.isroutine(getattr(Builder, one, None))} == set()


@pytest.mark.parametrize(
    ("written", "start", "big"),
    [
        ("byte 1", 0, False),
        ("byte 4", 24, False),
        ("byte 4.3", 26, False),
        ("bit 24", 24, False),
        ("byte 1 be", 7, True),
        ("byte 4 be", 31, True),
        ("byte 4.3 be", 26, True),
        ("bit 24 be", 24, True),
    ],
)
def test_places_are_start_bits(written, start, big):
    place = signal(f"u8 at {written}").place
    assert (place.start, place.big) == (start, big)


def test_paths():
    assert signal("f64 at $").place.steps == ()
    assert signal("f64 at $.engine.temps[0][12].`odd. name`").place.steps == ("engine", "temps", 0, 12, "odd. name")


def test_options_come_in_any_order():
    one = signal('u16 at byte 4 doc "d" spn 190 error 0xFE..0xFF na -1 range -1.5..2 [kPa] [bar] offset +3 scale 1/256')
    assert (one.scale, one.offset, one.spn, one.doc) == (0.00390625, 3.0, 190, "d")
    assert one.range[:2] == (-1.5, 2.0)
    assert (one.range.unit.text, one.unit.text) == ("kPa", "bar")
    assert one.not_available[:2] == (-1, -1)
    assert one.error[:2] == (0xFE, 0xFF)
    assert set(one.options) == {"doc", "spn", "error", "na", "range", "unit", "offset", "scale"}


def test_a_unit_behind_a_range_is_the_ranges():
    one = signal("u8 at byte 1 offset -40 [degC] range 0..5 [K]")
    assert (one.unit.text, one.range.unit.text) == ("degC", "K")


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("can 0x123", (0x123, False)),
        ("can 0x00000123", (0x123, True)),
        ("can 0x18FF5027", (0x18FF5027, True)),
    ],
)
def test_the_number_of_hex_digits_tells_the_kind_of_identifier(source, found):
    (message,) = read(f"message A on {source} {{ }}")
    assert (message.source.can_id, message.source.extended) == found


def test_sources_of_j1939():
    sources = [
        item.source
        for item in read("""
        message A on j1939 pgn 61444 { }
        message B on j1939 pgn 0xF004 sa * { }
        message C on j1939 sa 0x21 pgn 61444 id 0x0CF00421 { }
        message D on j1939 id 0x18FEF100 { }
    """)
    ]
    assert [one[:-1] for one in map(tuple_of, sources)] == [
        (61444, None, None),
        (61444, None, None),
        (61444, 0x21, 0x0CF00421),
        (None, None, 0x18FEF100),
    ]


def tuple_of(source):
    return (source.pgn, source.source_address, source.can_id, source.span)


@pytest.mark.parametrize(
    ("written", "microseconds"),
    [
        ("0s", 0),
        ("0.001ms", 1),
        ("500ms", 500_000),
        ("1.5s", 1_500_000),
        ("5min", 300_000_000),
        ("90d", 7_776_000_000_000),
    ],
)
def test_times_are_microseconds(written, microseconds):
    assert value(written).microseconds == microseconds


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("a + b * c", "(a + (b * c))"),
        ("a - b - c", "((a - b) - c)"),
        ("a or b and c", "(a or (b and c))"),
        ("not a == b", "(not (a == b))"),
        ("not a is valid", "(not (a is valid))"),
        ("a ?? b + c", "(a ?? (b + c))"),
        ("a + b < c ?? d", "((a + b) < (c ?? d))"),
        ("-a * b", "((- a) * b)"),
        ("a ? b : c ? d : e", "(a ? b : (c ? d : e))"),
        ("a ? b ? c : d : e", "(a ? (b ? c : d) : e)"),
        ("(a or b) and c", "((a or b) and c)"),
    ],
)
def test_precedence(written, read_as):
    assert grouped(written) == read_as


def test_numbers_keep_their_unit_and_how_they_were_written():
    found = value("5.0 [kN]")
    assert (found.value, found.is_integer, found.unit.text) == (5.0, False, "kN")
    assert value("0x10").value == 16
    assert value("1e3").is_integer is False


@pytest.mark.parametrize(
    ("written", "decimals"),
    [
        ("381.90", 2), ("0.5", 1), ("5.0", 1), ("1.5e-3", 4), ("15.25e1", 1), ("1.5e3", 0), ("1e3", 0), ("381", 0),
        ("0x1F", 0), ("1.123456789012", 12), ("1.1234567890123", 0), ("-7.50", 2),
    ],
)  # fmt: skip
def test_what_is_expected_keeps_how_exactly_it_was_written(written, decimals):
    (golden,) = read(f'golden "a" for B {{ bytes x"00" expect {{ a = {written} [kN] }} }}')
    (expected,) = golden.expect
    number = expected.value.operand if written.startswith("-") else expected.value
    assert number.decimals == decimals
    again = format_document(ast.Document((golden,)))
    assert bare(read(again)) == bare((golden,))


def test_both_spellings_of_named_arguments():
    new = value("unroll(x, bits: 16, max_step: 500 [count])")
    old = value("unroll(x, bits 16, max_step 500 [count])")
    assert expression(new) == expression(old)
    (derived,) = read("derived a : i64 = unroll(x, bits 16) reset when b != c")
    assert expression(derived.value) == "unroll(x, bits: 16, reset: b != c)"


def test_words_of_the_language_are_names_where_it_has_no_use_for_them():
    text = """
        message message on can 0x123 {
            signal signal : u8 at byte 1
            signal length : u8 at byte 2 scale 2
            signal at : u8 at byte 3
            signal min : u8 at byte 4
            timeout 5s
        }
        derived range : f64 = length + at * min(min, unit) hold 5s
        check when { when for > 3 for 5s expect expect == 1 else flag error }
        test "a" { at 1s set at = 5, set = 3 at 2s expect expect is raised }
    """
    items = read(text)
    assert [member.name.text for member in items[0].members] == ["signal", "length", "at", "min"]
    assert items[0].timeout == 5_000_000
    assert expression(items[1].value) == "length + at * min(min, unit)"
    assert expression(items[2].when) == "for > 3"
    assert len(items[3].steps) == 2


def test_names_between_backticks_are_never_words():
    (derived,) = read("derived `not` : f64 = `true` + `a b.c`")
    assert derived.name.text == "not"
    assert [one.parts[0].text for one in (derived.value.left, derived.value.right)] == ["true", "a b.c"]


def test_texts_have_escapes():
    (const,) = read(r'const a = "\"\\\n\tü\ud83d\ude00"')
    assert const.value.value == '"\\\n\tü😀'


def test_json_is_taken_up_to_its_end():
    (golden, _) = read('golden "a" for B { json {"a": "}{", "b": [1, {}]} expect { a = 1 } } const c = 1')
    assert golden.json == '{"a": "}{", "b": [1, {}]}'
    (golden,) = read(r'golden "a" for B { json "[1, \"x\"]" }')
    assert golden.json == '[1, "x"]'


def test_spans_are_exact():
    text = "message A on can 0x123 {\n    signal b : u8 at byte 3 scale 0.5 [bar]\n}\n"
    (message,) = read(text)
    (found,) = message.members

    def at(span):
        return text[span.start : span.end]

    assert at(message.span) == text.strip()
    assert at(message.source.span) == "can 0x123"
    assert at(found.span) == "signal b : u8 at byte 3 scale 0.5 [bar]"
    assert [at(one) for one in (found.name.span, found.type.span, found.place.span, found.unit.span)] == [
        "b",
        "u8",
        "byte 3",
        "[bar]",
    ]
    assert {keyword: at(span) for keyword, span in found.options.items()} == {"scale": "scale 0.5", "unit": "[bar]"}


# Comments


def test_comments_stand_with_what_they_are_about():
    items = parse(EXAMPLE).document.items
    speed, pump, hot = items[0], items[1], next(one for one in items if isinstance(one, ast.Event))
    assert speed.remarks.above == ("Engine and hydraulics",)
    assert dict(speed.remarks.clauses) == {
        "timeout": ast.Remarks((), "then every signal is stale"),
        "}": ast.Remarks(("signal demand : u8 at byte 8",)),
    }
    assert speed.members[2].remarks.above == ("read by nearly every rule",)
    assert dict(pump.members[1].remarks.clauses) == {"else": ast.Remarks((), "counted")}
    assert dict(hot.remarks.clauses) == {"clear": ast.Remarks((), "hysteresis")}
    document = parse(EXAMPLE).document
    assert (document.header, document.remarks) == (("Wheel loader", "Of its two controllers"), ("the end",))


def test_the_collector_is_on_again():
    assert gc.isenabled()
    parse("const a = (")
    assert gc.isenabled()
