"""Files that break the format: each says in full what is found in it, and what is read of it all the same.

`golden/dbc/NAME.dbc` is a file as people have them, `NAME.findings.txt` what is found, `NAME.read.dbc` what is read.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from parsing.assemble import build_content
from parsing.dbc import FindingCode, ImportedSet, read_dbc, write_dbc

GOLDEN = Path(__file__).parent / "golden" / "dbc"
NAMES = sorted(path.stem for path in GOLDEN.glob("*.dbc") if not path.stem.endswith(".read"))


def findings_text(imported: ImportedSet) -> str:
    lines = [
        f"{finding.line or '-'} {finding.code} {finding.message or '-'}: {finding.text}\n"
        for finding in imported.findings
    ]
    return "".join(lines)


def read_text(imported: ImportedSet) -> str:
    content = build_content([imported], {})
    return write_dbc(content.sets[0], content.enums)[0].partition("BU_:\n\n")[2]


@pytest.mark.parametrize("name", NAMES)
def test_a_dirty_file(name: str) -> None:
    imported = read_dbc((GOLDEN / f"{name}.dbc").read_bytes(), name)

    assert findings_text(imported) == (GOLDEN / f"{name}.findings.txt").read_text("utf-8")
    assert read_text(imported) == (GOLDEN / f"{name}.read.dbc").read_text("utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_line_ends_and_a_byte_order_mark_change_nothing(name: str) -> None:
    file = (GOLDEN / f"{name}.dbc").read_bytes()

    assert read_dbc(b"\xef\xbb\xbf" + file.replace(b"\n", b"\r\n"), name) == read_dbc(file, name)
    assert read_dbc(file.replace(b"\n", b"\r"), name) == read_dbc(file, name)


def test_the_golden_files_have_findings_of_most_kinds() -> None:
    found = {
        finding.code for name in NAMES for finding in read_dbc((GOLDEN / f"{name}.dbc").read_bytes(), name).findings
    }

    elsewhere = {  # each has a test of its own
        FindingCode.BAD_CHARACTERS,
        FindingCode.BARE_PGNS,
        FindingCode.SHARED_PGN,
        FindingCode.NO_MESSAGES,
        FindingCode.TOO_MUCH,
    }
    assert set(FindingCode) - found == elsewhere
