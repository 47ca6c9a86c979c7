"""The list of codes of findings in the code and the one for people are the same."""

from __future__ import annotations

import re
from pathlib import Path

from parsing.dbc.findings import EXPLANATIONS, FindingCode

DOCUMENT = Path(__file__).parents[2] / "docs" / "contracts" / "dbc.md"


def test_each_code_is_documented_with_its_meaning() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \|$", DOCUMENT.read_text("utf-8"), re.MULTILINE)

    assert [code for code, _ in rows] == [code.value for code in FindingCode]
    assert dict(rows) == {code.value: meaning for code, meaning in EXPLANATIONS.items()}
