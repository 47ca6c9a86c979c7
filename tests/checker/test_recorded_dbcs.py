"""Imported definitions stay publishable when they are edited as texts, dirty ones included."""

from __future__ import annotations

from pathlib import Path

import pytest

from parsing.checker import Source, check
from parsing.dbc import NotADbc, read_dbc
from parsing.language.document_of import document_of
from parsing.language.formatter import format_document
from parsing.language.parser import parse
from tests.conftest import SHARED_DATA

FILES = sorted(SHARED_DATA.rglob("*.dbc"))


@pytest.mark.shared_data
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_error_is_found_in_what_was_imported(path: Path):
    try:
        imported = read_dbc(path.read_bytes(), "vendor")
    except NotADbc:
        pytest.skip("this file is no DBC")
    text = format_document(document_of(imported))
    parsed = parse(text, "vendor")
    assert parsed.diagnostics == ()
    checked = check([Source("vendor", parsed.document, text)])
    assert [each for each in checked.diagnostics if each.is_error] == []
    assert len(checked.content.sets[0].messages) == len(imported.messages)
