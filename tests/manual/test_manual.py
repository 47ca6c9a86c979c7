"""The manual's examples compile, their samples come true, and the page is the one that its parts make."""

import pytest

from parsing.checker.check import check
from parsing.checker.functions import EXAMPLE_MESSAGES, FUNCTIONS
from parsing.checker.sources import Source
from parsing.checker.units import comparable, unit_of
from parsing.language.codes import DiagnosticCode
from parsing.language.parser import parse
from parsing.proof.prove import prove
from tests.manual.generate import PAGE, PROSE, UNITS, examples_of, golden_diagnostics, page


def _checked(name: str, text: str):
    parsed = parse(text, name)
    assert not parsed.diagnostics
    sources = [Source(name, parsed.document, text)]
    return sources, check(sources)


def test_the_examples_are_one_definition_without_errors() -> None:
    first, *others = examples_of(PROSE.read_text("utf-8"))
    message = first.partition("event ")[0]
    sources, checked = _checked("excavator", message + "".join(others))
    assert [one.code.value for one in checked.diagnostics] == ["H404"]
    outcomes = list(prove(sources, checked))
    assert len(outcomes) == 8
    assert all(not outcome.failures for outcome in outcomes)


def test_the_first_definition_stands_alone() -> None:
    first = examples_of(PROSE.read_text("utf-8"))[0]
    sources, checked = _checked("first", first)
    assert checked.diagnostics == ()
    assert [outcome.failures for outcome in prove(sources, checked)] == [(), ()]


def test_every_function_has_an_example_that_compiles() -> None:
    for function in FUNCTIONS:
        _, checked = _checked("example", EXAMPLE_MESSAGES + function.example)
        assert not [one for one in checked.diagnostics if one.is_error], function.name
        assert len(checked.program.rules) == 1


@pytest.mark.parametrize("words", UNITS.values(), ids=UNITS)
def test_units_that_are_listed_are_known_and_of_one_quantity(words: str) -> None:
    first, *others = (unit_of(word) for word in words.split())
    assert first.known
    assert all(other.known and comparable(first, other) for other in others)


def test_every_diagnostic_is_shown() -> None:
    """But for those that only a text of thousands of lines meets."""
    unseen = {code.value for code in DiagnosticCode} - set(golden_diagnostics())
    assert unseen == {"E019", "E068", "E076", "E112", "E115"}


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text("utf-8") == page(), "run `make manual`"
