"""Texts in the signal language, whole and broken: reading, checking, formatting, compiling, proving."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from parsing.assemble import document_of
from parsing.checker.check import Checked, check
from parsing.checker.content import content_with_rules
from parsing.checker.sources import Source
from parsing.compiler import compile_model
from parsing.definitions import Binding, Model
from parsing.language.formatter import format_document
from parsing.language.parser import parse
from parsing.language.rendering import render
from parsing.proof.prove import prove
from parsing.release import dump_release, load_release
from parsing.release_places import groups_of
from parsing.rules.linking import link
from tests.fuzz.cases import Case
from tests.fuzz.mutation import break_bytes, break_text
from tests.language.examples import EXAMPLE
from tests.manual.generate import PROSE, examples_of

if TYPE_CHECKING:
    from random import Random

GOLDEN = Path(__file__).parents[1] / "checker" / "golden"
_PUBLISHED = "2026-01-01T00:00:00Z"


@cache
def sound_texts() -> list[bytes]:
    """Texts with all that there is, and texts with one mistake each."""
    manual = "".join(examples_of(PROSE.read_text("utf-8"))[1:])
    wrong = [path.read_text("utf-8").partition("\n" + "=" * 80)[0] for path in sorted(GOLDEN.glob("*.txt"))]
    return [text.encode() for text in (EXAMPLE, EXAMPLE, manual, manual, *wrong)]


def make_language(random: Random) -> Case:
    text = random.choice(sound_texts())
    if random.random() < 0.3:
        text += b"\n" + random.choice(sound_texts())
    text = random.choice((break_text, break_text, break_text, break_bytes, lambda _, whole: whole))(random, text)
    return Case(text.splitlines(keepends=True), lambda lines: run_language(b"".join(lines)), "a text")


def run_language(file: bytes) -> None:
    """What has no errors is formatted into itself, fit for a release, and runs; all else is told."""
    text = file.decode("utf-8", "replace")
    parsed = parse(text, "set")
    source = Source("set", parsed.document, text)
    checked = check([source])
    for one in (*parsed.diagnostics, *checked.diagnostics):
        assert one.code.value in render(one, text)
    if any(one.is_error for one in parsed.diagnostics):
        return
    formatted = format_document(parsed.document)
    again = parse(formatted, "set")
    assert not again.diagnostics, again.diagnostics[0]
    assert format_document(again.document) == formatted
    if checked.is_publishable:
        _publish(source, checked)


def _publish(source: Source, checked: Checked) -> None:
    content = content_with_rules(checked)
    bindings = tuple(Binding(each.id, None) for each in content.sets)
    content = replace(content, models=(Model(1, "model", bindings),))
    release = load_release(dump_release(number=1, content=document_of(content), published=_PUBLISHED))
    compile_model(release.content, 1)
    link(release.content.rules, groups_of(release.content, 1))
    for outcome in prove([source], checked):
        for failure in outcome.failures:
            assert failure.code.value in render(failure, source.text)
