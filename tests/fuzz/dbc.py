"""DBC files, whole and broken: reading, compiling, extracting, writing."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from parsing.assemble import build_content
from parsing.dbc import NotADbc, encode_dbc, read_dbc, write_dbc
from parsing.release_checks import find_faults
from tests.fuzz.cases import Case
from tests.fuzz.mutation import break_bytes, break_text
from tests.parsing.case_frames import make_frames
from tests.parsing.cases import make_content
from tests.parsing.oracle_comparison import compare

if TYPE_CHECKING:
    from parsing.dbc import Match

GOLDEN = Path(__file__).parents[1] / "parsing" / "golden" / "dbc"
MATCHES: tuple[Match, ...] = ("auto", "auto", "id", "pgn")


@cache
def golden_files() -> list[bytes]:
    return [path.read_bytes() for path in sorted(GOLDEN.glob("*.dbc"))]


def make_dbc(random: Random) -> Case:
    text = _file(random)
    if random.random() < 0.3:
        text += b"\n" + _file(random)
    text = random.choice((break_text, break_text, break_text, break_bytes, lambda _, whole: whole))(random, text)
    match, seed = random.choice(MATCHES), random.getrandbits(32)
    return Case(text.splitlines(keepends=True), lambda lines: run_dbc(b"".join(lines), match, seed), f"match {match}")


def _file(random: Random) -> bytes:
    if random.random() < 0.5:
        return random.choice(golden_files())
    content = make_content(random, random.choice((8, 8, 64, 1785)))
    return encode_dbc(write_dbc(random.choice(content.sets), content.enums)[0])


def run_dbc(file: bytes, match: Match, seed: int) -> None:
    """What is imported is fit for a release, decodes as the oracle says, and can be written and read again."""
    try:
        imported = read_dbc(file, "set", match=match)
    except NotADbc:
        return
    content = build_content([imported], {"model": [("set", None)]})
    faults = list(find_faults(content))
    assert not faults, faults[:3]
    random = Random(seed)  # noqa: S311 - repeatable
    if imported.messages:
        compare(content, make_frames(random, content, random.choice((8, 64))))
    text, _ = write_dbc(content.sets[0], content.enums)
    if imported.messages:
        again = read_dbc(encode_dbc(text), "set")
        assert len(again.messages) == len(imported.messages)
