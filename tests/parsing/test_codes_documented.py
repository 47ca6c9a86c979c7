"""The list of dead-letter codes in the code and the one for people are the same."""

from __future__ import annotations

import re
from pathlib import Path

from parsing.codes import EXPLANATIONS, Code

DOCUMENT = Path(__file__).parents[2] / "docs" / "contracts" / "codes.md"


def test_each_code_is_documented_with_its_meaning_and_action() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \| (.+?) \|$", DOCUMENT.read_text("utf-8"), re.MULTILINE)

    assert [row[0] for row in rows] == [code.value for code in Code]
    assert {code: (meaning, action) for code, meaning, action in rows} == {
        code.value: (explanation.meaning, explanation.action) for code, explanation in EXPLANATIONS.items()
    }
