"""Every diagnostic word by word: a text, and below it what is said of it.

`UPDATE_GOLDENS=1` writes what is said now; each line of it is then to be read as an engineer would.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from parsing.checker.check import check
from parsing.language.codes import TITLES, DiagnosticCode
from parsing.language.diagnostics import Diagnostic
from parsing.language.rendering import render
from tests.checker.compiling import FILE, source

GOLDEN = Path(__file__).parent / "golden"
DIVIDER = "=" * 80 + "\n"
ATTRIBUTES = re.compile(r"(\w+) \[([^\]]+)\]")


def diagnostics_of(text: str) -> tuple[Diagnostic, ...]:
    """With the attributes of machines from a first line `# attributes: max_speed [km/h]`."""
    first = text.partition("\n")[0]
    attributes = dict(ATTRIBUTES.findall(first)) if first.startswith("# attributes:") else None
    return check([source(text)], attributes=attributes).diagnostics


def said_of(text: str) -> str:
    return "".join(f"{render(each, text).rstrip()}\n" for each in diagnostics_of(text))


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.txt")), ids=lambda path: path.stem)
def test_it_says_this(path: Path):
    text, _, expected = path.read_text().partition(DIVIDER)
    said = said_of(text)
    if os.environ.get("UPDATE_GOLDENS"):
        path.write_text(text + DIVIDER + said)
        return
    assert said == expected
    assert path.stem.partition("_")[0] in said


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.txt")), ids=lambda path: path.stem)
def test_each_says_why_and_what_to_do_next(path: Path):
    for each in diagnostics_of(path.read_text().partition(DIVIDER)[0]):
        assert each.why
        assert each.help, each.why
        assert each.subject


def codes_of_the_checker() -> set[DiagnosticCode]:
    return {code for code in DiagnosticCode if not "E001" <= code.value <= "E020"}


def test_each_code_has_a_golden_text():
    covered = {path.stem.partition("_")[0] for path in GOLDEN.glob("*.txt")}
    assert {code.value for code in codes_of_the_checker()} - covered - UNREACHED == set()


UNREACHED = {"E068", "E076", "E112", "E115", "E124"}
"""What the parser does not let through, what only very long texts reach (test_cost), and what running samples tells."""


def test_each_code_has_a_title():
    assert set(TITLES) == set(DiagnosticCode)


def test_a_text_without_faults_is_praised_by_silence():
    assert said_of(f"message {FILE} on can 0x123 {{ timeout 1s signal a : u8 at byte 1 }}\n") == ""
