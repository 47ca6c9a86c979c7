"""What the tests of the editor in `frontend/` are held against: a text, its tokens, and what the page is given.

python -m tests.cms.editor_golden
"""

import json
from pathlib import Path

from duco_cms.definitions.editor_words import language
from parsing.language.lexing import Tokens
from parsing.language.parser_table import END
from tests.language.examples import EXAMPLE

GOLDEN = Path(__file__).parents[2] / "frontend" / "tests" / "golden" / "language.json"


def golden() -> str:
    tokens = [[one.kind, one.start, one.end] for one in Tokens(EXAMPLE) if one.kind != END]
    found = {"text": EXAMPLE, "language": language(), "tokens": tokens}
    return (
        "{\n" + ",\n".join(f'"{key}": {json.dumps(each, ensure_ascii=False)}' for key, each in found.items()) + "\n}\n"
    )


if __name__ == "__main__":
    GOLDEN.write_text(golden(), "utf-8")
