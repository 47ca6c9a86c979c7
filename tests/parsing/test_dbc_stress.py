"""Awkward real files decode as they do after their clean-up by hand; made-up ones never break the reader."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from definition_samples import EXTENDED, frames, release
from hypothesis import given, settings
from hypothesis import strategies as st
from test_recorded_data import DATA, long_form

from parsing.assemble import build_content, document_of
from parsing.compiler import compile_model
from parsing.dbc import NotADbc, read_dbc, write_dbc
from parsing.dbc.grammar import KEYWORDS
from parsing.engine import Extractor
from parsing.release import parse_content

STRESS = DATA / "07_dbc_import_stress"


def vectors() -> dict[str, dict[tuple[int, bytes], dict[str, float]]]:
    """What each payload of each DBC gives, by (id, payload).

    Nothing where no page is selected. cantools refuses frames of messages with a signal beyond their end: left out.
    """
    wanted: dict[str, dict[tuple[int, bytes], dict[str, float]]] = {}
    for row in pq.read_table(STRESS / "vectors_random_payloads.parquet").to_pylist():
        if row["error"] == "DecodeError: unpacking failed":
            continue
        key = (row["can_id"] | (EXTENDED if row["extended"] else 0), bytes.fromhex(row["data_hex"]))
        values = wanted.setdefault(row["dbc"], {}).setdefault(key, {})
        if not row["error"]:
            values[row["signal"]] = row["value"]
    return wanted


@pytest.mark.shared_data
@pytest.mark.skipif(not DATA.is_dir(), reason="the recorded logs (../shared/data) are not beside the checkout")
def test_random_payloads_of_the_awkward_files() -> None:
    for dbc, wanted in vectors().items():
        path = next(DATA.glob(f"0[1-57]*/{dbc}"))
        imported = read_dbc(path.read_bytes(), dbc, match="id")
        loaded = release(document_of(build_content([imported], {"model": [(dbc, None)]})))
        batch = frames(*((0, can_id, data) for can_id, data in wanted), width=64)

        table = long_form(loaded, Extractor(compile_model(loaded.content, 1)).extract(batch))

        found: list[dict[str, float]] = [{} for _ in wanted]
        for row in table.to_pylist():
            found[row["frame_index"]][row["signal"]] = row["value"]
        for key, values in zip(wanted, found, strict=True):
            assert values == wanted[key], (dbc, hex(key[0]), key[1].hex())


GOLDEN = Path(__file__).parent / "golden" / "dbc"
LINES = [line for path in sorted(GOLDEN.glob("*.dbc")) for line in path.read_text("utf-8").splitlines(keepends=True)]
PIECES = st.one_of(
    st.sampled_from(LINES),
    st.sampled_from(LINES),
    st.sampled_from([*KEYWORDS, *'";:|@+-()[],\\ \n\t', "100", "3221225472", "4294967295", "1e999", "m0", "M"]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """Lines of the golden files in any order, some of them torn."""
    pieces = draw(st.lists(PIECES, max_size=40))
    text = "".join(pieces)
    for _ in range(draw(st.integers(0, 5))):
        start = draw(st.integers(0, len(text)))
        text = text[:start] + text[start + draw(st.integers(1, 20)) :]
    return text


def valid(text: str | bytes, **match: Any) -> None:
    """Whatever is imported can be published and written again."""
    try:
        imported = read_dbc(text, "fuzz", **match)
    except NotADbc:
        return
    content = build_content([imported], {"model": [("fuzz", None)]})
    parse_content(document_of(content))
    write_dbc(content.sets[0], content.enums)


@given(mutated(), st.sampled_from(["auto", "id", "pgn"]))
@settings(max_examples=150, deadline=None)
def test_a_torn_file_gives_valid_definitions_or_is_refused(text: str, match: str) -> None:
    valid(text, match=match)


@given(st.binary(max_size=200))
@settings(deadline=None)
def test_any_bytes_give_valid_definitions_or_are_refused(file: bytes) -> None:
    valid(b"BU_:\n" + file)
