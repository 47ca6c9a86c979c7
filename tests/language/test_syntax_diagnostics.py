"""Every message about the syntax, in full: a file holds a text, and how its diagnostics are shown.

DUCO_WRITE_GOLDEN=1 writes the files anew; what changes is to be read by eye.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from parsing.language.codes import DiagnosticCode
from parsing.language.parser import parse
from parsing.language.parser_expecting import wanted
from parsing.language.parser_table import table
from parsing.language.rendering import render

FOLDER = Path(__file__).parent / "golden" / "syntax"
LINE = "=" * 80 + "\n"
FILES = sorted(FOLDER.glob("*.txt"))


def shown(text: str) -> str:
    parsed = parse(text, "machine.duco")
    return "\n".join(render(one, text) for one in parsed.diagnostics)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_messages(path):
    text, _, expected = path.read_text(encoding="utf-8").partition(LINE)
    if os.environ.get("DUCO_WRITE_GOLDEN"):
        path.write_text(text + LINE + shown(text), encoding="utf-8")
        return
    assert shown(text) == expected


@pytest.mark.parametrize("kind", sorted({kind for row in table().rows for kind in row}))
def test_every_kind_of_token_has_words_for_what_is_expected(kind):
    assert wanted({kind})


def test_every_code_of_the_syntax_has_a_message():
    syntax = {code.value for code in DiagnosticCode if code.value.startswith("E0") and code.value < "E020"}
    told = {line[:4] for path in FILES for line in path.read_text(encoding="utf-8").splitlines()}
    assert syntax - told == {"E019"}  # that there are more takes a hundred others
